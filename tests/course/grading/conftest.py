"""A class of three with an odd name, and a sandbox or a skip that says why there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from learnmr.course.exams.rosters import Student
from learnmr.isolation import Sandbox, SandboxMissingError, find_sandbox


@pytest.fixture(scope="session")
def sandbox() -> Sandbox:
    """The sandbox of this machine."""
    try:
        return find_sandbox()
    except SandboxMissingError as error:
        pytest.skip(f"not tested, since {error}")


@pytest.fixture
def roster() -> list[Student]:
    """Three students."""
    return [
        Student("s17", "Ada Lovelace", "ada@example.org"),
        Student("s18", "Zoë van Dyk", "zoe@example.org"),
        Student("s177", "Bo Li", "bo@example.org"),
    ]


@pytest.fixture
def roster_path(tmp_path: Path, roster: list[Student]) -> Path:
    """The same as a file."""
    path = tmp_path / "roster.csv"
    rows = [f"{student.student},{student.name},{student.email}" for student in roster]
    path.write_text("student,name,email\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path
