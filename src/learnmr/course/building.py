"""From the lessons to the notebooks: a visible list of small steps, the same bytes from run to run.

Identities of cells come from the path of the lesson and the ordinal of the cell, keys are sorted, there are no outputs.
Student and solution notebooks are committed (a badge can open only what lies in the repository); the instructor's
copies are built into a folder that is not.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import Any

from ..writing import write_text
from .lessons import Cell, Lesson, find_course_folder, read_course
from .solution_regions import canary, with_solutions, with_stubs

__all__ = [
    "COMMITTED",
    "FOLDED",
    "STEPS",
    "VARIANTS",
    "Task",
    "badge_address",
    "build_course",
    "notebook_path",
    "project_address",
    "render_course",
    "render_notebook",
    "stale_notebooks",
]

#: variant -> folder under the module's folder (student, solution) or under the build folder (instructor)
VARIANTS: dict[str, PurePosixPath] = {
    "student": PurePosixPath("notebooks"),
    "solution": PurePosixPath("notebooks/solutions"),
    "instructor": PurePosixPath("instructor"),
}
#: the variants that lie in the repository
COMMITTED = ("student", "solution")

#: variant -> tags of cells that it does not have
_LEFT_OUT = {
    "student": {"solution", "instructor", "exam"},
    "solution": {"stub", "instructor", "exam"},
    "instructor": {"stub"},
}

#: code with one of these tags is folded away where the notebook is opened
FOLDED = frozenset({"hide-input", "remove-input", "remove-cell"})

#: where the notebooks lie in the repository
_BRANCH, _FOLDER = "main", "course"
_REFERENCE = re.compile(r"\{(ex|lesson):([a-z0-9_.]+)\}")

#: extra -> a module that shows whether it is there
_EXTRA_MODULES = {"train": "keras", "jax": "jax", "course": "nbformat"}


@dataclass(frozen=True)
class Task:
    """What the steps may know: the lesson, the variant, and the rest of the course.

    Parameters
    ----------
    lesson : Lesson
        The lesson being built.
    variant : str
        One of :data:`VARIANTS`.
    lessons : mapping of str to Lesson
        All lessons by slug, for references.
    exercise_numbers : mapping of str to str
        Slug of an exercise -> number shown.
    """

    lesson: Lesson
    variant: str
    lessons: Mapping[str, Lesson]
    exercise_numbers: Mapping[str, str]


def choose_cells(cells: Sequence[Cell], task: Task) -> list[Cell]:
    """Leave out the cells of other variants."""
    return [cell for cell in cells if not _LEFT_OUT[task.variant] & set(cell.tags)]


def write_numbers(cells: Sequence[Cell], task: Task) -> list[Cell]:
    """Put display numbers in place of ``{ex:slug}`` and ``{lesson:slug}``."""

    def shown(match: re.Match[str]) -> str:
        kind, slug = match.groups()
        if kind == "ex" and slug in task.exercise_numbers:
            return task.exercise_numbers[slug]
        if kind == "lesson" and slug in task.lessons:
            return f"{task.lessons[slug].number}, *{task.lessons[slug].title}*"
        raise ValueError(f"{task.lesson.path.name}: {match.group()} must name an exercise or lesson of the course")

    return [
        replace(cell, source=_REFERENCE.sub(shown, cell.source)) if cell.kind == "markdown" else cell for cell in cells
    ]


def fill_regions(cells: Sequence[Cell], task: Task) -> list[Cell]:
    """Put stub or solution into the regions of code cells, and a canary into cells that are a solution as a whole."""
    filled = []
    for cell in cells:
        source = cell.source
        if cell.kind == "code" and cell.exercise is not None:
            fill = with_stubs if task.variant == "student" else with_solutions
            source = fill(source, cell.exercise, task.exercise_numbers[cell.exercise])
        if "solution" in cell.tags:
            mark = canary(f"{task.lesson.slug} cell {cell.name}")
            source = f"# {mark}\n{source}" if cell.kind == "code" else f"{source}\n\n<!-- {mark} -->"
        filled.append(replace(cell, source=source))
    return filled


def add_header(cells: Sequence[Cell], task: Task) -> list[Cell]:
    """Title, minutes, prerequisites, the badge that opens this variant, and the way to the other one."""
    lesson = task.lesson
    kind = f"Homework {lesson.number.removeprefix('H')}" if lesson.number.startswith("H") else f"Lesson {lesson.number}"
    facts = [f"{lesson.minutes} minutes"]
    if lesson.requires:
        facts.append("before it: " + ", ".join(lesson.requires).replace("*", r"\*"))  # T2* would end the italics
    lines = [f"# {kind} · {lesson.title}", ""]
    if task.variant in COMMITTED:
        badge = "https://colab.research.google.com/assets/colab-badge.svg"
        lines += [f"[![Open in Colab]({badge})]({badge_address(lesson, task.variant)})", ""]
    other = {
        "student": f"Worked solutions: [open them]({badge_address(lesson, 'solution')}) when you have tried.",
        "solution": f"This copy has the solutions. [The copy to work in]({badge_address(lesson, 'student')}) has none.",
        "instructor": "Instructor's copy: solutions, model answers, timing. Not for students.",
    }
    lines += [f"*{' · '.join(facts)}.* {other[task.variant]}"]
    return [Cell("markdown", "\n".join(lines), "header"), *cells]


def add_set_up(cells: Sequence[Cell], task: Task) -> list[Cell]:
    """The cell after the header that brings what is missing, from PyPI or else from the project."""
    extras = [extra for extra in task.lesson.extras if extra in _EXTRA_MODULES]
    package = "learnmr" + (f"[{','.join(extras)}]" if extras else "")
    modules = ("learnmr", *(_EXTRA_MODULES[extra] for extra in extras))
    version = metadata.version("learnmr")
    floor = ".".join(version.split(".")[:2])
    source = f'''
# @title Set-up: run this first. It installs what is missing (as in Colab) and does nothing where all is there
import importlib.util
import subprocess
import sys

NEEDED = ({", ".join(json.dumps(module) for module in modules)},)
SOURCES = ("{package}>={floor}", "{package} @ git+{project_address()}")


def missing() -> list:
    importlib.invalidate_caches()
    return [name for name in NEEDED if importlib.util.find_spec(name) is None]


for source in SOURCES if missing() else ():
    if subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", source]).returncode == 0 and not missing():
        break
if missing():
    print("missing:", *missing(), "- this should mend it:", f'{{sys.executable}} -m pip install "{{SOURCES[0]}}"')

import learnmr

for problem in learnmr.doctor().problems:
    print(problem)'''
    return [cells[0], Cell("code", source.strip("\n"), "set-up", ("remove-cell",)), *cells[1:]]


#: in this order: numbers before regions, so that stubs carry them; header and set-up last, so that nothing touches them
STEPS: tuple[Callable[[Sequence[Cell], Task], list[Cell]], ...] = (
    choose_cells,
    write_numbers,
    fill_regions,
    add_header,
    add_set_up,
)


def build_course(
    course_folder: Path | str | None = None,
    *,
    variants: Sequence[str] = COMMITTED,
    build_folder: Path | str | None = None,
) -> list[Path]:
    """Write the notebooks of all lessons.

    Parameters
    ----------
    course_folder : path-like, optional
        Folder of the sources; default as in :func:`~learnmr.course.lessons.find_course_folder`.
    variants : sequence of str
        Some of ``student``, ``solution``, ``instructor``.
    build_folder : path-like, optional
        Where the instructor's copies go. Default: ``build/course`` beside the course folder.

    Returns
    -------
    list of pathlib.Path
        The notebooks that are there now.

    Raises
    ------
    ValueError
        If a lesson breaks a rule, or a variant is unknown.
    """
    folder = find_course_folder(course_folder)
    written = []
    for path, text in render_course(folder, variants=variants, build_folder=build_folder).items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            write_text(text, path)
        written.append(path)
    return written


def stale_notebooks(course_folder: Path | str | None = None) -> list[str]:
    """Committed notebooks that differ from what the sources give: missing, changed, or of a lesson that is gone.

    Returns
    -------
    list of str
        One sentence each; empty when all agree.
    """
    folder = find_course_folder(course_folder)
    expected = render_course(folder, variants=COMMITTED)
    problems = []
    for path, text in expected.items():
        name = path.relative_to(folder).as_posix()
        if not path.exists():
            problems.append(f"{name} is missing: run learnmr course build")
        elif path.read_text(encoding="utf-8") != text:
            problems.append(f"{name} differs from its source: run learnmr course build")
    for path in sorted(folder.glob("module*/notebooks/**/*.ipynb")):
        if path not in expected and ".ipynb_checkpoints" not in path.parts:
            problems.append(f"{path.relative_to(folder).as_posix()} has no source: delete it")
    return problems


def render_course(
    course_folder: Path, *, variants: Sequence[str] = COMMITTED, build_folder: Path | str | None = None
) -> dict[Path, str]:
    """The text of every notebook, by the path where it belongs; nothing is written.

    Raises
    ------
    ValueError
        If a lesson breaks a rule, or a variant is unknown.
    """
    unknown = [variant for variant in variants if variant not in VARIANTS]
    if unknown:
        raise ValueError(f"variants must be among {', '.join(VARIANTS)}, got {unknown}")
    lessons = read_course(course_folder)
    by_slug = {lesson.slug: lesson for lesson in lessons}
    numbers = {
        slug: f"{lesson.number}.{ordinal}"
        for lesson in lessons
        for ordinal, slug in enumerate(lesson.exercises, start=1)
    }
    return {
        notebook_path(lesson, variant, course_folder, build_folder): render_notebook(
            Task(lesson, variant, by_slug, numbers)
        )
        for variant in variants
        for lesson in lessons
    }


def render_notebook(task: Task) -> str:
    """One notebook as JSON text, after all :data:`STEPS`."""
    cells: list[Cell] = list(task.lesson.cells)
    for step in STEPS:
        cells = step(cells, task)
    lesson = task.lesson
    notebook = {
        "cells": [_cell_of_notebook(cell, lesson) for cell in cells],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "learnmr": {
                "lesson": lesson.slug,
                "minutes": lesson.minutes,
                "number": lesson.number,
                "source": f"{_FOLDER}/{lesson.path}",
                "title": lesson.title,
                "variant": task.variant,
            },
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _cell_of_notebook(cell: Cell, lesson: Lesson) -> dict[str, Any]:
    """One cell in the form of nbformat 4.5."""
    identity = hashlib.sha256(f"{lesson.path}:{cell.name}".encode()).hexdigest()[:12]
    described: dict[str, Any] = {"tags": sorted(cell.tags)} if cell.tags else {}
    if "slide" in cell.tags:
        described["slideshow"] = {"slide_type": "slide"}
    if cell.kind == "code" and FOLDED & set(cell.tags):
        described |= {"jupyter": {"source_hidden": True}, "cellView": "form"}  # JupyterLab, Colab: one click unfolds
    if cell.exercise or cell.given:
        described["learnmr"] = {
            key: value for key, value in (("exercise", cell.exercise), ("given", list(cell.given))) if value
        }
    made: dict[str, Any] = {
        "cell_type": cell.kind,
        "id": identity,
        "metadata": described,
        "source": cell.source.splitlines(keepends=True),
    }
    if cell.kind == "code":
        made |= {"execution_count": None, "outputs": []}
    return made


def notebook_path(lesson: Lesson, variant: str, course_folder: Path, build_folder: Path | str | None = None) -> Path:
    """Where the notebook of a variant lies."""
    name = lesson.path.stem + ".ipynb"
    if variant in COMMITTED:
        return course_folder / lesson.path.parent / VARIANTS[variant] / name
    built = course_folder.parent / "build" / "course" if build_folder is None else Path(build_folder)
    return built / lesson.path.parent / VARIANTS[variant] / name


def badge_address(lesson: Lesson, variant: str) -> str:
    """The address that opens a committed variant in Colab."""
    repository = project_address().removeprefix("https://github.com/")
    place = f"{_FOLDER}/{lesson.path.parent}/{VARIANTS[variant]}/{lesson.path.stem}.ipynb"
    return f"https://colab.research.google.com/github/{repository}/blob/{_BRANCH}/{place}"


def project_address() -> str:
    """The project's address, from the metadata of the package.

    Raises
    ------
    ValueError
        If the package names no address.

    Examples
    --------
    >>> project_address().startswith("https://")
    True
    """
    entries = metadata.metadata("learnmr").get_all("Project-URL") or []
    addresses = dict(entry.split(", ", 1) for entry in entries)
    for label in ("Repository", "Homepage"):
        if label in addresses:
            return addresses[label].rstrip("/")
    raise ValueError("the package metadata must name a Repository or Homepage among its URLs")
