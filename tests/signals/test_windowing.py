"""Apodisation, matched filter and zero filling against the laws of the Fourier transform."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnmr.signals import FID, apodise, matched_filter, spectrum, zero_fill


def decay(fwhm_hz, *, frequency_hz=0.0, amplitude=1.0, n_points=4096, dwell_s=1e-3):
    times_s = np.arange(n_points) * dwell_s
    return FID(amplitude * np.exp((2j * np.pi * frequency_hz - np.pi * fwhm_hz) * times_s), dwell_s=dwell_s)


def width_hz(fid):
    """Full width at half maximum of the real part, on a zero-filled spectrum."""
    shown = spectrum(zero_fill(fid, factor=16))
    real = shown.values.real
    above = np.flatnonzero(real >= real.max() / 2)
    low, high = above[0], above[-1]
    half = real.max() / 2

    def crossing(inner, outer):
        return np.interp(half, [real[outer], real[inner]], [shown.frequency_hz[outer], shown.frequency_hz[inner]])

    return crossing(high, high + 1) - crossing(low, low - 1)


@settings(deadline=None, max_examples=15)
@given(fwhm_hz=st.floats(1.5, 10.0), added_hz=st.floats(0.0, 10.0))
def test_exponential_apodisation_adds_its_width_to_the_line(fwhm_hz, added_hz):
    assert width_hz(apodise(decay(fwhm_hz), exponential_hz=added_hz)) == pytest.approx(fwhm_hz + added_hz, rel=0.01)


def test_negative_exponential_narrows_the_line_again():
    broadened = apodise(decay(2.0), exponential_hz=3.0)
    np.testing.assert_allclose(apodise(broadened, exponential_hz=-3.0).samples, decay(2.0).samples, rtol=1e-9)


def test_gaussian_apodisation_gives_a_sharp_line_its_width():
    assert width_hz(apodise(decay(1e-6), gaussian_hz=5.0)) == pytest.approx(5.0, rel=0.01)


def test_voigt_width_follows_the_published_approximation():
    # J. J. Olivero and R. L. Longbothum, J. Quant. Spectrosc. Radiat. Transfer 17, 233 (1977): within 0.02 %
    lorentz_hz, gauss_hz = 3.0, 4.0
    published = 0.5346 * lorentz_hz + np.sqrt(0.2166 * lorentz_hz**2 + gauss_hz**2)
    assert width_hz(apodise(decay(lorentz_hz), gaussian_hz=gauss_hz)) == pytest.approx(published, rel=0.002)


def test_area_survives_line_broadening():
    sharp, broad = decay(2.0, amplitude=3.0), apodise(decay(2.0, amplitude=3.0), exponential_hz=8.0, gaussian_hz=4.0)
    for fid in (sharp, broad):
        shown = spectrum(fid)
        assert 2 * shown.bin_hz * shown.values.real.sum() == pytest.approx(3.0, rel=1e-9)


def test_matched_filter_gives_the_highest_peak_over_noise_and_the_snr_of_the_definition(rng):
    line, noise_sd = decay(4.0, frequency_hz=512 / 4.096), 0.1  # the frequency of a bin
    noise = FID(noise_sd * (rng.normal(size=(400, 4096)) + 1j * rng.normal(size=(400, 4096))), dwell_s=1e-3)

    def peak_over_noise(exponential_hz):
        peak = spectrum(apodise(line, exponential_hz=exponential_hz), halve_first=False).values.real.max()
        return (
            peak / spectrum(apodise(noise, exponential_hz=exponential_hz), halve_first=False).values[:, 512].real.std()
        )

    matched = peak_over_noise(4.0)
    assert matched > peak_over_noise(1.0)
    assert matched > peak_over_noise(16.0)
    defined = np.sqrt(np.sum(np.abs(line.samples) ** 2)) / noise_sd
    assert matched == pytest.approx(defined, rel=0.1)
    np.testing.assert_array_equal(matched_filter(line, 4.0).samples, apodise(line, exponential_hz=4.0).samples)


def test_cosine_window_removes_the_wiggles_of_a_truncated_decay():
    truncated = decay(0.1, n_points=512)
    wiggle = [
        spectrum(zero_fill(apodise(truncated, cosine_power=power), factor=4)).values.real.min() for power in (0, 2)
    ]
    peak = spectrum(truncated).values.real.max()
    assert wiggle[0] < -0.1 * peak
    assert wiggle[1] > -0.01 * peak


def test_zero_filling_interpolates_and_keeps_the_energy():
    fid = decay(3.0, frequency_hz=40.3)
    plain, filled = spectrum(fid), spectrum(zero_fill(fid, factor=4))
    np.testing.assert_allclose(filled.values[::4], plain.values, atol=1e-12)
    energy = [s.bin_hz * np.sum(np.abs(s.values) ** 2) for s in (plain, filled)]  # Parseval
    assert energy[0] == pytest.approx(energy[1], rel=1e-12)


def test_processing_keeps_type_axis_and_the_callers_samples():
    given_samples = np.ones((2, 8), np.complex64)
    fid = FID(given_samples, dwell_s=0.1, spectrometer_mhz=60.0)
    for processed in (apodise(fid, exponential_hz=2.0), zero_fill(fid, 16), matched_filter(fid, 1.0)):
        assert processed.samples.dtype == np.complex64
        assert processed.n_fids == 2
        assert processed.spectrometer_mhz == 60.0
    assert np.all(given_samples == 1)
    assert np.all(fid.samples == 1)


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"exponential_hz": np.nan}, "exponential_hz.*nan"),
        ({"exponential_hz": -1e6}, "exponential_hz.*overflow"),
        ({"gaussian_hz": -1.0}, r"gaussian_hz.*-1\.0"),
        ({"cosine_power": 0.5}, r"cosine_power.*0\.5"),
        ({"cosine_power": -1}, "cosine_power.*-1"),
    ],
)
def test_apodise_refuses_what_is_no_window(keywords, message):
    with pytest.raises(ValueError, match=message):
        apodise(decay(1.0), **keywords)


def test_matched_filter_refuses_a_width_of_zero():
    with pytest.raises(ValueError, match="fwhm_hz must be > 0 Hz, got 0"):
        matched_filter(decay(1.0), 0)


@pytest.mark.parametrize(
    ("arguments", "keywords", "message"),
    [
        ((), {}, "exactly one of n_points and factor"),
        ((8192,), {"factor": 2}, "exactly one of n_points and factor"),
        ((100,), {}, "n_points must be an integer >= 4096.*100"),
        ((5000.5,), {}, r"n_points.*5000\.5"),
        ((), {"factor": 0.5}, r"factor must be >= 1, got 0\.5"),
        ((), {"factor": np.inf}, "factor.*inf"),
    ],
)
def test_zero_fill_refuses_to_shorten_or_guess(arguments, keywords, message):
    with pytest.raises(ValueError, match=message):
        zero_fill(decay(1.0), *arguments, **keywords)
