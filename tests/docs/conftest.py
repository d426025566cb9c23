"""The extension of the site, importable; a lesson with invented outputs, so that no notebook is run here."""

from __future__ import annotations

import hashlib
import json
import sys
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

pytest.importorskip("sphinx", reason="needs learnmr[docs]")
pytest.importorskip("myst_nb", reason="needs learnmr[docs]")
pytest.importorskip("jupytext", reason="needs learnmr[course]")

for folder in (DOCS, DOCS / "_ext"):
    sys.path.insert(0, str(folder))

#: one black point
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="


def show_picture(alt: str = "A black point.") -> dict[str, Any]:
    """What a cell that shows a Picture leaves."""
    return {
        "output_type": "display_data",
        "data": {"image/png": PNG, "text/plain": "<Picture>"},
        "metadata": {"image/png": {"alt": alt}},
    }


def run_on_paper(rendered: str) -> str:
    """The notebook as if it had been run: each code cell shows a picture and its own number."""
    notebook = json.loads(rendered)
    for number, cell in enumerate(cell for cell in notebook["cells"] if cell["cell_type"] == "code"):
        cell["execution_count"] = number + 1
        cell["outputs"] = [
            show_picture(f"Picture {number}."),
            {"output_type": "stream", "name": "stderr", "text": "a warning of the machinery"},
        ]
    return json.dumps(notebook)


@pytest.fixture
def picture_output() -> Callable[..., dict[str, Any]]:
    """Makes what a cell that shows a Picture leaves."""
    return show_picture


@pytest.fixture
def picture_hash() -> str:
    """SHA-256 of the picture in it."""
    return hashlib.sha256(b64decode(PNG)).hexdigest()


@pytest.fixture
def example_course() -> Path:
    """The example course of the other tests, read only."""
    return ROOT / "tests" / "course" / "example_course"


@pytest.fixture
def built(tmp_path: Path, example_course: Path) -> Path:
    """A build folder with the executed notebooks of the example course."""
    from learnmr_site.lesson_pages import executed_path

    from learnmr.course.building import notebook_path, render_course
    from learnmr.course.lessons import read_course

    folder = tmp_path / "build" / "course"
    rendered = render_course(example_course)
    for lesson in read_course(example_course):
        path = executed_path(lesson, folder)
        path.parent.mkdir(parents=True)
        path.write_text(run_on_paper(rendered[notebook_path(lesson, "solution", example_course)]), encoding="utf-8")
    return folder
