"""Keras comes in lazily, quietly, on the backend that was asked for, or with the command that installs it."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from learnmr.installation import MissingExtraError
from learnmr.networks import backend

BACKENDS = [
    pytest.param(name, marks=pytest.mark.skipif(find_spec(name) is None, reason=f"{name} is not installed"))
    for name in ("tensorflow", "jax")
]


def run(code: str, chosen: str | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter with KERAS_BACKEND set or unset."""
    environment = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"} | more
    if chosen is not None:
        environment["KERAS_BACKEND"] = chosen
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def test_importing_the_room_imports_no_backend() -> None:
    done = run(
        "import sys, learnmr.networks, learnmr.networks.training_loop\n"
        "print(sorted({'keras', 'tensorflow', 'jax'} & set(sys.modules)))"
    )
    assert done.stdout == "[]\n", done.stderr


@pytest.mark.parametrize("chosen", BACKENDS)
def test_the_chosen_backend_is_loaded_without_chatter(chosen: str) -> None:
    done = run("from learnmr.networks.backend import backend_name; print(backend_name())", chosen)
    assert (done.stdout, done.stderr) == (f"{chosen}\n", "")


def test_a_missing_or_unknown_backend_is_named() -> None:
    ask = "from learnmr.networks.backend import import_keras; import_keras()"
    assert "KERAS_BACKEND must be one of tensorflow, jax, torch, got 'theano'" in run(ask, "theano").stderr
    if find_spec("torch") is None:
        assert "-m pip install keras torch" in run(ask, "torch").stderr


def test_a_backend_that_cannot_be_loaded_names_the_command(tmp_path: Path) -> None:
    (tmp_path / "jax.py").write_text("raise ImportError('no such library: libfoo')")
    done = run("import learnmr.networks.backend as b; b.import_keras()", "jax", PYTHONPATH=str(tmp_path))
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("learnmr.installation.MissingExtraError: Keras cannot load its backend jax (no such library")
    assert last.endswith("-m pip install 'learnmr[jax]'")


@pytest.mark.parametrize(
    ("installed", "chosen"),
    [({"keras", "tensorflow", "jax"}, "tensorflow"), ({"keras", "jax"}, "jax"), (set(), "tensorflow")],
)
def test_tensorflow_is_the_default_and_jax_takes_its_place(
    installed: set[str], chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backend, "_present", lambda name: name in installed)
    assert backend._first_installed() == chosen


def test_keras_without_any_backend_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "_present", lambda name: name == "keras")
    with pytest.raises(MissingExtraError, match=r"neither tensorflow nor jax.*pip install 'learnmr\[train\]'"):
        backend._first_installed()
