"""Integrals are amplitudes, and their error bars are the scatter over repeated noise."""

import numpy as np
import pytest

from learnmr.signals import FID, apodise, integrate, noise_sd, spectrum, zero_fill

N_POINTS, DWELL_S = 4096, 5e-4


def two_lines(rng=None, noise=0.0, n_fids=None):
    times_s = np.arange(N_POINTS) * DWELL_S
    clean = 3 * np.exp((2j * np.pi * 200 - np.pi * 2) * times_s) + np.exp((-2j * np.pi * 300 - np.pi * 4) * times_s)
    if n_fids is None:
        return FID(clean, dwell_s=DWELL_S)
    shape = (n_fids, N_POINTS)
    return FID(clean + noise * (rng.normal(size=shape) + 1j * rng.normal(size=shape)), dwell_s=DWELL_S)


def test_integral_over_everything_is_the_sum_of_amplitudes():
    assert integrate(spectrum(two_lines()), -1000.0, 1000.0).amplitude == pytest.approx(4.0, rel=1e-9)


@pytest.mark.parametrize("widths", [2.0, 10.0, 50.0])
def test_a_region_holds_the_arctangent_of_its_width(widths):
    times_s = np.arange(65536) * DWELL_S
    fid = FID(np.exp(-np.pi * 2 * times_s), dwell_s=DWELL_S)
    shown = spectrum(zero_fill(fid, factor=2))
    held = integrate(shown, -widths * 1.0, widths * 1.0).amplitude[0]  # the line is 2 Hz wide
    assert held == pytest.approx(2 / np.pi * np.arctan(widths), abs=0.01)


def test_integrals_of_separate_lines_have_the_ratio_of_their_amplitudes():
    found = integrate(spectrum(zero_fill(two_lines(), factor=2)), [150.0, -400.0], [250.0, -200.0])
    assert len(found) == 2
    assert found.amplitude[0] / found.amplitude[1] == pytest.approx(3.0, rel=0.02)


@pytest.mark.parametrize("region", [(150.0, 250.0), (-1000.0, 1000.0), (195.0, 205.0)])
@pytest.mark.parametrize("factor", [1, 2])
def test_error_bar_is_the_scatter_over_repeated_noise(rng, region, factor):
    fids = two_lines(rng, noise=0.5, n_fids=400)
    shown = spectrum(zero_fill(fids, factor=factor))
    found = integrate(shown, *region, n_points=N_POINTS)
    scatter = found.amplitude[:, 0].std()
    assert found.amplitude_sd.mean() == pytest.approx(scatter, rel=0.12)  # the scatter itself is known to 3.5 %
    given = integrate(shown, *region, n_points=N_POINTS, noise_sd=0.5)
    assert given.amplitude_sd[0, 0] == pytest.approx(scatter, rel=0.12)


def test_apodisation_leaves_the_error_bar_an_upper_limit(rng):
    fids = two_lines(rng, noise=0.5, n_fids=400)
    shown = spectrum(apodise(fids, exponential_hz=3.0))
    found = integrate(shown, 100.0, 300.0, noise_sd=noise_sd(fids))
    ratio = found.amplitude_sd.mean() / found.amplitude[:, 0].std()
    assert 0.95 < ratio < 1.5


def test_arrays_and_regions_make_a_table(rng):
    found = integrate(spectrum(two_lines(rng, 0.1, n_fids=5)), [0.0, -500.0], [500.0, 0.0])
    assert found.amplitude.shape == found.amplitude_sd.shape == (5, 2)
    assert not found.amplitude.flags.writeable


@pytest.mark.parametrize(
    ("low", "high", "message"),
    [
        (10.0, 10.0, r"low_hz must be < high_hz, got .*10\.0"),
        (np.nan, 1.0, "low_hz must be finite"),
        ([1.0, 2.0], [3.0], "same length, got 2 and 1"),
        (5000.0, 6000.0, "at least one bin, got .*5000"),
    ],
)
def test_regions_that_are_none_are_refused(low, high, message):
    with pytest.raises(ValueError, match=message):
        integrate(spectrum(two_lines()), low, high)
