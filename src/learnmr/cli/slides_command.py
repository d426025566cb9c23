"""``learnmr course slides``: the slides of lessons, as HTML that needs no network, and as PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["slides"]


def slides(
    lessons: Annotated[
        list[str] | None, typer.Argument(help="Lessons, e.g. m1.signals. Default: all, without the homework.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder of the files.")] = Path("slides"),
    pdf: Annotated[bool, typer.Option("--pdf", help="Also a PDF of each, through Chromium.")] = False,
    instructor_notes: Annotated[
        bool,
        typer.Option("--instructor-notes", help="Model answers and timing in the speaker's notes. Not for students."),
    ] = False,
    assets: Annotated[
        Path | None,
        typer.Option(help="Folder with the archives of reveal.js and MathJax, for a machine without a network."),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--course", help="Folder of the sources. Default: course/ here, or that of the checkout."),
    ] = None,
) -> None:
    """Make slides of lessons; a lesson that was not run since its last change is run first, for its figures."""
    from ..course.slides import make_slides

    written = make_slides(
        lessons or (),
        out,
        instructor_notes=instructor_notes,
        pdf=pdf,
        assets=assets,
        course_folder=folder,
        tell=lambda line: typer.echo(line, err=True),
    )
    for path in written:
        typer.echo(str(path))
