from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from learnmr.bench.example_files import WRITERS
from learnmr.files import ReadError, find_nmrpy_data, read


def _header(folder: Path, **changes: int) -> None:
    """Change fields of the file header."""
    names = ("nblocks", "ntraces", "np", "ebytes", "tbytes", "bbytes", "vers_id", "status", "nbheaders")
    content = (folder / "fid").read_bytes()
    fields = dict(zip(names, struct.unpack(">6lhhl", content[:32]), strict=True)) | changes
    (folder / "fid").write_bytes(struct.pack(">6lhhl", *fields.values()) + content[32:])


def _change(folder: Path, old: str, new: str) -> None:
    text = (folder / "procpar").read_text()
    assert old in text
    (folder / "procpar").write_text(text.replace(old, new))


@pytest.fixture
def time_course() -> Path:
    found = find_nmrpy_data()
    if found is None:
        pytest.skip("the 31P time course comes with: pip install --no-deps nmrpy==0.2.8")
    return found


def test_the_phosphorus_time_course_is_an_array_over_time(time_course: Path) -> None:
    fid = read(time_course)
    assert fid.samples.shape == (24, 15542)
    assert fid.nucleus == "31P"
    assert fid.spectrometer_mhz == pytest.approx(161.8948, abs=1e-4)
    assert fid.bandwidth_hz == pytest.approx(9713.453)
    assert fid.axis is not None
    assert (fid.axis.name, fid.axis.unit) == ("time", "s")
    # the log: started 14:15:09, complete 15:11:02, that is 3353 s for 24 FIDs
    duration_s = 24 * (fid.axis.values[1] - fid.axis.values[0])
    assert duration_s == pytest.approx(3353, rel=0.005)


def test_triethyl_phosphate_stands_still_and_below_glucose_phosphate(time_course: Path, peaks_ppm) -> None:
    """Sense of rotation: TEP resonates near 0.5 ppm, the sugar phosphates at 4-5 ppm, never below it."""
    fid = read(time_course)
    found = peaks_ppm(fid, broadening_hz=3.0, threshold=0.1)
    strongest = [peaks_ppm(one, broadening_hz=3.0, threshold=0.9)[0] for one in (fid[0], fid[12], fid[23])]
    assert np.ptp(strongest) < 0.01
    assert strongest[0] == pytest.approx(0.57, abs=0.05)
    assert found.max() == pytest.approx(4.7, abs=0.2)
    assert found.min() == pytest.approx(strongest[0], abs=0.01)


def test_dss_and_the_analyte_lie_where_the_source_says(shared_data: Path, peaks_ppm) -> None:
    """SOURCE.txt: triplet 533.3/525.9/518.5 Hz from DSS, and the CH2 lines of DSS at 0.62, 1.75, 2.91 ppm."""
    fid = read(shared_data / "nmr" / "ketobutyrate-1h-500-hmdb" / "HMDB00005.fid")
    found = peaks_ppm(fid, broadening_hz=0.7, threshold=0.002)
    dss = found[np.argmin(np.abs(found))]
    assert abs(dss) < 0.005
    for expected_hz in (533.3, 525.9, 518.5):
        assert np.abs((found - dss) * fid.spectrometer_mhz - expected_hz).min() < 0.5
    for shift in (0.62, 1.75, 2.91):
        assert np.abs(found - shift).min() < 0.02


def test_methanol_lies_at_its_shift(shared_data: Path, peaks_ppm) -> None:
    """CHD2OD 3.31 ppm (Gottlieb, Kotlyar, Nudelman, J. Org. Chem. 62, 7512 (1997)), and its OH water at 4.86."""
    found = peaks_ppm(read(shared_data / "nmr" / "hop-1h-varian" / "FAM013_HHT.PROTON_04.fid"), threshold=0.3)
    assert np.abs(found - 3.31).min() < 0.01
    assert np.abs(found - 4.87).min() < 0.03


@pytest.mark.parametrize(
    "experiment", ["hop-1h-varian/FAM013_HHT.PROTON_04.fid", "ketobutyrate-1h-500-hmdb/HMDB00005.fid"]
)
def test_reference_line_and_reference_frequency_agree(shared_data: Path, tmp_path: Path, experiment: str) -> None:
    folder = shared_data / "nmr" / experiment
    (tmp_path / "fid").write_bytes((folder / "fid").read_bytes())
    text = (folder / "procpar").read_text()
    (tmp_path / "procpar").write_text(text.replace("\nreffrq ", "\nxreffrq "))
    assert read(tmp_path).carrier_ppm == pytest.approx(read(folder).carrier_ppm, abs=1e-4)


def test_without_any_reference_the_carrier_has_no_shift(tmp_path: Path) -> None:
    folder = WRITERS["varian"](tmp_path / "a")
    _change(folder, "reffrq", "other")
    fid = read(folder)
    assert fid.carrier_ppm is None
    assert fid.spectrometer_mhz == pytest.approx(60.000282)


@pytest.mark.parametrize(("dtype", "status"), [(">i4", 0x45), (">i2", 0x41)])
def test_integer_samples_are_read(tmp_path: Path, dtype: str, status: int) -> None:
    folder = WRITERS["varian"](tmp_path / "a")
    content = (folder / "fid").read_bytes()
    numbers = np.rint(np.frombuffer(content, ">f4", offset=60)).astype(dtype)
    (folder / "fid").write_bytes(content[:60] + numbers.tobytes())
    expected = np.rint(read_as_float := np.frombuffer(content, ">f4", offset=60))
    assert read_as_float.size == 512
    _header(folder, ebytes=numbers.itemsize, status=status)
    np.testing.assert_array_equal(read(folder).samples, expected[::2] - 1j * expected[1::2])


def test_several_traces_in_a_block_are_rows(tmp_path: Path) -> None:
    folder = WRITERS["varian"](tmp_path / "a")
    whole = read(folder).samples
    _header(folder, ntraces=2, np=256)
    np.testing.assert_array_equal(read(folder).samples, whole.reshape(2, 128))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"nblocks": 2**31 - 1}, "truncated: its header announces 2147483647 blocks"),
        ({"np": 2**31 - 2}, "truncated"),
        ({"np": 511}, "np of the header must be even"),
        ({"nblocks": -1}, "nblocks of the header must be a whole number within"),
        ({"ebytes": 2}, "2 bytes a number, its status 4"),
        ({"status": 0x4B}, "holds no FID"),
        ({"nbheaders": 0}, "nbheaders"),
        ({"nbheaders": 2**30 + 1}, "nbheaders"),  # nmrglue would skip as many headers, for minutes
    ],
)
def test_a_header_that_does_not_fit_the_file_is_refused(tmp_path: Path, changes: dict[str, int], problem: str) -> None:
    folder = WRITERS["varian"](tmp_path / "a")
    _header(folder, **changes)
    with pytest.raises(ReadError, match=problem):
        read(folder)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("sw 1", "swx 1", "procpar has no sw"),
        ("1 1000.0", "1 -1000.0", "sw must be > 0 Hz"),
        ("1 1000.0", "1 1100.0", "at contradicts np"),
        ("1 1000.0", "1 nan", "sw must be a finite number"),
        ("1 1000.0", "99 1000.0", "sw must have 99 values, got 1"),
        ("sw 1 1 1e9", "sw 1 1e9", "line 7 must hold the 11 fields"),
    ],
)
def test_a_damaged_procpar_is_refused_with_the_place(tmp_path: Path, old: str, new: str, problem: str) -> None:
    folder = WRITERS["varian"](tmp_path / "a")
    _change(folder, old, new)
    with pytest.raises(ReadError, match=problem):
        read(folder)
