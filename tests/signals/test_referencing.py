"""The chemical shift scale follows the reference line."""

import numpy as np
import pytest

from learnmr.signals import FID, Resonance, ResonanceTable, reference, spectrum


def test_reference_line_lies_at_its_shift_in_every_noun():
    fid = FID(np.exp((2j * np.pi * 120 - 5) * np.arange(1000) * 1e-3), dwell_s=1e-3, spectrometer_mhz=60.0)
    table = ResonanceTable.of([Resonance(120.0, 1.0)], spectrometer_mhz=60.0)
    assert reference(table, frequency_hz=120.0, shift_ppm=7.26).shift_ppm[0] == pytest.approx(7.26)
    shown = reference(spectrum(fid), frequency_hz=120.0, shift_ppm=7.26)
    assert shown.shift_ppm[np.argmax(shown.values.real)] == pytest.approx(7.26)
    again = spectrum(reference(fid, frequency_hz=120.0, shift_ppm=7.26))
    np.testing.assert_array_equal(again.shift_ppm, shown.shift_ppm)


def test_samples_frequencies_and_the_given_noun_stay():
    fid = FID([1.0, 0.5], dwell_s=1e-3, spectrometer_mhz=100.0, carrier_ppm=5.0)
    moved = reference(fid, frequency_hz=-500.0, shift_ppm=0.0)
    assert (fid.carrier_ppm, moved.carrier_ppm) == (5.0, 5.0)
    assert reference(moved, frequency_hz=0.0, shift_ppm=4.7).carrier_ppm == 4.7
    np.testing.assert_array_equal(moved.samples, fid.samples)


def test_hertz_without_a_field_are_refused():
    with pytest.raises(ValueError, match="spectrometer_mhz, got None"):
        reference(FID([1.0, 0.5], dwell_s=1e-3), frequency_hz=0.0, shift_ppm=0.0)


@pytest.mark.parametrize("name", ["frequency_hz", "shift_ppm"])
def test_nan_is_refused(name):
    fid = FID([1.0, 0.5], dwell_s=1e-3, spectrometer_mhz=60.0)
    with pytest.raises(ValueError, match=f"{name} must be finite, got nan"):
        reference(fid, **{"frequency_hz": 0.0, "shift_ppm": 0.0, name: np.nan})
