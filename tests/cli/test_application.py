from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import learnmr
from learnmr.cli import application
from learnmr.cli.application import exit_code_of
from learnmr.files import DatasetUnavailableError, ReadError
from learnmr.installation import MissingExtraError

COMMANDS = ("demo", "simulate", "train", "evaluate", "decompose", "data", "bench", "doctor")


def test_help_names_every_command(run) -> None:
    text = run("--help").stdout
    assert all(command in text for command in COMMANDS)


@pytest.mark.parametrize(
    "command",
    [[c] for c in COMMANDS] + [["train", "line"], ["train", "dft"], ["data", "list"], ["data", "get"]]
    + [["bench", name] for name in ("dft", "line", "speed", "fuzz", "original", "all")],
)  # fmt: skip
def test_every_command_has_a_help_text(run, command: list[str]) -> None:
    assert "Usage" in run(*command, "--help").stdout


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from learnmr.cli import main\n"
        "sys.argv = ['learnmr', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'scipy', 'keras', 'tensorflow', 'jax', 'matplotlib', 'pandas', 'h5py', 'rich.console'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "decompose" in done.stdout
    assert done.stderr.strip() == "[]"


def test_version_is_that_of_the_package(run) -> None:
    assert run("--version").stdout.strip() == f"learnmr {learnmr.__version__}"


def test_wrong_usage_ends_with_2(run) -> None:
    run("nonsense", code=2)
    run("decompose", "--nonsense", code=2)
    run("simulate", "a.h5", code=2)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ReadError("a", "Bruker", "broken"), 1),
        (FileNotFoundError("a"), 1),
        (FloatingPointError("loss became nan"), 1),
        (ValueError("x must be > 0"), 2),
        (MissingExtraError("pip install"), 3),
        (DatasetUnavailableError("no network"), 3),
        (KeyboardInterrupt(), 130),
    ],
)
def test_an_error_becomes_one_line_and_its_code(run, monkeypatch, error: BaseException, code: int) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr("learnmr.installation.doctor", fail)
    result = run("doctor", code=code)
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1
    assert exit_code_of(error) == code


def test_a_fault_of_the_program_is_not_hidden() -> None:
    assert exit_code_of(TypeError("a bug")) is None


def test_the_installed_script_is_this_main() -> None:
    project = Path(__file__).parents[2] / "pyproject.toml"
    assert tomllib.loads(project.read_text(encoding="utf-8"))["project"]["scripts"]["learnmr"] == "learnmr.cli:main"
    assert callable(application.main)
