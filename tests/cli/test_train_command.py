from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import learnmr.networks.line_training
from learnmr.installation import MissingExtraError
from learnmr.networks import load_line_network


@pytest.fixture
def instant(monkeypatch) -> list[dict]:
    """A training that takes no time, writes a state and notes what it was asked for."""
    calls: list[dict] = []

    def train(recipe, *, seed, state_path, progress):
        calls.append({"steps": recipe.n_steps, "seed": seed, "state_path": state_path, "resumed": state_path.exists()})
        state_path.parent.mkdir(parents=True, exist_ok=True)
        state_path.write_bytes(b"state")
        if len(calls) == 1 and seed == 13:
            raise KeyboardInterrupt
        progress(recipe.n_steps, recipe.n_steps, 0.5)
        return load_line_network(), {"loss": np.array([1.0, 0.5]), "val_loss": np.array([0.75])}

    monkeypatch.setattr(learnmr.networks.line_training, "train_line_network", train)
    return calls


def test_training_writes_weights_and_history(run, strict, tmp_path: Path, instant: list[dict]) -> None:
    out = tmp_path / "mine.npz"
    said = strict(run("train", "line", "--out", out, "--steps", 7, "--seed", 2, "--json").stdout)["results"]
    assert (said["weights"], said["steps"], said["seed"], said["loss"], said["val_loss"]) == (str(out), 7, 2, 0.5, 0.75)
    assert load_line_network(out).n_parameters == said["parameters"]
    assert json.loads((tmp_path / "mine-history.json").read_text())["loss"] == [1.0, 0.5]
    assert (tmp_path / "mine-history.csv").read_text().startswith("loss,val_loss")
    # the state of a finished training is gone
    assert {path.name for path in tmp_path.iterdir()} == {"mine.npz", "mine-history.json", "mine-history.csv"}


def test_an_interrupted_training_keeps_its_state_and_goes_on(run, tmp_path: Path, instant: list[dict]) -> None:
    out = tmp_path / "mine.npz"
    assert "interrupted" in run("train", "line", "--out", out, "--seed", 13, code=130).stderr
    assert not out.exists()
    assert "going on from" in run("train", "line", "--out", out, "--seed", 13).stderr
    assert [call["resumed"] for call in instant] == [False, True]


def test_the_state_may_lie_elsewhere(run, tmp_path: Path, instant: list[dict]) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    (folder / "mine.txt").write_text("not yours")
    run("train", "line", "--out", tmp_path / "a.npz", "--state", folder)
    assert instant[0]["state_path"] == folder / "line.npz"
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]


def test_the_default_recipe_is_that_of_the_shipped_network(run, tmp_path: Path, instant: list[dict]) -> None:
    run("train", "line", "--out", tmp_path / "a.npz")
    assert instant[0]["steps"] == learnmr.networks.line_training.LineRecipe().n_steps


def test_weights_are_npz(run, tmp_path: Path, instant: list[dict]) -> None:
    assert "must end in .npz" in run("train", "line", "--out", tmp_path / "a.h5", code=2).stderr
    assert not instant


def test_without_a_backend_the_command_is_named(run, tmp_path: Path, monkeypatch) -> None:
    def absent(*arguments, **keywords):
        raise MissingExtraError("keras is not installed; it comes with: pip install 'learnmr[train]'")

    monkeypatch.setattr(learnmr.networks.line_training, "train_line_network", absent)
    assert "learnmr[train]" in run("train", "line", "--out", tmp_path / "a.npz", code=3).stderr


def test_the_dft_is_learned(run, strict, tmp_path: Path) -> None:
    pytest.importorskip("keras", reason="training needs the extra [train] or [jax]")
    arguments = ["train", "dft", "--points", 8, "--state", tmp_path / "state", "--history", tmp_path / "dft.csv"]
    said = strict(run(*arguments, "--json").stdout)["results"]
    assert said["points"] == 8
    assert said["relative_error"] < 1e-6
    assert {path.name for path in tmp_path.iterdir()} == {"dft.csv"}
    assert "relative error" in run("train", "dft", "--points", 8).stdout
    assert "optimizer must be one of" in run("train", "dft", "--optimizer", "hope", code=2).stderr
