"""A sandbox that works, or a skip that says why there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from learnmr.isolation import Sandbox, SandboxMissingError, find_sandbox


@pytest.fixture(scope="session")
def sandbox() -> Sandbox:
    """The sandbox of this machine."""
    try:
        return find_sandbox()
    except SandboxMissingError as error:
        pytest.skip(f"not tested, since {error}")


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    """A folder to be shown inside."""
    folder = tmp_path / "inputs"
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "note.txt").write_text("read me", encoding="utf-8")
    (folder / "note.txt").chmod(0o644)
    return folder
