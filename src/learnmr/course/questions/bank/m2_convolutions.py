"""Questions on convolutions: by hand, by the theorem, as layers of a network.

Conventions: "convolution" turns the kernel around, as in mathematics; layers of networks do not, which changes
nothing for learned weights.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...exercises import Property, close
from ..contract import ChoiceQuestion, CodeQuestion, NumericQuestion, Parameters
from ..streams import HashStream

__all__ = ["QUESTIONS"]


class ConvolveByHand(NumericQuestion):
    """One value of a circular convolution."""

    slug = "m2.convolutions.q_by_hand"
    title = "A convolution by hand"
    goal = "carry out a convolution, and use the convolution theorem"
    difficulty = 1
    minutes = 4
    relative_tolerance, absolute_tolerance = 0.0, 0.01

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Small whole numbers; the place is one where the ends meet."""
        return {
            "signal": [stream.whole(-3, 5) for _ in range(5)],
            "kernel": [stream.whole(1, 4), stream.whole(-3, 3), stream.whole(-4, 2)],
            "place": stream.choice((0, 1)),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"The signal s = ({_listed(p['signal'])}), with indices 0 to 4, repeats periodically. The kernel is "
            f"h = ({_listed(p['kernel'])}), with indices 0, 1, 2. What is the value at index {p['place']} of the "
            "circular convolution (s * h)[n] = sum over m of h[m]·s[n - m]?"
        )

    def _sum(self, parameters: Parameters, *, sign: int, periodic: bool = True) -> float:
        signal, total = parameters["signal"], 0
        for m, weight in enumerate(parameters["kernel"]):
            n = parameters["place"] + sign * m
            total += weight * (signal[n % 5] if periodic or 0 <= n < 5 else 0)
        return float(total)

    def solve(self, parameters: Parameters) -> float:
        """The kernel turned around."""
        return self._sum(parameters, sign=-1)

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Not turned around; zeros beyond the end."""
        return {
            "correlation_for_convolution": self._sum(parameters, sign=1),
            "zeros_beyond_the_end": self._sum(parameters, sign=-1, periodic=False),
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        terms = [f"({w})·({p['signal'][(p['place'] - m) % 5]})" for m, w in enumerate(p["kernel"])]
        return f"{' + '.join(terms)} = {self.solve(p):.0f}; s at index -1 is s at index 4, and so on."


class TheTheorem(ChoiceQuestion):
    """A product in k-space is a convolution in the image."""

    slug = "m2.convolutions.q_theorem"
    title = "A product in k-space"
    goal = "carry out a convolution, and use the convolution theorem"
    marks, minutes = 2, 3

    _CASES = (
        (
            "a Gaussian that falls toward the edges",
            "the image convolved with a Gaussian: smoother, without ringing",
            "the image times a Gaussian: darker toward its edges",
            "the image convolved with a Gaussian as wide in pixels as the one in k-space: the wider, the smoother",
            "the image deconvolved by a Gaussian: sharper, with more noise",
        ),
        (
            "a box: one in the centre, zero outside",
            "the image convolved with a sinc: blurred, with ringing at edges",
            "the image times a box: its outer part is cut off",
            "the image convolved with a box: each pixel the mean of its neighbours",
            "the image deconvolved by a sinc: sharper, with more noise",
        ),
        (
            "a comb: one on every third line, zero on the others",
            "the image convolved with a comb: it overlaps with shifted copies of itself",
            "the image times a comb: two of three lines are black",
            "the image convolved with a comb of three neighbouring pixels: each line the mean of three",
            "the image deconvolved by a comb: its three copies become one",
        ),
        (
            "a phase that grows in proportion to k along one axis",
            "the image convolved with a point beside the origin: it is shifted",
            "the image times that phase: its magnitude is as before, its phase has a slope",
            "the image convolved with a wave: stripes lie over it along this axis",
            "the image deconvolved by a wave: its stripes are taken away",
        ),
    )

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Which factor."""
        return {"case": stream.below(len(self._CASES)), "pixels": stream.choice((128, 192, 256, 320))}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        factor = self._CASES[parameters["case"]][0]
        return (
            f"The fully sampled k-space of an image of {parameters['pixels']} x {parameters['pixels']} pixels is "
            f"multiplied by {factor}. What is the image of the product?"
        )

    def solve(self, parameters: Parameters) -> str:
        """Convolved with the transform of the factor."""
        return self._CASES[parameters["case"]][1]

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """A product; the factor itself as kernel; undone."""
        _, _, product, itself, undone = self._CASES[parameters["case"]]
        return {
            "product_of_images": product,
            "convolved_with_the_mask": itself,
            "multiplication_undoes": undone,
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            "A product in one domain is a convolution in the other, with the Fourier transform of the factor: of a "
            "Gaussian a Gaussian (inversely wide), of a box a sinc, of a comb a comb, of a linear phase a shifted "
            f"point. So: {self.solve(parameters)}."
        )


class WeightsOfALayer(NumericQuestion):
    """How many numbers a convolution learns."""

    slug = "m2.convolutions.q_parameters"
    title = "Trained numbers of a convolution"
    goal = "count weights, outputs and receptive field of convolutional layers"
    difficulty = 1
    relative_tolerance, absolute_tolerance = 0.0, 0.5
    digits = 9

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """A layer in the middle of a network."""
        return {
            "kernel": stream.choice((3, 5, 7)),
            "n_in": stream.choice((2, 8, 12, 16, 24, 32)),
            "n_out": stream.choice((8, 16, 20, 24, 32, 48)),
            "pixels": stream.choice((64, 96, 128, 256)),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"A two-dimensional convolutional layer turns {p['n_in']} channels of {p['pixels']} x {p['pixels']} pixels "
            f"into {p['n_out']} channels of the same size. Its kernels are {p['kernel']} x {p['kernel']}, with a bias "
            "for each output channel. How many numbers does training adjust?"
        )

    def solve(self, parameters: Parameters) -> int:
        """Kernels for each pair of channels, and biases."""
        p = parameters
        return int(p["kernel"] ** 2 * p["n_in"] * p["n_out"] + p["n_out"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """No bias; one kernel a filter; for every pixel."""
        p = parameters
        return {
            "bias_forgotten": p["kernel"] ** 2 * p["n_in"] * p["n_out"],
            "filters_share_channels": p["kernel"] ** 2 * p["n_out"] + p["n_out"],
            "per_pixel_weights": self.solve(p) * p["pixels"] ** 2,
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        return (
            f"{p['kernel']}² x {p['n_in']} x {p['n_out']} weights + {p['n_out']} biases = {self.solve(p)}, whatever "
            "the "
            "size of the image: all pixels share them."
        )


class ReceptiveField(NumericQuestion):
    """How far a pixel sees."""

    slug = "m2.convolutions.q_receptive_field"
    title = "How far does a pixel see?"
    goal = "count weights, outputs and receptive field of convolutional layers"
    unit = "pixels"
    marks, minutes, difficulty = 3, 5, 2
    relative_tolerance, absolute_tolerance = 0.0, 0.5
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Layers before and after a reduction by two."""
        return {"before": stream.whole(1, 3), "after": stream.whole(2, 5), "kernel": stream.choice((3, 5))}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"A network has {_layers(p['before'])} with kernels {p['kernel']} x {p['kernel']} and stride 1, then a max "
            f"pooling of 2 x 2 with stride 2, then {_layers(p['after'])} of the same kind. How wide is the part of the "
            "input image, along one axis, on which one output value depends?"
        )

    def solve(self, parameters: Parameters) -> int:
        """Each layer adds its kernel less one, times the stride so far."""
        p = parameters
        return int(1 + (p["kernel"] - 1) * p["before"] + 1 + 2 * (p["kernel"] - 1) * p["after"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """The stride forgotten; kernels added up; multiplied."""
        p = parameters
        n = p["before"] + p["after"]
        return {
            "stride_forgotten": 1 + (p["kernel"] - 1) * n + 1,
            "field_counted_in_layers": p["kernel"] * p["before"] + 2 + 2 * p["kernel"] * p["after"],
            "field_multiplied": p["kernel"] ** n * 2,
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        width = p["kernel"] - 1
        return (
            f"1 pixel, plus {p['before']} x {width} before the pooling, plus 1 for the pooling, plus {p['after']} x "
            f"{width} x 2 after it, where a step is two pixels of the input: {self.solve(p)} pixels."
        )


class SizeAfterALayer(NumericQuestion):
    """Two layers without padding."""

    slug = "m2.convolutions.q_output_size"
    title = "How large is the output?"
    goal = "count weights, outputs and receptive field of convolutional layers"
    unit = "pixels"
    difficulty = 1
    relative_tolerance, absolute_tolerance = 0.0, 0.4
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """A kernel and a stride."""
        return {
            "pixels": stream.whole(40, 200),
            "kernel": stream.choice((3, 5, 7, 9)),
            "stride": stream.choice((2, 3, 4)),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"An image is {p['pixels']} pixels wide. A convolutional layer with kernels of {p['kernel']} x "
            f"{p['kernel']} "
            f"and stride {p['stride']} is applied without padding (the kernel always lies inside the image). How wide "
            "is its output?"
        )

    def solve(self, parameters: Parameters) -> int:
        """Steps that fit, and the first position."""
        p = parameters
        return int((p["pixels"] - p["kernel"]) // p["stride"] + 1)

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Padded; the first position left out; stride one."""
        p = parameters
        return {
            "padding_where_none": -(-p["pixels"] // p["stride"]),
            "ends_not_counted": (p["pixels"] - p["kernel"]) // p["stride"],
            "stride_not_applied": p["pixels"] - p["kernel"] + 1,
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        return (
            f"The kernel starts at 0 and moves by {p['stride']} as long as it fits: floor(({p['pixels']} - "
            f"{p['kernel']})/{p['stride']}) + 1 = {self.solve(p)}."
        )


class CodeConvolve(CodeQuestion):
    """A circular convolution in code."""

    slug = "m2.convolutions.q_code_convolve"
    title = "A circular convolution"
    goal = "carry out a convolution, and use the convolution theorem"
    marks, minutes = 4, 8
    function = "convolve"
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """An example that is worked out in the question."""
        return {"signal": [stream.whole(1, 5), *(stream.whole(-3, 3) for _ in range(3))], "step": stream.whole(2, 5)}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        signal, step = np.array(parameters["signal"]), parameters["step"]
        shown = signal + step * np.roll(signal, 1)
        return (
            "Write convolve(signal, kernel): two arrays of real or complex numbers of the same length N. Return the "
            "array of their circular convolution, value n being the sum over m of kernel[m]·signal[(n - m) mod N]. For "
            f"signal ({_listed(signal)}) and kernel (1, {step}, 0, 0) it is ({_listed(shown)}). Use a loop or the "
            "convolution theorem, as you like; NumPy may be used."
        )

    def stub(self, parameters: Parameters) -> str:
        """The head."""
        return 'def convolve(signal, kernel):\n    """Circular convolution of two arrays of the same length."""\n'

    def solve(self, parameters: Parameters) -> Any:
        """By the theorem."""
        return _convolve

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Correlation; zeros beyond the end; a product; another norm; the imaginary part lost."""
        return {
            "correlation_for_convolution": lambda signal, kernel: _convolve(
                signal, np.roll(np.asarray(kernel)[::-1], 1)
            ),
            "zeros_beyond_the_end": lambda signal, kernel: np.convolve(signal, kernel)[: len(signal)],
            "product_of_images": lambda signal, kernel: np.asarray(signal) * np.asarray(kernel),
            "normalised_sum": lambda signal, kernel: _convolve(signal, kernel) / len(signal),
            "real_only": lambda signal, kernel: _convolve(signal, kernel).real,
        }

    def properties(self, parameters: Parameters) -> tuple[Property, ...]:
        """Shifts, symmetry, the theorem."""
        rng = np.random.default_rng(parameters["step"])
        first, second = rng.normal(size=(2, 8)) + 1j * rng.normal(size=(2, 8))
        delta = np.zeros(8)
        delta[3] = 1.0

        def commutes(f: Any) -> bool:
            one, other = np.asarray(f(first, second)), np.asarray(f(second, first))
            return close(one, other, absolute=1e-9) and not close(one, first * second, absolute=1e-9)

        def theorem(f: Any) -> bool:
            return close(np.fft.fft(f(first, second)), np.fft.fft(first) * np.fft.fft(second), absolute=1e-8)

        return (
            Property(
                "a kernel with a single one shifts", lambda f: close(f(first, delta), np.roll(first, 3), absolute=1e-9)
            ),
            Property("signal and kernel may be exchanged", commutes),
            Property("its Fourier transform is the product of both", theorem),
        )

    def fresh(self, parameters: Parameters, stream: HashStream) -> tuple[Any, ...]:
        """Two complex arrays of another length."""
        n = stream.whole(3, 12)
        rng = np.random.default_rng(stream.below(1 << 32))
        signal, kernel = rng.normal(size=(2, n)) + 1j * rng.normal(size=(2, n))
        return signal, kernel

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            "np.fft.ifft(np.fft.fft(signal) * np.fft.fft(kernel)), or the double sum as written. For complex numbers "
            "the "
            "real part alone is not enough."
        )


def _convolve(signal: Any, kernel: Any) -> Any:
    """The reference."""
    return np.fft.ifft(np.fft.fft(signal) * np.fft.fft(kernel))


def _listed(numbers: Any) -> str:
    return ", ".join(f"{number:g}" for number in numbers)


def _layers(number: int) -> str:
    return "one convolutional layer" if number == 1 else f"{number} convolutional layers"


QUESTIONS = (
    ConvolveByHand(),
    TheTheorem(),
    WeightsOfALayer(),
    ReceptiveField(),
    SizeAfterALayer(),
    CodeConvolve(),
)
