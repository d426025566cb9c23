from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from learnmr.bench.example_files import WRITERS
from learnmr.files import ReadError, read


def _header(path: Path, offset: int, value: int) -> None:
    content = bytearray(path.read_bytes())
    struct.pack_into("<i", content, offset, value)
    path.write_bytes(bytes(content))


def test_dichloromethane_lies_at_its_shift_with_its_satellites(shared_data: Path, peaks_ppm) -> None:
    """CH2Cl2 5.32 ppm; the 13C satellites lie 178.6 Hz apart (SOURCE.txt)."""
    fid = read(shared_data / "nmr" / "dcm-reaction-spinsolve60" / "00000")
    assert peaks_ppm(fid, broadening_hz=0.5, threshold=0.5) == pytest.approx([5.32], abs=0.01)
    centre_hz = (5.3239 - fid.carrier_ppm) * fid.spectrometer_mhz
    samples = fid.samples * np.exp(-2j * np.pi * centre_hz * fid.times_s - 2.0 * fid.times_s)
    for side in (-1, 1):
        frequency_hz = side * np.arange(87.0, 92.0, 0.05)
        height = np.abs(np.exp(-2j * np.pi * np.outer(frequency_hz, fid.times_s)) @ samples)
        assert abs(frequency_hz[np.argmax(height)]) == pytest.approx(89.3, abs=0.4)


def test_the_aromatic_line_of_toluene_is_the_stronger_and_the_left_one(shared_data: Path, peaks_hz) -> None:
    """Five protons at 7.2 ppm against three at 2.3: 70 Hz at 14.24 MHz."""
    fid = read(shared_data / "nmr" / "toluene-tempone-kea" / "42")
    assert fid.carrier_ppm is None
    assert fid.spectrometer_mhz == pytest.approx(14.2445)
    methyl, aromatic = peaks_hz(fid, broadening_hz=4.0, threshold=0.3)
    assert aromatic - methyl == pytest.approx(70, abs=3)
    spectrum = np.abs(np.exp(-2j * np.pi * np.outer([methyl, aromatic], fid.times_s)) @ fid.samples)
    assert spectrum[1] > spectrum[0]


def test_the_dwell_time_of_a_kea_is_not_that_of_its_rounded_axis(shared_data: Path) -> None:
    fid = read(shared_data / "nmr" / "water-tempo-kea" / "1Pulse_20200929" / "51")
    assert fid.dwell_s == pytest.approx(100e-6)


@pytest.mark.parametrize(
    ("offset", "value", "problem"),
    [
        (16, 2**31 - 1, "its header announces 1 x 2147483647 samples"),
        (16, -256, "dimension 0 of the header must be a whole number"),
        (20, 2, "has an axis and 2 rows"),
        (12, 500, "holds real data"),
        (12, 77, "holds unknown data"),
        (8, 0, "version .* is not one of"),
    ],
)
def test_a_header_that_does_not_fit_is_refused(tmp_path: Path, offset: int, value: int, problem: str) -> None:
    folder = WRITERS["spinsolve"](tmp_path / "a")
    _header(folder / "data.1d", offset, value)
    with pytest.raises(ReadError, match=problem):
        read(folder)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("dwellTime ", "dwell ", "acqu.par has no dwellTime"),
        ("dwellTime             = 1000", "dwellTime = 0", "dwellTime must be > 0 us"),
        ("dwellTime             = 1000", "dwellTime = 500", "steps of 0.001, not of the dwell time 0.0005 s"),
        ("lowestFrequency       = -218.0", "lowestFrequency = 1e39", "the frequencies of carrier and 0 ppm do not fit"),
    ],
)
def test_a_damaged_acqu_par_is_refused(tmp_path: Path, old: str, new: str, problem: str) -> None:
    folder = WRITERS["spinsolve"](tmp_path / "a")
    text = (folder / "acqu.par").read_text()
    assert old in text
    (folder / "acqu.par").write_text(text.replace(old, new))
    with pytest.raises(ReadError, match=problem):
        read(folder)


def test_data_without_acqu_par_are_refused(tmp_path: Path) -> None:
    folder = WRITERS["kea"](tmp_path / "a")
    (folder / "acqu.par").unlink()
    with pytest.raises(ReadError, match=r"no acqu\.par beside data\.2d"):
        read(folder / "data.2d")


def test_a_plot_file_of_prospa_is_refused_by_name(shared_data: Path) -> None:
    with pytest.raises(ReadError, match="is a Prospa file of b'PL1D', not of DATA"):
        read(shared_data / "nmr" / "toluene-tempone-kea" / "42" / "data.pt1")
