from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from learnmr.bench.example_files import WRITERS
from learnmr.files import ReadError, read


def _change(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))


def test_metabolites_lie_below_the_water_at_the_carrier(shared_data: Path, peaks_hz) -> None:
    """NAA 2.0, Cr 3.03, Cho 3.2, Cr2 3.9 ppm (SOURCE.txt) with the carrier on water at 4.7 ppm."""
    fid = read(shared_data / "nmr" / "mrs-brain-siemens3t" / "SVS_30.rda")
    assert fid.carrier_ppm is None
    assert fid.samples.shape == (1024,)
    shifts = 4.7 + peaks_hz(fid, broadening_hz=4.0, threshold=0.02) / fid.spectrometer_mhz
    for metabolite in (2.01, 3.03, 3.2, 3.92):
        assert np.abs(shifts - metabolite).min() < 0.03


def test_a_grid_is_the_array_of_its_voxels(tmp_path: Path) -> None:
    path = WRITERS["siemens"](tmp_path / "a")
    single = read(path).samples
    _change(path, b"VectorSize: 256", b"VectorSize: 64")
    _change(path, b"CSIMatrixSize[1]: 1", b"CSIMatrixSize[1]: 4")
    np.testing.assert_array_equal(read(path).samples, single.reshape(4, 64))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (b"VectorSize: 256", b"VectorSize: 99999999", "announces 1 x 99999999 samples"),
        (b"VectorSize: 256", b"VectorSize: many", "VectorSize must be a finite number, got 'many'"),
        (b"VectorSize", b"Size", "the header has no VectorSize"),
        (b"DwellTime: 1000", b"DwellTime: 0", "dwell_s must lie within"),
        (b">>> End", b">>> And", "no line .*End of header"),
        (b"CSIMatrixSize[2]: 1", b"CSIMatrixSize[2]: 4096", "announces 4096 x 256"),
    ],
)
def test_a_damaged_header_is_refused(tmp_path: Path, old: bytes, new: bytes, problem: str) -> None:
    path = WRITERS["siemens"](tmp_path / "a")
    _change(path, old, new)
    with pytest.raises(ReadError, match=problem):
        read(path)
