"""``learnmr train``: the line network and the DFT network."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from .console import print_json, reporting

__all__ = ["train"]

train = typer.Typer(no_args_is_help=True, help="Train a network; a training that was stopped goes on where it was.")


@train.command("line")
def train_line(
    out: Annotated[Path, typer.Option(help="File for the weights, ending in .npz.")] = Path("line.npz"),
    seed: Annotated[int, typer.Option(min=0, help="Seed of weights and data.")] = 1,
    steps: Annotated[int | None, typer.Option(min=1, help="Steps. Default: those of the shipped network.")] = None,
    state: Annotated[
        Path | None,
        typer.Option(help="Folder for the state of the training. Default: beside the weights, NAME-training."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Train the line network; with the default options, the one that is shipped.

    The state is saved every few seconds: after Ctrl-C or a crash the same command goes on where it stopped. When the
    weights are written the state is removed. The history is written as NAME-history.csv and NAME-history.json.
    """
    _must_be_npz(out)
    from dataclasses import replace

    from ..bench.documents import document
    from ..networks import save_line_network
    from ..networks.line_training import LineRecipe, train_line_network
    from ..networks.training_state import write_history

    recipe = LineRecipe() if steps is None else replace(LineRecipe(), n_steps=steps)
    state_path = (out.with_name(f"{out.stem}-training") if state is None else state) / "line.npz"
    if state_path.exists():
        typer.echo(f"going on from {state_path}", err=True)
    started_s = time.perf_counter()
    with reporting() as report:
        network, history = train_line_network(
            recipe, seed=seed, state_path=state_path, progress=lambda *step: report("line network", *step)
        )
    seconds = time.perf_counter() - started_s
    save_line_network(network, out)
    for suffix in (".csv", ".json"):
        write_history(history, out.with_name(f"{out.stem}-history{suffix}"))
    _remove(state_path)
    results = {
        "weights": str(out),
        "parameters": network.n_parameters,
        "seed": seed,
        "steps": recipe.n_steps,
        "train_s": seconds,
        "loss": float(history["loss"][-1]),
        "val_loss": float(history["val_loss"][-1]) if "val_loss" in history else None,
    }
    if as_json:
        print_json(document("learnmr train line", results))
    else:
        typer.echo(
            f"{out}: {network.n_parameters} parameters, {recipe.n_steps} steps in {seconds:.0f} s, "
            f"loss {results['loss']:.4g}"
        )


@train.command("dft")
def train_dft(
    points: Annotated[int, typer.Option(min=1, help="Complex samples.")] = 256,
    seed: Annotated[int, typer.Option(min=0, help="Seed of start and examples.")] = 1,
    steps: Annotated[int, typer.Option(min=1, help="Steps, each on fresh examples.")] = 60,
    optimizer: Annotated[str, typer.Option(help="sgd, momentum or adam.")] = "sgd",
    probes: Annotated[str, typer.Option(help="white, or fids: the instructive failure.")] = "white",
    state: Annotated[Path | None, typer.Option(help="Folder for the state of the training.")] = None,
    history: Annotated[Path | None, typer.Option(help="File for the losses, .csv or .json.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Let a linear network learn the discrete Fourier transform from examples."""
    from ..bench.dft import dft_results
    from ..bench.documents import document
    from ..networks.dft import train_dft as learn
    from ..networks.training_state import write_history

    state_path = None if state is None else state / "dft.npz"
    with reporting() as report:
        network = learn(
            points,
            seed=seed,
            n_steps=steps,
            optimizer=optimizer,
            probes=probes,
            state_path=state_path,
            progress=lambda *step: report("DFT network", *step),
        )
    if history is not None:
        write_history(network.history, history)
    if state_path is not None:
        _remove(state_path)
    if as_json:
        asked = {"points": points, "probes": probes, "optimizer": optimizer, "seed": seed}
        print_json(document("learnmr train dft", {**asked, **dft_results(network)}))
    else:
        typer.echo(
            f"{points} points, {network.n_steps} steps of {optimizer} on {probes} probes in {network.train_s:.1f} s: "
            f"relative error {network.relative_error:.2g} on unseen FIDs"
        )


def _must_be_npz(path: Path) -> None:
    """Refuse a name for weights before minutes of training."""
    if path.suffix != ".npz":
        raise typer.BadParameter(f"must end in .npz, got {path.name!r}", param_hint="--out")


def _remove(state_path: Path) -> None:
    """Remove the state of a finished training, and its folder where nothing else lies in it."""
    state_path.unlink(missing_ok=True)
    if state_path.parent.is_dir() and not any(state_path.parent.iterdir()):
        state_path.parent.rmdir()
