"""One line per FID: at the bound for every N, dwell time, scale and phase; honest error bars; laws; refusals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnmr import estimate_line
from learnmr.networks import LineNetwork, load_line_network
from learnmr.physics import amplitude_for_snr, cramer_rao_line, simulate_lines, window_basis
from learnmr.signals import LINE_FIELDS, LineEstimates


@dataclass(frozen=True, eq=False)
class Cell:
    """FIDs of one cell of the benchmark with truth and bound."""

    samples: np.ndarray
    dwell_s: float
    truth: LineEstimates
    bound: np.ndarray

    def errors(self, found: LineEstimates) -> np.ndarray:
        """Errors of the four parameters, frequency and phase on their circles, shape (batch, 4)."""
        wrong = np.stack([getattr(found, name) - getattr(self.truth, name) for name in LINE_FIELDS], axis=1)
        wrong[:, 0] -= np.round(wrong[:, 0] * self.dwell_s) / self.dwell_s
        wrong[:, 3] -= 2 * np.pi * np.round(wrong[:, 3] / (2 * np.pi))
        return wrong


def cell(
    n_fids: int,
    *,
    n_points: int = 1024,
    width_bins: tuple[float, float] = (0.5, 2.0),
    snr: tuple[float, float] = (50.0, 200.0),
    dwell_s: float = 1e-3,
    noise_sd: float = 1.0,
    cycles: float | None = None,
    dtype: Any = np.complex128,
    seed: int = 1,
) -> Cell:
    """Fresh lines anywhere in the band, or at ``cycles`` per point."""
    rng = np.random.default_rng(seed)
    fwhm_hz = rng.uniform(*width_bins, n_fids) / (n_points * dwell_s)
    frequency_hz = (rng.uniform(-0.5, 0.5, n_fids) if cycles is None else np.full(n_fids, cycles)) / dwell_s
    phase_rad = rng.uniform(-np.pi, np.pi, n_fids)
    sampling = {"n_points": n_points, "dwell_s": dwell_s, "noise_sd": noise_sd}
    amplitude = amplitude_for_snr(np.exp(rng.uniform(*np.log(snr), n_fids)), fwhm_hz, **sampling)
    samples = simulate_lines(frequency_hz, fwhm_hz, amplitude, phase_rad, **sampling, seed=rng, dtype=dtype)
    bound = cramer_rao_line(fwhm_hz, amplitude, **sampling)
    return Cell(samples, dwell_s, LineEstimates(frequency_hz, fwhm_hz, amplitude, phase_rad), bound)


def deviations(found: LineEstimates) -> np.ndarray:
    return np.stack([getattr(found, f"{name}_sd") for name in LINE_FIELDS], axis=1)


def fields(found: LineEstimates) -> np.ndarray:
    return np.stack([getattr(found, name + end) for end in ("", "_sd") for name in LINE_FIELDS])


def assert_at_the_bound(fids: Cell, found: LineEstimates, *, excess: float) -> None:
    """RMSE over bound, bias and coverage, each within 4.5 standard deviations of what it should be."""
    errors = fids.errors(found)
    assert np.all(np.abs(errors[:, 0]) <= fids.truth.fwhm_hz + 1 / (fids.samples.shape[1] * fids.dwell_s))
    ratio = errors / fids.bound
    n = len(fids.truth)
    rmse = np.sqrt(np.mean(ratio**2, axis=0))
    assert np.all(rmse < excess * (1 + 4.5 / math.sqrt(2 * n))), rmse
    assert np.all(np.abs(ratio.mean(axis=0)) < 0.05 + 4.5 / math.sqrt(n)), ratio.mean(axis=0)
    covered = np.mean(np.abs(errors) < 1.96 * deviations(found), axis=0)
    slack = 4.5 * math.sqrt(0.95 * 0.05 / n)
    assert np.all((covered > 0.94 - slack) & (covered < 0.96 + slack)), covered


@pytest.mark.parametrize("snr", [(20.0, 50.0), (50.0, 200.0), (200.0, 600.0)])
@pytest.mark.parametrize("width_bins", [(0.1, 0.5), (0.5, 2.0), (2.0, 6.0)])
@pytest.mark.parametrize("refine", [False, True])
def test_estimates_lie_at_the_bound(width_bins: tuple[float, float], snr: tuple[float, float], refine: bool) -> None:
    """Cells of the benchmark, 300 FIDs each; a width known to less than a fifth has no Gaussian errors."""
    fids = cell(450, n_points=1024, width_bins=width_bins, snr=snr, seed=int(snr[0] + 10 * width_bins[0]))
    known = fids.bound[:, 1] <= 0.2 * fids.truth.fwhm_hz
    fids = Cell(fids.samples[known], fids.dwell_s, fids.truth[known], fids.bound[known])
    assert known.sum() > 30
    found = estimate_line(fids.samples, fids.dwell_s, refine=refine)
    assert_at_the_bound(fids, found, excess=1.02 if refine else 1.06)


@pytest.mark.parametrize("n_points", [16, 33, 100, 1000, 70000])
@pytest.mark.parametrize("width_bins", [0.3, 1.0, 4.0])
def test_any_number_of_points_will_do(n_points: int, width_bins: float) -> None:
    fids = cell(20 if n_points > 10000 else 300, n_points=n_points, width_bins=(width_bins, width_bins), seed=n_points)
    assert_at_the_bound(fids, estimate_line(fids.samples, fids.dwell_s), excess=1.02)


@pytest.mark.parametrize("width_bins", [8.0, 15.0, 30.0, 60.0])
@pytest.mark.parametrize("refine", [False, True])
def test_lines_that_end_early_are_read_where_they_live(width_bins: float, refine: bool) -> None:
    fids = cell(300, n_points=4096, width_bins=(width_bins, width_bins), seed=int(width_bins))
    found = estimate_line(fids.samples, fids.dwell_s, refine=refine)
    assert_at_the_bound(fids, found, excess=1.02 if refine else 1.15)


@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
@pytest.mark.parametrize("noise_sd", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize("dwell_s", [1e-7, 2.0])
def test_no_unit_matters(dtype: Any, noise_sd: float, dwell_s: float) -> None:
    fids = cell(200, dwell_s=dwell_s, noise_sd=noise_sd, dtype=dtype)
    assert_at_the_bound(fids, estimate_line(fids.samples, dwell_s), excess=1.02)


@pytest.mark.parametrize("refine", [False, True])
@pytest.mark.parametrize("scale", [1e-35, 1e-18, 1e18, 1e35])
def test_single_precision_is_used_to_its_limits(scale: float, refine: bool) -> None:
    fids = cell(4, noise_sd=0.01, dtype=np.complex64)
    expected = fields(estimate_line(fids.samples, 1e-3, refine=refine))
    expected[[2, 6]] *= scale
    found = fields(estimate_line(fids.samples * np.float32(scale), 1e-3, refine=refine))
    np.testing.assert_allclose(found, expected, rtol=2e-3, atol=1e-4)


def test_double_precision_is_used_to_its_limits() -> None:
    fids = cell(3, noise_sd=0.01)
    expected = fields(estimate_line(fids.samples, 1e-3))
    for scale in (1e-250, 1e250):
        found = fields(estimate_line(fids.samples * scale, 1e-3))
        np.testing.assert_allclose(found / np.array([1, 1, scale, 1, 1, 1, scale, 1])[:, None], expected, rtol=1e-6)


@pytest.mark.parametrize("cycles", [-0.5, -0.49999, 0.0, 0.49999, 0.5])
@pytest.mark.parametrize("refine", [False, True])
def test_frequencies_wrap_at_the_edges_of_the_band(cycles: float, refine: bool) -> None:
    fids = cell(200, cycles=cycles)
    found = estimate_line(fids.samples, fids.dwell_s, refine=refine)
    assert np.all((found.frequency_hz >= -500) & (found.frequency_hz < 500))
    assert_at_the_bound(fids, found, excess=1.06)


def test_phases_lie_on_the_half_open_circle() -> None:
    fids = cell(200)
    for refine in (False, True):
        found = estimate_line(fids.samples, 1e-3, refine=refine)
        assert np.all((found.phase_rad > -np.pi - 1e-12) & (found.phase_rad <= np.pi))


@given(
    log_scale=st.floats(-9, 9),
    turn=st.floats(-3.0, 3.0),
    shift=st.integers(-500, 500),
    log_dwell=st.floats(-7, 1),
    refine=st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_scale_phase_shift_and_dwell_time_pass_through(
    log_scale: float, turn: float, shift: int, log_dwell: float, refine: bool
) -> None:
    """c s(t) exp(2 pi i k n / N) at another dwell time: the same line, scaled, turned, moved by k bins."""
    n_points = 1000
    fids = cell(4, n_points=n_points, cycles=0.12345, seed=5)
    first = estimate_line(fids.samples, fids.dwell_s, refine=refine)
    scale, dwell_s = 10.0**log_scale, 10.0**log_dwell
    moved = fids.samples * scale * np.exp(1j * turn + 2j * np.pi * shift * np.arange(n_points) / n_points)
    second = estimate_line(moved, dwell_s, refine=refine)
    stretch = fids.dwell_s / dwell_s
    cycles = (first.frequency_hz * fids.dwell_s + shift / n_points + 0.5) % 1.0 - 0.5
    turns = np.round(second.frequency_hz * dwell_s - cycles)
    # in bounds: the network's arithmetic is single precision
    close = {"rtol": 0, "atol": 5e-3}
    np.testing.assert_allclose((second.frequency_hz - (cycles + turns) / dwell_s) / second.frequency_hz_sd, 0, **close)
    np.testing.assert_allclose((second.fwhm_hz - first.fwhm_hz * stretch) / second.fwhm_hz_sd, 0, **close)
    np.testing.assert_allclose((second.amplitude - first.amplitude * scale) / second.amplitude_sd, 0, **close)
    turned = np.exp(1j * (second.phase_rad - first.phase_rad - turn))
    np.testing.assert_allclose(np.angle(turned) / second.phase_rad_sd, 0, **close)
    for name, factor in zip(LINE_FIELDS, (stretch, stretch, scale, 1.0), strict=True):
        np.testing.assert_allclose(getattr(second, f"{name}_sd"), getattr(first, f"{name}_sd") * factor, rtol=1e-3)


def test_the_number_of_workers_does_not_change_a_bit() -> None:
    fids = cell(500, n_points=1024, dtype=np.complex64)
    one, two, three = (fields(estimate_line(fids.samples, 1e-3, workers=n, refine=False)) for n in (1, 2, 3))
    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(one, three)


def test_a_batch_of_one_or_a_single_fid_is_a_row_of_the_batch() -> None:
    fids = cell(5)
    together = fields(estimate_line(fids.samples, 1e-3))
    alone = fields(estimate_line(fids.samples[2:3], 1e-3))
    np.testing.assert_allclose(alone[:, 0], together[:, 2], rtol=1e-6)
    np.testing.assert_array_equal(fields(estimate_line(fids.samples[2], 1e-3)), alone)


def test_an_empty_batch_has_empty_estimates() -> None:
    assert len(estimate_line(np.empty((0, 64), complex), 1e-3)) == 0


def test_other_types_and_layouts_mean_the_same() -> None:
    fids = cell(3)
    expected = fields(estimate_line(fids.samples, 1e-3))
    np.testing.assert_array_equal(fields(estimate_line(np.asfortranarray(fids.samples), 1e-3)), expected)
    np.testing.assert_array_equal(fields(estimate_line(fids.samples.astype(">c16"), 1e-3)), expected)
    np.testing.assert_array_equal(fields(estimate_line(fids.samples.tolist(), 1e-3)), expected)
    every_second = np.repeat(fids.samples, 2, axis=0)[::2]
    np.testing.assert_array_equal(fields(estimate_line(every_second, 1e-3)), expected)


def test_the_callers_samples_are_left_alone() -> None:
    samples = np.ascontiguousarray(cell(3).samples)
    before = samples.copy()
    estimate_line(samples, 1e-3)
    np.testing.assert_array_equal(samples, before)
    samples.flags.writeable = False
    estimate_line(samples, 1e-3)


@pytest.mark.parametrize("refine", [False, True])
def test_a_fid_of_zeros_has_no_amplitude_and_no_error_bars(refine: bool) -> None:
    fids = cell(3)
    samples = fids.samples.copy()
    samples[1] = 0
    found = estimate_line(samples, 1e-3, refine=refine)
    assert found.amplitude[1] == 0
    assert np.all(np.isnan(deviations(found)[1]))
    assert np.all(np.isfinite(deviations(found)[[0, 2]]))
    others = estimate_line(fids.samples[[0, 2]], 1e-3, refine=refine)
    np.testing.assert_allclose(found.frequency_hz[[0, 2]], others.frequency_hz, rtol=1e-9)


def test_noise_free_lines_are_found_exactly() -> None:
    n = np.arange(512)
    samples = 3 * np.exp(0.4j + (2j * np.pi * 0.1234 - np.pi * 0.002) * n)
    found = estimate_line(samples, 1.0)
    np.testing.assert_allclose(fields(found)[:4, 0], [0.1234, 0.002, 3, 0.4], rtol=1e-6)
    assert np.all(deviations(found) < 1e-5)


def test_pure_noise_gives_finite_estimates() -> None:
    noise = np.random.default_rng(2).standard_normal((50, 2 * 256)).view(complex)
    assert np.all(np.isfinite(fields(estimate_line(noise, 1e-3))))


@pytest.mark.parametrize("bad", [np.nan, np.inf, complex(0, np.nan)])
@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
def test_what_is_not_finite_is_refused_by_its_number(bad: complex, dtype: Any) -> None:
    samples = cell(200, dtype=dtype).samples.copy()
    samples[[170, 190], 5] = bad
    with pytest.raises(ValueError, match="samples must be finite, FID 170 of 200 is not"):
        estimate_line(samples, 1e-3)


@pytest.mark.parametrize(
    ("samples", "keywords", "message"),
    [
        (np.ones((2, 15), complex), {}, r"samples must have shape \(batch, at least 16 points\), got \(2, 15\)"),
        (np.ones((2, 3, 20), complex), {}, r"got \(2, 3, 20\)"),
        (np.ones((2, 20), complex), {"dwell_s": 0.0}, r"dwell_s must be > 0 s, got 0\.0"),
        (np.ones((2, 20), complex), {"dwell_s": np.nan}, "dwell_s must be > 0 s, got nan"),
        (np.ones((2, 20), complex), {"workers": 0}, "workers must be >= 1, got 0"),
    ],
)
def test_estimates_refuse(samples: np.ndarray, keywords: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        estimate_line(samples, **{"dwell_s": 1e-3, **keywords})


def test_another_network_may_be_given() -> None:
    fids = cell(3)
    given_network = estimate_line(fids.samples, 1e-3, network=load_line_network(), refine=False)
    np.testing.assert_array_equal(fields(given_network), fields(estimate_line(fids.samples, 1e-3, refine=False)))


def test_a_network_of_a_window_smaller_than_the_matched_filter_is_served() -> None:
    basis = window_basis(16, 5, width_range=(0.1, 6.0)).astype(np.complex64)
    weights = (np.zeros((10, 4), np.float32),)
    network = LineNetwork(basis, np.ones(4, np.float32), weights, (np.zeros(4, np.float32),), {})
    few = cell(3, cycles=0.2)
    found = estimate_line(few.samples, few.dwell_s, refine=False, network=network)
    # this network always answers "on the bin": what is found is the bin itself
    assert np.abs(found.frequency_hz - 0.2 / few.dwell_s).max() <= 1.5 / (1024 * few.dwell_s)
