"""What an exam is made of: a file in TOML, checked before anything is drawn.

::

    exam = "m1-exam"                # permanent: the numbers depend on it
    title = "Module 1: Spectroscopy"
    minutes = 50                    # must be enough for the questions
    marks = 26                      # must be the sum of theirs
    instructions = ["Answer all questions."]
    aids = ["a pocket calculator"]
    shuffle = false                 # true: every student has the questions of a section in another order

    [[questions]]
    question = "m1.signals.q_alias"
    section = "Signals"             # optional; questions of a section stand together
    marks = 3                       # optional; else those of the question
    minutes = 4                     # optional; else those of the question

    [[allow_together]]              # optional; a pair that the check for give-aways would refuse
    questions = ["m1.signals.q_alias", "m1.signals.q_bin"]
    because = "the second is about something else"
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..lessons import find_course_folder
from ..questions.contract import Question
from .banks import questions_by_slug

__all__ = ["ExamSpec", "SpecItem", "find_spec", "read_spec", "ready_exams"]

_SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_KEYS = {"exam", "title", "minutes", "marks", "instructions", "aids", "shuffle", "questions", "allow_together"}
_QUESTION_KEYS = {"question", "section", "marks", "minutes"}


@dataclass(frozen=True, eq=False)
class SpecItem:
    """A question of an exam, before it has numbers.

    Parameters
    ----------
    label : str
        ``"q1"``, ``"q2"``, … by its place in the specification: the same for every student.
    question : Question
        The question.
    marks : float
        What it is worth in this exam.
    minutes : float
        How long it should take.
    section : str
        Heading under which it stands, or empty.
    """

    label: str
    question: Question
    marks: float
    minutes: float
    section: str


@dataclass(frozen=True, eq=False)
class ExamSpec:
    """A whole exam, before anybody's numbers are drawn.

    Parameters
    ----------
    exam : str
        Permanent name; it goes into everybody's numbers.
    title : str
        As printed.
    minutes : int
        How long the exam lasts, without extra time.
    items : tuple of SpecItem
        The questions in order.
    instructions, aids : tuple of str
        As printed.
    shuffle : bool
        Whether every student has the questions of a section in another order.
    together : frozenset of frozenset of str
        Pairs of slugs that may stand in one exam although one seems to give the other away.
    """

    exam: str
    title: str
    minutes: int
    items: tuple[SpecItem, ...]
    instructions: tuple[str, ...] = ()
    aids: tuple[str, ...] = ()
    shuffle: bool = False
    together: frozenset[frozenset[str]] = frozenset()

    @property
    def marks(self) -> float:
        """All marks together."""
        return sum(item.marks for item in self.items)

    @property
    def working_minutes(self) -> float:
        """Minutes of all questions together: what is left of the exam is for reading and looking over."""
        return sum(item.minutes for item in self.items)

    @property
    def sections(self) -> tuple[str, ...]:
        """Headings in order."""
        return tuple(dict.fromkeys(item.section for item in self.items))


def read_spec(path: str | os.PathLike[str], *, bank: str | os.PathLike[str] | None = None) -> ExamSpec:
    """Read a specification and check it.

    Parameters
    ----------
    path : path-like
        The file, or the name of a ready exam (``"module1"``).
    bank : path-like, optional
        A folder with the instructor's own questions; see :mod:`~learnmr.course.exams.banks`.

    Returns
    -------
    ExamSpec
        All rules hold: known questions, each once; the declared marks are their sum; the minutes are enough.

    Raises
    ------
    ValueError
        If a rule is broken; the message names file, key, rule and value.
    """
    path = find_spec(path)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: a specification must be TOML in UTF-8, got {error}") from error
    where = str(path)
    _known(content, _KEYS, where)
    exam = _text(content, "exam", where)
    if not _SLUG.fullmatch(exam) or len(exam) > 60:
        raise ValueError(
            f"{where}: exam must be words of a-z and 0-9 joined by '-', at most 60 characters, got {exam!r}"
        )
    items = _items(content.get("questions"), questions_by_slug(bank), where)
    spec = ExamSpec(
        exam,
        _text(content, "title", where),
        int(_number(content, "minutes", where, step=1)),
        items,
        _texts(content, "instructions", where),
        _texts(content, "aids", where),
        _flag(content, "shuffle", where),
        _pairs(content.get("allow_together", []), {item.question.slug for item in items}, where),
    )
    declared = _number(content, "marks", where, step=0.5)
    if declared != spec.marks:
        raise ValueError(f"{where}: marks must be the sum over the questions, {spec.marks:g}, got {declared:g}")
    if not spec.working_minutes <= spec.minutes:
        raise ValueError(
            f"{where}: minutes must be enough for the questions, {spec.working_minutes:g}, got {spec.minutes}"
        )
    return spec


def ready_exams() -> dict[str, Path]:
    """The exams that come with the course: name -> specification.

    Examples
    --------
    >>> "module1" in ready_exams()
    True
    """
    packaged = Path(__file__).parents[1] / "ready_exams"  # where the wheel has them
    try:
        folder = packaged if packaged.is_dir() else find_course_folder() / "exams"
    except FileNotFoundError:
        return {}
    return {path.stem: path for path in sorted(folder.glob("*.toml"), key=lambda path: path.stem)}


def find_spec(path: str | os.PathLike[str]) -> Path:
    """The file of a specification: a path, or the name of a ready exam.

    Raises
    ------
    FileNotFoundError
        If there is neither; the message names the ready exams.
    """
    given = Path(path)
    if given.exists():
        return given
    ready = ready_exams()
    if str(path) in ready:
        return ready[str(path)]
    names = ", ".join(ready) or "none here"
    raise FileNotFoundError(f"a specification must be a file or the name of a ready exam ({names}), got {str(path)!r}")


def _items(entries: Any, known: Mapping[str, Question], where: str) -> tuple[SpecItem, ...]:
    """The questions."""
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise ValueError(f"{where}: questions must be tables [[questions]], at least one, got {entries!r}")
    items: list[SpecItem] = []
    for number, entry in enumerate(entries, start=1):
        here = f"{where}, question {number}"
        _known(entry, _QUESTION_KEYS, here)
        slug = _text(entry, "question", here)
        if slug not in known:
            near = [other for other in known if other.rpartition(".")[0] == slug.rpartition(".")[0]] or list(known)
            raise ValueError(f"{here}: question must be one of the bank ({', '.join(near)}), got {slug!r}")
        if slug in (item.question.slug for item in items):
            raise ValueError(f"{here}: question must be there once, got {slug!r} again")
        question = known[slug]
        if "exam" not in question.uses:
            raise ValueError(f"{here}: question must be meant for exams, got {slug!r}, which is for self-study")
        items.append(
            SpecItem(
                f"q{number}",
                question,
                _number(entry, "marks", here, step=0.5, default=question.marks),
                _number(entry, "minutes", here, step=0.5, default=question.minutes),
                _text(entry, "section", here) if "section" in entry else "",
            )
        )
    sections = [item.section for item in items]
    for place, section in enumerate(sections[1:], start=1):
        if section != sections[place - 1] and section in sections[:place]:
            raise ValueError(
                f"{where}, question {place + 1}: questions of a section must stand together, got {section!r} again"
            )
    return tuple(items)


def _pairs(entries: Any, slugs: set[str], where: str) -> frozenset[frozenset[str]]:
    """Pairs that may stand together."""
    pairs = set()
    if not isinstance(entries, list):
        raise ValueError(f"{where}: allow_together must be tables [[allow_together]], got {entries!r}")
    for number, entry in enumerate(entries, start=1):
        here = f"{where}, allow_together {number}"
        if not isinstance(entry, dict):
            raise ValueError(f"{here}: must be a table, got {entry!r}")
        _known(entry, {"questions", "because"}, here)
        _text(entry, "because", here)
        pair = frozenset(_texts(entry, "questions", here))
        if len(pair) != 2 or not pair <= slugs:
            raise ValueError(f"{here}: questions must be two of this exam, got {sorted(pair)}")
        pairs.add(pair)
    return frozenset(pairs)


def _known(entry: Mapping[str, Any], keys: set[str], where: str) -> None:
    """Refuse keys that mean nothing: a typing error would be an exam without that key."""
    if unknown := sorted(set(entry) - keys):
        raise ValueError(f"{where}: keys must be among {', '.join(sorted(keys))}, got {', '.join(unknown)}")


def _text(entry: Mapping[str, Any], key: str, where: str) -> str:
    """A text that is not empty, on one line."""
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip() or "\n" in value:
        raise ValueError(f"{where}: {key} must be a text on one line, got {value!r}")
    return value.strip()


def _texts(entry: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    """A list of texts."""
    value = entry.get(key, [])
    if not isinstance(value, list) or not all(isinstance(text, str) and text.strip() for text in value):
        raise ValueError(f"{where}: {key} must be a list of texts, got {value!r}")
    return tuple(text.strip() for text in value)


def _flag(entry: Mapping[str, Any], key: str, where: str) -> bool:
    """A switch."""
    value = entry.get(key, False)
    if not isinstance(value, bool):
        raise ValueError(f"{where}: {key} must be true or false, got {value!r}")
    return value


def _number(entry: Mapping[str, Any], key: str, where: str, *, step: float, default: float | None = None) -> float:
    """A positive number, a multiple of a step."""
    value = entry.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1000 or value % step:
        raise ValueError(f"{where}: {key} must be a multiple of {step:g} above 0, got {value!r}")
    return float(value)
