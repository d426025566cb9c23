"""``learnmr course start``: a copy of a student notebook to work in, and JupyterLab on it."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

from ..installation import MissingExtraError
from ..writing import write_text
from .lessons import find_course_folder

__all__ = ["open_notebook", "start_course", "start_lesson", "student_notebooks"]


def student_notebooks(course_folder: Path | str | None = None) -> dict[str, Path]:
    """Slug of every lesson -> its student notebook: those of a checkout, or those that came with the wheel.

    Raises
    ------
    FileNotFoundError
        If there are none.
    """
    packaged = Path(__file__).parent / "notebooks"
    if course_folder is None and packaged.is_dir():
        paths = sorted(packaged.glob("*.ipynb"))
    else:
        paths = sorted(find_course_folder(course_folder).glob("module*/notebooks/*.ipynb"))
    found = {
        json.loads(path.read_text(encoding="utf-8"))["metadata"]["learnmr"]["lesson"]: path
        for path in paths
    }  # fmt: skip
    if not found:
        raise FileNotFoundError("course_folder must hold student notebooks, found none: run learnmr course build")
    return found


def start_lesson(
    lesson: str, folder: Path | str = ".", *, course_folder: Path | str | None = None, overwrite: bool = False
) -> Path:
    """Copy a student notebook; work that is there already is kept.

    Parameters
    ----------
    lesson : str
        Slug (``"m1.signals"``), the last word of it (``"signals"``), or the name of the file.
    folder : path-like
        Where the copy goes.
    course_folder : path-like, optional
        Folder of the sources. Default: the notebooks that came with the package, else those of the checkout.
    overwrite : bool
        Replace a copy that is there already.

    Returns
    -------
    pathlib.Path
        The copy.

    Raises
    ------
    ValueError
        If there is no such lesson; the message names all.
    """
    notebooks = student_notebooks(course_folder)
    matches = [
        path
        for slug, path in notebooks.items()
        if lesson in (slug, slug.split(".")[-1], path.stem, path.name, path.stem.split("_", 1)[-1])
    ]
    if len(matches) != 1:
        raise ValueError(f"lesson must be one of {', '.join(notebooks)}, got {lesson!r}")
    return _copy(matches[0], Path(folder), overwrite=overwrite)


def start_course(
    folder: Path | str = ".", *, course_folder: Path | str | None = None, overwrite: bool = False
) -> list[Path]:
    """Copy all student notebooks into one folder; work that is there already is kept.

    Parameters
    ----------
    folder : path-like
        Where the copies go.
    course_folder, overwrite
        As in :func:`start_lesson`.

    Returns
    -------
    list of pathlib.Path
        The copies.
    """
    notebooks = student_notebooks(course_folder).values()
    return [_copy(path, Path(folder), overwrite=overwrite) for path in sorted(notebooks, key=lambda path: path.name)]


def _copy(notebook: Path, folder: Path, *, overwrite: bool) -> Path:
    """Copy a notebook unless it is there."""
    target = folder / notebook.name
    if overwrite or not target.exists():
        write_text(notebook.read_text(encoding="utf-8"), target)
    return target


def open_notebook(path: Path) -> int:
    """Open JupyterLab on a notebook or a folder and wait until it is closed.

    Returns
    -------
    int
        Its exit status.

    Raises
    ------
    MissingExtraError
        If JupyterLab is not installed.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        raise MissingExtraError(
            f"jupyterlab is not installed; it comes with: {sys.executable} -m pip install 'learnmr[course]'"
        )
    return subprocess.run([sys.executable, "-m", "jupyterlab", str(path)], check=False).returncode
