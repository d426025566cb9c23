"""Numbers in prose: which of them are results, and where they come from."""

from __future__ import annotations

from typing import Any

import pytest

from learnmr.course.quoted_numbers import numbers_in_prose, unexplained_numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("The line is 1.59 Hz wide.", ["1.59"]),
        ("It takes 5 % of the time, 12 lines, 3 Hz.", ["5", "3"]),
        ("A gain of 1,250 and 12 000 steps.", ["1250", "12000"]),
        ("The bound $\\sigma_f = 0.32$ is formula, $0.32$ Hz is not.", ["0.32"]),
        ("`n = 4096` and $$x = 17.5$$ are not prose.", []),
        ("## Part 14\nSee exercise 1.2, lesson 5, T2*, 1H, 31P, 2D and $^{31}$P.", []),
        ("[a link](https://doi.org/10.1000/17) of 1946", ["1946"]),
        ("1. first\n2. second\n23. last", []),
        ("ends with 42.5.", ["42.5"]),
    ],
)
def test_quantities_are_told_from_words_labels_and_formulas(text: str, numbers: list[str]) -> None:
    assert numbers_in_prose(text) == numbers


def cell(kind: str, source: str, outputs: Any = (), **described: Any) -> dict[str, Any]:
    made = {"cell_type": kind, "id": "abc", "source": source, "metadata": described}
    return made | ({"outputs": list(outputs)} if kind == "code" else {})


def test_a_number_must_stand_in_code_in_an_output_or_be_given() -> None:
    stream = {"output_type": "stream", "text": "ratio 7.9\n"}
    shown = {"output_type": "display_data", "data": {"text/markdown": "**1.59 Hz**"}}
    code = cell("code", "n = 4_096\nfwhm_hz = 6.0\ndwell_s = 5e-4", [stream, shown])
    prose = cell("markdown", "4096 points, 6 Hz, 7.9 times, 1.59 Hz, 0.0005 s; in 1946, but 8.25 came from nowhere.")
    assert unexplained_numbers([code, prose]) == ["1946 (cell abc)", "8.25 (cell abc)"]
    prose["metadata"]["learnmr"] = {"given": ["1946"]}
    assert unexplained_numbers([code, prose]) == ["8.25 (cell abc)"]


def test_references_are_not_looked_at() -> None:
    assert unexplained_numbers([cell("markdown", "Phys. Rev. 70, 460 (1946)", tags=["references"])]) == []
