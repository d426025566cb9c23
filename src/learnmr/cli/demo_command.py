"""``learnmr demo``: the main job in two minutes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .console import print_json, reporting

__all__ = ["demo"]


def demo(
    out: Annotated[Path, typer.Option(help="Folder for the report.")] = Path("results/demo"),
    seed: Annotated[int, typer.Option(min=0, help="Seed of everything random.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Do the main job: train, compare with the bound, decompose a real time course, write a report.

    Takes about two minutes and needs no network connection. Open report.html in the folder afterwards.
    """
    from ..demo import run_demo

    with reporting() as report:
        summary = run_demo(out, progress=report, seed=seed)
    if as_json:
        print_json(summary)
