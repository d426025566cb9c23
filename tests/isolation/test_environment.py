"""What is shown of the host."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from learnmr.isolation.environment import PACKAGE, variables, visible_folders


def test_python_and_learnmr_are_shown_and_no_folder_twice() -> None:
    shown = visible_folders()
    for needed in (Path(sys.prefix), PACKAGE):
        assert any(needed.is_relative_to(folder) or needed.resolve().is_relative_to(folder) for folder in shown)
    assert not any(one != other and one.is_relative_to(other) for one in shown for other in shown)


def test_the_checkout_is_not_shown_with_its_solutions() -> None:
    checkout = Path(__file__).resolve().parents[2]
    solutions = checkout / "course" / "module1_spectroscopy"
    assert not any(solutions.is_relative_to(folder) for folder in visible_folders() if folder != Path(sys.prefix))


def test_python_in_the_home_itself_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "home"))
    with pytest.raises(ValueError, match="must not be installed in the home"):
        visible_folders()


def test_variables_are_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "swordfish")
    made = variables("/tmp", "/submission", [("MORE", "1")])
    assert "TOKEN" not in made
    assert made["MORE"] == "1"
    assert made["HOME"] == "/tmp/home"
