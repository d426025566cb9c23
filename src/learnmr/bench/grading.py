"""Grading under attack: how long a class takes, and whether any of many hostile submissions gets anywhere.

Two runs of the very command that instructors use. The first grades a class of honest homework and is timed. The
second grades all of :mod:`~learnmr.bench.hostile_submissions` among honest neighbours, with words hidden in the key,
in a neighbour's work and in the environment of the grader, and a listening port on the host. A case counts as
contained if grading came to its end with a result for everybody, no hidden word came out, nothing reached the port, no
process, file or setting of the host is other than before, and the neighbours have the points they have alone.
"""

from __future__ import annotations

import hashlib
import math
import os
import secrets
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..course.grading.examining import Patience
from ..course.grading.grading import Graded, grade_class
from ..isolation import Limits, find_sandbox
from ..isolation.environment import PACKAGE
from .hostile_submissions import ASSIGNMENT, HONEST, HOSTILE, MARKER, Case, honest_notebook

__all__ = ["run_grading"]

_DEFAULT = 24
#: larger classes, whose time is only extrapolated
_LARGER = (100, 300)
_LIMITS = Limits(memory_bytes=1024**3, processes=128, scratch_bytes=128 * 1024**2)
_PATIENCE = Patience(notebook_s=45.0, cell_s=10.0, call_s=4.0, ask_s=40.0, runs=1)
#: settings of the kernel that a process with the rights of root could change
_SETTINGS = ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/sys/vm/overcommit_memory")


def run_grading(
    n_submissions: int = _DEFAULT,
    *,
    hostile: bool = True,
    cases: Sequence[Case] | None = None,
    honest: Sequence[Case] = HONEST,
    jobs: int | None = None,
    progress: Callable[..., None] | None = None,
) -> dict[str, Any]:
    """Time a class, then let it be attacked.

    Parameters
    ----------
    n_submissions : int
        Size of the class that is timed; 0 leaves it out.
    hostile : bool
        Whether the attacks are run.
    cases : sequence of Case, optional
        Which. Default: all hostile ones.
    honest : sequence of Case
        Odd but honest ones among them, which must have full marks.
    jobs : int, optional
        How many side by side. Default: all cores.
    progress : callable, optional
        ``progress(name, done, total)``.

    Returns
    -------
    dict
        ``submissions``, ``seconds``, ``seconds_each``, ``extrapolated_s`` (larger classes, not measured), ``sandbox``,
        ``crashed_host`` (0, or this would not be read), ``hostile_cases``, ``hostile_contained``,
        ``false_full_marks``, ``honest_cases``, ``honest_full_marks``, ``cases`` (each with what went wrong).

    Raises
    ------
    SandboxMissingError
        If there is no sandbox: hostile submissions are never run without one.
    """
    sandbox = find_sandbox()
    results: dict[str, Any] = {"submissions": n_submissions, "sandbox": sandbox.name, "jobs": jobs or _cores()}
    results |= _timed(n_submissions, jobs, progress) if n_submissions else {"seconds": None}
    chosen = tuple(HOSTILE if cases is None else cases) if hostile else ()
    return results | _attacked(chosen, tuple(honest) if hostile else (), jobs, progress)


def _timed(n_submissions: int, jobs: int | None, progress: Callable[..., None] | None) -> dict[str, Any]:
    """A class of honest homework, of which every second has mistakes."""
    with tempfile.TemporaryDirectory(prefix="learnmr-") as name:
        folder = Path(name)
        names = [f"student{number:03d}" for number in range(n_submissions)]
        patterns = [(True, True, True), (True, False, True), (False, True, False), (True, True, True)]
        for number, student in enumerate(names):
            _write(folder / "class", {f"{student}_homework.ipynb": honest_notebook(patterns[number % 4])})
        started_s = time.monotonic()
        graded = _grade(folder, names, jobs, Patience(), progress, "class")
        seconds = time.monotonic() - started_s
        wrong = [
            entry.student
            for number, entry in enumerate(graded.marked)
            if not _as_expected(entry.points, entry.worth, patterns[number % 4])
        ]
    each = seconds / n_submissions
    return {
        "seconds": seconds,
        "seconds_each": each,
        "extrapolated_s": {str(size): each * size for size in _LARGER},
        "wrong_points": wrong,
    }


def _as_expected(points: float, worth: float, pattern: tuple[bool, bool, bool]) -> bool:
    """Full points if and only if all three answers are right."""
    return math.isclose(points, worth) == all(pattern)


def _attacked(
    cases: Sequence[Case], odd: Sequence[Case], jobs: int | None, progress: Callable[..., None] | None
) -> dict[str, Any]:
    """All cases and honest neighbours in one run."""
    canary = f"CANARY-{secrets.token_hex(12)}"
    with tempfile.TemporaryDirectory(prefix="learnmr-") as name, _listening() as (port, visitors):
        folder = Path(name)
        for case in (*cases, *odd):
            files = {file: data.replace(b"PORT", str(port).encode()) for file, data in case.files().items()}
            _write(folder / "class", files)
        _write(folder / "class", {"neighbour.ipynb": _marked_with(canary, honest_notebook())})
        _write(folder, {"secret.txt": f"{canary}-{secrets.token_hex(16)}\n".encode()})
        names = [case.name for case in (*cases, *odd)] + ["neighbour"]
        before = _host()
        os.environ["LEARNMR_CANARY"] = canary
        try:
            graded = _grade(folder, names, jobs, _PATIENCE, progress, "attacks", secret=folder / "secret.txt")
        finally:
            del os.environ["LEARNMR_CANARY"]
        after = _host()
        leaked = {entry.student: _came_out(folder / "out", entry.student) for entry in graded.marked}
        points = {entry.student: entry for entry in graded.marked}
        shared = [f"host: {key} has changed" for key in before if before[key] != after[key]]
        shared += ["something inside reached the host's network"] if visitors else []
        shared += ["a neighbour's points have changed"] if not _full(points["neighbour"]) else []
    told, contained, false_marks = [], 0, 0
    for case in cases:
        entry = points[case.name]
        problems = list(shared)
        problems += ["no result"] if entry.result is None and _hands_in(case) else []
        problems += [f"came out: {word}" for word in leaked[case.name]]
        if _full(entry):
            false_marks += 1
            problems.append("full marks")
        contained += not problems
        told.append({"case": case.name, "tries": case.tries, "points": entry.points, "problems": problems})
    honest = {case.name: points[case.name].points for case in odd}
    return {
        "crashed_host": 0,
        "grader_deaths": graded.deaths,
        "hostile_cases": len(cases),
        "hostile_contained": contained,
        "false_full_marks": false_marks,
        "honest_cases": len(honest),
        "honest_full_marks": sum(_full(points[name]) for name in honest),
        "cases": told,
        "honest": honest,
    }


def _grade(
    folder: Path,
    names: Sequence[str],
    jobs: int | None,
    patience: Patience,
    progress: Callable[..., None] | None,
    title: str,
    *,
    secret: Path | None = None,
) -> Graded:
    """The work of an instructor."""
    roster = folder / "roster.csv"
    roster.write_text("student\n" + "\n".join(names) + "\n", encoding="utf-8")

    def report(_: str, done: int, total: int) -> None:
        if progress is not None:
            progress(title, done, total)

    return grade_class(
        folder / "class",
        ASSIGNMENT,
        roster,
        folder / "out",
        secret_file=secret,
        jobs=jobs,
        limits=_LIMITS,
        patience=patience,
        report=report,
    )


def _full(entry: Any) -> bool:
    return math.isclose(entry.points, entry.worth)


def _hands_in(case: Case) -> bool:
    """Whether there is a notebook in it that can be found."""
    return any(name.endswith(".ipynb") for name in case.files())


def _marked_with(word: str, notebook: bytes) -> bytes:
    """A notebook with a word as a comment in its first cell."""
    return notebook.replace(b"import numpy as np", b"import numpy as np  # " + word.encode(), 1)


def _came_out(out: Path, student: str) -> list[str]:
    """Hidden words that a submission told, doors that it found open, and text of it that a page takes for markup."""
    result, feedback = out / "results" / f"{student}.json", out / "feedback" / f"{student}.html"
    told = "".join(path.read_text(encoding="utf-8") for path in (result, feedback) if path.exists())
    found = ["a hidden word"] if "CANARY-" in told else []
    return found + (["markup"] if feedback.exists() and "<script" in feedback.read_text(encoding="utf-8") else [])


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


@contextmanager
def _listening() -> Iterator[tuple[int, list[Any]]]:
    """A port on the host, and who came to it."""
    visitors: list[Any] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        over = threading.Event()

        def wait() -> None:
            while not over.is_set():
                try:
                    connection, address = server.accept()
                except TimeoutError:
                    continue
                except OSError:
                    return
                visitors.append(address)
                connection.close()

        thread = threading.Thread(target=wait, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1], visitors
        finally:
            over.set()
            thread.join()


def _host() -> dict[str, Any]:
    """What must be as before: settings, the files of learnmr, processes left behind."""
    digest = hashlib.sha256()
    for path in [PACKAGE / "course" / "checks" / "m0_example.py", *sorted((PACKAGE / "isolation").glob("*.py"))]:
        digest.update(path.read_bytes())
    return {
        "settings of the kernel": [Path(path).read_text(encoding="utf-8") for path in _SETTINGS if Path(path).exists()],
        "files of learnmr": digest.hexdigest(),
        "processes": _left_behind(),
        "files in the temporary folder": sorted(path.name for path in Path(tempfile.gettempdir()).glob("CANARY*")),
    }


def _left_behind() -> list[str]:
    """Processes of hostile submissions that are still there."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if MARKER.encode() in words:
            found.append(path.parent.name)
    return found


def _cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
