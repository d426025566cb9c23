"""Homework for a class: the student notebook of a set, once for everybody, each with a key of its own.

Only the cell ``KEY = "self-study"`` differs. A key comes from the secret of the course, the homework and the student
alone, so a further student changes nobody else's notebook, and a second run writes the same bytes.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..writing import write_text
from .exams.rosters import Student, read_roster
from .exams.secret_files import read_secret
from .personal import SELF_STUDY, check_key, personal_key
from .starting import student_notebooks

__all__ = ["PersonalNotebook", "homework_sets", "make_homework", "personal_notebook"]

_KEY_LINE = re.compile(rf'^KEY = "{re.escape(SELF_STUDY)}"$', re.M)


@dataclass(frozen=True)
class PersonalNotebook:
    """One student's notebook.

    Parameters
    ----------
    student : Student
        Whose.
    key : str
        The key in it.
    path : pathlib.Path
        Where it lies.
    """

    student: Student
    key: str
    path: Path


def homework_sets(course_folder: Path | str | None = None) -> dict[str, Path]:
    """Slug of every homework set -> its student notebook: those with a cell KEY."""
    return {
        slug: path
        for slug, path in student_notebooks(course_folder).items()
        if any(_KEY_LINE.search("".join(cell["source"])) for cell in _notebook(path)["cells"])
    }


def personal_notebook(text: str, key: str) -> str:
    """A student notebook with a key; nothing but the cell KEY is changed.

    Parameters
    ----------
    text : str
        The notebook, as ``learnmr course build`` wrote it.
    key : str
        As :func:`~learnmr.course.personal.personal_key` makes it.

    Returns
    -------
    str
        JSON text in the same form.

    Raises
    ------
    ValueError
        If the notebook has not exactly one cell of code with the line ``KEY = "self-study"``, or the key is none.
    """
    if not re.fullmatch(r"[0-9A-Za-z-]+", check_key(key)):
        raise ValueError(f"key must be made of letters, digits and -, got {key!r}")
    notebook = json.loads(text)
    cells = [
        cell for cell in notebook["cells"] if cell["cell_type"] == "code" and _KEY_LINE.search("".join(cell["source"]))
    ]
    if len(cells) != 1:
        raise ValueError(f'a homework must have one cell with KEY = "{SELF_STUDY}", found {len(cells)}')
    source = "".join(cells[0]["source"])
    changed, n_lines = _KEY_LINE.subn(f'KEY = "{key}"', source)
    if n_lines != 1:
        raise ValueError(f'the cell KEY must have one line KEY = "{SELF_STUDY}", found {n_lines}')
    cells[0]["source"] = changed.splitlines(keepends=True)
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def make_homework(
    homework: str,
    roster: str | os.PathLike[str],
    secret_file: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    course_folder: Path | str | None = None,
    replace: bool = False,
) -> tuple[PersonalNotebook, ...]:
    r"""Write everybody's notebook of a homework set.

    Parameters
    ----------
    homework : str
        Slug of the set (``"m1.homework1"``), or its last word.
    roster : path-like
        The roster, as :func:`~learnmr.course.exams.rosters.read_roster` reads it.
    secret_file : path-like
        The secret of the course, at least 16 bytes; it decides all keys.
    out : path-like
        Folder of the notebooks, ``<name of the set>-<student>.ipynb``.
    course_folder : path-like, optional
        Folder of the sources. Default: the notebooks that came with the package, else those of the checkout.
    replace : bool
        Overwrite notebooks that are there with other content. Those with the same content are left as they are.

    Returns
    -------
    tuple of PersonalNotebook
        In the order of the roster.

    Raises
    ------
    ValueError
        If there is no such set, or roster or secret break a rule.
    FileExistsError
        If a notebook is there with other content: perhaps somebody has worked in it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = write_text("student\nada\nbo\n", f"{folder}/roster.csv")
    ...     _ = write_text("a secret of the course", f"{folder}/secret.txt")
    ...     made = make_homework("homework1", f"{folder}/roster.csv", f"{folder}/secret.txt", f"{folder}/out")
    ...     [one.path.name for one in made]
    ['11_homework1-ada.ipynb', '11_homework1-bo.ipynb']
    """
    sets = homework_sets(course_folder)
    slugs = [slug for slug in sets if homework in (slug, slug.rpartition(".")[2])]
    if len(slugs) != 1:
        raise ValueError(f"homework must be one of {', '.join(sets) or 'none that is built'}, got {homework!r}")
    source = sets[slugs[0]]
    text = source.read_text(encoding="utf-8")
    secret, students = read_secret(secret_file), read_roster(roster)
    made, texts = [], []
    for student in students:
        key = personal_key(secret, homework=slugs[0], student=student.student)
        made.append(PersonalNotebook(student, key, Path(out) / f"{source.stem}-{student.file_name}.ipynb"))
        texts.append(personal_notebook(text, key))
    changed = [
        (one.path, new)
        for one, new in zip(made, texts, strict=True)
        if not one.path.exists() or one.path.read_text(encoding="utf-8") != new
    ]
    there = [path for path, _ in changed if path.exists()]
    if there and not replace:
        raise FileExistsError(
            f"{there[0]} is there already, with other content ({len(there)} such notebooks); "
            "nothing was written: give --replace to overwrite them, or another folder"
        )
    for path, new in changed:
        write_text(new, path)
    return tuple(made)


def _notebook(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
