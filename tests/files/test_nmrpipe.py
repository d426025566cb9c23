from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from nmrglue import pipe

from learnmr.bench.example_files import WRITERS
from learnmr.files import ReadError, read


def _set(path: Path, key: str, value: float) -> None:
    content = bytearray(path.read_bytes())
    struct.pack_into("<f", content, 4 * int(pipe.fdata_dic[key]), value)
    path.write_bytes(bytes(content))


def test_shifts_agree_with_nmrpipes_own_transform(tmp_path: Path, peaks_ppm) -> None:
    from nmrglue import pipe_proc

    path = WRITERS["nmrpipe"](tmp_path / "a")
    header, samples = pipe_proc.ft(*pipe.read(str(path)), auto=True)
    scale = pipe.make_uc(header, samples)
    strongest = scale.ppm(int(np.argmax(np.abs(samples))))
    assert peaks_ppm(read(path), threshold=0.9, broadening_hz=0) == pytest.approx([strongest], abs=1000 / 60 / 256)


def test_the_other_byte_order_is_read(tmp_path: Path) -> None:
    path = WRITERS["nmrpipe"](tmp_path / "a")
    before = read(path).samples
    np.fromfile(path, "<f4").astype(">f4").tofile(path)
    np.testing.assert_array_equal(read(path).samples, before)


def test_a_two_dimensional_file_is_the_array_of_its_rows(tmp_path: Path) -> None:
    from nmrglue import fileiobase

    axes = fileiobase.create_blank_udic(2)
    for axis, size, is_complex in ((0, 6, True), (1, 64, True)):
        axes[axis].update(
            size=size, complex=is_complex, encoding="states" if axis == 0 else "direct",
            sw=1000.0, obs=60.0, car=282.0, label="1H", time=True, freq=False,
        )  # fmt: skip
    rows = np.arange(6 * 64).reshape(6, 64).astype(np.complex64)
    pipe.write(str(tmp_path / "two.fid"), pipe.create_dic(axes), rows)
    np.testing.assert_array_equal(read(tmp_path / "two.fid").samples, rows)


def test_a_remaining_group_delay_is_removed(tmp_path: Path) -> None:
    path = WRITERS["nmrpipe"](tmp_path / "a")
    before = read(path).samples
    _set(path, "FDDMXVAL", 40.0)
    np.testing.assert_array_equal(read(path).samples, before[40:])


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("FDF2FTFLAG", 1.0, "holds a spectrum"),
        ("FDSIZE", 1e9, "its header announces 1 x 1000000000 points"),
        ("FDSIZE", float("nan"), "FDSIZE must be a finite number"),
        ("FDSIZE", -4.0, "FDSIZE must be a whole number"),
        ("FDDIMCOUNT", 3.0, "FDDIMCOUNT must be a whole number within 1..2"),
        ("FDF2QUADFLAG", 1.0, "must be complex"),
        ("FDF2SW", 0.0, "FDF2SW must be > 0 Hz"),
        ("FDF2SW", float("inf"), "FDF2SW must be a finite number"),
    ],
)
def test_a_wrong_header_is_refused(tmp_path: Path, key: str, value: float, problem: str) -> None:
    path = WRITERS["nmrpipe"](tmp_path / "a")
    _set(path, key, value)
    with pytest.raises(ReadError, match=problem):
        read(path)
