"""``learnmr data``: the named data sets."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from .console import output, print_json

__all__ = ["data"]

data = typer.Typer(no_args_is_help=True, help="Named data sets of real measurements.")


@data.command("list")
def list_datasets(as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False) -> None:
    """List the data sets: what they are, under which licence."""
    from ..files import datasets

    if as_json:
        print_json([asdict(dataset) for dataset in datasets()])
        return
    from rich.table import Table

    table = Table("name", "what it is", "licence", box=None, pad_edge=False)
    for dataset in datasets():
        table.add_row(dataset.name, dataset.description, dataset.licence)
    output().print(table)


@data.command("get", no_args_is_help=True)
def get_datasets(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Names, see: learnmr data list.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Bring data sets onto this machine and print their folders.

    LEARNMR_DATA=folder is looked into first; what is fetched is checked by its hash.
    """
    from ..files import fetch_dataset

    folders = {name: fetch_dataset(name) for name in names}
    if as_json:
        print_json([{"name": name, "folder": str(folder)} for name, folder in folders.items()])
        return
    for folder in folders.values():
        typer.echo(str(folder))
