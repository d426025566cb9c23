"""``learnmr course exam``: what is printed, written, refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from learnmr.cli.course_command import course

SPEC = """exam = "small"
title = "Small"
minutes = 10
marks = 3
[[questions]]
question = "m1.signals.q_alias"
[[questions]]
question = "m1.dft.q_linear_target"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "spec.toml").write_text(SPEC)
    (tmp_path / "roster.csv").write_text("student\ns1\ns2\n")
    return tmp_path


def run(*arguments: object) -> tuple[int, str, str]:
    """Exit code and both outputs of ``learnmr course exam ...``."""
    done = CliRunner().invoke(course, ["exam", *map(str, arguments)])
    return done.exit_code, done.stdout, done.stderr


def test_from_secret_to_papers(folder: Path) -> None:
    assert run("secret", folder / "secret.txt")[0] == 0
    inputs = ("--roster", folder / "roster.csv", "--secret-file", folder / "secret.txt", "--out", folder / "out")
    code, printed, told = run("make", folder / "spec.toml", *inputs, "--form", "html")
    assert code == 0
    assert "2 papers of 2 questions, 3 marks, 10 minutes (5 for the questions)" in printed
    assert "papers: 2/2" in told
    assert sorted(path.name for path in (folder / "out" / "papers").iterdir()) == ["s1.html", "s2.html"]


@pytest.mark.parametrize("platform", ["moodle", "canvas"])
def test_an_export_without_a_secret_says_what_it_is_good_for(platform: str, folder: Path) -> None:
    code, printed, told = run(
        "export", folder / "spec.toml", "--format", platform, "--out", folder / "x", "--variants", 2
    )
    assert code == 0
    assert "2 groups of 2 variants" in printed
    assert "for practice, not for an exam" in told


def test_a_specification_is_shown_with_its_sums(folder: Path) -> None:
    code, printed, _ = run("show", folder / "spec.toml")
    assert code == 0
    assert "m1.signals.q_alias" in printed
    assert "3 marks; 5 of 10 minutes for the questions" in printed


def test_an_error_is_the_rule_that_is_broken(folder: Path) -> None:
    (folder / "spec.toml").write_text(SPEC.replace("marks = 3", "marks = 4"))
    done = CliRunner().invoke(course, ["exam", "show", str(folder / "spec.toml")])
    assert isinstance(done.exception, ValueError)
    assert "marks must be the sum over the questions, 3, got 4" in str(done.exception)
