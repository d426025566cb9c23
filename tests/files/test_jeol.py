from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from learnmr.bench.example_files import WRITERS
from learnmr.files import ReadError, read
from learnmr.files.jeol import jeol_group_delay_points


def test_one_stage_delays_by_half_its_order() -> None:
    assert jeol_group_delay_points("1 69", "2") == 17.0


def test_stages_add_their_delays_in_their_own_steps() -> None:
    # 20 steps of the raw clock (a twelfth of a point each), then 30 steps of a third of a point
    assert jeol_group_delay_points("2 41 61", "4 3") == pytest.approx(20 / 12 + 30 / 3)


@pytest.mark.parametrize(("orders", "factors"), [("2 69", "2"), ("", ""), ("1 69", "0"), ("1 x", "2")])
def test_stages_that_do_not_fit_are_refused(orders: str, factors: str) -> None:
    with pytest.raises(ValueError, match="digital filter"):
        jeol_group_delay_points(orders, factors)


def test_chloroform_lies_where_the_source_says_without_build_up(shared_data: Path, peaks_hz) -> None:
    """SOURCE.txt: one line at +4608 Hz (7.68 ppm from the carrier), 18 points of build-up at the start."""
    fid = read(shared_data / "nmr" / "chloroform-1h-jeol" / "50percCHCL3.jdf")
    assert peaks_hz(fid, broadening_hz=10.0, threshold=0.3) == pytest.approx([4608], abs=4)
    assert (fid.nucleus, fid.carrier_ppm) == ("1H", 0.0)
    assert fid.spectrometer_mhz == pytest.approx(600.172, abs=1e-3)
    assert fid.bandwidth_hz == pytest.approx(62500)
    magnitude = np.abs(fid.samples)
    assert magnitude[0] > 0.5 * magnitude[5:50].mean()
    assert magnitude[-20:].max() < 0.02 * magnitude[5:50].mean()


@pytest.mark.parametrize(
    ("offset", "form", "value", "problem"),
    [
        (176, ">I", 2**30, "truncated: the header announces 2147483648 numbers"),
        (180, ">I", 2**31, "truncated"),
        (24, "b", 1, "not one complex time axis"),
        (33, "b", 26, "has the unit ppm: the file holds a spectrum"),
        (240, ">I", 5000, "keeps points 0..5000 of 256"),
        (1212, ">I", 2**31, "the parameters begin at byte 2147483648"),
        (1368, "<I", 2**30, "number of parameters"),
        (1368, "<I", 2000, "truncated: 2000 parameters"),
        (1380, "<h", 5000, r"parameter 0 has the unit 10 \*\* 5000"),
        (1376 + 3 * 64 + 4, "<h", 9, r"parameter 3 has the unit 10 \*\* 9"),  # a text, repeated 10 ** 9 times
    ],
)
def test_a_header_that_does_not_fit_is_refused(
    tmp_path: Path, offset: int, form: str, value: int, problem: str
) -> None:
    path = WRITERS["jeol"](tmp_path / "a")
    content = bytearray(path.read_bytes())
    struct.pack_into(form, content, offset, value)
    path.write_bytes(bytes(content))
    with pytest.raises(ReadError, match=problem):
        read(path)


def test_a_digital_filter_without_its_stages_is_refused(tmp_path: Path) -> None:
    path = WRITERS["jeol"](tmp_path / "a")
    path.write_bytes(path.read_bytes().replace(b"FALSE", b"TRUE "))
    with pytest.raises(ReadError, match="the digital filter has no orders"):
        read(path)
