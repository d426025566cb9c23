"""The order of the demo: train, compare, measure, report; files are written at the very end, all or none."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ..bench.documents import document, to_json
from ..files import DatasetUnavailableError
from ..networks.backend import backend_name, import_keras
from ..networks.dft import DFTNetwork, train_dft
from ..writing import replacing
from .chapters import fourier_chapter, line_chapter, reaction_chapter
from .line_comparison import PARAMETERS, Comparison, compare_estimators, draw_test_fids, ratio
from .live_training import LiveTraining, train_live
from .pages import page, paragraph, table
from .time_course import (
    TimeCourse,
    equilibrium,
    measure_time_course,
    read_time_course,
    simulate_time_course,
)

__all__ = ["run_demo"]

_TITLE = "From a decay to a table of resonances"

#: name of the work, finished parts, all parts, and perhaps a value such as the loss
Report = Callable[..., None]


def run_demo(out: str | Path, *, seed: int = 1, progress: Report | None = None, quick: bool = False) -> dict[str, Any]:
    """Do the main job once: two networks trained live, the estimators compared, a real reaction measured.

    Parameters
    ----------
    out : path-like
        Folder for ``report.html``, ``demo.json``, ``time_course.csv``, ``lines.csv`` and ``estimators.csv``. It is made
        when missing; nothing else in it is touched. Nothing is written before everything is done.
    seed : int
        Seed of everything random, >= 0. Two runs differ in their timings only (one machine, backend, thread count).
    progress : callable, optional
        ``progress(name, done, total, value=None)``; the value is the loss of a training.
    quick : bool
        Token trainings and few FIDs: for tests.

    Returns
    -------
    dict
        Plain numbers, text and lists: ``report`` and ``files`` (paths), ``seconds``, ``simulated``, ``notices``
        (sentences the user should read), ``summary`` (a list of ``{"part", "what", "value"}``: the short table), and
        ``results`` (all numbers).

    Raises
    ------
    ValueError
        If the seed is negative.
    learnmr.installation.MissingExtraError
        If no training backend is installed; the message names the command that brings it.

    Notes
    -----
    About a minute and a half on two cores. Where the real time course is not installed a simulated one takes its
    place, labelled in the report, in every figure, and in ``notices``.
    """
    if not seed >= 0:
        raise ValueError(f"seed must be >= 0, got {seed!r}")
    started_s = time.perf_counter()
    report: Report = progress if progress is not None else lambda *_: None
    clock = _Clock()

    report("starting Keras", 0, 1)
    import_keras()
    report("starting Keras", 1, 1)
    clock.lap("starting Keras")

    points, steps = (32, 30) if quick else (256, 60)
    white = train_dft(points, seed=seed, n_steps=steps, progress=lambda *s: report("DFT network", *s))
    crawling = train_dft(
        points, seed=seed, n_steps=steps, probes="fids", progress=lambda *s: report("DFT network on FIDs", *s)
    )
    clock.lap("DFT networks")
    training = train_live(seed=seed, quick=quick, progress=lambda *s: report("line network", *s))
    clock.lap("line network")
    fids = draw_test_fids(8 if quick else 300, seed=seed)
    comparison = compare_estimators(fids, training.network, progress=lambda *s: report("comparison", *s))
    clock.lap("comparison")
    report("time course", 0, 1)
    course, missing = _time_course(seed)
    report("time course", 1, 1)
    clock.lap("time course")

    chapters = []
    report("report", 0, 3)
    chapters.append(fourier_chapter(white, crawling, seed=seed))
    report("report", 1, 3)
    chapters.append(line_chapter(training, comparison))
    report("report", 2, 3)
    chapters.append(reaction_chapter(course, missing=missing))
    clock.lap("figures")
    summary = _summary(white, crawling, training, comparison, course)
    results = _results(white, crawling, training, comparison, course)
    seconds = time.perf_counter() - started_s
    results |= {"seed": seed, "quick": quick, "backend": backend_name(), "seconds": {**clock.laps, "all": seconds}}
    wrapped = document("learnmr demo", results)
    texts = {
        "report.html": page(_TITLE, [*_opening(summary, wrapped, seconds), *chapters, _closing(wrapped)]),
        "demo.json": to_json(wrapped),
        "time_course.csv": course.to_csv(),
        "lines.csv": course.lines.to_csv(),
        "estimators.csv": comparison.to_csv(),
        "summary.csv": _csv(summary),
    }
    folder = Path(out)
    _write_together({folder / name: text for name, text in texts.items()})
    report("report", 3, 3)
    return {
        "report": str(folder / "report.html"),
        "files": [str(folder / name) for name in texts],
        "seconds": seconds,
        "simulated": course.simulated,
        "notices": [] if missing is None else [f"a simulated time course took the place of the real one: {missing}"],
        "summary": summary,
        "results": wrapped["results"],
    }


class _Clock:
    """Seconds of each part."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last_s = time.perf_counter()

    def lap(self, name: str) -> None:
        """Note the seconds since the last lap."""
        now_s = time.perf_counter()
        self.laps[name] = now_s - self._last_s
        self._last_s = now_s


def _time_course(seed: int) -> tuple[TimeCourse, str | None]:
    """The real course; or a simulated one, and why, with the command that brings the real one."""
    try:
        fids = read_time_course()
    except DatasetUnavailableError as error:
        return measure_time_course(simulate_time_course(seed)[0], simulated=True), str(error)
    return measure_time_course(fids), None


def _summary(
    white: DFTNetwork, crawling: DFTNetwork, training: LiveTraining, comparison: Comparison, course: TimeCourse
) -> list[dict[str, str]]:
    """The short table: part, what, value."""
    about = equilibrium(course)
    rows = [
        ("DFT network", "relative error on unseen FIDs, shown white noise", f"{white.relative_error:.1e}"),
        ("DFT network", "the same network, shown FIDs", f"{crawling.relative_error:.2g}"),
        ("line network", "training", f"{training.n_steps} steps in {training.train_s:.0f} s"),
    ]
    for judged in comparison.judged:
        ratios = " / ".join(ratio(judged.score.rmse_over_bound[name]) for name in PARAMETERS)
        rows.append(("line, error / bound", judged.name, f"{ratios}; {judged.fids_per_s:,.0f} FIDs/s"))
    part = "time course (SIMULATED)" if course.simulated else "time course (real)"
    for name, values in course.concentration_mm.items():
        deviations = course.concentration_mm_sd[name]
        ends = (f"{values[i]:.2f} ± {deviations[i]:.2f}" for i in (0, -1))
        rows.append((part, f"{name}, first → last FID", " → ".join(ends) + " mM"))
    rows += [
        (part, "F6P + G6P", f"{about.total_mm:.2f} ± {about.total_mm_sd:.2f} mM"),
        (part, "[F6P]/[G6P] at the end", f"{about.ratio:.3f} ± {about.ratio_sd:.3f}"),
        (part, "scatter of the standard's frequency", f"{1e3 * course.scatter_hz():.1f} mHz"),
    ]
    return [dict(zip(("part", "what", "value"), row, strict=True)) for row in rows]


def _results(
    white: DFTNetwork, crawling: DFTNetwork, training: LiveTraining, comparison: Comparison, course: TimeCourse
) -> dict[str, Any]:
    """All numbers."""
    excess, excess_sd = course.first_excess
    about = equilibrium(course)
    return {
        "dft": {
            name: {
                "points": network.n_points,
                "relative_error": network.relative_error,
                "weight_error": network.weight_error,
                "condition_number": network.condition_number,
                "train_s": network.train_s,
            }
            for name, network in (("white", white), ("fids", crawling))
        },
        "line": {
            "steps": training.n_steps,
            "train_s": training.train_s,
            "parameters": training.network.n_parameters,
            "estimators": {
                judged.name: {
                    "fids_per_s": judged.fids_per_s,
                    "all": judged.score.to_dict(),
                    "cells": [cell.to_dict() for cell in judged.cells],
                }
                for judged in comparison.judged
            },
        },
        "time_course": {
            "simulated": course.simulated,
            "time_s": course.time_s,
            "concentration_mm": course.concentration_mm,
            "concentration_mm_sd": course.concentration_mm_sd,
            "repetition_s": course.repetition_s,
            "equilibrium": {name: getattr(about, name) for name in about.__dataclass_fields__},
            "standard": {
                "amplitude": course.standard_amplitude,
                "amplitude_sd": course.standard_amplitude_sd,
                "first_excess": excess,
                "first_excess_sd": excess_sd,
                "drift_hz": course.drift_hz,
                "scatter_hz": course.scatter_hz(),
                "scatter_around_a_line_hz": course.scatter_hz(1),
            },
        },
    }


def _opening(summary: list[dict[str, str]], wrapped: Mapping[str, Any], seconds: float) -> list[str]:
    """Heading, what this page is, contents, the short table."""
    machine = wrapped["machine"]
    links = (
        ("fourier", "A bad application of learning: the Fourier transform"),
        ("line", "A good application of learning: reading a line"),
        ("reaction", "The real thing: an enzyme at work"),
    )
    contents = "".join(f'<li><a href="#{where}">{title}</a></li>' for where, title in links)
    where = f"{machine['cpu'] or machine['architecture']}, {machine['cores']} cores, {machine['os']}"
    return [
        f"<header>\n<h1>{_TITLE}</h1>",
        paragraph(
            "Neural networks and magnetic resonance in three steps: where learning is a bad idea, where it is a good "
            "one, and what it is good for on real data. Everything on this page was computed in one run of "
            f"“learnmr demo”, {seconds:.0f} seconds on {where}."
        ),
        f'</header>\n<nav aria-label="Contents">\n<ol>{contents}</ol>\n</nav>',
        table(
            "The run in short. Error / bound: of frequency / width / amplitude / phase; 1 is the best possible.",
            ["part", "what", "value"],
            [list(row.values()) for row in summary],
            words=True,
        ),
    ]


def _closing(wrapped: Mapping[str, Any]) -> str:
    """What made this page."""
    versions = ", ".join(f"{name} {version}" for name, version in wrapped["versions"].items())
    return (
        "<footer>\n"
        + paragraph(
            "Beside this page lie the same numbers as files: demo.json (everything), time_course.csv, lines.csv (the "
            "joint fit), estimators.csv, summary.csv. The same seed gives the same numbers, timings excepted."
        )
        + "\n"
        + paragraph(f"Seed {wrapped['results']['seed']}, backend {wrapped['results']['backend']}; {versions}.")
        + "\n</footer>"
    )


def _csv(rows: list[dict[str, str]]) -> str:
    """Rows as CSV text with a header line."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _write_together(texts: Mapping[Path, str]) -> None:
    """Write several files: first all of them beside their targets, then, when all are whole, put them in place."""
    with ExitStack() as stack:
        for path, text in texts.items():
            stack.enter_context(replacing(path)).write_text(text, encoding="utf-8", newline="\n")
