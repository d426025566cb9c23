"""The one Fourier transform: sign, scale and area."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnmr.signals import FID, ArrayAxis, Spectrum, spectrum


@settings(deadline=None, max_examples=30)
@given(n_points=st.integers(2, 200), n_zeros=st.integers(0, 100), seed=st.integers(0, 2**32 - 1))
def test_energy_is_that_of_the_decay(n_points, n_zeros, seed):
    rng = np.random.default_rng(seed)
    fid = FID(rng.normal(size=n_points) + 1j * rng.normal(size=n_points), dwell_s=1e-3)
    shown = spectrum(fid, n_bins=n_points + n_zeros, halve_first=False)
    energy = shown.bin_hz * np.sum(np.abs(shown.values) ** 2)  # Parseval
    assert energy == pytest.approx(1e-3 * np.sum(np.abs(fid.samples) ** 2), rel=1e-9)


def test_transform_is_the_sum_it_says():
    rng = np.random.default_rng(7)
    fid = FID(rng.normal(size=32) + 1j * rng.normal(size=32), dwell_s=0.01)
    shown = spectrum(fid)
    halved = np.where(np.arange(32) == 0, 0.5, 1.0) * fid.samples
    direct = 0.01 * np.exp(-2j * np.pi * np.outer(shown.frequency_hz, fid.times_s)) @ halved
    np.testing.assert_allclose(shown.values, direct, atol=1e-14)


@pytest.mark.parametrize("n_points", [255, 256])
@pytest.mark.parametrize("frequency_hz", [-300.0, 0.0, 125.5])
def test_line_lies_at_its_frequency(n_points, frequency_hz):
    times_s = np.arange(n_points) * 1e-3
    shown = spectrum(FID(np.exp((2j * np.pi * frequency_hz - 10) * times_s), dwell_s=1e-3))
    assert shown.frequency_hz[np.argmax(shown.values.real)] == pytest.approx(frequency_hz, abs=shown.bin_hz / 2 + 1e-9)
    assert np.all(np.diff(shown.frequency_hz) > 0)


def test_line_has_the_height_and_shape_of_a_lorentzian():
    # absorption A / (pi fwhm) at the top, half of it at half the width: the trapezoid rule makes it so
    times_s = np.arange(2**16) * 1e-5
    shown = spectrum(FID(2 * np.exp(-np.pi * 20 * times_s), dwell_s=1e-5), n_bins=10**5)  # 1 Hz per bin
    centre = int(np.argmin(np.abs(shown.frequency_hz)))
    assert shown.values[centre].real == pytest.approx(2 / (np.pi * 20), rel=1e-4)
    assert shown.values[centre + 10].real == pytest.approx(1 / (np.pi * 20), rel=1e-4)
    assert shown.values[0].real == pytest.approx(0.0, abs=1e-6)


def test_area_is_half_the_amplitude_and_the_whole_without_halving():
    fid = FID(3 * np.exp(-np.arange(4096) * 0.02), dwell_s=1e-3)
    for halve_first, area in ((True, 1.5), (False, 3.0)):
        shown = spectrum(fid, halve_first=halve_first)
        assert shown.bin_hz * shown.values.real.sum() == pytest.approx(area, rel=1e-9)


def test_array_is_transformed_fid_by_fid_and_keeps_its_description():
    axis = ArrayAxis("time", [0.0, 1.0], "s")
    array = FID([[1, 2, 3], [4, 5, 6]], dwell_s=0.1, spectrometer_mhz=60.0, carrier_ppm=4.7, nucleus="1H", axis=axis)
    shown = spectrum(array)
    np.testing.assert_allclose(shown.values[1], spectrum(array[1]).values)
    assert (shown.spectrometer_mhz, shown.carrier_ppm, shown.nucleus, shown.axis) == (60.0, 4.7, "1H", axis)
    np.testing.assert_allclose(shown.shift_ppm, 4.7 + shown.frequency_hz / 60.0)


def test_shift_is_unknown_without_field_or_carrier():
    assert spectrum(FID([1, 2], dwell_s=1.0, spectrometer_mhz=60.0)).shift_ppm is None
    assert spectrum(FID([1, 2], dwell_s=1.0, carrier_ppm=4.7)).shift_ppm is None


def test_single_precision_stays_single_and_the_decay_stays():
    fid = FID(np.ones(8, np.complex64), dwell_s=1.0)
    assert spectrum(fid).values.dtype == np.complex64
    assert fid.samples[0] == 1


@pytest.mark.parametrize(
    ("values", "frequency_hz", "message"),
    [
        ([1, 2, 3], [0.0, 1.0], "one value per bin"),
        ([1, 2], [1.0, 0.0], "frequency_hz must ascend"),
        ([1], [0.0], "at least 2 values"),
        ([1, np.inf], [0.0, 1.0], "values must be finite"),
    ],
)
def test_what_is_no_spectrum_is_refused(values, frequency_hz, message):
    with pytest.raises(ValueError, match=message):
        Spectrum(values, frequency_hz)


def test_transform_does_not_shorten():
    with pytest.raises(ValueError, match="n_bins must be at least the number of points 4, got 3"):
        spectrum(FID(np.ones(4), dwell_s=1.0), n_bins=3)
