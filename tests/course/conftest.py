"""The example course, copied where it may be changed, and a record of its own for every test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

#: a lesson is not a module of Python: the builder reads it
collect_ignore_glob = ["example_course/*"]


@pytest.fixture(autouse=True)
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test touches the record of whoever runs it."""
    path = tmp_path / "record" / "progress.json"
    monkeypatch.setenv("LEARNMR_PROGRESS", str(path))
    return path


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test fetches a data set: what is not on this machine is simulated, as in a lesson without a network."""

    def refuse(*arguments: object, **keywords: object) -> None:
        raise ConnectionError("tests fetch no data")

    monkeypatch.setattr("pooch.HTTPDownloader", refuse)


@pytest.fixture
def example_course(tmp_path: Path) -> Path:
    """A course with one small lesson."""
    pytest.importorskip("jupytext", reason="needs learnmr[course]")
    return Path(shutil.copytree(Path(__file__).parent / "example_course", tmp_path / "course"))
