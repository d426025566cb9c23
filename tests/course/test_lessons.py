"""The format of lessons: what is not understood is refused, by file and cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from learnmr.course.lessons import find_course_folder, read_course, read_lesson

HEADER = (
    "# ---\n# jupyter:\n#   learnmr:\n#     lesson: m0.a\n#     number: 1\n#     title: A\n#     minutes: 5\n# ---\n"
)


def written(folder: Path, body: str, header: str = HEADER, name: str = "01_a.py") -> Path:
    """A lesson in a course."""
    path = folder / "module0" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(header + body, encoding="utf-8")
    return path


def test_header_cells_tags_and_exercises_are_read(example_course: Path) -> None:
    (lesson,) = read_course(example_course)
    assert (lesson.slug, lesson.number, lesson.title, lesson.minutes) == ("m0.example", "0", "The example", 10)
    assert lesson.requires == ("some calculus",)
    assert lesson.exercises == ("m0.example.width", "m0.example.alias", "m0.example.sine")
    assert lesson.path.as_posix() == "module0_example/00_example.py"
    assert {tag for cell in lesson.cells for tag in cell.tags} == {"slide", "slow", "instructor", "solution", "stub"}


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ('\n# %% tags=["hidden"]\nx = 1\n', r"01_a\.py, cell 1: tags must be among .*got \['hidden'\]"),
        ('\n# %% colour="red"\nx = 1\n', r"01_a\.py, cell 1: a cell may have .*got \['colour'\]"),
        ('\n# %% exercise="m1.b.c"\nx = 1\n', r"cell 1: exercise must be m0\.a\.name in lower case, got 'm1\.b\.c'"),
        ('\n# %% exercise="m0.a.Big"\nx = 1\n', r"got 'm0\.a\.Big'"),
        ("\n# %% [raw]\n# x\n", "must be code or markdown, got 'raw'"),
    ],
)
def test_unknown_tags_fields_and_foreign_exercises_are_refused(tmp_path: Path, body: str, complaint: str) -> None:
    pytest.importorskip("jupytext")
    with pytest.raises(ValueError, match=complaint):
        read_lesson(written(tmp_path, body))


@pytest.mark.parametrize(
    ("header", "complaint"),
    [
        ("", "missing: .*'lesson'"),
        (HEADER.replace("title: A", "name: A"), r"missing: \['title'\], unknown: \['name'\]"),
        (HEADER.replace("m0.a", "A"), "lesson must look like m1.signals, got 'A'"),
    ],
)
def test_a_header_that_lacks_something_is_refused(tmp_path: Path, header: str, complaint: str) -> None:
    pytest.importorskip("jupytext")
    with pytest.raises(ValueError, match=complaint):
        read_lesson(written(tmp_path, "\n# %%\nx = 1\n", header))


def test_two_lessons_of_one_name_are_refused(tmp_path: Path) -> None:
    pytest.importorskip("jupytext")
    written(tmp_path, "\n# %%\nx = 1\n")
    written(tmp_path, "\n# %%\nx = 1\n", name="02_b.py")
    with pytest.raises(ValueError, match=r"every lesson must have its own name, found twice: m0\.a"):
        read_course(tmp_path)


def test_a_folder_without_lessons_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="folder must hold lessons"):
        find_course_folder(tmp_path)
