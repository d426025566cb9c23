"""The model for authors, three kinds of exercise: a number, a function, a network. ``course/AUTHORING.md`` explains it.

No lesson of the course is called ``m0.example``; the tests build one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...physics import simulate_fid
from ...signals import FID, Resonance, spectrum
from ..exercises import Exercise, Mistake, Property, Training, close, predictions, register


# 1. A number, recomputed on the student's own data. The lesson draws the same FID with the same seed.
def example_fid() -> FID:
    """The FID of the exercise."""
    return simulate_fid([Resonance(120.0, fwhm_hz=6.0)], n_points=2048, dwell_s=5e-4, noise_sd=0.002, seed=7)


def measured_width_hz() -> float:
    """Full width at half height of the absorption line, read off the zero-filled spectrum."""
    line = spectrum(example_fid(), n_bins=65536)
    above = line.frequency_hz[line.values.real > line.values.real.max() / 2]
    return float(above[-1] - above[0])


def t2_star_fits(width_hz: Any) -> bool | str:
    """The identity FWHM = 1/(pi T2*): the envelope must fall to 1/e after the T2* that the width implies."""
    fid = example_fid()
    t2_star_s = 1.0 / (np.pi * float(width_hz))
    point = round(t2_star_s / fid.dwell_s)
    if not 0 < point < fid.n_points:
        return f"a line as wide as {float(width_hz):.3g} Hz would not decay within the FID"
    return close(abs(fid.samples[point]), abs(fid.samples[0]) / np.e, relative=0.05)


register(
    Exercise(
        slug="m0.example.width",
        asks="the full width at half maximum of the line, in Hz, as one number",
        properties=(
            Property("it is one positive number", lambda width_hz: np.ndim(width_hz) == 0 and float(width_hz) > 0),
            Property("the decay has the T2* that this width implies", t2_star_fits),
            Property(
                "it is the width of the line in your spectrum", lambda w: close(w, measured_width_hz(), relative=0.03)
            ),
        ),
        right=measured_width_hz,
        mistakes=(
            Mistake("hwhm_for_fwhm", lambda: measured_width_hz() / 2),
            Mistake("missing_pi", lambda: measured_width_hz() * np.pi),
            Mistake("angular_for_ordinary", lambda: measured_width_hz() * 2 * np.pi),
        ),
        hints=("Find the highest point of the real part first.", "Which frequencies lie above half of that height?"),
        relative_tolerance=0.03,
        read="Lesson 0, Line width",
    )
)


# 2. A function: properties first; the probes are the arguments on which it is compared with known mistakes.
def alias_hz(frequency_hz: float, bandwidth_hz: float) -> float:
    """Where a line is seen in quadrature."""
    return (frequency_hz + bandwidth_hz / 2) % bandwidth_hz - bandwidth_hz / 2


register(
    Exercise(
        slug="m0.example.alias",
        asks="a function alias_hz(frequency_hz, bandwidth_hz) that says where a line is seen in quadrature",
        properties=(
            Property("a line inside the band stays where it is", lambda alias: close(alias(120.0, 1000.0), 120.0)),
            Property("the answer lies inside the band", lambda alias: abs(alias(12345.6, 1000.0)) <= 500.0),
            Property(
                "the samples of both frequencies are the same",
                lambda alias: close(
                    np.exp(2j * np.pi * alias(730.0, 1000.0) * np.arange(8) / 1000.0),
                    np.exp(2j * np.pi * 730.0 * np.arange(8) / 1000.0),
                ),
            ),
        ),
        right=lambda: alias_hz,
        mistakes=(
            Mistake("unfolded", lambda: lambda frequency_hz, bandwidth_hz: frequency_hz),
            Mistake("folded_to_wrong_side", lambda: lambda f, bandwidth: abs(alias_hz(f, bandwidth)) * np.sign(f)),
        ),
        probes=((120.0, 1000.0), (730.0, 1000.0), (-612.0, 1000.0)),
        fresh=lambda stream: (stream.whole(-9000, 9000) + 0.3, stream.choice((500.0, 1000.0, 2500.0))),
        hints=("What happens to exp(2 pi i f t) at the sampling times when f grows by one bandwidth?",),
        read="Lesson 0, Sampling",
    )
)


# 3. A network: only its predict is called, on fresh data; the threshold comes from seeded trainings of the solution.
@dataclass(frozen=True)
class Cubic:
    """A small model with ``predict``, in place of a network that would take seconds."""

    coefficients: NDArray[np.float64]

    def predict(self, inputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values of the polynomial."""
        return np.asarray(np.polyval(self.coefficients, inputs[:, 0])[:, None], dtype=float)


def train_cubic(seed: int) -> Cubic:
    """Fit a cubic to 64 noisy samples of a sine."""
    generator = np.random.default_rng(seed)
    inputs = generator.uniform(-1, 1, 64)
    return Cubic(np.polyfit(inputs, np.sin(2 * inputs) + 0.1 * generator.standard_normal(64), 3))


def fresh_error(network: Any) -> float:
    """Root mean square error on fresh inputs."""
    inputs = np.random.default_rng(20261122).uniform(-1, 1, (500, 1))
    return float(np.sqrt(np.mean((predictions(network, inputs) - np.sin(2 * inputs)) ** 2)))


# measured: learnmr bench course --false-fail m0.example.sine (see the numbers of the record)
_TRAINING = Training(train=train_cubic, measure=fresh_error, threshold=0.07, failures=0, runs=40)

register(
    Exercise(
        slug="m0.example.sine",
        asks="a trained network with a method predict that maps x, shape (n, 1), to sin(2x), shape (n, 1)",
        properties=(
            Property(
                "one answer for each input, and smaller errors than answering zero",
                lambda network: fresh_error(network) < 0.5,
            ),
            Property(
                "on fresh data the error is as small as the model allows",
                lambda network: (
                    fresh_error(network) <= _TRAINING.threshold
                    or f"root mean square error {fresh_error(network):.3f}, at most {_TRAINING.threshold} expected"
                ),
            ),
        ),
        right=lambda: train_cubic(0),
        mistakes=(),
        hints=("Compare the error on the training data with that on fresh data.",),
        read="Lesson 0, Fitting",
        training=_TRAINING,
    )
)
