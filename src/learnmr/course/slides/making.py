"""The road from lessons to files of slides: rendered, with the outputs of their last run, condensed, written."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ...writing import write_text
from ..building import notebook_path, render_course
from ..exams.printing import find_chromium, print_pdf
from ..execution import run_course
from ..lessons import Lesson, find_course_folder, read_course
from .assets import slide_assets
from .decks import deck_of
from .pages import screen_page, sheets_page

__all__ = ["executed_notebook", "make_slides"]

#: for the run that makes the figures: longer than the gate allows, since nothing depends on it
_TIME_LIMIT_S = 900.0


def make_slides(
    lessons: Sequence[str] = (),
    out: Path | str = "slides",
    *,
    instructor_notes: bool = False,
    pdf: bool = False,
    assets: Path | str | None = None,
    course_folder: Path | str | None = None,
    build_folder: Path | str | None = None,
    tell: Callable[[str], None] | None = None,
) -> list[Path]:
    """Write the slides of lessons.

    Parameters
    ----------
    lessons : sequence of str
        Slugs. Empty: all lessons, without the homework.
    out : path-like
        Folder of the files, ``01_signals.html`` and so on.
    instructor_notes : bool
        Put model answers and timing into the speaker's notes of the HTML (S opens them). Not for students.
    pdf : bool
        Write a PDF beside each, through Chromium.
    assets : path-like, optional
        Folder with the archives of reveal.js and MathJax (:func:`~learnmr.course.slides.assets.slide_assets`).
    course_folder, build_folder : path-like, optional
        As in :func:`~learnmr.course.execution.run_course`; a lesson that was run since it was last changed is not run
        again.
    tell : callable, optional
        Gets one line after each lesson.

    Returns
    -------
    list of pathlib.Path
        The files.

    Raises
    ------
    ValueError
        If a lesson is unknown.
    MissingExtraError
        If a part of the extra ``course``, or Chromium for a PDF, is not there.
    OSError
        If reveal.js or MathJax cannot be fetched, or a lesson does not finish.
    """
    folder = find_course_folder(course_folder)
    course = read_course(folder)
    unknown = sorted(set(lessons) - {lesson.slug for lesson in course})
    if unknown:
        raise ValueError(f"lessons must be among {', '.join(lesson.slug for lesson in course)}, got {unknown}")
    chosen = [one for one in course if (one.slug in lessons if lessons else not one.number.startswith("H"))]
    program = find_chromium() if pdf else None
    brought = slide_assets(assets)
    rendered = render_course(folder, variants=("instructor",), build_folder=build_folder)
    written = []
    for lesson in chosen:
        notebook = json.loads(rendered[notebook_path(lesson, "instructor", folder, build_folder)])
        executed = executed_notebook(lesson, folder, build_folder, tell=tell)
        outputs = {cell["id"]: cell.get("outputs", []) for cell in executed["cells"]}
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"] = outputs.get(cell["id"], [])
        deck = deck_of(notebook, instructor_notes=instructor_notes)
        page = Path(out) / f"{lesson.path.stem}.html"
        write_text(screen_page(deck, brought), page)
        written.append(page)
        if program is not None:
            sheets = page.with_name(f".{page.stem}.sheets.html")
            write_text(sheets_page(deck, brought), sheets)
            try:
                written.append(print_pdf(sheets, page.with_suffix(".pdf"), program=program))
            finally:
                os.unlink(sheets)
        if tell is not None:
            tell(f"{lesson.slug}: {1 + len(deck.slides)} slides")
    return written


def executed_notebook(
    lesson: Lesson,
    course_folder: Path,
    build_folder: Path | str | None = None,
    *,
    tell: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """The lesson with its outputs: as it was last run, or run now where it has changed since.

    Raises
    ------
    OSError
        If the run does not finish.
    """
    built = course_folder.parent / "build" / "course" if build_folder is None else Path(build_folder)
    path = built / "executed" / "solution" / lesson.path.parent / f"{lesson.path.stem}.ipynb"
    rendered = render_course(course_folder, variants=("solution",), build_folder=built)
    wanted = json.loads(rendered[notebook_path(lesson, "solution", course_folder, built)])
    if path.is_file():
        kept = json.loads(path.read_text(encoding="utf-8"))
        if _sources(kept) == _sources(wanted) and not _unfinished(kept):
            return dict(kept)
    if tell is not None:
        tell(f"{lesson.slug}: running it, for its figures")
    (report,) = run_course(
        course_folder,
        variants=("solution",),
        lessons=[lesson.slug],
        build_folder=built,
        time_limit_s=_TIME_LIMIT_S,
    )
    if report.timed_out:
        raise OSError(f"{lesson.slug} was not finished after {report.seconds:.0f} s")
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _sources(notebook: dict[str, Any]) -> dict[str, str]:
    """What was run, by the identity of the cell; the header differs by nothing that matters."""
    return {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"}


def _unfinished(notebook: dict[str, Any]) -> bool:
    """Whether a run was broken off or a cell failed."""
    return any(output["output_type"] == "error" for cell in notebook["cells"] for output in cell.get("outputs", ()))
