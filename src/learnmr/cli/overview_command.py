"""``learnmr course overview``: goals, exercises, questions and misconceptions, as pages for instructors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["overview"]


def overview(
    out: Annotated[Path, typer.Option("--out", help="Folder of the pages.")] = Path("docs/instructor"),
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail where the pages are out of date.")
    ] = False,
    folder: Annotated[
        Path | None,
        typer.Option("--course", help="Folder of the sources. Default: course/ here, or that of the checkout."),
    ] = None,
) -> None:
    """Write what lessons, checks and questions say of themselves: goals.md and misconceptions.md."""
    from ..course.overview import overview_problems, write_overview

    if check:
        problems = overview_problems(out, folder)
        for problem in problems:
            typer.echo(problem, err=True)
        if problems:
            raise typer.Exit(1)
        typer.echo("the pages agree with lessons, checks and questions")
        return
    for path in write_overview(out, folder):
        typer.echo(str(path))
