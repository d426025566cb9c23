"""Running notebooks, once each, in a fresh kernel, in an empty folder, with a time limit.

The executed notebook can be kept: the site shows it, and nothing is run a second time for it.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..installation import import_extra
from ..writing import write_text
from .building import notebook_path, render_course
from .lessons import Lesson, find_course_folder, read_course
from .quoted_numbers import unexplained_numbers
from .records import progress

__all__ = ["TIME_LIMIT_S", "CellError", "RunReport", "execution_problems", "run_course", "run_notebook"]

#: a lesson must run from start to end in this time on two cores
TIME_LIMIT_S = 90.0


@dataclass(frozen=True)
class CellError:
    """An error that a cell of a notebook raised.

    Parameters
    ----------
    cell : str
        Identity of the cell.
    name, message : str
        The exception.
    has_stub : bool
        Whether the cell holds a stub.
    """

    cell: str
    name: str
    message: str
    has_stub: bool


@dataclass(frozen=True)
class RunReport:
    """What came of running a notebook.

    Parameters
    ----------
    lesson, variant : str
        Which one.
    seconds : float
        Wall time, the start of the kernel included.
    cells : int
        Code cells that were run.
    exercises : tuple of str
        Exercises of the notebook.
    passed : tuple of str
        Those whose check passed.
    errors : tuple of CellError
        What was raised.
    unexplained : tuple of str
        Numbers in the text that no code or output of the notebook holds.
    timed_out : bool
        Whether the time limit stopped it.
    """

    lesson: str
    variant: str
    seconds: float
    cells: int
    exercises: tuple[str, ...]
    passed: tuple[str, ...]
    errors: tuple[CellError, ...] = ()
    unexplained: tuple[str, ...] = ()
    timed_out: bool = False

    @property
    def problems(self) -> list[str]:
        """What breaks the rules of this variant, one sentence each."""
        where = f"{self.lesson} ({self.variant})"
        problems = [f"{where}: not finished after {self.seconds:.0f} s"] if self.timed_out else []
        if self.variant == "student":
            problems += [
                f"{where}: cell {error.cell} fails, but not at its stub: {error.name}: {error.message}"
                for error in self.errors
                if error.name != "NotImplementedError"
            ]
            problems += [f"{where}: the check {slug} passes on the stub" for slug in self.passed]
            return problems
        problems += [f"{where}: cell {error.cell} fails: {error.name}: {error.message}" for error in self.errors]
        problems += [
            f"{where}: the check {slug} does not pass on the solution"
            for slug in self.exercises
            if slug not in self.passed
        ]
        problems += [f"{where}: a number that no cell gives: {number}" for number in self.unexplained]
        return problems


def run_notebook(
    path: Path | str,
    *,
    time_limit_s: float = TIME_LIMIT_S,
    slow: bool = False,
    executed_path: Path | str | None = None,
) -> RunReport:
    """Run a notebook headlessly in an empty folder; errors of its cells are collected, not raised.

    Parameters
    ----------
    path : path-like
        A notebook that the builder made; it is not changed.
    time_limit_s : float
        For the whole notebook.
    slow : bool
        Run the cells tagged ``slow`` too.
    executed_path : path-like, optional
        Where the executed notebook is kept.

    Returns
    -------
    RunReport
        Seconds, cells, checks, errors.

    Raises
    ------
    MissingExtraError
        If nbclient or nbformat is not installed.
    ValueError
        If the time limit is not positive.
    """
    if not time_limit_s > 0:
        raise ValueError(f"time_limit_s must be > 0 s, got {time_limit_s!r}")
    nbformat = import_extra("nbformat", extra="course")
    nbclient = import_extra("nbclient", extra="course")
    notebook = nbformat.reads(Path(path).read_text(encoding="utf-8"), as_version=4)
    described = notebook.metadata.get("learnmr", {})
    left_out = [] if slow else [cell for cell in notebook.cells if "slow" in cell.metadata.get("tags", ())]
    kept = {cell["id"]: cell.cell_type for cell in left_out}
    for cell in left_out:
        cell.cell_type = "raw"  # stays visible in the executed notebook, without an output
    timed_out = False
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the machinery of Jupyter; those of the lesson show in its outputs
        record = Path(folder) / "progress.json"
        work = Path(folder) / "work"
        work.mkdir()
        started_s = time.monotonic()
        client = nbclient.NotebookClient(
            notebook,
            kernel_name="python3",
            extra_arguments=["--log-level=ERROR"],  # a warning about its transport at every start
            allow_errors=True,
            timeout_func=lambda cell: max(1, int(time_limit_s - (time.monotonic() - started_s))),
            resources={"metadata": {"path": str(work)}},
        )
        environment = os.environ | {"LEARNMR_PROGRESS": str(record), "LEARNMR_STATIC": "1"}
        try:
            client.execute(env=environment)
        except nbclient.exceptions.CellTimeoutError:
            timed_out = True
        seconds = time.monotonic() - started_s
        entries = progress(record).entries
    for cell in notebook.cells:
        if cell.get("id") in kept and cell.cell_type == "raw":
            cell.cell_type = kept[cell["id"]]
    exercises = tuple(
        dict.fromkeys(
            cell.metadata["learnmr"]["exercise"]
            for cell in notebook.cells
            if "exercise" in cell.metadata.get("learnmr", {})
        )
    )
    report = RunReport(
        lesson=described.get("lesson", Path(path).stem),
        variant=described.get("variant", "student"),
        seconds=seconds,
        cells=sum(cell.cell_type == "code" for cell in notebook.cells) - len(left_out),
        exercises=exercises,
        passed=tuple(slug for slug in exercises if slug in entries and entries[slug].passed),
        errors=_errors(notebook),
        unexplained=tuple(unexplained_numbers(notebook.cells)),
        timed_out=timed_out,
    )
    if executed_path is not None:
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.setdefault("outputs", [])
                cell.setdefault("execution_count", None)
            cell.metadata.pop("execution", None)  # wall-clock times
        write_text(json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n", executed_path)
    return report


def run_course(
    course_folder: Path | str | None = None,
    *,
    variants: Sequence[str] = ("student", "solution"),
    lessons: Sequence[str] = (),
    build_folder: Path | str | None = None,
    time_limit_s: float = TIME_LIMIT_S,
    slow: bool = False,
    tell: Callable[[str], None] | None = None,
) -> list[RunReport]:
    """Run the notebooks of the course, as the sources give them now, and keep the executed ones.

    Parameters
    ----------
    course_folder, build_folder : path-like, optional
        As in :func:`~learnmr.course.building.build_course`. Executed notebooks go to
        ``<build folder>/executed/<variant>/<module>/``.
    variants : sequence of str
        Which.
    lessons : sequence of str
        Slugs; empty: all.
    time_limit_s, slow
        As in :func:`run_notebook`.
    tell : callable, optional
        Gets one line after each notebook.

    Returns
    -------
    list of RunReport
        One a notebook.

    Raises
    ------
    ValueError
        If a lesson is unknown.
    """
    folder = find_course_folder(course_folder)
    built = folder.parent / "build" / "course" if build_folder is None else Path(build_folder)
    course = read_course(folder)
    unknown = set(lessons) - {lesson.slug for lesson in course}
    if unknown:
        raise ValueError(f"lessons must be among {', '.join(lesson.slug for lesson in course)}, got {sorted(unknown)}")
    rendered = render_course(folder, variants=variants, build_folder=built)
    reports = []
    for lesson in course:
        for variant in variants if not lessons or lesson.slug in lessons else ():
            text = rendered[notebook_path(lesson, variant, folder, built)]
            report = _run_text(text, lesson, variant, built, time_limit_s=time_limit_s, slow=slow)
            reports.append(report)
            if tell is not None:
                tell(
                    f"{lesson.slug} {variant}: {report.seconds:.0f} s, {report.cells} cells, "
                    f"{len(report.passed)}/{len(report.exercises)} checks passed, {len(report.problems)} problems"
                )
    return reports


def execution_problems(reports: Sequence[RunReport]) -> list[str]:
    """What breaks the rules in any of the runs."""
    return [problem for report in reports for problem in report.problems]


def _run_text(text: str, lesson: Lesson, variant: str, built: Path, **keywords: Any) -> RunReport:
    """Run a notebook given as text."""
    kept = built / "executed" / variant / lesson.path.parent / f"{lesson.path.stem}.ipynb"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{lesson.path.stem}.ipynb"
        path.write_text(text, encoding="utf-8")
        return run_notebook(path, executed_path=kept, **keywords)


def _errors(notebook: Any) -> tuple[CellError, ...]:
    """All errors among the outputs."""
    return tuple(
        CellError(
            cell["id"],
            output["ename"],
            output["evalue"][:300],
            "# --- your code: exercise" in cell.source or "stub" in cell.metadata.get("tags", ()),
        )
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.get("outputs", ())
        if output["output_type"] == "error"
    )
