"""The FID: what it holds, what it refuses."""

import numpy as np
import pytest

from learnmr.signals import FID, ArrayAxis


def test_times_bandwidth_and_bins_belong_together():
    fid = FID(np.ones(1000), dwell_s=2e-4)
    assert (fid.n_points, fid.n_fids, len(fid), fid.is_array) == (1000, 1, 1, False)
    assert fid.acquisition_s == pytest.approx(0.2)
    assert fid.bandwidth_hz * fid.dwell_s == pytest.approx(1.0)
    assert fid.bin_hz * fid.acquisition_s == pytest.approx(1.0)
    assert fid.times_s[0] == 0.0
    assert np.diff(fid.times_s) == pytest.approx(2e-4)


def test_samples_are_a_locked_copy():
    given = np.ones(4, complex)
    fid = FID(given, dwell_s=1.0)
    given[0] = 5
    assert fid.samples[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        fid.samples[0] = 2
    with pytest.raises(AttributeError):
        fid.dwell_s = 2.0


@pytest.mark.parametrize(
    ("given", "held"), [("complex64", "complex64"), ("float32", "complex128"), ("int", "complex128")]
)
def test_single_precision_stays_and_all_else_becomes_double(given, held):
    assert FID(np.ones(4, given), dwell_s=1.0).samples.dtype == held


def test_array_gives_single_fids_and_their_mean():
    axis = ArrayAxis("time", [0.0, 1.0, 2.0], "s")
    array = FID([[1, 1], [2, 2], [6, 6]], dwell_s=1.0, axis=axis, nucleus="31P")
    assert (array.n_fids, array.is_array) == (3, True)
    assert array[1].samples.tolist() == [2, 2]
    assert (array[1].axis, array[1].nucleus) == (None, "31P")
    assert array.mean().samples.tolist() == [3, 3]
    assert array[0].mean() is not array
    assert array.with_samples(2 * array.samples).axis is axis
    assert array.with_samples(array.samples[:2]).axis is None


@pytest.mark.parametrize(
    ("samples", "keywords", "message"),
    [
        ([1.0], {}, r"at least 2 points, got shape \(1,\)"),
        (np.ones((0, 4)), {}, r"at least 2 points, got shape \(0, 4\)"),
        (np.ones((2, 2, 2)), {}, "samples must have 1 or 2 dimension"),
        ([1.0, np.nan], {}, "samples must be finite"),
        ([1, 2], {"dwell_s": 0.0}, r"dwell_s must be > 0 s, got 0\.0"),
        ([1, 2], {"spectrometer_mhz": -60}, "spectrometer_mhz must be > 0 MHz, got -60"),
        ([1, 2], {"carrier_ppm": np.nan}, "carrier_ppm must be finite, got nan"),
        ([1, 2], {"axis": ArrayAxis("time", [0.0])}, "axis must have one value per FID"),
        (np.ones((2, 4)), {"axis": ArrayAxis("time", [0.0])}, "axis has 1 values"),
    ],
)
def test_what_is_no_fid_is_refused(samples, keywords, message):
    with pytest.raises(ValueError, match=message):
        FID(samples, **{"dwell_s": 1.0, **keywords})


def test_single_fid_cannot_be_indexed():
    with pytest.raises(ValueError, match="only an array of FIDs can be indexed"):
        FID([1, 2], dwell_s=1.0)[0]
