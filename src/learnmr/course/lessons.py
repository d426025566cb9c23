"""A lesson: one text file in the percent format of Jupytext, with everything in it, solutions included.

A header names the lesson, tags say which variant a cell belongs to, and regions inside a code cell hold what the
student is to write. ``course/AUTHORING.md`` tells the same to authors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ..installation import import_extra
from .solution_regions import split_regions

__all__ = ["SLUG", "TAGS", "Cell", "Lesson", "find_course_folder", "lesson_paths", "read_course", "read_lesson"]

#: tag -> what it means; any other tag is refused
TAGS = {
    "solution": "a whole cell that only the solution and instructor variants have",
    "stub": "a whole cell that only the student variant has",
    "instructor": "only in the instructor variant: model answers, timing, what goes wrong",
    "exam": "only in the instructor variant: material for examinations",
    "slow": "in every variant, but left out when notebooks are run, unless asked for",
    "slide": "begins a slide",
    "references": "literature: its numbers need not come from an executed cell",
    "hide-input": "the site folds the code away",
    "remove-input": "the site shows the output only",
    "remove-cell": "the site leaves the cell out",
}

#: permanent name of an exercise: module, lesson, exercise
SLUG = re.compile(r"m\d+\.[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_LESSON_SLUG = re.compile(r"m\d+\.[a-z][a-z0-9_]*")
_HEADER = {"lesson", "number", "title", "minutes", "extras", "requires"}
_CELL_FIELDS = {"tags", "exercise", "given"}


@dataclass(frozen=True)
class Cell:
    """One cell of a lesson.

    Parameters
    ----------
    kind : str
        ``"code"`` or ``"markdown"``.
    source : str
        The text, without line end at the end.
    name : str
        Where the cell comes from: its ordinal in the source, or a word for a cell that the builder made. The cell's
        identity in the notebook is made of it.
    tags : tuple of str
        Some of :data:`TAGS`.
    exercise : str, optional
        Slug of the exercise whose answer is written in this cell.
    given : tuple of str
        Numbers in the text that are facts, not results (``"1946"``).
    """

    kind: str
    source: str
    name: str
    tags: tuple[str, ...] = ()
    exercise: str | None = None
    given: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lesson:
    """A lesson as it was written, before any variant is derived.

    Parameters
    ----------
    path : pathlib.PurePosixPath
        The source, relative to the course folder.
    slug : str
        Permanent name, e.g. ``"m1.signals"``.
    number : str
        What is shown: ``"1"``, or ``"H1"`` for a homework set.
    title : str
        Title.
    minutes : int
        How long a student needs.
    extras : tuple of str
        Extras of learnmr that the lesson needs.
    requires : tuple of str
        Prerequisites, in words.
    cells : tuple of Cell
        All cells in order.
    """

    path: PurePosixPath
    slug: str
    number: str
    title: str
    minutes: int
    extras: tuple[str, ...]
    requires: tuple[str, ...]
    cells: tuple[Cell, ...]

    @property
    def exercises(self) -> tuple[str, ...]:
        """Slugs of the exercises, in order of appearance."""
        return tuple(dict.fromkeys(cell.exercise for cell in self.cells if cell.exercise))


def find_course_folder(folder: Path | str | None = None) -> Path:
    """The folder ``course`` of the sources.

    Parameters
    ----------
    folder : path-like, optional
        Where it is. Default: ``course`` under the current folder, else that of the checkout this package lies in.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    checkout = Path(__file__).resolve().parents[3]
    candidates = [Path(folder)] if folder is not None else [Path.cwd() / "course", checkout / "course"]
    for candidate in candidates:
        if lesson_paths(candidate):
            return candidate
    places = ", ".join(str(candidate) for candidate in candidates)
    raise FileNotFoundError(f"folder must hold lessons (module*/*.py), found none in {places}")


def lesson_paths(course_folder: Path) -> list[Path]:
    """The sources of all lessons, sorted."""
    return sorted(course_folder.glob("module*/*.py"))


def read_course(course_folder: Path) -> tuple[Lesson, ...]:
    """Read all lessons.

    Raises
    ------
    ValueError
        If a lesson breaks a rule of the format, or two lessons or exercises share a name.
    """
    lessons = tuple(read_lesson(path, course_folder) for path in lesson_paths(course_folder))
    for what, names in (
        ("lesson", [lesson.slug for lesson in lessons]),
        ("exercise", [slug for lesson in lessons for slug in lesson.exercises]),
    ):
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"every {what} must have its own name, found twice: {', '.join(twice)}")
    return lessons


def read_lesson(path: Path, course_folder: Path | None = None) -> Lesson:
    """Read one lesson.

    Parameters
    ----------
    path : pathlib.Path
        The source.
    course_folder : pathlib.Path, optional
        The path of the lesson is stated relative to it. Default: the parent of the folder of the source.

    Returns
    -------
    Lesson
        The lesson.

    Raises
    ------
    ValueError
        If the source breaks a rule of the format; the message names file, cell and rule.
    """
    course_folder = path.parent.parent if course_folder is None else course_folder
    jupytext = import_extra("jupytext", extra="course")
    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    header = _checked_header(notebook.metadata.get("learnmr"), path.name)
    cells = tuple(
        _cell(raw, ordinal, f"{path.name}, cell {ordinal}", header["lesson"])
        for ordinal, raw in enumerate(notebook.cells, start=1)
    )
    return Lesson(
        path=PurePosixPath(path.relative_to(course_folder).as_posix()),
        slug=header["lesson"],
        number=str(header["number"]),
        title=str(header["title"]),
        minutes=int(header["minutes"]),
        extras=tuple(header.get("extras") or ()),
        requires=tuple(header.get("requires") or ()),
        cells=cells,
    )


def _checked_header(header: Any, name: str) -> Mapping[str, Any]:
    """The header, or an error that names what is missing."""
    header = dict(header or {})
    missing = {"lesson", "number", "title", "minutes"} - set(header)
    unknown = set(header) - _HEADER
    if missing or unknown:
        raise ValueError(
            f"{name}: the header must have lesson, number, title and minutes (and may have extras, requires); "
            f"missing: {sorted(missing)}, unknown: {sorted(unknown)}"
        )
    if not _LESSON_SLUG.fullmatch(str(header["lesson"])):
        raise ValueError(f"{name}: lesson must look like m1.signals, got {header['lesson']!r}")
    return header


def _cell(raw: Any, ordinal: int, where: str, lesson: str) -> Cell:
    """One cell of the notebook as Jupytext read it."""
    unknown = {field for field in raw.metadata if not field.startswith("lines_to_")} - _CELL_FIELDS
    if unknown:
        raise ValueError(f"{where}: a cell may have {', '.join(sorted(_CELL_FIELDS))}, got {sorted(unknown)}")
    tags = tuple(raw.metadata.get("tags", ()))
    wrong = [tag for tag in tags if tag not in TAGS]
    if wrong:
        raise ValueError(f"{where}: tags must be among {', '.join(TAGS)}, got {wrong}")
    exercise = raw.metadata.get("exercise")
    if exercise is not None and not (SLUG.fullmatch(exercise) and exercise.startswith(lesson + ".")):
        raise ValueError(f"{where}: exercise must be {lesson}.name in lower case, got {exercise!r}")
    if raw.cell_type not in ("code", "markdown"):
        raise ValueError(f"{where}: a cell must be code or markdown, got {raw.cell_type!r}")
    if raw.cell_type == "code":
        try:
            has_regions = any(region.is_solution for region in split_regions(raw.source))
        except ValueError as error:
            raise ValueError(f"{where}: {error}") from None
        if has_regions and exercise is None:
            raise ValueError(f"{where}: a cell with a solution region must name its exercise")
    given = tuple(str(number) for number in raw.metadata.get("given", ()))
    return Cell(raw.cell_type, raw.source.strip("\n"), str(ordinal), tags, exercise, given)
