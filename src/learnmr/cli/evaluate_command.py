"""``learnmr evaluate``: a line network judged against the Cramér-Rao bound."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .console import output, print_json, reporting
from .tables import line_tables

__all__ = ["evaluate"]


def evaluate(
    weights: Annotated[
        Path | None, typer.Option(help="Weights from: learnmr train line. Default: the shipped network.")
    ] = None,
    fids: Annotated[int, typer.Option(min=3, help="FIDs of each cell (range of widths and of SNR).")] = 300,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the FIDs.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Judge a line network, alone and refined, on fresh FIDs in units of the Cramér-Rao bound.

    The same as learnmr bench line, on fewer FIDs and without the peers.
    """
    from ..bench.documents import document
    from ..bench.line import run_line
    from ..networks import load_line_network

    network = load_line_network(weights)
    with reporting() as report:
        results = run_line(
            estimators=("network", "refined"), n_fids=fids, seed=seed, network=network, train=False, progress=report
        )
    if as_json:
        print_json(document("learnmr evaluate", results))
        return
    console = output()
    for table in line_tables(results):
        console.print(table)
        console.print()
