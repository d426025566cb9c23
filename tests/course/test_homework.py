"""Homework for a class: one notebook each, in which only the key differs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from learnmr.cli import app
from learnmr.course.homework import homework_sets, make_homework, personal_notebook
from learnmr.course.personal import personal_key

SECRET = "a secret of some bytes\n"
CELLS = ["import learnmr\n", 'KEY = "self-study"', "learnmr.progress()"]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with one homework, one lesson without a key, a roster and a secret."""
    folder = tmp_path / "course"
    (folder / "module1_x" / "notebooks").mkdir(parents=True)
    (folder / "module1_x" / "11_homework1.py").write_text("# a lesson\n")
    for stem, cells in (("11_homework1", CELLS), ("01_signals", CELLS[:1])):
        lesson = "m1." + stem.split("_")[1]
        document = {
            "cells": [
                {"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": text.splitlines(keepends=True)}
                for n, text in enumerate(cells)
            ],
            "metadata": {"learnmr": {"lesson": lesson, "title": "Übung"}},
            "nbformat": 4,
        }
        text = json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        (folder / "module1_x" / "notebooks" / f"{stem}.ipynb").write_text(text, encoding="utf-8")
    (tmp_path / "roster.csv").write_text("student,name\nada,Ada L.\nbo/../b,Bo\n")
    (tmp_path / "secret.txt").write_text(SECRET)
    return folder


def made(course: Path, out: str = "out", **keywords: bool) -> dict[str, str]:
    """Name of the file -> its text."""
    root = course.parent
    written = make_homework(
        "m1.homework1", root / "roster.csv", root / "secret.txt", root / out, course_folder=course, **keywords
    )
    return {one.path.name: one.path.read_text(encoding="utf-8") for one in written}


def test_only_the_key_differs_and_it_is_that_of_the_student(course: Path) -> None:
    plain = (course / "module1_x" / "notebooks" / "11_homework1.ipynb").read_text(encoding="utf-8")
    texts = made(course)
    assert len(texts) == 2
    for text, student in zip(texts.values(), ("ada", "bo/../b"), strict=True):
        key = personal_key(SECRET.strip().encode(), homework="m1.homework1", student=student)
        assert text == plain.replace("self-study", key)


def test_two_runs_write_the_same_bytes_inside_the_folder(course: Path) -> None:
    assert made(course) == made(course, "again")
    assert {path.parent.name for path in course.parent.glob("out/**/*.ipynb")} == {"out"}


def test_a_further_student_changes_nobody_elses_notebook(course: Path) -> None:
    before = made(course)
    (course.parent / "roster.csv").write_text("student\nzoe\nada\nbo/../b\n")
    after = made(course)
    assert {name: after[name] for name in before} == before
    assert len(set(after.values())) == 3


def test_work_of_a_student_is_not_overwritten_unless_asked_for(course: Path) -> None:
    before = made(course)
    worked = course.parent / "out" / "11_homework1-ada.ipynb"
    worked.write_text("{}")
    with pytest.raises(FileExistsError, match=r"11_homework1-ada.ipynb is there already.*--replace"):
        made(course)
    assert worked.read_text() == "{}"
    assert made(course, replace=True) == before


def test_a_secret_that_is_too_short_or_absent_is_refused(course: Path) -> None:
    (course.parent / "secret.txt").write_text("15 bytes, short")
    with pytest.raises(ValueError, match="at least 16 bytes"):
        made(course)
    (course.parent / "secret.txt").unlink()
    with pytest.raises(FileNotFoundError, match="secret"):
        made(course)
    assert not (course.parent / "out").exists()


def test_what_is_no_homework_is_refused(course: Path) -> None:
    assert list(homework_sets(course)) == ["m1.homework1"]
    root = course.parent
    with pytest.raises(ValueError, match=r"homework must be one of m1.homework1, got 'm1.signals'"):
        make_homework("m1.signals", root / "roster.csv", root / "secret.txt", root / "o", course_folder=course)


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        (CELLS[:1], "found 0"),
        ([CELLS[1], CELLS[1]], "found 2"),
        ([CELLS[1] + "\n" + CELLS[1]], "one line KEY"),
        (['KEY = "ada"'], "found 0"),
    ],
)
def test_a_notebook_has_one_cell_with_the_key(cells: list[str], rule: str) -> None:
    text = json.dumps({"cells": [{"cell_type": "code", "source": [cell]} for cell in cells]})
    with pytest.raises(ValueError, match=rule):
        personal_notebook(text, "0123456789abcdef0123")


def test_a_key_cannot_bring_code_with_it() -> None:
    text = json.dumps({"cells": [{"cell_type": "code", "source": [CELLS[1]]}]})
    with pytest.raises(ValueError, match="letters, digits"):
        personal_notebook(text, '"; import os')


def test_the_command_makes_a_secret_once_and_notebooks_from_it(course: Path) -> None:
    root = course.parent

    def run(*arguments: object) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["course", "homework", *map(str, arguments)])
        return done.exit_code, done.output

    assert run("secret", root / "new.txt")[0] == 0
    secret = (root / "new.txt").read_text()
    assert len(bytes.fromhex(secret.strip())) == 32
    assert run("secret", root / "new.txt")[0] != 0
    assert (root / "new.txt").read_text() == secret
    command = ("make", "homework1", "--roster", root / "roster.csv", "--out", root / "o", "--course", course)
    code, printed = run(*command, "--secret-file", root / "new.txt")
    assert code == 0
    assert "11_homework1-ada.ipynb" in printed
    assert len(list((root / "o").glob("*.ipynb"))) == 2


def test_the_sets_of_the_course_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text("student\nada\n")
    (tmp_path / "secret.txt").write_text(SECRET)
    for slug in ("m1.homework1", "m1.homework2"):
        (one,) = make_homework(slug, tmp_path / "roster.csv", tmp_path / "secret.txt", tmp_path / "out")
        assert one.path.read_text(encoding="utf-8").count(one.key) == 1
