"""Questions on lesson 3: a network that learns the DFT, and why that is a bad application."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..contract import ChoiceQuestion, NumericQuestion, Parameters
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


QUESTIONS = (CostOfTheTransform(), LinearTarget(), RecastTheTransform())
