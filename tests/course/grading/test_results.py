"""Results: written whole, read back, and not believed where they are damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from learnmr.course.grading.results import ItemResult, Result, read_result, write_result

_RESULT = Result(
    "ada",
    "f" * 64,
    (
        ItemResult(
            "a", score=0.5, properties=(("holds", True, ""), ("does not", False, "why")), hidden=("x",), n_hidden=8
        ),
        ItemResult("b", "missing", message="never handed in"),
    ),
    cells=3,
    errors=((1, "ValueError", "ü"),),
    notes=("look",),
)


def test_a_result_comes_back(tmp_path: Path) -> None:
    write_result(_RESULT, tmp_path / "ada.json")
    assert read_result(tmp_path / "ada.json") == _RESULT


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": "other"}', '{"schema": "learnmr.grading/1", "items": 3}'])
def test_what_is_damaged_is_found_again(tmp_path: Path, text: str) -> None:
    (tmp_path / "ada.json").write_text(text, encoding="utf-8")
    assert read_result(tmp_path / "ada.json") is None
    assert read_result(tmp_path / "nobody.json") is None


def test_a_score_beyond_one_is_not_read(tmp_path: Path) -> None:
    write_result(_RESULT, tmp_path / "ada.json")
    path = tmp_path / "ada.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"score": 0.5', '"score": 5.0'), encoding="utf-8")
    assert read_result(path) is None
