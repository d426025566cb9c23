"""``learnmr course exam``: papers for everybody from a specification and a roster; exports to learning platforms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["exam"]

exam = typer.Typer(help="Exams: per-student papers with keys, exports to Moodle and Canvas.", no_args_is_help=True)

Spec = Annotated[Path, typer.Argument(help="The specification (TOML), or a ready exam, e.g. module1.")]
Bank = Annotated[
    Path | None, typer.Option("--bank", help="Folder with your own questions; the Python code in it is run.")
]


@exam.command()
def make(
    spec: Spec,
    roster: Annotated[Path, typer.Option("--roster", help="CSV: student,name,email,extra_time,large_print.")],
    secret_file: Annotated[Path, typer.Option("--secret-file", help="The secret of the course; see exam secret.")],
    out: Annotated[Path, typer.Option("--out", help="Folder of the exam.")],
    form: Annotated[
        list[str] | None,
        typer.Option("--form", help="html, docx or notebook; may be given more than once. Default: all three."),
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Also print to PDF; needs Chromium, Chrome or Edge.")] = False,
    pseudonyms: Annotated[
        bool, typer.Option("--pseudonyms", help="Codes instead of identities and names; the table is in keys/.")
    ] = False,
    bank: Bank = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Change papers that this folder has already, of the same exam.")
    ] = False,
) -> None:
    """Write everybody's paper in all forms, the keys, the mark scheme, and the parameters for grading."""
    from ..course.exams.making import FORMS, make_exam
    from ..course.exams.secret_files import read_secret
    from .console import reporting

    with reporting() as report:
        made = make_exam(
            spec,
            roster,
            out,
            secret=read_secret(secret_file),
            forms=form or tuple(FORMS),
            pdf=pdf,
            pseudonyms=pseudonyms,
            bank=bank,
            replace=replace,
            report=report,
        )
    typer.echo(
        f"{len(made.papers)} papers of {len(made.spec.items)} questions, {made.spec.marks:g} marks, "
        f"{made.spec.minutes} minutes ({made.spec.working_minutes:g} for the questions), in {made.folder}"
    )
    typer.echo(f"hand out {made.folder / 'papers'}; keep exam.json and keys/ to yourself")


@exam.command()
def export(
    spec: Spec,
    platform: Annotated[str, typer.Option("--format", help="moodle (Moodle XML) or canvas (QTI 1.2, a zip).")],
    out: Annotated[Path, typer.Option("--out", help="The file.")],
    variants: Annotated[int, typer.Option("--variants", min=1, max=200, help="Of each question, to draw from.")] = 10,
    secret_file: Annotated[
        Path | None,
        typer.Option("--secret-file", help="The secret of the course. Without it anybody can make the same numbers."),
    ] = None,
    bank: Bank = None,
) -> None:
    """Write the questions for a learning platform: a group for each question, from which one variant is drawn."""
    from ..course.exams.exporting import export_exam
    from ..course.exams.secret_files import read_secret
    from .console import reporting

    secret = None if secret_file is None else read_secret(secret_file)
    with reporting() as report:
        written = export_exam(spec, platform, out, n_variants=variants, secret=secret, bank=bank, report=report)
    typer.echo(f"{len(written)} groups of {variants} variants in {out}")
    if secret is None:
        typer.echo("without --secret-file anybody can make the same numbers: for practice, not for an exam", err=True)


@exam.command()
def show(spec: Spec, bank: Bank = None) -> None:
    """Check a specification and list its questions, marks, minutes and goals."""
    from rich.table import Table

    from ..course.exams.give_aways import check_give_aways
    from ..course.exams.specs import read_spec
    from .console import output

    read = read_spec(spec, bank=bank)
    check_give_aways(read)
    table = Table(box=None, pad_edge=False)
    for column in ("", "question", "kind", "marks", "minutes", "difficulty", "goal"):
        table.add_column(column, justify="right" if column in ("marks", "minutes", "difficulty") else "left")
    for item in read.items:
        question = item.question
        table.add_row(
            item.label,
            question.slug,
            question.kind,
            f"{item.marks:g}",
            f"{item.minutes:g}",
            str(question.difficulty),
            question.goal,
        )
    console = output()
    console.print(f"{read.title} ({read.exam})")
    console.print(table)
    console.print(f"{read.marks:g} marks; {read.working_minutes:g} of {read.minutes} minutes for the questions")


@exam.command()
def secret(path: Annotated[Path, typer.Argument(help="A file that is not there yet.")]) -> None:
    """Make a secret for a course: keep it, and let no student see it."""
    from ..course.exams.secret_files import make_secret

    typer.echo(f"{make_secret(path)}: keep it as long as the course's papers, and show it to nobody")
