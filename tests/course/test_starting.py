"""Starting a lesson: a copy to work in, and work is never lost."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from learnmr.course.building import build_course
from learnmr.course.starting import open_notebook, start_course, start_lesson
from learnmr.installation import MissingExtraError


@pytest.mark.parametrize("name", ["m0.example", "example", "00_example", "00_example.ipynb"])
def test_a_lesson_is_found_by_any_of_its_names(example_course: Path, tmp_path: Path, name: str) -> None:
    build_course(example_course)
    copy = start_lesson(name, tmp_path / "work", course_folder=example_course)
    assert copy.read_text() == (example_course / "module0_example" / "notebooks" / "00_example.ipynb").read_text()


def test_work_is_kept_unless_it_is_to_be_replaced(example_course: Path, tmp_path: Path) -> None:
    build_course(example_course)
    copy = start_lesson("example", tmp_path, course_folder=example_course)
    copy.write_text("my work")
    assert start_lesson("example", tmp_path, course_folder=example_course).read_text() == "my work"
    assert "cells" in start_lesson("example", tmp_path, course_folder=example_course, overwrite=True).read_text()


def test_all_lessons_are_copied_and_none_is_overwritten(example_course: Path, tmp_path: Path) -> None:
    build_course(example_course)
    (copy,) = start_course(tmp_path / "work", course_folder=example_course)
    copy.write_text("my work")
    assert start_course(tmp_path / "work", course_folder=example_course) == [copy]
    assert copy.read_text() == "my work"


def test_an_unknown_lesson_and_a_course_that_is_not_built_are_told(example_course: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="run learnmr course build"):
        start_lesson("example", tmp_path, course_folder=example_course)
    build_course(example_course)
    with pytest.raises(ValueError, match=r"lesson must be one of m0\.example, got 'alchemy'"):
        start_lesson("alchemy", tmp_path, course_folder=example_course)


def test_without_jupyterlab_the_command_that_brings_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jupyterlab", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'learnmr\[course\]'"):
        open_notebook(tmp_path / "a.ipynb")
