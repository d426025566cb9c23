"""``learnmr doctor``: is everything here, and what is the one command that mends it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from .console import output, print_json

__all__ = ["doctor"]


def doctor(as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False) -> None:
    """Look at the installation: versions, extras, and how to mend what is wrong."""
    from ..installation import doctor as examine

    diagnosis = examine()
    if as_json:
        print_json(asdict(diagnosis))
    else:
        output().print(str(diagnosis))
    if not diagnosis.healthy:
        raise typer.Exit(1)
