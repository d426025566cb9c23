"""Where an exam's questions come from: the public bank, and perhaps an instructor's own folder.

The bank is public, and so are its answers once somebody has run it with other numbers. An instructor who wants
questions that nobody has seen keeps them in a folder of modules, written like those of ``questions/bank``, each with a
tuple ``QUESTIONS``. **Loading the folder runs the code in it**, with all rights of whoever runs it: only a folder that
one has written or read may be loaded.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
from pathlib import Path

from ..lessons import SLUG
from ..questions.contract import Question
from ..questions.finding import all_questions

__all__ = ["load_bank", "questions_by_slug"]


def load_bank(folder: str | os.PathLike[str]) -> tuple[Question, ...]:
    """The questions of an instructor's own folder; runs the modules in it.

    Parameters
    ----------
    folder : path-like
        Its files ``*.py`` are loaded in the order of their names, by explicit path; those that begin with ``_`` and
        folders inside are not.

    Returns
    -------
    tuple of Question
        In the order of the files.

    Raises
    ------
    ValueError
        If a module has no ``QUESTIONS``, something in it is no question, or a slug is malformed.
    FileNotFoundError
        If the folder is not there or has no modules.
    """
    folder = Path(folder).resolve()
    paths = sorted(path for path in folder.glob("*.py") if not path.name.startswith("_"))
    if not paths:
        raise FileNotFoundError(f"{folder}: a bank must be a folder with modules (*.py), found none")
    found: list[Question] = []
    for path in paths:
        for question in _questions_of(path):
            if not isinstance(question, Question):
                raise ValueError(f"{path}: QUESTIONS must hold questions, got {type(question).__name__}")
            if not SLUG.fullmatch(question.slug):
                raise ValueError(f"{path}: a slug must look like m1.signals.q_alias, got {question.slug!r}")
            found.append(question)
    return tuple(found)


def questions_by_slug(bank: str | os.PathLike[str] | None = None) -> dict[str, Question]:
    """All questions, those of an instructor's folder included, by slug.

    Raises
    ------
    ValueError
        If two have the same slug.

    Examples
    --------
    >>> questions_by_slug()["m1.signals.q_alias"].kind
    'numeric'
    """
    found: dict[str, Question] = {}
    for question in (*all_questions(), *(() if bank is None else load_bank(bank))):
        if question.slug in found:
            raise ValueError(f"every question must have its own slug, found twice: {question.slug}")
        found[question.slug] = question
    return found


def _questions_of(path: Path) -> tuple[Question, ...]:
    """``QUESTIONS`` of a module that is no part of a package; loaded once, as any module is."""
    name = f"learnmr_bank_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}_{path.stem}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            raise ValueError(f"{path}: a module of a bank must be Python source")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
    questions = getattr(sys.modules[name], "QUESTIONS", None)
    if not isinstance(questions, tuple | list) or not questions:
        raise ValueError(f"{path}: a module of a bank must have a tuple QUESTIONS with at least one question")
    return tuple(questions)
