"""What is graded: a lesson or homework by its slug, or an exam by its folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..exams.pseudonyms import pseudonym
from ..exams.rosters import Student
from ..exams.saved import SavedExam, load_exam
from ..exercises import Exercise, exercises_of, lessons_with_checks
from ..personal import SELF_STUDY, personal_key
from ..questions.streams import exam_key
from .schemes import Scheme

__all__ = ["Assignment", "read_assignment"]


@dataclass(frozen=True)
class Assignment:
    """What is graded.

    Parameters
    ----------
    slug : str
        Of the lesson or exam.
    title : str
        For people.
    exercises : tuple of Exercise
        Of a homework.
    exam : SavedExam or None
        The exam.
    bank : str or None
        Folder with the instructor's own questions.
    """

    slug: str
    title: str
    exercises: tuple[Exercise, ...] = ()
    exam: SavedExam | None = None
    bank: str | None = None
    source_hash: str = field(default="", repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Slugs of the exercises, or labels of the questions."""
        return tuple(one.slug for one in self.exercises) if self.exam is None else tuple(self.exam.marks)

    @property
    def personal(self) -> bool:
        """Whether its numbers need the secret of the course."""
        return any(one.personal for one in self.exercises)

    def scheme(self, scheme: Scheme | None) -> Scheme:
        """The scheme, with the marks of the exam where it says nothing else."""
        scheme = scheme or Scheme()
        if self.exam is None:
            return scheme
        from dataclasses import replace

        return replace(scheme, points={**self.exam.marks, **scheme.points})

    def shown(self, name: str) -> str:
        """A name for people."""
        return name if self.exam is None else f"{name} ({self.exam.questions[name]})"

    def key_of(self, student: Student, secret: bytes | None) -> str:
        """The student's key of personal numbers; that of self-study where there is no secret."""
        if secret is None or not self.personal:
            return SELF_STUDY
        return personal_key(secret, homework=self.slug, student=student.student)

    def variants_of(self, student: Student, secret: bytes | None) -> Mapping[str, Mapping[str, Any]] | None:
        """The saved variants of a student; None where the exam has no paper of this student.

        Raises
        ------
        ValueError
            If the papers have codes and there is no secret to make them from.
        """
        if self.exam is None:
            return {}
        who = student.student
        if self.exam.pseudonymised:
            if secret is None:
                raise ValueError("the papers of this exam have codes: grading them needs the secret file of the course")
            who = pseudonym(secret, exam=self.exam.exam, student=who)
        return self.exam.students.get(who)

    def fresh_key(self, secret: bytes) -> str:
        """Decides the fresh arguments of all hidden checks; the same for everybody. Hexadecimal digits."""
        return exam_key(secret, exam=self.slug, question="hidden checks", student="").hex()


def read_assignment(name: str, *, bank: Path | None = None) -> Assignment:
    """An assignment by the slug of a lesson, or by the folder of an exam.

    Raises
    ------
    ValueError
        If there is neither.
    """
    path = Path(name)
    if (path / "exam.json").is_file() or path.name == "exam.json":
        exam = load_exam(path, bank=bank)
        text = json.dumps([exam.exam, dict(exam.marks), dict(exam.students)], sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()
        return Assignment(exam.exam, exam.title, (), exam, None if bank is None else str(bank.resolve()), digest)
    exercises = exercises_of(name)
    if not exercises:
        known = ", ".join(lessons_with_checks())
        raise ValueError(f"assignment must be one of {known}, or the folder of an exam, got {name!r}")
    return Assignment(name, name, exercises, source_hash=_checks_hash(exercises))


def _checks_hash(exercises: Sequence[Exercise]) -> str:
    """Hash of the files that check these exercises: results of older checks are not used again."""
    modules = {one.properties[0].holds.__module__ for one in exercises}
    folder = Path(__file__).parents[1]
    files = [folder / "exercises.py", folder / "checking.py"]
    files += [folder / "checks" / f"{module.rpartition('.')[2]}.py" for module in sorted(modules)]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes() if file.is_file() else b"")
    return digest.hexdigest()
