"""The Cramér-Rao bound against Fisher matrices differentiated numerically, published ratios, and direct sums."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnmr.physics import amplitude_for_snr, cramer_rao, cramer_rao_line, decay_sums, line_snr
from learnmr.signals import LINE_FIELDS, Resonance


def numeric_bound(lines: list[Resonance], *, n_points: int, dwell_s: float, noise_sd: float) -> np.ndarray:
    """Root of the diagonal of the inverse Fisher matrix, from central differences of the signal alone."""
    times_s = np.arange(n_points) * dwell_s

    def signal(parameters: np.ndarray) -> np.ndarray:
        frequency, width, amplitude, phase = parameters.reshape(-1, 4).T[:, :, None]
        return np.sum(amplitude * np.exp(1j * phase + (2j * np.pi * frequency - np.pi * width) * times_s), axis=0)

    truth = np.array([[getattr(line, name) for name in LINE_FIELDS] for line in lines]).ravel()
    step = 1e-5 / (n_points * dwell_s)
    columns = [(signal(truth + step * e) - signal(truth - step * e)) / (2 * step) for e in np.eye(truth.size)]
    jacobian = np.stack(columns, axis=1)
    real = np.concatenate([jacobian.real, jacobian.imag])
    return noise_sd * np.sqrt(np.diag(np.linalg.inv(real.T @ real))).reshape(-1, 4)


@pytest.mark.parametrize("width_bins", [0.05, 0.3, 1.0, 6.0])
@pytest.mark.parametrize("n_points", [16, 300])
def test_the_closed_form_is_the_inverse_of_a_numeric_fisher_matrix(width_bins: float, n_points: int) -> None:
    dwell_s, noise_sd = 2e-3, 0.3
    line = Resonance(31.0, width_bins / (n_points * dwell_s), 2.5, 0.7)
    sampling = {"n_points": n_points, "dwell_s": dwell_s, "noise_sd": noise_sd}
    closed = cramer_rao_line([line.fwhm_hz], [line.amplitude], **sampling)
    np.testing.assert_allclose(closed, numeric_bound([line], **sampling), rtol=1e-6)
    np.testing.assert_allclose(closed, cramer_rao([line], **sampling), rtol=1e-9)


def test_the_bound_of_several_lines_is_that_of_their_common_fisher_matrix() -> None:
    lines = [Resonance(-3.0, 1.0, 1.0, 0.2), Resonance(-1.5, 2.0, 0.4, -1.0), Resonance(8.0, 0.5, 3.0, 2.0)]
    sampling = {"n_points": 400, "dwell_s": 5e-3, "noise_sd": 0.1}
    np.testing.assert_allclose(cramer_rao(lines, **sampling), numeric_bound(lines, **sampling), rtol=1e-6)


@pytest.mark.parametrize(
    ("spacing", "frequency_inflation", "amplitude_inflation"),
    [(3.1, 1.10, 1.21), (1.26, 1.64, 2.47), (0.63, 3.75, 9.26)],
)
def test_an_equal_pair_inflates_the_bound_as_tabulated(
    spacing: float, frequency_inflation: float, amplitude_inflation: float
) -> None:
    """Table of the design's physics.md: pair in phase, acquisition time 1.6 / FWHM."""
    sampling = {"n_points": 1600, "dwell_s": 1e-3, "noise_sd": 0.1}
    alone = cramer_rao([Resonance(0.0, 1.0)], **sampling)[0]
    pair = cramer_rao([Resonance(0.0, 1.0), Resonance(spacing, 1.0)], **sampling)
    np.testing.assert_allclose(pair[:, 0] / alone[0], frequency_inflation, rtol=0.005)
    np.testing.assert_allclose(pair[:, 2] / alone[2], amplitude_inflation, rtol=0.005)


@pytest.mark.parametrize(("acquisition_t2", "ratio"), [(1, 2.05), (2, 1.21), (3, 1.05)])
def test_truncation_costs_what_is_tabulated(acquisition_t2: float, ratio: float) -> None:
    """Table of the design's physics.md: standard deviation of the frequency against a long acquisition."""
    t2_s, dwell_s = 0.1, 1e-4
    frequency_sd = [
        cramer_rao_line([1 / (math.pi * t2_s)], [1.0], n_points=round(n * t2_s / dwell_s), dwell_s=dwell_s, noise_sd=1)
        for n in (acquisition_t2, 20)
    ]
    assert frequency_sd[0][0, 0] / frequency_sd[1][0, 0] == pytest.approx(ratio, abs=0.006)


def test_the_width_is_twice_as_uncertain_as_the_frequency_and_the_bound_scales_with_noise() -> None:
    one = cramer_rao_line([2.0, 5.0], [1.0, 3.0], n_points=[512, 2048], dwell_s=1e-3, noise_sd=[0.1, 0.2])
    np.testing.assert_allclose(one[:, 1], 2 * one[:, 0], rtol=1e-14)
    np.testing.assert_allclose(one[:, 2], one[:, 3] * [1.0, 3.0], rtol=1e-14)
    two = cramer_rao_line([2.0, 5.0], [1.0, 3.0], n_points=[512, 2048], dwell_s=1e-3, noise_sd=[0.2, 0.4])
    np.testing.assert_allclose(two, 2 * one, rtol=1e-14)


@given(n_points=st.integers(1, 3000), decays=st.floats(0.0, 40.0))
@settings(max_examples=100, deadline=None)
def test_decay_sums_are_the_sums(n_points: int, decays: float) -> None:
    k = np.arange(n_points)
    terms = np.exp(-decays / n_points * k)
    for got, power in zip(decay_sums([decays / n_points], n_points), (1, k, k.astype(float) ** 2), strict=True):
        assert got[0] == pytest.approx(float(np.sum(power * terms)), rel=1e-9)


@pytest.mark.parametrize("n_points", [64, 65536, 2**20])
def test_slow_decays_continue_the_closed_form(n_points: int) -> None:
    """The determinant loses most digits: it was wrong by a factor of ten at a million points before it was tested."""
    below, above = (decay_sums([edge / n_points], n_points) for edge in (0.02 * (1 - 1e-9), 0.02 * (1 + 1e-9)))
    determinants = [float((s0 * s2 - s1**2)[0]) for s0, s1, s2 in (below, above)]
    assert determinants[0] == pytest.approx(determinants[1], rel=1e-8)


def test_undamped_lines_have_a_bound() -> None:
    """Rife and Boorstyn, IEEE Trans. Inf. Theory 20 (1974) 591: var omega = 12 sigma^2 / (A^2 N (N^2 - 1))."""
    n_points, dwell_s, noise_sd = 100, 1e-3, 0.5
    bound = cramer_rao_line([1e-9], [2.0], n_points=n_points, dwell_s=dwell_s, noise_sd=noise_sd)
    per_point = math.sqrt(12 * noise_sd**2 / (4.0 * n_points * (n_points**2 - 1)))
    assert bound[0, 0] == pytest.approx(per_point / (2 * math.pi * dwell_s), rel=1e-6)


def test_amplitude_and_signal_to_noise_ratio_are_inverse() -> None:
    sampling = {"n_points": 700, "dwell_s": 1e-3, "noise_sd": 0.4}
    amplitude = amplitude_for_snr([10.0, 80.0], [1.0, 20.0], **sampling)
    np.testing.assert_allclose(line_snr([1.0, 20.0], amplitude, **sampling), [10.0, 80.0], rtol=1e-12)
    times_s = np.arange(700) * 1e-3
    energy = np.sum(np.exp(-2 * np.pi * 20.0 * times_s))
    assert amplitude[1] * math.sqrt(energy) / 0.4 == pytest.approx(80.0, rel=1e-12)


def test_no_lines_have_no_bounds() -> None:
    assert cramer_rao([], n_points=10, dwell_s=1.0, noise_sd=1.0).shape == (0, 4)


SAMPLING = {"n_points": 64, "dwell_s": 1e-3, "noise_sd": 0.1}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"fwhm_hz": [1.0, 0.0]}, r"fwhm_hz must be > 0 Hz, got 0\.0"),
        ({"fwhm_hz": [math.nan, 1.0]}, "fwhm_hz must be > 0 Hz, got nan"),
        ({"amplitude": [1.0, -2.0]}, r"amplitude must be > 0, got -2\.0"),
        ({"n_points": 1}, r"n_points must be >= 2, got 1\.0"),
        ({"dwell_s": 0.0}, r"dwell_s must be > 0 s, got 0\.0"),
        ({"noise_sd": [0.1, math.nan]}, "noise_sd must be >= 0, got nan"),
    ],
)
def test_the_bound_of_one_line_refuses(changed: dict[str, object], message: str) -> None:
    arguments = {"fwhm_hz": [1.0, 2.0], "amplitude": [1.0, 1.0], **SAMPLING, **changed}
    with pytest.raises(ValueError, match=message):
        cramer_rao_line(**arguments)


def test_the_bound_of_several_lines_refuses() -> None:
    with pytest.raises(ValueError, match=r"amplitude must be > 0, got 0\.0"):
        cramer_rao([Resonance(1.0, 1.0, 0.0)], **SAMPLING)
    with pytest.raises(ValueError, match="lines must differ: 64 points cannot tell some of these 2 apart"):
        cramer_rao([Resonance(1.0, 1.0), Resonance(1.0, 1.0, 2.0)], **SAMPLING)
    with pytest.raises(ValueError, match="n_points must be at least twice the number of lines, 3, got 5"):
        cramer_rao([Resonance(50.0 * k, 1.0) for k in range(3)], n_points=5, dwell_s=1e-3, noise_sd=1.0)


def test_decay_sums_refuse() -> None:
    with pytest.raises(ValueError, match=r"decay_per_point must be >= 0, got -0\.1"):
        decay_sums([0.1, -0.1], 5)
    with pytest.raises(ValueError, match="decay_per_point must be >= 0, got nan"):
        decay_sums([math.nan], 5)
    with pytest.raises(ValueError, match=r"n_points must be >= 1, got 0\.0"):
        decay_sums([0.1], 0)
