from __future__ import annotations

import gc
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnmr.bench.example_files import _packed_table
from learnmr.files.packed_numbers import table_numbers


@given(st.lists(st.integers(-(10**9), 10**9), min_size=2, max_size=60))
def test_packing_and_unpacking_is_the_identity(values: list[int]) -> None:
    lines = _packed_table(np.array(values)).split("\n")
    np.testing.assert_array_equal(table_numbers(lines, len(values)), values)


def test_the_line_of_the_standard_is_unpacked() -> None:
    """The forms of one table in the JCAMP-DX 4.24 protocol (R. S. McDonald, P. A. Wilks, 1988): all mean the same."""
    plain = [1, 2, 3, 3, 2, 1, 0, -1, -2, -3]
    assert table_numbers(["0 1 2 3 3 2 1 0 -1 -2 -3"], 10).tolist() == plain
    assert table_numbers(["0+1+2+3+3+2+1+0-1-2-3"], 10).tolist() == plain
    assert table_numbers(["0ABCCBA@abc"], 10).tolist() == plain
    assert table_numbers(["0AJT%jX"], 10).tolist() == plain


def test_a_bruker_export_agrees_with_nmrglue_and_with_the_binary_file(shared_data) -> None:
    from nmrglue import jcampdx

    from learnmr.files import read

    folder = shared_data / "nmr" / "aspirin-1h-300"
    text = (folder / "1h.fid.dx").read_text()
    tables = text.split("##DATA TABLE= ")[1:]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nmrglue leaves the file open and warns of empty records
        _, (real, imaginary) = jcampdx.read(str(folder / "1h.fid.dx"))
        gc.collect()
    for table, expected in zip(tables, (real, imaginary), strict=True):
        lines = table.split("##")[0].split("\n")[1:]
        np.testing.assert_array_equal(table_numbers(lines, 8192), expected)
    np.testing.assert_array_equal(read(folder / "1h.fid.dx").samples, read(folder / "bruker" / "1").samples)


@pytest.mark.parametrize(
    ("lines", "n_points", "problem"),
    [
        (["0A0JU", "3A4J"], 5, "line 2.*check point 14 differs from the ordinate 13"),
        (["0A1S9999999999"], 10, "line 1.*repeats are more than the 10"),
        (["0J1"], 1, "cannot begin with a difference"),
        (["0 1 2 3"], 4, "must hold 4 ordinates, it has 3"),
        (["0 1 2 3 4 5"], 4, "it has more than that"),
        (["0 1 2 x"], 3, "line 1"),
        (["here 1 2"], 2, "must begin with its abscissa, got 'here 1 2'"),
        (["0A" + "1" * 30], 1, "no packed number"),
        (["0 1 2", "2 3 4", "9 5 6", "6 7 8"], 8, "line 3.*abscissa 9, not 4"),
        ([], 2, "it has 0"),
    ],
)
def test_damage_is_refused_with_its_line(lines: list[str], n_points: int, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        table_numbers(lines, n_points)
