"""Questions on learned reconstruction: metrics, data consistency, what a network may and may not be trusted with."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..contract import ChoiceQuestion, EssayQuestion, NumericQuestion, OrderQuestion, Parameters, RubricItem
from ..streams import HashStream

__all__ = ["QUESTIONS"]


class NMSEByHand(NumericQuestion):
    """A normalised error of four pixels."""

    slug = "m2.reconstruction.q_nmse"
    title = "NMSE by hand"
    goal = "compute the metrics of reconstruction"
    difficulty = 1
    minutes = 4
    relative_tolerance = 0.02
    digits = 3

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Four pixels, whole numbers."""
        reference = [stream.whole(1, 9) for _ in range(4)]
        return {"reference": reference, "errors": [stream.whole(-2, 2) for _ in range(4)]}

    def _images(self, parameters: Parameters) -> tuple[Any, Any]:
        reference = np.array(parameters["reference"])
        return reference, reference + np.array(parameters["errors"])

    def text(self, parameters: Parameters) -> str:
        """The question."""
        reference, image = self._images(parameters)
        return (
            f"The reference image has the four pixels {_listed(reference)}, the reconstruction has {_listed(image)}. "
            "What is the normalised mean square error (NMSE) of the reconstruction, as a plain number?"
        )

    def solve(self, parameters: Parameters) -> float:
        """Energy of the error over that of the reference."""
        reference, image = self._images(parameters)
        return float(np.sum((reference - image) ** 2) / np.sum(reference**2))

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Not squared; over the other image; a mean square error."""
        reference, image = self._images(parameters)
        energy = float(np.sum((reference - image) ** 2))
        return {
            "norm_not_squared": float(np.sqrt(self.solve(parameters))),
            "reference_swapped": energy / float(np.sum(image**2)),
            "mean_for_energy": energy / 4,
        }

    def confusions(self, parameters: Parameters) -> list[str]:
        """Equal images have nothing to compute."""
        if not any(parameters["errors"]) or not np.any(self._images(parameters)[1]):
            return ["the images are equal, or one is dark"]
        return super().confusions(parameters)

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        reference, image = self._images(parameters)
        return (
            f"Sum of the squared differences {np.sum((reference - image) ** 2)}, sum of the squares of the reference "
            f"{np.sum(reference**2)}: {self.solve(parameters):.3g}."
        )


class PSNRByHand(NumericQuestion):
    """Peak signal-to-noise ratio."""

    slug = "m2.reconstruction.q_psnr"
    title = "PSNR by hand"
    goal = "compute the metrics of reconstruction"
    unit = "dB"
    relative_tolerance, absolute_tolerance = 0.0, 0.15
    minutes = 3

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """A maximum and a root mean square error."""
        return {"maximum": stream.whole(5, 60) * 20, "rmse": stream.whole(4, 60)}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"The largest value of a reference volume is {p['maximum']}; it serves as the data range. The root mean "
            f"square error of a reconstruction is {p['rmse']}. What is the peak signal-to-noise ratio (PSNR)?"
        )

    def solve(self, parameters: Parameters) -> float:
        """Twenty times the logarithm of the ratio of amplitudes."""
        return float(20 * np.log10(parameters["maximum"] / parameters["rmse"]))

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Ten times; a natural logarithm; the maximum not squared."""
        p = parameters
        return {
            "decibel_of_amplitude": self.solve(p) / 2,
            "natural_logarithm": float(20 * np.log(p["maximum"] / p["rmse"])),
            "decibel_without_square": float(10 * np.log10(p["maximum"] / p["rmse"] ** 2)),
        }

    def confusions(self, parameters: Parameters) -> list[str]:
        """Between 12 and 45 dB, as images have."""
        inside = 12 <= self.solve(parameters) <= 45
        return [*super().confusions(parameters), *([] if inside else ["not a PSNR that images have"])]

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        return (
            f"PSNR = 10·log10(maximum²/MSE) = 20·log10({p['maximum']}/{p['rmse']}) = {self.solve(p):.1f} dB. Another "
            "data range (255, or the maximum of each slice) gives another number for the same image."
        )


class WeighedConsistency(NumericQuestion):
    """A step of data consistency with noise."""

    slug = "m2.reconstruction.q_consistency"
    title = "Measured and predicted"
    goal = "explain data consistency"
    relative_tolerance, absolute_tolerance = 0.0, 0.02
    minutes = 4

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Two values and a weight."""
        return {
            "predicted": stream.on_grid(2.0, 20.0, 0.5),
            "measured": stream.on_grid(2.0, 20.0, 0.5),
            "weight": stream.choice((0.25, 0.5, 2, 3, 4, 9)),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            "A step of data consistency replaces each measured sample of k-space by the value that minimises "
            f"|k - a|² + λ·|k - b|², with the network's prediction a and the measurement b. For one sample "
            f"a = {p['predicted']}, b = {p['measured']}, λ = {p['weight']}. What is its new value?"
        )

    def solve(self, parameters: Parameters) -> float:
        """The weighted mean."""
        p = parameters
        return float((p["predicted"] + p["weight"] * p["measured"]) / (1 + p["weight"]))

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """The other way round; replaced; left alone; not divided."""
        p = parameters
        return {
            "weights_swapped": (p["weight"] * p["predicted"] + p["measured"]) / (1 + p["weight"]),
            "measured_only": p["measured"],
            "weights_not_divided": p["predicted"] + p["weight"] * p["measured"],
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        return (
            f"The derivative vanishes at k = (a + λ·b)/(1 + λ) = ({p['predicted']} + {p['weight']} x {p['measured']})/"
            f"{1 + p['weight']} = {self.solve(p):.4g}. Without noise λ grows without limit and the measurement is "
            "kept; "
            "samples that were not measured keep the prediction."
        )


class WeightsOfADenseReconstruction(NumericQuestion):
    """Why a dense network does not grow to real images."""

    slug = "m2.reconstruction.q_dense_weights"
    title = "A dense network for images"
    goal = "choose a network that suits the structure of the data"
    relative_tolerance, absolute_tolerance = 0.0, 0.5
    digits = 12
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Image sizes that are small by any measure."""
        return {"pixels": stream.whole(4, 16) * 8}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        n = parameters["pixels"]
        return (
            f"One dense layer maps the k-space of a {n} x {n} image (complex samples, given as real and imaginary "
            "parts) "
            f"to the {n} x {n} pixels of a magnitude image. How many weights does it have, without biases?"
        )

    def solve(self, parameters: Parameters) -> int:
        """Inputs times outputs."""
        return int(2 * parameters["pixels"] ** 4)

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Complex as one; a line to a line; both complex."""
        n = parameters["pixels"]
        return {"complex_as_one": n**4, "rows_only": 2 * n**2, "magnitude_is_one_number": 4 * n**4}

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        n = parameters["pixels"]
        return (
            f"2 x {n}² inputs times {n}² outputs: 2 x {n}⁴ = {self.solve(parameters)}. Twice the size needs 16 times "
            "as "
            "many; a convolution needs no more, and the Fourier transform none at all."
        )


class RecastTheReconstruction(ChoiceQuestion):
    """Recasting: from a map of everything to what is missing."""

    slug = "m2.reconstruction.q_recast"
    title = "What should the network learn?"
    goal = "recast a reconstruction so that physics does its part"
    recasts = True
    marks, minutes, difficulty = 3, 4, 3

    _GOOD = (
        "let convolutions correct the zero-filled image, with measured samples put back in k-space after each of them",
        "alternate a small convolutional network on the image with a step that enforces the measured k-space samples",
    )
    _DEEPER = (
        "add two dense layers with more nodes, so that the network can store the transform and all details of heads",
        "keep the dense network, and train it for ten times as long with a learning rate that is slowly lowered",
    )
    _DATA = (
        "keep the network, and train on ten times as many slices of the same subjects until the training loss is zero",
        "keep the network, and add all remaining slices, those of the test subjects too, to the training data",
    )
    _METRIC = (
        "train it on SSIM in place of the mean square error, so that its images look sharp to a radiologist",
        "sharpen its images with a second network, which is trained to make them look like fully sampled ones",
    )

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Numbers, and a wording of each option."""
        return {
            "pixels": stream.choice((96, 128, 160, 192)),
            "acceleration": stream.choice((3, 4, 5, 6)),
            "millions": stream.whole(2, 9) * 100,
            "wording": [stream.below(2) for _ in range(4)],
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"A dense network with {p['millions']} million weights maps undersampled k-space ({p['acceleration']} "
            "times "
            f"fewer lines) to images of {p['pixels']} x {p['pixels']} pixels. It would learn images whose pixels "
            "were all shuffled alike just as well, and does poorly on heads of new subjects; transformed back, its "
            "images do not even agree with "
            "the samples that were measured. Which change recasts the problem?"
        )

    def solve(self, parameters: Parameters) -> str:
        """Known physics outside, the rest local."""
        return self._GOOD[parameters["wording"][0]]

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Larger; more of the same; prettier."""
        _, deeper, data, metric = parameters["wording"]
        return {
            "problem_unchanged": self._DEEPER[deeper],
            "more_data_of_the_same": self._DATA[data],
            "trust_in_looks": self._METRIC[metric],
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            "The transform is known: let it do its part. What is missing is what undersampling took away, and that is "
            "repaired by neighbourhoods, the same everywhere: convolutions. The measured samples are true up to noise: "
            "put them back. What is left to learn is small."
        )


class TheDataCrime(ChoiceQuestion):
    """Training data that were too kind."""

    slug = "m2.reconstruction.q_data_crime"
    title = "Too good to be true"
    goal = "say why a result does not carry over"
    marks, minutes, difficulty = 2, 4, 3
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Scores, and where the data come from."""
        return {
            "good": stream.on_grid(33.0, 37.0, 0.1),
            "drop": stream.on_grid(4.0, 8.0, 0.1),
            "acceleration": stream.choice((4, 6, 8)),
            "what": stream.choice(("knee", "head", "liver")),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"A network reconstructs {p['what']} images from {p['acceleration']} times undersampled k-space. Its "
            "k-space "
            "data were made by Fourier transform of magnitude images from a public archive, JPEG files of a "
            "hospital. On "
            f"such data of new subjects it reaches {p['good']:.1f} dB, on raw data of a scanner, undersampled in the "
            f"same way, {p['good'] - p['drop']:.1f} dB. What is the most likely reason?"
        )

    def solve(self, parameters: Parameters) -> str:
        """Processed images are easier."""
        return "the images were processed: no phase, smoothed, compressed; their k-space is easier than a real one"

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Blame on the training, the seed, the metric."""
        p = parameters
        return {
            "curves_overfitting": "the network has overfitted its training subjects: with more dropout both scores "
            "would agree",
            "one_seed_claim": "the difference is chance: trained from another seed the network would do as well on raw "
            "data",
            "more_data_of_the_same": f"there were too few images: with {p['acceleration']} times as many from the "
            "archive "
            "it would carry over",
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            "On new subjects of the archive it does well, so it has not overfitted subjects; several dB are no "
            "matter of "
            "a seed. Magnitude images have Hermitian k-space, and smoothing and compression have removed what is hard. "
            "Train and test on raw, complex data (or add realistic phase, coils and noise)."
        )


class StepsOfAReconstruction(OrderQuestion):
    """From measured samples to a score."""

    slug = "m2.reconstruction.q_steps"
    title = "From samples to a score"
    goal = "explain data consistency"
    marks, minutes, difficulty = 2, 3, 2
    uses = ("exam",)

    _STEPS = (
        "estimate the coil sensitivities from the lines in the centre of k-space",
        "fill the missing samples with zeros, transform, and combine the coils into a first image",
        "let the convolutional network correct the image",
        "transform the corrected image to the k-space of each coil, and weigh in the measured samples",
        "transform back, combine the coils, and take the magnitude",
        "compute NMSE and PSNR against the fully sampled image",
    )

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Five of the six; zero filling, network and consistency always."""
        return {"steps": sorted([1, 2, 3, *stream.sample((0, 4, 5), 2)]), "acceleration": stream.whole(3, 8)}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return (
            f"Multi-coil data, {parameters['acceleration']} times undersampled, are reconstructed by one correction "
            "of a "
            "network followed by one step of data consistency, and judged. Put the steps in order."
        )

    def solve(self, parameters: Parameters) -> tuple[str, ...]:
        """As listed."""
        return tuple(self._STEPS[index] for index in parameters["steps"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Consistency before there is anything to be made consistent."""
        steps = list(self.solve(parameters))
        network = steps.index(self._STEPS[2])
        steps[network], steps[network + 1] = steps[network + 1], steps[network]
        return {"consistency_before_network": tuple(steps)}

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            "The network works on an image, consistency is checked where data were measured: in k-space, for each "
            "coil. "
            "In order: " + "; ".join(self.solve(parameters)) + "."
        )


class MayWeTrustIt(EssayQuestion):
    """A plan to use a network clinically, to be reviewed and recast."""

    slug = "m2.reconstruction.q_essay_trust"
    title = "May we use it on patients?"
    goal = "recast a reconstruction so that physics does its part"
    marks, minutes, difficulty = 8, 12, 3
    recasts = True
    words = 200
    uses = ("exam",)

    _PLACES = (("knee", "a torn meniscus"), ("head", "a small tumour"), ("liver", "small metastases"))

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """What, how fast, how good."""
        return {
            "place": stream.below(len(self._PLACES)),
            "volunteers": stream.whole(30, 120),
            "trained": stream.choice((3, 4)),
            "wanted": stream.choice((6, 8)),
            "ssim": stream.on_grid(0.9, 0.97, 0.01),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        place, finding = self._PLACES[p["place"]]
        return (
            f"A clinic has a U-Net that turns zero-filled {place} images ({p['trained']} times undersampled) into "
            "images "
            f"that look fully sampled. It was trained on {p['volunteers']} healthy volunteers and reaches a mean "
            "SSIM of "
            f"{p['ssim']} on slices of these volunteers that were left out. The plan: use it for patients, with "
            f"{p['wanted']} times undersampling, to look for {finding}. (a) Name four reasons why the number does not "
            "support the plan. (b) Recast the method and the test so that the result could be trusted: what should be "
            f"learned, what should physics guarantee, and what would you measure? About {self.words} words."
        )

    def rubric(self, parameters: Parameters) -> tuple[RubricItem, ...]:
        """Four reasons, four improvements."""
        p = parameters
        _, finding = self._PLACES[p["place"]]
        return (
            RubricItem(
                "Leak: slices of the same volunteers stand in training and test; the split must be by subject.", 1
            ),
            RubricItem(
                f"Outside of the training: no patient and no {finding.removeprefix('a ')} was seen; what is rare may "
                "be "
                "erased or invented.",
                1,
            ),
            RubricItem(
                f"Outside of the training: {p['wanted']} times undersampling makes other artefacts than "
                f"{p['trained']} times.",
                1,
            ),
            RubricItem(
                "Metric: a mean SSIM over slices is hardly changed by a small lesion, and says nothing without that of "
                "the simplest method.",
                1,
            ),
            RubricItem(
                "Recast: alternate a network with data consistency, so that measured samples are kept up to noise and "
                "only what was not measured is learned.",
                1,
            ),
            RubricItem(
                "Training data: raw complex multi-coil data, patients included, with the accelerations and noise that "
                "will occur.",
                1,
            ),
            RubricItem(
                f"Test: detection of lesions ({finding}, real or inserted) against fully sampled images, on subjects "
                "and "
                "scanners never seen, with several masks.",
                1,
            ),
            RubricItem(
                "Baselines and a fallback: zero filling and a method without learning (compressed sensing, SENSE) "
                "beside "
                "it; a residual or uncertainty that warns; the test set opened once.",
                1,
            ),
        )

    def solve(self, parameters: Parameters) -> str:
        """A model answer."""
        p = parameters
        place, finding = self._PLACES[p["place"]]
        return (
            "(a) The left-out slices belong to volunteers of the training: their neighbours were seen, so the score is "
            f"too good; whole subjects must be left out. Healthy volunteers show no {finding.removeprefix('a ')}: the "
            "network may erase what it never saw, or paint healthy tissue where data are missing. With "
            f"{p['wanted']} times undersampling there are artefacts that {p['trained']} times never made. And a mean "
            "SSIM "
            "hardly notices a few pixels, nor do we know what zero filling reaches. (b) Let the network correct the "
            "image "
            "in small steps, each followed by data consistency: transform, put the measured samples of every coil back "
            "with a weight for their noise, transform back. Then the network decides only about what was not measured. "
            f"Train on raw multi-coil {place} data, of patients too, over the accelerations and noise that will occur. "
            f"Test once, on subjects and scanners never seen, with several masks: how often is {finding}, real or "
            "inserted, found and how often invented, compared with fully sampled images, with zero filling and with "
            "compressed sensing? Report the residual in k-space for every image, so that a bad case gives a warning."
        )

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            "Ask who was in the training and the test, what was never seen, what the metric notices, and what the "
            "measured data guarantee."
        )


def _listed(numbers: Any) -> str:
    return ", ".join(f"{number:g}" for number in numbers)


QUESTIONS = (
    NMSEByHand(),
    PSNRByHand(),
    WeighedConsistency(),
    RecastTheReconstruction(),
    WeightsOfADenseReconstruction(),
    TheDataCrime(),
    StepsOfAReconstruction(),
    MayWeTrustIt(),
)
