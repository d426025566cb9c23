import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnmr.classical import fft_peak, interpolated_peak, matched_lines, matched_peak
from learnmr.physics.synthesis import simulate_fid
from learnmr.signals import FID, Resonance

ALL = [fft_peak, interpolated_peak, matched_peak]


@settings(deadline=None, max_examples=60)
@given(
    frequency_bins=st.floats(-200, 200),
    width_bins=st.floats(0.05, 5),
    amplitude=st.floats(1e-3, 1e6),
    phase_rad=st.floats(-3, 3),
)
def test_interpolation_is_exact_without_noise(frequency_bins, width_bins, amplitude, phase_rad):
    fid = simulate_fid([Resonance(frequency_bins, width_bins, amplitude, phase_rad)], n_points=500, dwell_s=1 / 500)
    table = interpolated_peak(fid)
    assert table.frequency_hz[0] == pytest.approx(frequency_bins, abs=1e-8)
    assert table.fwhm_hz[0] == pytest.approx(width_bins, rel=1e-7)
    assert table.amplitude[0] == pytest.approx(amplitude, rel=1e-7)
    assert table.phase_rad[0] == pytest.approx(phase_rad, abs=1e-7)


@pytest.mark.parametrize("estimate", ALL)
@pytest.mark.parametrize("frequency_hz", [-499.0, -3.3, 0.0, 123.4, 498.0])
def test_the_line_is_found_within_a_bin_anywhere_in_the_band(estimate, frequency_hz):
    fid = simulate_fid([Resonance(frequency_hz, 0.5)], n_points=1000, dwell_s=1e-3, noise_sd=0.1, seed=1)
    assert estimate(fid).frequency_hz[0] == pytest.approx(frequency_hz, abs=1.0)


@pytest.mark.parametrize("estimate", ALL)
def test_zeros_have_no_line_and_error_bars_are_unknown(estimate):
    fid = FID(np.stack([np.zeros(64), np.ones(64)]), dwell_s=1e-3)
    table = estimate(fid)
    assert table.fid_index.tolist() == [1]
    assert np.isnan(table.frequency_hz_sd).all()


def test_the_matched_filter_finds_a_broad_line_that_the_highest_bin_misses(draw):
    batch = draw(300, snr=(12, 15), width_bins=(5, 6), seed=3)
    errors = {}
    for name, found in (
        ("bin", fft_peak(batch.fid).frequency_hz),
        ("matched", matched_lines(batch.samples, batch.dwell_s).frequency_hz),
    ):
        errors[name] = np.sqrt(np.mean((found - batch.truth.frequency_hz) ** 2))
    assert errors["matched"] < 0.6 * errors["bin"]


def test_matched_widths_are_right_within_a_factor_of_two(draw):
    batch = draw(300, snr=(50, 100), width_bins=(0.3, 6), seed=4)
    ratio = matched_lines(batch.samples, batch.dwell_s).fwhm_hz / batch.truth.fwhm_hz
    assert np.mean((ratio > 0.5) & (ratio < 2)) > 0.98


def test_single_precision_is_enough_for_a_start(draw):
    batch = draw(50, snr=(20, 50), width_bins=(0.5, 2), seed=5, dtype=np.complex64)
    found = matched_lines(batch.samples, batch.dwell_s)
    assert np.abs(found.frequency_hz - batch.truth.frequency_hz).max() < 1.5 * batch.bin_hz
