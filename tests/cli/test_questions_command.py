"""``learnmr course questions``: the bank as a table, and one question with its answer."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from learnmr.cli.course_command import course
from learnmr.course.questions import all_questions, draw_variant, find_question, self_study_key


def run(*arguments: object) -> tuple[int, str, str]:
    """Exit code and both outputs of ``learnmr course questions ...``."""
    done = CliRunner().invoke(course, ["questions", *map(str, arguments)])
    return done.exit_code, done.stdout, done.stderr


def test_the_table_has_a_row_for_each_question_and_a_sum() -> None:
    code, printed, _ = run()
    assert code == 0
    assert len(printed.splitlines()) == len(all_questions()) + 2
    assert printed.splitlines()[-1].startswith(f"{len(all_questions())} questions, ")


def test_a_lesson_alone_as_csv_is_read_back() -> None:
    code, printed, _ = run("--lesson", "m1.dft", "--csv")
    table = pd.read_csv(io.StringIO(printed), index_col="slug")
    assert code == 0
    assert set(table["lesson"]) == {"m1.dft"}
    assert {"goal", "marks", "minutes", "difficulty", "recasts"} <= set(table.columns)


@pytest.mark.parametrize("slug", ["m1.signals.q_ppm", "m1.parameters.q_essay_recast", "m1.dft.q_code_transform"])
def test_a_question_is_shown_with_key_and_explanation(slug: str) -> None:
    code, printed, _ = run("--show", slug, "--seed", 4)
    variant = draw_variant(find_question(slug), self_study_key(slug, 4))
    assert code == 0
    words = " ".join(printed.split())
    assert " ".join(variant.text.split()) in words
    assert " ".join(variant.key.split()) in words
    assert " ".join(variant.explanation.split()) in words


def test_a_figure_is_described_and_written(tmp_path: Path) -> None:
    code, printed, _ = run("--show", "m1.signals.q_beat", "--figure", tmp_path / "beat.png")
    assert code == 0
    assert "[figure: A decay with zeros" in printed
    assert (tmp_path / "beat.png").read_bytes().startswith(b"\x89PNG")


def test_what_is_not_in_the_bank_is_refused() -> None:
    for arguments, reason in (
        (("--show", "m1.nothing"), "slug must be that of a question"),
        (("--lesson", "m9.nothing"), "must be one with questions"),
        (("--show", "m1.signals.q_ppm", "--figure", "x.png"), "has no figure"),
    ):
        code, _, told = run(*arguments)
        assert code == 2
        assert reason in " ".join(told.replace("│", " ").split())
