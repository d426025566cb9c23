"""Secrets: made once, never overwritten, never too short."""

from __future__ import annotations

from pathlib import Path

import pytest

from learnmr.course.exams.secret_files import make_secret, read_secret


def test_a_secret_is_made_once_and_read_without_its_line_end(tmp_path: Path) -> None:
    path = make_secret(tmp_path / "secret.txt")
    assert path.stat().st_mode & 0o077 == 0
    assert read_secret(path) == path.read_bytes().strip()
    with pytest.raises(FileExistsError, match="never overwritten"):
        make_secret(path)


def test_a_poor_secret_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    path.write_text("a" * 40)
    with pytest.raises(ValueError, match=r"secret\.txt: a secret must have at least 16 bytes, six of them different"):
        read_secret(path)
    with pytest.raises(FileNotFoundError, match="learnmr course exam secret"):
        read_secret(tmp_path / "none.txt")
