"""``learnmr course grade``: what a class handed in, run in a sandbox, marked, written as tables and pages."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["grade"]


def grade(
    submissions: Annotated[Path, typer.Argument(help="Folder or zip, as a learning platform exports it.")],
    assignment: Annotated[
        str, typer.Option("--assignment", help="A lesson or homework, e.g. m1.homework1, or the folder of an exam.")
    ],
    roster: Annotated[Path, typer.Option("--roster", help="CSV: student,name,email; only student is required.")],
    out: Annotated[Path, typer.Option("--out", help="Folder of results, tables and feedback; resumes what is there.")],
    secret_file: Annotated[
        Path | None, typer.Option("--secret-file", help="The secret of the course: personal numbers, hidden checks.")
    ] = None,
    scheme: Annotated[Path | None, typer.Option("--scheme", help="Points, lateness, hidden checks (TOML).")] = None,
    remark: Annotated[
        Path | None, typer.Option("--remark", help="Mark again with this scheme what was found before; run nothing.")
    ] = None,
    deadline: Annotated[
        datetime | None, typer.Option("--deadline", help="Local time; overrides the deadline of the scheme.")
    ] = None,
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, help="Side by side. Default: all cores.")] = None,
    sandbox: Annotated[
        str | None, typer.Option("--sandbox", help="bubblewrap, podman or docker. Default: the first that works.")
    ] = None,
    no_sandbox: Annotated[
        bool, typer.Option("--no-sandbox", help="Run submissions WITH YOUR OWN RIGHTS; says what that means.")
    ] = False,
    bank: Annotated[
        Path | None, typer.Option("--bank", help="Folder with your own questions; the Python code in it is run.")
    ] = None,
    minutes: Annotated[float, typer.Option("--minutes", min=0.1, help="Longest time of a notebook.")] = 5.0,
    memory_mb: Annotated[int, typer.Option("--memory-mb", min=256, help="Most memory of a submission.")] = 2048,
) -> None:
    """Grade a class: CSV for the platform, a page for every student, statistics; goes on where it was stopped."""
    from dataclasses import replace

    from ..course.grading.examining import Patience
    from ..course.grading.grading import grade_class, remark_class
    from ..course.grading.schemes import Scheme, read_scheme
    from ..isolation import NO_SANDBOX, Limits
    from .console import reporting

    if no_sandbox:
        typer.echo(NO_SANDBOX, err=True)
    path = remark or scheme
    points = None if path is None else read_scheme(path)
    if deadline is not None:
        points = (points or Scheme()).with_deadline(deadline)
    if remark is not None:
        graded = remark_class(submissions, assignment, roster, out, scheme=points, secret_file=secret_file, bank=bank)
    else:
        with reporting() as report:
            graded = grade_class(
                submissions,
                assignment,
                roster,
                out,
                scheme=points,
                secret_file=secret_file,
                jobs=jobs,
                sandbox="none" if no_sandbox else sandbox,
                limits=replace(Limits(), memory_bytes=memory_mb * 1024**2),
                patience=replace(Patience(), notebook_s=60.0 * minutes),
                bank=bank,
                report=report,
            )
    for problem in graded.found.problems[:20]:
        typer.echo(f"note: {problem}", err=True)
    handed = len(graded.marked) - sum(entry.result is None for entry in graded.marked)
    typer.echo(
        f"{handed} of {len(graded.marked)} students graded ({graded.ran} run now, {graded.kept} as before), "
        f"{graded.open} answers left to be marked by hand, in {graded.out}"
    )
