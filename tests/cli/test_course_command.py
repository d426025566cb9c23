"""``learnmr course`` and ``learnmr bench course``: exit codes and what is printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from learnmr.cli.course_command import bench_course, course

pytest.importorskip("jupytext", reason="needs learnmr[course]")

EXAMPLE = Path(__file__).parents[1] / "course" / "example_course"


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """The example course, where it may be changed."""
    import shutil

    return Path(shutil.copytree(EXAMPLE, tmp_path / "course"))


def run(*arguments: object) -> tuple[int, str, str]:
    """Exit code and both outputs of ``learnmr course ...``."""
    done = CliRunner().invoke(course, [str(argument) for argument in arguments])
    return done.exit_code, done.stdout, done.stderr


def test_check_fails_before_the_build_and_holds_after_it(sources: Path) -> None:
    code, _, told = run("build", "--check", "--course", sources)
    assert code == 1
    assert "00_example.ipynb is missing: run learnmr course build" in told
    code, printed, _ = run("build", "--course", sources)
    assert code == 0
    assert len(printed.splitlines()) == 2
    code, printed, _ = run("build", "--check", "--course", sources)
    assert (code, printed) == (0, "notebooks agree with their sources, and every gate holds\n")


def test_a_lesson_is_copied_without_opening_anything(sources: Path, tmp_path: Path) -> None:
    run("build", "--course", sources)
    code, printed, _ = run("start", "example", "--no-open", "--into", tmp_path / "work", "--course", sources)
    assert code == 0
    assert Path(printed.strip()).is_file()


def test_all_lessons_are_copied_and_a_choice_must_be_made(sources: Path, tmp_path: Path) -> None:
    run("build", "--course", sources)
    code, printed, _ = run("start", "--all", "--into", tmp_path / "work", "--no-open", "--course", sources)
    assert (code, Path(printed.strip()).name) == (0, "00_example.ipynb")
    for arguments in ((), ("example", "--all")):
        code, _, told = run("start", *arguments, "--no-open", "--course", sources)
        assert code == 2
        assert "name a lesson, or give --all" in told


def test_the_rate_of_false_failures_is_one_json_document(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(bench_course)
    out = tmp_path / "result.json"
    done = CliRunner().invoke(app, ["m0.example.sine", "--false-fail", "--runs", "3", "--json", "--out", str(out)])
    assert done.exit_code == 0
    printed = json.loads(done.stdout)
    assert printed == json.loads(out.read_text())
    assert printed["command"] == "learnmr bench course --false-fail"
    assert printed["results"]["exercises"][0]["runs"] == 3
    assert "seed 3" in done.stderr
