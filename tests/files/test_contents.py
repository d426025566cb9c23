from __future__ import annotations

import os
from pathlib import Path

import pytest

from learnmr.files.contents import bytes_of, count, file_size, number, text_of


@pytest.mark.parametrize("text", ["nan", "inf", "1e999", "", "abc", "1_000x", "9" * 5000, "0x10", None])
def test_what_is_no_finite_number_is_refused_by_name(text: object) -> None:
    with pytest.raises(ValueError, match="acqus: SW_h must be a finite number, got"):
        number(text, "acqus: SW_h")


def test_numbers_are_read_with_blanks_around() -> None:
    assert number(" -1.5e3 ", "x") == -1500
    assert count("32768", "TD") == 32768
    assert count(16384.0, "TD") == 16384


@pytest.mark.parametrize("text", ["1.5", "0", "-4", "1e12"])
def test_what_is_no_whole_number_in_range_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=rf"TD must be a whole number within 1\.\.2147483648, got '{text}'"):
        count(text, "TD")


def test_a_file_larger_than_sensible_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "acqus"
    with path.open("wb") as file:
        file.truncate(10_000_000)  # a hole: takes no room on most disks
    with pytest.raises(ValueError, match="10000000 bytes, more than the 4000000"):
        text_of(path)


def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    os.mkfifo(tmp_path / "fid")
    with pytest.raises(ValueError, match="fid is not a regular file"):
        file_size(tmp_path / "fid")


def test_text_of_another_encoding_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes("Temperatur 25 °C".encode("latin-1"))
    assert text_of(tmp_path / "a") == "Temperatur 25 °C"
    assert bytes_of(tmp_path / "a")[-2:] == b"\xb0C"
