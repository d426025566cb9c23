"""``exam.json``: everybody's parameters and keys, from which each variant can be made again.

The file is as secret as the answers. It names no secret and no person but the identities (or codes) on the papers.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..questions.contract import Variant, variant_of
from .banks import questions_by_slug
from .drawing import Paper
from .specs import ExamSpec

__all__ = ["FILE_NAME", "SCHEMA", "SavedExam", "exam_document", "load_exam"]

FILE_NAME = "exam.json"
SCHEMA = "learnmr.exam/1"


@dataclass(frozen=True, eq=False)
class SavedExam:
    """An exam as it was made.

    Parameters
    ----------
    exam, title : str
        Of the exam.
    minutes : int
        Without extra time.
    marks : mapping of str to float
        Label -> marks.
    questions : mapping of str to str
        Label -> slug.
    students : mapping of str to (mapping of str to dict)
        What stands on a paper (identity or code) -> label -> saved variant.
    pseudonymised : bool
        Whether the students are codes.
    bank : path-like or None
        The instructor's own folder, where it is needed.
    """

    exam: str
    title: str
    minutes: int
    marks: Mapping[str, float]
    questions: Mapping[str, str]
    students: Mapping[str, Mapping[str, Mapping[str, Any]]]
    pseudonymised: bool = False
    bank: str | os.PathLike[str] | None = None

    def variants(self, student: str) -> dict[str, Variant]:
        """The variants of a student by label.

        Raises
        ------
        ValueError
            If there is no such student, or a question is not in the bank (any more, or without ``bank``).
        """
        if student not in self.students:
            kind = "one of the codes" if self.pseudonymised else "one of the students"
            raise ValueError(f"student must be {kind} of exam {self.exam} ({len(self.students)}), got {student!r}")
        known = questions_by_slug(self.bank)
        made = {}
        for label, saved in self.students[student].items():
            if saved["question"] not in known:
                raise ValueError(
                    f"question of {label} must be in the bank, got {saved['question']!r}: "
                    "name the folder with the instructor's own questions (bank)"
                )
            made[label] = variant_of(known[saved["question"]], saved)
        return made


def exam_document(
    spec: ExamSpec, papers: Sequence[Paper], *, fingerprint: str, pseudonymised: bool = False
) -> dict[str, Any]:
    """What is saved beside an exam, as JSON holds it.

    Parameters
    ----------
    spec : ExamSpec
        The exam.
    papers : sequence of Paper
        Everybody's.
    fingerprint : str
        Tells one secret from another without telling it.
    pseudonymised : bool
        Whether the papers have codes.

    Returns
    -------
    dict
        Plain values.
    """
    return {
        "schema": SCHEMA,
        "exam": spec.exam,
        "title": spec.title,
        "minutes": spec.minutes,
        "marks": {item.label: item.marks for item in spec.items},
        "questions": {item.label: item.question.slug for item in spec.items},
        "pseudonymised": pseudonymised,
        "secret_fingerprint": fingerprint,
        "students": {
            paper.who: {
                entry.label: entry.variant.to_dict()
                for entry in sorted(paper.entries, key=lambda entry: int(entry.label.removeprefix("q")))
            }
            for paper in papers
        },
    }


def load_exam(path: str | os.PathLike[str], *, bank: str | os.PathLike[str] | None = None) -> SavedExam:
    """Read an exam back.

    Parameters
    ----------
    path : path-like
        The folder of the exam, or its ``exam.json``.
    bank : path-like, optional
        The folder with the instructor's own questions, where the exam has some.

    Returns
    -------
    SavedExam
        ``variants(student)`` makes the variants again.

    Raises
    ------
    ValueError
        If it is no such file.
    """
    path = Path(path)
    if path.is_dir():
        path = path / FILE_NAME
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["schema"] != SCHEMA:
            raise ValueError(f"{path}: schema must be {SCHEMA!r}, got {content['schema']!r}")
        return SavedExam(
            content["exam"],
            content["title"],
            content["minutes"],
            content["marks"],
            content["questions"],
            content["students"],
            content["pseudonymised"],
            bank,
        )
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise ValueError(f"{path}: must be a saved exam ({SCHEMA}), got {type(error).__name__}: {error}") from error
