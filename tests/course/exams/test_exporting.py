"""Exports of an exam: files, secrets, refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from learnmr.course.exams.canvas_reading import read_canvas
from learnmr.course.exams.exporting import export_exam
from learnmr.course.exams.moodle_reading import read_moodle

from .conftest import PRIVATE_BANK, SECRET, spec_text

FEW = ("m1.signals.q_alias", "m1.dft.q_linear_target")


@pytest.fixture
def few(tmp_path: Path) -> Path:
    path = tmp_path / "spec.toml"
    path.write_text(spec_text(FEW))
    return path


@pytest.mark.parametrize(("platform", "read"), [("moodle", read_moodle), ("canvas", read_canvas)])
def test_a_file_has_a_group_of_variants_for_each_question(platform: str, read: object, few: Path) -> None:
    out = few.parent / "export"
    told: list[tuple[str, int, int]] = []
    groups = export_exam(few, platform, out, n_variants=3, secret=SECRET, report=lambda *line: told.append(line))
    title, back = read(out.read_bytes())  # type: ignore[operator]
    assert title == "Try: A & <B>"
    assert [len(group.variants) for group in back] == [3, 3]
    assert len({question.text for question in groups[0].variants}) == 3
    assert told == [("questions", 1, 2), ("questions", 2, 2)]
    first = out.read_bytes()
    export_exam(few, platform, out, n_variants=3, secret=SECRET)
    assert out.read_bytes() == first


def test_without_the_secret_the_numbers_are_others(few: Path) -> None:
    texts = [
        {one.text for one in export_exam(few, "moodle", few.parent / "x", n_variants=3, secret=secret)[0].variants}
        for secret in (None, SECRET)
    ]
    assert not texts[0] & texts[1]


def test_more_variants_keep_those_that_were_there(few: Path) -> None:
    fewer, more = (
        export_exam(few, "moodle", few.parent / "x", n_variants=n, secret=SECRET)[0].variants for n in (2, 4)
    )
    assert more[:2] == fewer


def test_unknown_platforms_and_numbers_are_refused(few: Path) -> None:
    with pytest.raises(ValueError, match="platform must be one of moodle, canvas, got 'olat'"):
        export_exam(few, "olat", few.parent / "x")
    with pytest.raises(ValueError, match="n_variants must be from 1 to 200, got 0"):
        export_exam(few, "moodle", few.parent / "x", n_variants=0)
    few.write_text(spec_text(("m9.own.q_giver", "m9.own.q_taker")))
    with pytest.raises(ValueError, match="must not give each other away"):
        export_exam(few, "moodle", few.parent / "x", bank=PRIVATE_BANK)
