"""From a specification to papers: everybody's variants, each decided by its own key.

The numbers of a question depend on the secret, the exam, the question and the student, and on nothing else: adding a
question or a student changes nobody else's paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..questions.contract import Variant, draw_variant
from ..questions.streams import exam_key
from .rosters import Student
from .specs import ExamSpec, SpecItem

__all__ = ["Entry", "Paper", "draw_paper", "draw_variants"]


@dataclass(frozen=True, eq=False)
class Entry:
    """A question on a paper.

    Parameters
    ----------
    number : int
        As printed.
    label : str
        As in the specification: what an answer is handed in under.
    variant : Variant
        The question with this student's numbers.
    marks : float
        What it is worth.
    section : str
        Heading, or empty.
    """

    number: int
    label: str
    variant: Variant
    marks: float
    section: str


@dataclass(frozen=True, eq=False)
class Paper:
    """The exam of one student.

    Parameters
    ----------
    exam, title : str
        Of the exam.
    who : str
        Identity or code: what stands on the paper, and names its files.
    name : str
        The student's name, or empty.
    minutes : int
        How long this student has.
    entries : tuple of Entry
        The questions in the order printed.
    instructions, aids : tuple of str
        As printed.
    large_print_pt : float or None
        Size of the letters of a large-print paper.
    file_name : str
        What the files of this paper are called.
    """

    exam: str
    title: str
    who: str
    name: str
    minutes: int
    entries: tuple[Entry, ...]
    instructions: tuple[str, ...]
    aids: tuple[str, ...]
    large_print_pt: float | None
    file_name: str

    @property
    def marks(self) -> float:
        """All marks together."""
        return sum(entry.marks for entry in self.entries)


def draw_variants(spec: ExamSpec, student: str, secret: bytes) -> dict[str, Variant]:
    """A student's variants.

    Parameters
    ----------
    spec : ExamSpec
        The exam.
    student : str
        Identity.
    secret : bytes
        The secret of the course.

    Returns
    -------
    dict of str to Variant
        By label.
    """
    return {
        item.label: draw_variant(
            item.question, exam_key(secret, exam=spec.exam, question=item.question.slug, student=student)
        )
        for item in spec.items
    }


def draw_paper(spec: ExamSpec, student: Student, secret: bytes, *, code: str | None = None) -> Paper:
    """A student's paper.

    Parameters
    ----------
    spec : ExamSpec
        The exam.
    student : Student
        Of the roster.
    secret : bytes
        The secret of the course.
    code : str, optional
        Pseudonym: stands on the paper instead of identity and name. The numbers stay those of the student.

    Returns
    -------
    Paper
        Not yet in any form.
    """
    variants = draw_variants(spec, student.student, secret)
    items = _shuffled(spec, student.student, secret) if spec.shuffle else spec.items
    entries = tuple(
        Entry(number, item.label, variants[item.label], item.marks, item.section)
        for number, item in enumerate(items, start=1)
    )
    return Paper(
        spec.exam,
        spec.title,
        code or student.student,
        "" if code else student.name,
        student.minutes(spec.minutes),
        entries,
        spec.instructions,
        spec.aids,
        student.large_print_pt,
        code or student.file_name,
    )


def _shuffled(spec: ExamSpec, student: str, secret: bytes) -> Iterable[SpecItem]:
    """Each question has its own random rank, so that one more question does not disturb the order of the others."""
    ranks = {
        item.label: exam_key(secret, exam=spec.exam, question=f"place of {item.question.slug}", student=student)
        for item in spec.items
    }
    sections = spec.sections
    return sorted(spec.items, key=lambda item: (sections.index(item.section), ranks[item.label]))
