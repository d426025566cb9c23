"""``learnmr bench course``: every notebook run once, and the rate at which a right solution fails its check."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..course.execution import RunReport, execution_problems, run_course
from ..course.exercises import FalseFails, all_exercises, find_exercise, upper_limit_95

__all__ = ["course_results", "false_fail_results", "measure_false_fails", "timings_table"]


def course_results(
    course_folder: Path | str | None = None,
    *,
    lessons: Sequence[str] = (),
    build_folder: Path | str | None = None,
    tell: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Run the student and solution notebooks of all lessons.

    Parameters
    ----------
    course_folder, lessons, build_folder, tell
        As in :func:`~learnmr.course.execution.run_course`.

    Returns
    -------
    dict
        ``lessons`` (a list of ``id``, ``variant``, ``seconds``, ``cells``, ``checks``, ``passed``), ``checks`` (number
        of checked exercises), ``checks_failing_on_stub``, ``checks_passing_on_solution``, ``problems`` (sentences).
    """
    reports = run_course(course_folder, lessons=lessons, build_folder=build_folder, tell=tell)
    return summarise(reports)


def summarise(reports: Sequence[RunReport]) -> dict[str, Any]:
    """The results of runs, as :func:`course_results` gives them."""
    by_variant = {variant: [run for run in reports if run.variant == variant] for variant in ("student", "solution")}
    return {
        "lessons": [
            {
                "id": run.lesson,
                "variant": run.variant,
                "seconds": round(run.seconds, 1),
                "cells": run.cells,
                "checks": len(run.exercises),
                "passed": len(run.passed),
            }
            for run in reports
        ],
        "checks": sum(len(run.exercises) for run in by_variant["solution"]),
        "checks_failing_on_stub": sum(len(run.exercises) - len(run.passed) for run in by_variant["student"]),
        "checks_passing_on_solution": sum(len(run.passed) for run in by_variant["solution"]),
        "problems": execution_problems(reports),
    }


def measure_false_fails(slug: str, *, runs: int = 30, tell: Callable[[str], None] | None = None) -> FalseFails:
    """Train the solution of an exercise with so many seeds and measure each network as its check does.

    Parameters
    ----------
    slug : str
        An exercise whose answer is a trained network.
    runs : int
        Number of trainings; seeds 1 to runs.
    tell : callable, optional
        Gets one line after each training.

    Returns
    -------
    FalseFails
        The measured numbers, and how many lie above the threshold.

    Raises
    ------
    ValueError
        If there is no such exercise, it has no training, or runs is less than 1.

    Examples
    --------
    >>> measure_false_fails("m0.example.sine", runs=3).runs
    3
    """
    if not runs >= 1:
        raise ValueError(f"runs must be >= 1, got {runs!r}")
    exercise = find_exercise(slug)
    if exercise is None or exercise.training is None:
        trained = [known.slug for known in all_exercises() if known.training is not None]
        raise ValueError(f"slug must be an exercise with a trained network ({', '.join(trained)}), got {slug!r}")
    values = []
    for seed in range(1, runs + 1):
        values.append(float(exercise.training.measure(exercise.training.train(seed))))
        if tell is not None:
            tell(f"{slug} seed {seed}: {values[-1]:.4g} (threshold {exercise.training.threshold:.4g})")
    return FalseFails(slug, np.asarray(values), exercise.training.threshold)


def false_fail_results(
    slugs: Sequence[str] = (), *, runs: int = 30, tell: Callable[[str], None] | None = None
) -> dict[str, Any]:
    """Measure the false-fail rate of checks on networks.

    Parameters
    ----------
    slugs : sequence of str
        Exercises; empty: all with a trained network, but the example for authors.
    runs, tell
        As in :func:`measure_false_fails`.

    Returns
    -------
    dict
        ``exercises``: a list of ``id``, ``runs``, ``failures``, ``upper_limit_95``, ``threshold``, ``median``,
        ``largest``, and what the check states: ``stated_failures``, ``stated_runs``.
    """
    chosen = slugs or [
        known.slug for known in all_exercises() if known.training is not None and not known.slug.startswith("m0.")
    ]
    rows = []
    for slug in chosen:
        measured = measure_false_fails(slug, runs=runs, tell=tell)
        exercise = find_exercise(slug)
        assert exercise is not None  # it was measured above
        assert exercise.training is not None
        rows.append(
            {
                "id": slug,
                "runs": measured.runs,
                "failures": measured.failures,
                "upper_limit_95": round(upper_limit_95(measured.failures, measured.runs), 3),
                "threshold": measured.threshold,
                "median": float(np.median(measured.values)),
                "largest": float(np.max(measured.values)),
                "stated_failures": exercise.training.failures,
                "stated_runs": exercise.training.runs,
            }
        )
    return {"exercises": rows}


def timings_table(document: dict[str, Any]) -> str:
    """``course/TIMINGS.md`` from the document of ``learnmr bench course --json``.

    Parameters
    ----------
    document : dict
        As :func:`~learnmr.bench.documents.document` makes it.

    Returns
    -------
    str
        Markdown.
    """
    machine, results = document["machine"], document["results"]
    lines = [
        "# Run times of the lessons",
        f"Written by `{document['command']} --timings`; {machine['cpu'] or machine['architecture']}, "
        f"{machine['cores']} cores, {machine['os']}, Python {machine['python']}. The start of the kernel is included.",
        "",
        "| lesson | variant | seconds | code cells | checks | passed |",
        "|---|---|---:|---:|---:|---:|",
    ]
    columns = ("id", "variant", "seconds", "cells", "checks", "passed")
    lines += ["| " + " | ".join(str(run[column]) for column in columns) + " |" for run in results["lessons"]]
    lines += [
        "",
        f"{results['checks']} checks; {results['checks_failing_on_stub']} fail on the stub, "
        f"{results['checks_passing_on_solution']} pass on the solution.",
    ]
    return "\n".join(lines) + "\n"
