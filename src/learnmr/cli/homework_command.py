"""``learnmr course homework``: a notebook with numbers of one's own for everybody in a class."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["homework"]

homework = typer.Typer(help="Homework with numbers of one's own for everybody in a class.", no_args_is_help=True)


@homework.command()
def make(
    lesson: Annotated[str, typer.Argument(help="The set: m1.homework1 or homework1.", metavar="HOMEWORK")],
    roster: Annotated[Path, typer.Option("--roster", help="CSV: student,name,email,… (only student is needed).")],
    secret_file: Annotated[Path, typer.Option("--secret-file", help="The secret of the course; see homework secret.")],
    out: Annotated[Path, typer.Option("--out", help="Folder of the notebooks.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Overwrite notebooks that are there with other content.")
    ] = False,
    folder: Annotated[
        Path | None,
        typer.Option("--course", help="Folder of the sources. Default: what came with learnmr."),
    ] = None,
) -> None:
    """Write one student notebook for everybody; only the cell KEY differs, and a second run writes the same bytes."""
    from ..course.homework import make_homework

    for one in make_homework(lesson, roster, secret_file, out, course_folder=folder, replace=replace):
        typer.echo(str(one.path))


@homework.command()
def secret(
    path: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.", metavar="FILE")],
) -> None:
    """Write a new secret: 32 random bytes as hexadecimal digits, readable by you only. Keep it, and keep it to you."""
    from ..course.exams.secret_files import make_secret

    typer.echo(f"{make_secret(path)}: keep it as long as the course runs, and show it to nobody")
