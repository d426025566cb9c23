"""Walls: what the command lines say, and that nothing runs without them unless it is asked for by name."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import learnmr
from learnmr.isolation import NO_SANDBOX, SANDBOXES, Limits, SandboxMissingError, find_sandbox


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """No test sees what another found."""
    find_sandbox.cache_clear()
    yield
    find_sandbox.cache_clear()


def _command(name: str, tmp_path: Path) -> tuple[str, ...]:
    return SANDBOXES[name].walls(["-c", "pass"], inputs=tmp_path, scratch=tmp_path, limits=Limits()).command


@pytest.mark.parametrize("name", ["bubblewrap", "bubblewrap-root"])
def test_bubblewrap_leaves_network_processes_and_environment_outside(name: str, tmp_path: Path) -> None:
    command = _command(name, tmp_path)
    for flag in ("--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--clearenv", "--new-session"):
        assert flag in command
    assert "--die-with-parent" in command
    assert "--bind" not in command  # nothing of the host can be written
    assert "--share-net" not in command


def test_root_takes_another_user_and_nobody_else_needs_to(tmp_path: Path) -> None:
    assert "--unshare-user" in _command("bubblewrap", tmp_path)
    assert "--unshare-user" not in _command("bubblewrap-root", tmp_path)
    assert '"uid": null' in " ".join(_command("bubblewrap", tmp_path))
    assert '"uid": 30' in " ".join(_command("bubblewrap-root", tmp_path))


def test_the_scratch_does_not_hide_an_environment_that_lies_below_it(tmp_path: Path) -> None:
    command = _command("bubblewrap", tmp_path)
    assert command[command.index("--tmpfs") + 1] == "/tmp"
    assert command.index("--tmpfs") < command.index("--ro-bind")


def test_the_home_is_not_shown(tmp_path: Path) -> None:
    command = _command("bubblewrap", tmp_path)
    shown = [command[place + 1] for place, word in enumerate(command) if word == "--ro-bind"]
    home = os.path.realpath(os.path.expanduser("~"))
    assert home not in shown
    assert "/" not in shown
    assert "/etc" not in shown


@pytest.mark.parametrize("name", ["podman", "docker"])
def test_a_container_has_no_network_no_rights_and_limits(name: str, tmp_path: Path) -> None:
    command = _command(name, tmp_path)
    line = " ".join(command)
    assert command[:2] == (name, "run")
    for part in ("--network none", "--cap-drop ALL", "--read-only", "no-new-privileges", "--user 65534:65534"):
        assert part in line
    assert f"--memory {Limits().memory_bytes} --memory-swap {Limits().memory_bytes}" in line
    assert f"--pids-limit {Limits().processes}" in line
    assert "--pull never" in line
    assert f"source={tmp_path},target=/submission,readonly" in line


def test_nothing_of_our_environment_goes_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_SECRET", "swordfish")
    for name in SANDBOXES:
        walls = SANDBOXES[name].walls(["-c", "pass"], inputs=tmp_path, scratch=tmp_path, limits=Limits())
        assert "swordfish" not in " ".join(walls.command)
        assert "COURSE_SECRET" not in walls.variables


def test_without_a_sandbox_nothing_runs_and_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(SandboxMissingError, match="apt-get install bubblewrap"):
        find_sandbox()


def test_none_is_given_only_when_it_is_asked_for() -> None:
    assert find_sandbox("none").isolates is False
    assert "your own rights" in NO_SANDBOX


def test_an_unknown_sandbox_is_refused() -> None:
    with pytest.raises(ValueError, match=r"sandbox must be one of .*bubblewrap.*, got 'jail'"):
        find_sandbox("jail")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else")
def test_who_is_not_root_has_walls_too() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        python, source = Path("/usr/bin/python3"), Path(learnmr.__file__).parents[1]
        code = f"""
import os, sys
os.environ["HOME"] = {folder!r}
sys.path.insert(0, {str(source)!r})
from pathlib import Path
from learnmr.isolation import find_sandbox, run_isolated
sandbox = find_sandbox("bubblewrap")
seen = run_isolated(["-c", "import os; print(os.listdir('/submission'), os.getuid())"], inputs=Path({folder!r}))
print(sandbox.name, seen.output.decode())
"""
        who: dict[str, Any] = {"user": 12345, "group": 12345, "extra_groups": []}
        command = [str(python), "-I", "-c", code]
        try:
            done = subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=120, check=False, **who)
        except OSError as error:
            pytest.skip(f"no Python that anybody may start: {error}")
    if "SyntaxError" in done.stderr or "ImportError" in done.stderr or "ModuleNotFoundError" in done.stderr:
        pytest.skip("the Python of the system is too old, or may not read learnmr")
    if "SandboxMissingError" in done.stderr:
        pytest.skip("nobody but root may make namespaces here")
    assert done.stdout.split()[0] == "bubblewrap", done.stderr
    assert done.stdout.split()[-1] == "1000"
