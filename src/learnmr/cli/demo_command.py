"""``learnmr demo``: the main job in two minutes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .console import output, print_json, reporting

__all__ = ["demo"]


def demo(
    out: Annotated[Path, typer.Option(help="Folder for the report.")] = Path("results/demo"),
    seed: Annotated[int, typer.Option(min=0, help="Seed of everything random.")] = 1,
    quick: Annotated[bool, typer.Option("--quick", help="Token trainings: to see that everything runs.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Do the main job: train, compare with the bound, decompose a real time course, write a report.

    Takes about two minutes and needs no network connection. Open report.html in the folder afterwards.
    """
    from ..demo import run_demo

    with reporting() as report:
        summary = run_demo(out, progress=report, seed=seed, quick=quick)
    for notice in summary["notices"]:
        typer.echo(f"learnmr: {notice}", err=True)
    if as_json:
        print_json(summary)
        return
    from rich.table import Table

    table = Table(box=None, padding=(0, 1), show_header=False)
    for row in summary["summary"]:
        table.add_row(row["part"], row["what"], row["value"])
    console = output()
    console.print(table)
    console.print(f"report: {summary['report']} ({summary['seconds']:.0f} s)")
