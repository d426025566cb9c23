import numpy as np

from learnmr.classical.per_fid import over_array
from learnmr.signals import FID, ResonanceTable


@over_array
def lines_as_first_sample_says(fid: FID) -> ResonanceTable:
    n_lines = int(fid.samples[0].real)
    values = np.arange(n_lines, dtype=float)
    return ResonanceTable(values, values + 1, values + 2, values, noise_sd=[n_lines])


def test_each_fid_keeps_its_own_lines_and_none_is_allowed():
    fid = FID([[2, 0], [0, 0], [1, 0]], dwell_s=1.0, spectrometer_mhz=60.0, carrier_ppm=5.0, nucleus="1H")
    table = lines_as_first_sample_says(fid)
    assert table.fid_index.tolist() == [0, 0, 2]
    assert table.frequency_hz.tolist() == [0, 1, 0]
    assert table.noise_sd.tolist() == [2, 0, 1]
    assert (table.spectrometer_mhz, table.carrier_ppm, table.nucleus) == (60.0, 5.0, "1H")


def test_a_single_fid_goes_straight_through():
    assert len(lines_as_first_sample_says(FID([3, 0], dwell_s=1.0))) == 3
