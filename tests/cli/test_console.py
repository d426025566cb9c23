from __future__ import annotations

import json
import math

import pytest

from learnmr.cli.console import output, print_json, reporting, with_error


@pytest.mark.parametrize(
    ("value", "deviation", "text"),
    [
        (100.2034, 0.0123, "100.203 ± 0.012"),
        (-0.5, 0.5, "-0.50 ± 0.50"),
        (7.0, 0.0, "7.000000 ± 0.000000"),
        (1e-9, 1e-11, "(1.000 ± 0.010)e-09"),
        (123456789.0, 1000.0, "(1.234568 ± 0.000010)e+08"),
        (621807.0, 4075.0, "(6.218 ± 0.041)e+05"),
        (3.0, math.nan, "3 ± ?"),
        (0.0, 0.0, "0.000000 ± 0.000000"),
    ],
)
def test_a_value_is_rounded_by_its_deviation(value: float, deviation: float, text: str) -> None:
    assert with_error(value, deviation) == text


@pytest.mark.parametrize(
    ("value", "deviation", "text"),
    [
        (100.2034, 0.0123, "100.203(12)"),
        (34.5, 1.2, "34.5(1.2)"),
        (34.5, 12.0, "34(12)"),
        (621807.0, 4075.0, "6.218(41)e+05"),
        (7.0, 0.0, "7.000000(0)"),
        (3.0, math.nan, "3(?)"),
    ],
)
def test_a_brief_value_has_its_deviation_in_brackets(value: float, deviation: float, text: str) -> None:
    assert with_error(value, deviation, brief=True) == text


def test_json_is_ascii_and_strict(capsys: pytest.CaptureFixture) -> None:
    print_json({"name": "Cramér ± ³¹P"})
    text = capsys.readouterr().out
    assert text.isascii()
    assert json.loads(text) == {"name": "Cramér ± ³¹P"}
    with pytest.raises(ValueError, match="JSON"):
        print_json([math.nan])


def test_progress_goes_to_standard_error_first_and_last(capsys: pytest.CaptureFixture) -> None:
    with reporting() as report:
        for step in range(1, 1001):
            report("training", step, 1000, 0.25)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == ["training: 1/1000  0.25", "training: 1000/1000  0.25"]


def test_bars_on_a_terminal_leave_standard_output_alone(capsys: pytest.CaptureFixture, monkeypatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with reporting() as report:
        report("training", 1, 2)
        report("training", 2, 2, 0.5)
    assert capsys.readouterr().out == ""


def test_text_in_brackets_is_not_taken_for_markup(capsys: pytest.CaptureFixture) -> None:
    output().print("file[bold].fid")
    assert capsys.readouterr().out == "file[bold].fid\n"
