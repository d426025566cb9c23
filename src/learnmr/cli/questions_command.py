"""``learnmr course questions``: the bank as a table, or one question with its answer."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ..course.questions import Variant

__all__ = ["questions"]

_WIDTH = 100


def questions(
    lesson: Annotated[str | None, typer.Option("--lesson", help="Only those of one lesson, e.g. m1.signals.")] = None,
    show: Annotated[str | None, typer.Option("--show", help="Print one question, with its answer.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="With --show: which numbers.")] = 1,
    figure: Annotated[
        Path | None, typer.Option("--figure", help="With --show: write its figure into this file.")
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="The table as CSV, with goals.")] = False,
) -> None:
    """List the question bank, or show one question with its key and explanation."""
    from ..course.questions import draw_variant, find_question, question_table, self_study_key

    if show is not None:
        try:
            variant = draw_variant(find_question(show), self_study_key(show, seed))
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
        typer.echo(_in_words(variant))
        picture = variant.figure()
        if figure is not None:
            if picture is None:
                raise typer.BadParameter(f"{show} has no figure")
            from ..plots import save

            save(picture, figure)
        return
    table = question_table()
    if lesson is not None:
        table = table[table["lesson"] == lesson]
        if table.empty:
            raise typer.BadParameter(f"--lesson must be one with questions, got {lesson!r}")
    if csv:
        typer.echo(table.to_csv(lineterminator="\n"), nl=False)
        return
    slugs = max(map(len, table.index))
    typer.echo(f"{'slug':<{slugs}}  kind     marks  min  level  title")
    for slug, row in table.iterrows():
        kind = "plot" if row["figure"] else row["kind"]
        marked = f"{row['title']} (recasts)" if row["recasts"] else row["title"]
        typer.echo(
            f"{slug:<{slugs}}  {kind:<7}  {row['marks']:>5}  {row['minutes']:>3}  {row['difficulty']:>5}  {marked}"
        )
    typer.echo(f"{len(table)} questions, {table['marks'].sum()} marks, {table['minutes'].sum()} minutes")


def _in_words(variant: Variant) -> str:
    """A variant as text: question, options, description of the figure, key, explanation."""
    from ..course.questions.contract import LETTERS, CodeQuestion, TrainQuestion

    question = variant.question
    head = f"{question.slug}: {question.title} ({question.marks} marks, {question.minutes} minutes)"
    blocks = [head, textwrap.fill(variant.text, _WIDTH)]
    blocks += [f"  {LETTERS[place]}  {option.text}" for place, option in enumerate(variant.options)]
    if isinstance(question, CodeQuestion | TrainQuestion):
        blocks.append(textwrap.indent(question.stub(variant.parameters), "    "))
    picture = variant.figure()
    if picture is not None:
        blocks.append(textwrap.fill(f"[figure: {picture.description}]", _WIDTH))
    key = "\n".join(textwrap.fill(line, 96) for line in variant.key.splitlines())
    blocks.append("Key:\n" + textwrap.indent(key, "  "))
    blocks.append("Explanation:\n" + textwrap.indent(textwrap.fill(variant.explanation, 96), "  "))
    named = question.distractors(variant.parameters)
    wrong = [
        f"  {name}" + (f": {value:.6g}" if isinstance(value, int | float) else "") for name, value in named.items()
    ]
    if wrong:
        blocks.append("Wrong paths that are recognised:\n" + "\n".join(wrong))
    return "\n".join(blocks)
