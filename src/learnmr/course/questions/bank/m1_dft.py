"""Questions on lesson 3: a network that learns the DFT, and why that is a bad application."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...exercises import Property, close
from ..contract import ChoiceQuestion, CodeQuestion, NumericQuestion, Parameters
from ..figures import draw_curves
from ..streams import HashStream

__all__ = ["QUESTIONS"]


class CostOfTheTransform(NumericQuestion):
    """Operations of a dense layer against the FFT."""

    slug = "m1.dft.q_cost"
    title = "How much dearer is the learned transform?"
    goal = "compare the cost of a known algorithm with that of a network"
    difficulty = 1
    relative_tolerance = 0.05

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """A power of two."""
        return {"power": stream.whole(8, 18)}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return (
            f"A linear network computes the DFT of {2 ** parameters['power']} points as a product with a full matrix: "
            "N² multiplications. The FFT needs about N·log2(N). How many times more does the network need?"
        )

    def solve(self, parameters: Parameters) -> float:
        """N / log2 N."""
        return float(2 ** parameters["power"] / parameters["power"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Both quadratic; a logarithm to another base."""
        return {"fft_cost_quadratic": 1.0, "other_base": self.solve(parameters) * np.log2(10.0)}

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        power = parameters["power"]
        return f"N²/(N·log2 N) = N/log2 N = {2**power}/{power} = {self.solve(parameters):.4g}; and the FFT is exact."


class LinearTarget(ChoiceQuestion):
    """What a linear network can learn exactly."""

    slug = "m1.dft.q_linear_target"
    title = "What can a linear network learn exactly?"
    goal = "recognise which targets are linear in the signal"
    marks, minutes = 1, 2

    _LINEAR = (
        "real and imaginary part of the spectrum",
        "the spectrum multiplied by a fixed phase",
        "the spectrum after an exponential window",
        "the signal delayed by three samples, with zeros before",
        "the integral of the real part over a fixed range",
    )
    _MAGNITUDE = (
        "the magnitude of the spectrum",
        "the power of each bin",
        "the logarithm of the magnitude in each of the bins",
    )
    _PEAK = (
        "the frequency of the highest peak",
        "the number of lines that stand above the noise",
        "the full width of the strongest line",
    )

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """One of each sort."""
        return {
            "n_points": 2 ** stream.whole(6, 10),
            "linear": stream.below(len(self._LINEAR)),
            "magnitude": stream.below(len(self._MAGNITUDE)),
            "peak": stream.below(len(self._PEAK)),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return (
            f"A network without activations gets the real and imaginary parts of {parameters['n_points']} samples of "
            "arbitrary FIDs. Which of these targets can it learn exactly?"
        )

    def solve(self, parameters: Parameters) -> str:
        """The linear one."""
        return self._LINEAR[parameters["linear"]]

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Magnitudes, and what is found by a decision."""
        return {
            "magnitude_target": self._MAGNITUDE[parameters["magnitude"]],
            "activation_forgotten": self._PEAK[parameters["peak"]],
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            f"Twice the signal gives twice {self.solve(parameters)}, and sums add: it is linear. A magnitude, a "
            "logarithm and the place of a peak do not add."
        )


class RecastTheTransform(ChoiceQuestion):
    """Recasting: from the DFT to the parameters."""

    slug = "m1.dft.q_recast"
    title = "From a bad to a good application"
    goal = "recast a problem so that learning is worth its cost"
    recasts = True
    difficulty = 3

    _GOOD = (
        "let the network give frequency and width of the line from a window of the FFT",
        "leave the transform to the FFT, and learn the parameters of each peak",
        "learn the step after the FFT, for which only slow fits exist",
    )
    _DEEPER = (
        "use three hidden layers in place of one, with an activation after each of them",
        "use twice as many nodes, and train ten times longer",
        "use a more modern optimiser with a learning-rate schedule",
    )
    _MAGNITUDE = (
        "train on the magnitude spectrum, which has only half as many numbers to learn",
        "let the network give the logarithm of the magnitude",
    )
    _SAME = (
        "train on a larger machine until its error is that of float32",
        "use the trained network in place of the FFT in every instrument, since it is exact now",
    )

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """One wording of each."""
        return {
            "n_points": 2 ** stream.whole(8, 12),
            "good": stream.below(len(self._GOOD)),
            "deeper": stream.below(len(self._DEEPER)),
            "magnitude": stream.below(len(self._MAGNITUDE)),
            "same": stream.below(len(self._SAME)),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return (
            f"A colleague trains a network that maps {parameters['n_points']} samples of an FID to its spectrum. It is "
            "slower than the FFT, less exact, and the peaks still have to be integrated. Which change makes it a good "
            "application of learning?"
        )

    def solve(self, parameters: Parameters) -> str:
        """Another problem."""
        return self._GOOD[parameters["good"]]

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """The same problem with another network, another target, another machine."""
        return {
            "more_layers_cure": self._DEEPER[parameters["deeper"]],
            "magnitude_target": self._MAGNITUDE[parameters["magnitude"]],
            "learn_the_known": self._SAME[parameters["same"]],
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            "What problem am I solving? Not the transform: an exact and fast algorithm does it. What is wanted are the "
            "parameters of the lines, and those are slow to fit and easy to simulate with true labels."
        )


class WeightsOfTheTransform(NumericQuestion):
    """The numbers in the learned matrix."""

    slug = "m1.dft.q_weights"
    title = "Weights of a learned transform"
    goal = "compare the cost of a known algorithm with that of a network"
    difficulty = 1
    relative_tolerance, absolute_tolerance = 0.0, 0.5
    digits = 12
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """A length that need not be a power of two."""
        return {"n_points": stream.whole(5, 60) * 20}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return (
            f"A dense layer without bias and activation maps {parameters['n_points']} complex samples to the "
            f"{parameters['n_points']} complex values of their DFT. Real and imaginary parts are separate real numbers "
            "at the input and at the output. How many weights does the layer have?"
        )

    def solve(self, parameters: Parameters) -> int:
        """Twice as many numbers on both sides."""
        return int((2 * parameters["n_points"]) ** 2)

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Complex numbers counted as one; two matrices of the four; a bias."""
        n = parameters["n_points"]
        return {"complex_as_one": n**2, "cross_terms_forgotten": 2 * n**2, "bias_where_none": 4 * n**2 + 2 * n}

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        n = parameters["n_points"]
        return (
            f"{2 * n} real numbers in, {2 * n} out: {2 * n}² = {self.solve(parameters)} weights. They are four blocks, "
            "cosines twice and sines twice; the FFT stores none of them."
        )


class Superposition(NumericQuestion):
    """What linearity says about an input that was never shown."""

    slug = "m1.dft.q_superposition"
    title = "An input it has never seen"
    goal = "recognise which targets are linear in the signal"
    minutes = 4
    relative_tolerance = 0.01
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Two complex outputs with whole parts, two whole factors."""
        return {
            "first": [stream.whole(-4, 4), stream.whole(1, 4)],
            "second": [stream.whole(-4, 4), stream.whole(-4, -1)],
            "factors": [stream.whole(2, 4), stream.choice((-3, -2, 2, 3))],
            "bin": stream.whole(2, 30),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        (a, b), (c, d), (m, n) = p["first"], p["second"], p["factors"]
        return (
            f"A dense network without bias and activation gives, for an FID x, the value {_complex(a, b)} in bin "
            f"{p['bin']} and, for an FID y, the value {_complex(c, d)} in the same bin. What is the magnitude of its "
            f"output in that bin for the signal {m}·x {'+' if n > 0 else '-'} {abs(n)}·y?"
        )

    def _parts(self, parameters: Parameters) -> tuple[complex, complex]:
        (a, b), (c, d), (m, n) = (parameters[name] for name in ("first", "second", "factors"))
        return m * complex(a, b), n * complex(c, d)

    def solve(self, parameters: Parameters) -> float:
        """Complex numbers add, then the magnitude."""
        first, second = self._parts(parameters)
        return float(abs(first + second))

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Magnitudes added; powers added; the square."""
        first, second = self._parts(parameters)
        return {
            "magnitude_target": abs(first) + abs(second),
            "powers_added": float(np.hypot(abs(first), abs(second))),
            "power_for_amplitude": abs(first + second) ** 2,
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        first, second = self._parts(parameters)
        total = first + second
        return (
            f"The network is linear, so its outputs add as complex numbers: {_complex(total.real, total.imag)}, "
            f"magnitude {abs(total):.4g}. Magnitudes do not add: a network for them would have to be non-linear."
        )


class StepsToLearn(NumericQuestion):
    """How long the poorest direction takes."""

    slug = "m1.dft.q_steps"
    title = "How long does the poorest direction take?"
    goal = "predict the speed of learning from the singular values of the data"
    unit = "steps"
    marks, minutes, difficulty = 3, 5, 3
    relative_tolerance = 0.05
    digits = 5

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """A ratio and what is left at the end."""
        return {"ratio": stream.whole(8, 60), "left_percent": stream.choice((1, 2, 5, 10, 20))}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            "A linear network is trained by gradient descent on the mean squared error. The largest singular value of "
            f"the matrix of training inputs is {p['ratio']} times the smallest. The learning rate is such that the "
            "error along the strongest direction vanishes in a single step. After about how many steps has the error "
            f"of the weights along the weakest direction fallen to {p['left_percent']} % of its start?"
        )

    def solve(self, parameters: Parameters) -> float:
        """Logarithm of what is left over that of the factor of one step."""
        left = parameters["left_percent"] / 100
        return float(np.log(left) / np.log1p(-1 / parameters["ratio"] ** 2))

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Singular values for eigenvalues; one time constant; a decimal logarithm."""
        left, ratio = parameters["left_percent"] / 100, parameters["ratio"]
        return {
            "condition_not_squared": float(np.log(left) / np.log1p(-1 / ratio)),
            "one_time_constant": float(ratio**2),
            "decimal_logarithm": float(-np.log10(left) * ratio**2),
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        ratio = parameters["ratio"]
        return (
            f"Along a direction each step multiplies the error by 1 - η·λ, and λ is the square of the singular value: "
            f"1 - 1/{ratio}² = {1 - 1 / ratio**2:.6f}. To reach {parameters['left_percent']} % takes about "
            f"{self.solve(parameters):.0f} steps."
        )


class DirectionsLearned(NumericQuestion):
    """Read singular values: how much of the space is learned in so many steps."""

    slug = "m1.dft.q_directions"
    title = "How many directions are learned?"
    goal = "predict the speed of learning from the singular values of the data"
    marks, minutes, difficulty = 3, 5, 3
    relative_tolerance, absolute_tolerance = 0.0, 1.5  # of reading the plot
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """So many directions for each power of ten; steps of a power of ten or between."""
        return {
            "per_decade": stream.on_grid(6.0, 12.0, 0.5),
            "steps": stream.choice((100, 1000, 10_000)),
            "n_directions": 40,
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return (
            "The figure shows the singular values of a matrix of training inputs, over the largest one. A linear "
            "network is trained on them by gradient descent on the mean squared error. The learning rate is such that "
            "the error along direction 1 vanishes in the first step. Along how many directions has the error of the "
            f"weights fallen below 1/e of its start after {parameters['steps']} steps?"
        )

    def solve(self, parameters: Parameters) -> float:
        """Those whose squared singular value is at least one over the steps."""
        return float(1 + np.floor(parameters["per_decade"] * np.log10(parameters["steps"]) / 2 + 1e-9))

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Singular values for eigenvalues; all of them."""
        linear = 1 + np.floor(parameters["per_decade"] * np.log10(parameters["steps"]) + 1e-9)
        return {
            "condition_not_squared": float(min(linear, parameters["n_directions"])),
            "only_the_strongest": 1.0,
        }

    def confusions(self, parameters: Parameters) -> list[str]:
        """All directions may not be learned: then there is nothing to read."""
        return [
            *super().confusions(parameters),
            *(["all are learned"] if self.solve(parameters) > parameters["n_directions"] - 4 else []),
        ]

    def _values(self, parameters: Parameters) -> Any:
        return 10.0 ** (-np.arange(parameters["n_directions"]) / parameters["per_decade"])

    def figure(self, parameters: Parameters) -> Any:
        """On a logarithmic axis."""
        values = self._values(parameters)
        directions = np.arange(1, len(values) + 1)
        read = ", ".join(f"{values[i]:.2g} at {directions[i]}" for i in range(0, len(values), 2))
        return draw_curves(
            directions,
            {"singular value": values},
            x_label="direction",
            y_label="singular value / largest",
            log="y",
            points=True,
            ticks=20,
            description=f"Singular values over the largest, against the direction: {read}.",
        )

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        steps = parameters["steps"]
        return (
            "A step multiplies the error along a direction by 1 minus the square of its singular value over the "
            f"largest. After {steps} steps it is below 1/e where that square is at least 1/{steps}: singular values "
            f"down to {steps**-0.5:.3g}, which are {self.solve(parameters):.0f} directions."
        )


class FourierWorthLearning(ChoiceQuestion):
    """Recasting: a problem around the transform that an algorithm does not solve."""

    slug = "m1.dft.q_fourier_worth"
    title = "A Fourier problem worth learning"
    goal = "recast a problem so that learning is worth its cost"
    recasts = True
    marks, minutes, difficulty = 2, 4, 3
    uses = ("exam",)

    _GOOD = (
        "samples are missing, and what fills the gaps is known from many complete FIDs of the same kind",
        "only every fourth sample was taken, and thousands of fully sampled FIDs of such mixtures exist",
        "the first samples are spoilt by a transient that can be simulated but has no formula to undo it",
    )
    _KNOWN = (
        "the number of samples is not a power of two, which makes the usual transform a little slower",
        "the samples stand at equal steps and the inverse transform is wanted, to come back to the FID",
        "the spectrum is wanted at a few frequencies only, between the bins of the usual transform",
    )
    _ZEROS = (
        "two lines lie closer than a bin in a short record, and the zero-filled spectrum is at hand as the label",
        "a record of 50 ms shall be given the resolution of one second, learned from its zero-filled spectrum",
    )
    _NO_TRUTH = (
        "a line is suspected below the noise of the only spectrum that was ever measured of such a sample",
        "nobody knows how the spectra of these samples should look, but some of them look wrong",
    )

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """One of each."""
        return {
            "good": stream.below(len(self._GOOD)),
            "known": stream.below(len(self._KNOWN)),
            "zeros": stream.below(len(self._ZEROS)),
            "no_truth": stream.below(len(self._NO_TRUTH)),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return "In which of these situations is a trained network worth trying?"

    def solve(self, parameters: Parameters) -> str:
        """Prior knowledge that an algorithm does not have, with true labels."""
        return self._GOOD[parameters["good"]]

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """An exact algorithm; no information; no truth."""
        return {
            "learn_the_known": self._KNOWN[parameters["known"]],
            "zero_filling_resolves": self._ZEROS[parameters["zeros"]],
            "no_truth": self._NO_TRUTH[parameters["no_truth"]],
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            "Here the data do not determine the answer alone: what is missing must come from knowledge of such "
            "signals, examples of it with true labels can be had, and the result can be checked on complete records. "
            "Elsewhere an exact algorithm exists, the label holds no information, or there is no truth."
        )


class CodeTransform(CodeQuestion):
    """The Fourier sum at a frequency of one's own choice."""

    slug = "m1.dft.q_code_transform"
    title = "The Fourier sum between the bins"
    goal = "write the discrete Fourier transform as a sum"
    marks, minutes = 4, 8
    function = "fourier_sum"
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Where it must agree with the bins."""
        return {"n_points": stream.whole(20, 60), "dwell_us": stream.choice((100, 200, 250, 500))}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            "Write fourier_sum(samples, dwell_s, frequency_hz): the sum over n of s_n·exp(-2πi·f·n·Δt), times the "
            "dwell time Δt, for the complex samples s_0, s_1, … and any single frequency f in Hz, on a bin or between "
            "two bins. It returns one complex number. Do not halve the first point. On the bins, for "
            f"example for {p['n_points']} samples every {p['dwell_us']} µs, it agrees with Δt times numpy.fft.fft."
        )

    def stub(self, parameters: Parameters) -> str:
        """The head."""
        return (
            "def fourier_sum(samples, dwell_s, frequency_hz):\n"
            '    """Sum of samples times exp(-2 pi i f n dwell), times the dwell time."""\n'
        )

    def solve(self, parameters: Parameters) -> Any:
        """As written."""
        return _fourier_sum

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """The usual slips."""
        return {
            "rotation_turned": lambda samples, dwell_s, frequency_hz: _fourier_sum(samples, dwell_s, -frequency_hz),
            "two_pi_forgotten": lambda samples, dwell_s, frequency_hz: _fourier_sum(
                samples, dwell_s, frequency_hz / (2 * np.pi)
            ),
            "dwell_forgotten": lambda samples, dwell_s, frequency_hz: (
                _fourier_sum(samples, dwell_s, frequency_hz) / dwell_s
            ),
            "normalised_sum": lambda samples, dwell_s, frequency_hz: (
                _fourier_sum(samples, dwell_s, frequency_hz) / (len(samples) * dwell_s)
            ),
            "real_only": lambda samples, dwell_s, frequency_hz: _fourier_sum(samples, dwell_s, frequency_hz).real,
        }

    def properties(self, parameters: Parameters) -> tuple[Property, ...]:
        """Laws first, then the bins."""
        n_points, dwell_s = parameters["n_points"], parameters["dwell_us"] * 1e-6
        rng = np.random.default_rng(n_points)
        first, second = rng.normal(size=(2, n_points)) + 1j * rng.normal(size=(2, n_points))
        index = np.arange(n_points)
        between_hz = 3.3 / (n_points * dwell_s)

        def adds(f: Any) -> bool:
            parts = f(first, dwell_s, between_hz) + 2j * f(second, dwell_s, between_hz)
            return abs(parts) > 1e-9 and close(f(first + 2j * second, dwell_s, between_hz), parts, relative=1e-8)

        def peak(f: Any) -> bool:
            line = 3 * np.exp(2j * np.pi * between_hz * index * dwell_s)
            return close(f(line, dwell_s, between_hz), 3 * n_points * dwell_s, relative=1e-8)

        def period(f: Any) -> bool:
            value = f(first, dwell_s, between_hz)
            return abs(value) > 1e-9 and close(f(first, dwell_s, between_hz + 1 / dwell_s), value, relative=1e-6)

        def bins(f: Any) -> bool:
            expected = dwell_s * np.fft.fft(first)
            return all(
                close(f(first, dwell_s, k / (n_points * dwell_s)), expected[k], relative=1e-8) for k in (0, 1, 7)
            )

        return (
            Property("the transform of a sum is the sum of the transforms, with complex factors", adds),
            Property("it repeats after one bandwidth", period),
            Property("a line without decay gives its amplitude times the acquisition time, at its frequency", peak),
            Property("on the bins it is that of numpy times the dwell time", bins),
        )

    def fresh(self, parameters: Parameters, stream: HashStream) -> tuple[Any, ...]:
        """White samples and any frequency."""
        n_points = stream.whole(5, 40)
        rng = np.random.default_rng(stream.below(1 << 32))
        samples = rng.normal(size=n_points) + 1j * rng.normal(size=n_points)
        return samples, stream.whole(1, 100) * 1e-5, float(stream.whole(-3000, 3000))

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            "times_s = dwell_s * np.arange(len(samples)); return dwell_s * np.sum(samples * np.exp(-2j * np.pi * "
            "frequency_hz * times_s)). A row of the matrix that the linear network learns, for any frequency."
        )


def _fourier_sum(samples: Any, dwell_s: float, frequency_hz: float) -> complex:
    """The reference."""
    times_s = dwell_s * np.arange(len(samples))
    return complex(dwell_s * np.sum(np.asarray(samples) * np.exp(-2j * np.pi * frequency_hz * times_s)))


def _complex(real: float, imaginary: float) -> str:
    """A complex number as people write it: ``-2 + 3i``."""
    return f"{real:g} {'-' if imaginary < 0 else '+'} {abs(imaginary):g}i"


QUESTIONS = (
    CostOfTheTransform(),
    LinearTarget(),
    RecastTheTransform(),
    StepsToLearn(),
    WeightsOfTheTransform(),
    Superposition(),
    DirectionsLearned(),
    FourierWorthLearning(),
    CodeTransform(),
)
