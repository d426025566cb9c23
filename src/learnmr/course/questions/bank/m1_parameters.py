"""Questions on lesson 5: learning the parameters of lines, and what makes a problem fit for learning."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..contract import ChoiceQuestion, NumericQuestion, Parameters
from ..streams import HashStream

__all__ = ["QUESTIONS"]


class WidthInBins(NumericQuestion):
    """A width without its units."""

    slug = "m1.parameters.q_bins"
    title = "The dimensionless width"
    goal = "make a problem dimensionless"
    unit = "bins"
    difficulty = 1

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """An acquisition between a tenth of a second and two."""
        return {
            "fwhm_hz": stream.on_grid(0.5, 12.0, 0.1),
            "n_points": 2 ** stream.whole(9, 13),
            "dwell_us": stream.choice((100, 125, 200, 250)),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"A line is {p['fwhm_hz']} Hz wide. The FID has {p['n_points']} complex samples, one every {p['dwell_us']} "
            "µs. How wide is the line in bins of the transform without zero filling?"
        )

    def solve(self, parameters: Parameters) -> float:
        """Width times acquisition time."""
        return float(parameters["fwhm_hz"] * parameters["n_points"] * parameters["dwell_us"] * 1e-6)

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Half width; the dwell time for the acquisition; angular."""
        right = self.solve(parameters)
        return {
            "hwhm_for_fwhm": right / 2,
            "angular_for_ordinary": 2 * np.pi * right,
            "dwell_for_acquisition": right / parameters["n_points"],
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        seconds = p["n_points"] * p["dwell_us"] * 1e-6
        return f"One bin is 1/{seconds:.4g} s; {p['fwhm_hz']} Hz x {seconds:.4g} s = {self.solve(p):.4g} bins."


class RecastTheUnits(ChoiceQuestion):
    """Recasting: one network for every spectrometer."""

    slug = "m1.parameters.q_recast_units"
    title = "One network for every spectrometer"
    goal = "recast a problem by making it dimensionless"
    recasts = True
    difficulty = 3

    _GOOD = (
        "measure frequency and width in bins, and divide the window by its highest value",
        "count frequency and width in bins around the peak, and scale the window to it",
    )
    _MORE = (
        "add layers until the network is deep enough to know both spectrometers",
        "use a larger network and longer training on the same data",
    )
    _HZ = (
        "train on spectra of both spectrometers, frequencies and widths in Hz",
        "give the network the dwell time in seconds as one more input, and all widths in Hz",
    )
    _OUTSIDE = (
        "apply it as it is: a good network generalises to other dwell times",
        "stretch the new FID with zeros until its length is that of the training data, and apply the network as it is",
    )

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Two spectrometers, one wording of each option."""
        first = stream.choice((60, 80, 300))
        return {
            "first_mhz": first,
            "second_mhz": stream.choice((400, 500, 600)),
            "good": stream.below(len(self._GOOD)),
            "more": stream.below(len(self._MORE)),
            "hz": stream.below(len(self._HZ)),
            "outside": stream.below(len(self._OUTSIDE)),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return (
            "A network gives frequency and width of a line in Hz from a spectrum. It was trained on spectra of one "
            f"{parameters['first_mhz']} MHz spectrometer and fails on one of {parameters['second_mhz']} MHz with "
            "another dwell time. Which change recasts the problem so that one small network serves both, and the next "
            "one too?"
        )

    def solve(self, parameters: Parameters) -> str:
        """Dimensionless."""
        return self._GOOD[parameters["good"]]

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """A larger network; units inside; outside of the training."""
        return {
            "problem_unchanged": self._MORE[parameters["more"]],
            "units_in_the_network": self._HZ[parameters["hz"]],
            "outside_training_range": self._OUTSIDE[parameters["outside"]],
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            "In bins, around its peak, a damped exponential has the same shape for every dwell time and field; "
            "amplitude and phase leave with the division by the peak. What is left is one small problem with a range "
            "that can be covered in training."
        )


class RecastTheLabels(ChoiceQuestion):
    """Recasting: labels that are true."""

    slug = "m1.parameters.q_recast_labels"
    title = "Labels that are true"
    goal = "find the fault of a learning problem in its labels"
    recasts = True
    difficulty = 3

    _GOOD = (
        "simulate the FIDs, and use as labels the parameters they were simulated with",
        "take as labels the true parameters that went into a simulation",
    )
    _FIT = (
        "repeat each fit from other start values and take the mean of the fitted widths as label",
        "keep the fitted widths as labels, but train on ten times as many spectra",
    )
    _LOSS = (
        "use the mean absolute error as loss in place of the mean squared error",
        "scale all labels to between 0 and 1 and use the same loss",
    )
    _NETWORK = (
        "replace the dense layers by convolutions, which see shapes in a spectrum",
        "add dropout and L2 until val_loss is as small as loss",
    )

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """How wrong the labels are, one wording of each option."""
        return {
            "factor": stream.on_grid(2.0, 8.0, 0.5),
            "good": stream.below(len(self._GOOD)),
            "fit": stream.below(len(self._FIT)),
            "loss": stream.below(len(self._LOSS)),
            "network": stream.below(len(self._NETWORK)),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return (
            "A network learns line widths. Its labels come from fits of a Lorentzian to magnitude spectra of truncated "
            f"decays; those fits are {parameters['factor']} times too wide. Training and validation loss are small. "
            "Which change makes its widths right?"
        )

    def solve(self, parameters: Parameters) -> str:
        """True labels."""
        return self._GOOD[parameters["good"]]

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """More of the same labels; another loss; another network."""
        return {
            "label_from_wrong_fit": self._FIT[parameters["fit"]],
            "metric_not_physical": self._LOSS[parameters["loss"]],
            "problem_unchanged": self._NETWORK[parameters["network"]],
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            "The network does what it was asked: it repeats the biased fit. In a simulation the truth is known, so it "
            "can be the label; then the error can be compared with the Cramér-Rao bound."
        )


class WorthLearning(ChoiceQuestion):
    """Which of four plans is a good application."""

    slug = "m1.parameters.q_worth_learning"
    title = "Which of these is worth learning?"
    goal = "tell good applications of learning from bad ones"
    recasts = True
    difficulty = 3
    marks = 3

    _GOOD = (
        "give the parameters of overlapping lines, for which fits are slow",
        "find a first guess of 30 lines for a fit that then refines it",
        "find amounts of known substances in a crowded spectrum that can be simulated",
        "remove artefacts that can be simulated but have no formula to undo them",
    )
    _KNOWN = (
        "compute the inverse Fourier transform of a spectrum",
        "integrate a well-resolved line",
        "convert chemical shifts from ppm to Hz",
        "find the mean of repeated scans",
    )
    _NO_TRUTH = (
        "say how ill a patient is from 12 spectra whose owners were never examined",
        "name unknown substances, trained on spectra that nobody has assigned",
        "predict which of five spectrometers gives the most beautiful spectra",
    )
    _OUTSIDE = (
        "measure line widths of 50 Hz with a network trained on 1 to 5 Hz, without new training",
        "analyse phosphorus spectra with a network that has seen only water lines, as it is",
        "find lines in spectra ten times noisier than any in training, with no means to notice it",
    )

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """One of each."""
        return {
            "good": stream.below(len(self._GOOD)),
            "known": stream.below(len(self._KNOWN)),
            "no_truth": stream.below(len(self._NO_TRUTH)),
            "outside": stream.below(len(self._OUTSIDE)),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return "Four plans for a neural network. Which one is a good application of learning?"

    def solve(self, parameters: Parameters) -> str:
        """The good one."""
        return self._GOOD[parameters["good"]]

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """An algorithm exists; no truth; outside of the training."""
        return {
            "learn_the_known": self._KNOWN[parameters["known"]],
            "no_truth": self._NO_TRUTH[parameters["no_truth"]],
            "outside_training_range": self._OUTSIDE[parameters["outside"]],
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            "Learning pays where no exact and fast algorithm is known, true labels can be had, the data met later lie "
            f"within those of training, and the result can be checked. That holds for: {self.solve(parameters)}."
        )


class LongestRecord(NumericQuestion):
    """The range of a network, in seconds."""

    slug = "m1.parameters.q_longest"
    title = "How long may the record be?"
    goal = "make a problem dimensionless"
    unit = "s"
    minutes = 4
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """A range of widths in bins and a line in Hz."""
        return {
            "least_bins": stream.choice((0.1, 0.2, 0.5)),
            "most_bins": stream.choice((4, 5, 6, 8, 9)),
            "fwhm_hz": stream.on_grid(0.8, 9.0, 0.1),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"A network was trained on lines from {p['least_bins']} to {p['most_bins']} bins wide (FWHM, in bins of "
            f"the transform without zero filling). A line is {p['fwhm_hz']} Hz wide. What is the longest "
            "acquisition time for which the line still lies within the training range?"
        )

    def solve(self, parameters: Parameters) -> float:
        """Bins over Hz."""
        return float(parameters["most_bins"] / parameters["fwhm_hz"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """The other end; half width; angular."""
        right = self.solve(parameters)
        return {
            "other_end_of_range": parameters["least_bins"] / parameters["fwhm_hz"],
            "hwhm_for_fwhm": 2 * right,
            "angular_for_ordinary": right / (2 * np.pi),
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        return (
            f"Width in bins = FWHM x acquisition time: it grows with the record. {p['most_bins']}/{p['fwhm_hz']} Hz = "
            f"{self.solve(p):.3g} s. Of a longer record one would use the beginning."
        )


class WhatAnErrorIsMadeOf(NumericQuestion):
    """Bias and spread."""

    slug = "m1.parameters.q_rmse"
    title = "Bias and spread together"
    goal = "judge a network beside the best method without one"
    minutes = 3
    relative_tolerance = 0.02

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Both of the same order."""
        return {
            "bias": stream.choice((-1, 1)) * stream.on_grid(0.5, 2.5, 0.1),
            "spread": stream.on_grid(1.0, 2.5, 0.1),
            "n": stream.whole(2, 20) * 1000,
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"On {p['n']} fresh simulated lines the frequency of a network has, in units of the Cramér-Rao bound, a "
            f"mean error of {p['bias']} and a standard deviation of the errors of {p['spread']}. What is its root mean "
            "square error, in the same units?"
        )

    def solve(self, parameters: Parameters) -> float:
        """Squares add."""
        return float(np.hypot(parameters["bias"], parameters["spread"]))

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """The spread alone; a sum; the square."""
        bias, spread = abs(parameters["bias"]), parameters["spread"]
        return {
            "bias_ignored": spread,
            "added_linearly": bias + spread,
            "variance_for_deviation": bias**2 + spread**2,
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        return (
            f"√({abs(p['bias'])}² + {p['spread']}²) = {self.solve(p):.3g}: the mean of the squares is the square of "
            "the "
            "mean plus the variance. An efficient estimator has 1."
        )


class WhenTrainingPays(NumericQuestion):
    """How many records make a network worth its training."""

    slug = "m1.parameters.q_break_even"
    title = "When does the training pay?"
    goal = "judge a network beside the best method without one"
    marks, minutes = 3, 5
    digits = 6
    relative_tolerance = 0.02
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """A fit that is a few times slower."""
        fits = stream.choice((50, 100, 200, 400))
        return {
            "training_s": stream.whole(6, 40) * 10,
            "fits_per_s": fits,
            "networks_per_s": fits * stream.whole(2, 6),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"A fit reads {p['fits_per_s']} FIDs a second. A network with the same accuracy reads "
            f"{p['networks_per_s']} a second on the same computer, but must first be trained for {p['training_s']} s. "
            "For how many FIDs do both take the same total time?"
        )

    def solve(self, parameters: Parameters) -> float:
        """The training over what is saved on each."""
        p = parameters
        return float(p["training_s"] / (1 / p["fits_per_s"] - 1 / p["networks_per_s"]))

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """What the network does in that time; what the fit does; the difference of the speeds."""
        p = parameters
        return {
            "training_is_free": p["training_s"] * p["networks_per_s"],
            "network_is_instant": p["training_s"] * p["fits_per_s"],
            "speeds_subtracted": p["training_s"] * (p["networks_per_s"] - p["fits_per_s"]),
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        saved_ms = 1e3 * (1 / p["fits_per_s"] - 1 / p["networks_per_s"])
        return (
            f"Each FID saves 1/{p['fits_per_s']} - 1/{p['networks_per_s']} s = {saved_ms:.4g} ms; "
            f"{p['training_s']} s / {saved_ms:.4g} ms = {self.solve(p):.0f} FIDs. Below that the fit is faster."
        )


QUESTIONS = (
    WidthInBins(),
    RecastTheUnits(),
    RecastTheLabels(),
    WorthLearning(),
    WhatAnErrorIsMadeOf(),
    LongestRecord(),
    WhenTrainingPays(),
)
