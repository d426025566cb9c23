import numpy as np
import pytest

from learnmr.evaluation import estimate_all
from learnmr.signals import FID, ResonanceTable


def by_first_sample(fid: FID) -> ResonanceTable:
    lines = {0: [], 1: [5.0], 2: [1.0, 9.0, 4.0]}[int(fid.samples[0].real)]
    values = np.array(lines)
    return ResonanceTable(10 * values, values + 0.5, values, 0 * values, 0.1 * values)


def test_the_strongest_line_of_each_fid_is_taken_with_its_error_bars():
    estimates, found = estimate_all(by_first_sample, FID([[2, 0], [0, 0], [1, 0]], dwell_s=1.0))
    assert found.tolist() == [True, False, True]
    assert estimates.frequency_hz.tolist() == [90.0, 0.0, 50.0]
    np.testing.assert_allclose(estimates.frequency_hz_sd, [0.9, np.nan, 0.5])
    assert np.isnan(estimates.phase_rad_sd).all()


def test_single_fids_may_come_as_a_list_or_alone():
    fids = [FID([2, 0], dwell_s=1.0), FID([1, 0, 0], dwell_s=2.0)]
    assert estimate_all(by_first_sample, fids)[0].frequency_hz.tolist() == [90.0, 50.0]
    assert len(estimate_all(by_first_sample, fids[0])[0]) == 1


def test_an_estimator_that_returns_something_else_is_named():
    with pytest.raises(TypeError, match="ResonanceTable, got list"):
        estimate_all(lambda fid: [], FID([1, 0], dwell_s=1.0))  # type: ignore[arg-type, return-value]
