"""Grading a whole class, as a visible list of steps: find, run what has changed, mark, write.

In the folder of the output::

    grades.csv         one student a line, for the learning platform
    by_hand.csv        answers that people mark: fill in the column points and grade again
    feedback/*.html    a page a student
    class.html         statistics, for the instructor
    results/*.json     what was found, without points: makes resuming and re-marking cheap
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ...isolation import Limits, find_sandbox
from ...isolation.environment import visible_folders
from ...writing import write_text
from ..exams.rosters import Student, read_roster
from ..exams.secret_files import read_secret
from .assignments import Assignment, read_assignment
from .class_page import class_page
from .examining import Patience
from .feedback import feedback_page
from .marking import Marked, mark
from .pool import examine_all
from .results import Result, read_result, write_result
from .schemes import Scheme, days_late
from .submissions import Found, Submission, find_submissions, stage
from .tables import by_hand_table, grades_table, read_by_hand

__all__ = ["Graded", "grade_class", "remark_class"]

#: name of the work, done, all
Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Graded:
    """What came of grading a class.

    Parameters
    ----------
    marked : tuple of Marked
        One a student of the roster.
    found : Found
        What was found in the folder.
    ran, kept : int
        Submissions that were run, and whose earlier results were used.
    deaths : int
        Processes of the grader that died; each cost one submission.
    out : pathlib.Path
        Where everything is.
    """

    marked: tuple[Marked, ...]
    found: Found
    ran: int
    kept: int
    deaths: int
    out: Path

    @property
    def open(self) -> int:
        """Answers that people have yet to mark."""
        return sum(len(entry.open) for entry in self.marked)


def grade_class(
    submissions: Path,
    assignment: str,
    roster_path: Path,
    out: Path,
    *,
    scheme: Scheme | None = None,
    secret_file: Path | None = None,
    jobs: int | None = None,
    sandbox: str | None = None,
    limits: Limits | None = None,
    patience: Patience | None = None,
    bank: Path | None = None,
    report: Report | None = None,
) -> Graded:
    """Grade what a class handed in.

    Parameters
    ----------
    submissions : pathlib.Path
        Folder or zip, as a learning platform exports it.
    assignment : str
        Slug of a lesson or homework, or the folder of an exam.
    roster_path : pathlib.Path
        CSV with a column ``student``.
    out : pathlib.Path
        Folder of the output. Results that are in it already and still hold are not found again.
    scheme : Scheme, optional
        Points. Default: one point an exercise; the marks of an exam.
    secret_file : pathlib.Path, optional
        The secret of the course, for personal numbers, codes on papers, and the fresh arguments of hidden checks.
        Without it the latter come from a secret of their own, made once and kept in the output.
    jobs : int, optional
        How many side by side. Default: all cores.
    sandbox : str, optional
        As in :func:`~learnmr.isolation.sandboxes.find_sandbox`; ``"none"`` only if you know every submission.
    limits, patience : optional
        What a submission may use, and how long it is waited for.
    bank : pathlib.Path, optional
        Folder with the instructor's own questions.
    report : callable, optional
        Told after each submission.

    Returns
    -------
    Graded
        Everything is written when it is returned.

    Raises
    ------
    SandboxMissingError
        If there is no sandbox.
    ValueError
        If roster, scheme or assignment break a rule, or something of the course lies where submissions can read it.
    """
    if find_sandbox(sandbox).isolates:  # refuse before any work
        _refuse_what_is_visible(submissions, out, secret_file, Path(assignment), roster_path)
    plan = _Plan(read_assignment(assignment, bank=bank), read_roster(roster_path), out, secret_file)
    found = find_submissions(submissions, plan.roster, assignment=plan.assignment.slug)
    settings = {"limits": asdict(limits or Limits()), "patience": asdict(patience or Patience()), "sandbox": sandbox}
    ran, kept, deaths = _run_what_changed(plan, found, settings, jobs or _cores(), report)
    marked = _write_all(plan, found, scheme)
    return Graded(marked, found, ran, kept, deaths, out)


def remark_class(
    submissions: Path,
    assignment: str,
    roster_path: Path,
    out: Path,
    *,
    scheme: Scheme | None = None,
    secret_file: Path | None = None,
    bank: Path | None = None,
) -> Graded:
    """Mark again what was found before, with another scheme or with answers marked by hand; nothing is run.

    Parameters as in :func:`grade_class`.

    Raises
    ------
    ValueError
        If nothing was graded in this folder before.
    """
    plan = _Plan(read_assignment(assignment, bank=bank), read_roster(roster_path), out, secret_file)
    if not plan.results.is_dir():
        raise ValueError(f"{out}: nothing was graded here before; grade first, then mark again")
    found = find_submissions(submissions, plan.roster, assignment=plan.assignment.slug)
    marked = _write_all(plan, found, scheme)
    return Graded(marked, found, 0, sum(entry.result is not None for entry in marked), 0, out)


@dataclass
class _Plan:
    """What stays the same through all steps."""

    assignment: Assignment
    roster: tuple[Student, ...]
    out: Path
    secret_file: Path | None

    def __post_init__(self) -> None:
        self.secret = None if self.secret_file is None else read_secret(self.secret_file)

    @property
    def results(self) -> Path:
        """Folder of the results."""
        return self.out / "results"

    def result_path(self, student: str) -> Path:
        """File of a student's result."""
        return self.results / f"{self.by_id(student).file_name}.json"

    def by_id(self, student: str) -> Student:
        """A student by identity."""
        return next(one for one in self.roster if one.student == student)

    def hidden_secret(self) -> bytes:
        """What decides the fresh arguments: the course's secret, or one of this folder."""
        if self.secret is not None:
            return self.secret
        path = self.results / "hidden-checks.secret"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            write_text(secrets.token_hex(32) + "\n", path)
            path.chmod(0o600)
        return read_secret(path)


def _refuse_what_is_visible(*paths: Path | None) -> None:
    """Nothing of the course may lie where every submission sees it: in Python's own folders, or the system's."""
    for path in paths:
        for folder in visible_folders() if path is not None and path.exists() else ():
            if path is not None and path.resolve().is_relative_to(folder.resolve()):
                raise ValueError(f"{path} must not lie in {folder}, which every submission can read")


def _run_what_changed(
    plan: _Plan, found: Found, settings: dict[str, Any], jobs: int, report: Report | None
) -> tuple[int, int, int]:
    """Run submissions that have no result yet, or another one; how many were run, were kept, and killed a worker."""
    staging = Path(tempfile.mkdtemp(prefix="learnmr-"))
    staging.chmod(0o755)
    try:
        tasks, kept = [], 0
        for number, submission in enumerate(found.submissions):
            task = _task(plan, submission, settings)
            if task is None:
                continue
            old = read_result(plan.result_path(submission.student))
            if old is not None and old.fingerprint == task["fingerprint"] and old.final:
                kept += 1
                continue
            folder = staging / f"{number:05d}"
            stage(submission, folder)
            tasks.append(task | {"folder": str(folder)})
        counted = [0]

        def done(result: Result) -> None:
            write_result(result, plan.result_path(result.student))
            counted[0] += 1
            if report is not None:
                report("graded", counted[0], len(tasks))

        deaths = 0
        if tasks:
            time_s = Patience(**settings["patience"]).whole_s + 60.0
            deaths = examine_all(tasks, jobs=jobs, time_s=time_s, done=done)
        return len(tasks), kept, deaths
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _task(plan: _Plan, submission: Submission, settings: dict[str, Any]) -> dict[str, Any] | None:
    """What a worker is told of a submission; None for a student who has no paper in this exam."""
    from ... import __version__

    student, assignment = plan.by_id(submission.student), plan.assignment
    variants = assignment.variants_of(student, plan.secret)
    if variants is None:
        return None
    task: dict[str, Any] = settings | {
        "student": submission.student,
        "exercises": [one.slug for one in assignment.exercises],
        "variants": {label: dict(saved) for label, saved in variants.items()},
        "bank": assignment.bank,
        "key": assignment.key_of(student, plan.secret),
        "fresh_key": assignment.fresh_key(plan.hidden_secret()),
    }
    decisive = [submission.content_hash, assignment.source_hash, __version__, task]
    task["fingerprint"] = hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()
    return task


def _write_all(plan: _Plan, found: Found, scheme: Scheme | None) -> tuple[Marked, ...]:
    """Mark everybody, and write tables and pages."""
    scheme = plan.assignment.scheme(scheme)
    by_hand = read_by_hand(plan.out / "by_hand.csv")
    submissions = {one.student: one for one in found.submissions}
    marked = []
    for student in plan.roster:
        submission = submissions.get(student.student)
        result = None if submission is None else read_result(plan.result_path(student.student))
        late = 0 if submission is None else days_late(scheme, submission.submitted, marked=submission.late)
        given = by_hand.get(student.student, {})
        marked.append(mark(student.student, plan.assignment.names, result, scheme, by_hand=given, days_late=late))
    notes = _notes(submissions, marked)
    write_text(grades_table(plan.roster, marked, notes), plan.out / "grades.csv")
    hand = by_hand_table(plan.roster, marked, by_hand, plan.assignment)
    if hand:
        write_text(hand, plan.out / "by_hand.csv")
    for student, entry in zip(plan.roster, marked, strict=True):
        path = plan.out / "feedback" / f"{student.file_name}.html"
        write_text(feedback_page(student, entry, plan.assignment, scheme), path)
    write_text(class_page(plan.roster, marked, plan.assignment, found, notes), plan.out / "class.html")
    return tuple(marked)


def _notes(submissions: dict[str, Submission], marked: Sequence[Marked]) -> dict[str, list[str]]:
    """For the examiner: what the run noted, passed-over notebooks, the same code as somebody else, other means."""
    notes: dict[str, list[str]] = defaultdict(list)
    alike: dict[str, list[str]] = defaultdict(list)
    for name, submission in submissions.items():
        notes[name] += list(submission.notes)
        code = submission.code_hash
        if code is not None:
            alike[code].append(name)
        used = [word for word in _SUSPICIOUS if word.encode() in submission.notebook]
        if used:
            notes[name].append(f"its code holds {', '.join(used)}: look at how it comes to its answers")
    for names in alike.values():
        for name in names if len(names) > 1 else ():
            others = ", ".join(other for other in names if other != name)
            notes[name].append(f"the same code as {others}"[:300])
    for entry in marked:
        if entry.result is not None:
            notes[entry.student] += [*entry.result.notes, *filter(None, [entry.result.problem])]
    return notes


#: the reference of an exercise is public, as the solutions are; who hands it in has not worked
_SUSPICIOUS = (
    ".right(",
    "find_exercise",
    "_REGISTRY",
    "course.grading",
    "questions.bank",
    "os.fork",
    "/proc/",
    "ctypes",
)


def _cores() -> int:
    """Cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
