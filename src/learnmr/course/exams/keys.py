"""Answer keys and mark schemes: for markers, never for students.

A key is of one paper: the right answer of each question with its tolerance, what each wrong answer means, the way. The
mark scheme is of the exam: how marks are given, and everybody's right answers in one table.
"""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Sequence
from typing import Any

from ..misconceptions import MISCONCEPTIONS
from ..questions.contract import (
    LETTERS,
    CodeQuestion,
    EssayQuestion,
    NumericQuestion,
    OrderQuestion,
    TrainQuestion,
    Variant,
)
from .drawing import Entry, Paper
from .sheets import marks_text, paragraphs
from .specs import ExamSpec, SpecItem

__all__ = ["answers_csv", "key_html", "mark_scheme_html"]

_STYLE = """
@page { size: A4; margin: 18mm;
  @bottom-center { content: "Page " counter(page) " of " counter(pages); font: 9pt sans-serif; } }
:root { color-scheme: light; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: #fff; color: #000;
  font: 11pt/1.4 "Liberation Sans", Arial, Helvetica, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .3rem; }
h2 { font-size: 1.1rem; margin: 1.4rem 0 .3rem; border-bottom: 1px solid #000; break-after: avoid; }
p { margin: .3rem 0; }
section { break-inside: avoid; }
table { border-collapse: collapse; margin: .5rem 0; font-size: .9rem; }
caption { text-align: left; font-style: italic; }
th, td { border: 1px solid #777; padding: .2rem .4rem; text-align: left; vertical-align: top;
  overflow-wrap: break-word; }
.scroll { overflow-x: auto; }
.warning { border: 2px solid #a03c00; padding: .3rem .6rem; }
.answer { font-weight: bold; }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } .scroll { overflow: visible; } }
"""
_WARNING = '<p class="warning">For markers only. This page holds the answers.</p>'


def key_html(paper: Paper) -> str:
    """The key of one paper.

    Parameters
    ----------
    paper : Paper
        With its numbers.

    Returns
    -------
    str
        HTML.
    """
    title = f"Key: {paper.title}, {paper.who}"
    blocks = [f"<h1>{_e(title)}</h1>", _WARNING, *(_entry(entry) for entry in paper.entries)]
    return _page(title, blocks)


def mark_scheme_html(spec: ExamSpec, papers: Sequence[Paper]) -> str:
    """How marks are given, and the right answers of all papers.

    Parameters
    ----------
    spec : ExamSpec
        The exam.
    papers : sequence of Paper
        Everybody's.

    Returns
    -------
    str
        HTML.
    """
    title = f"Mark scheme: {spec.title}"
    facts = (
        f"{len(spec.items)} questions, {marks_text(spec.marks)}, {spec.minutes} minutes "
        f"(of which {spec.working_minutes:g} for the questions), {len(papers)} papers."
    )
    blocks = [f"<h1>{_e(title)}</h1>", _WARNING, f"<p>{_e(facts)}</p>"]
    first = {entry.label: entry for entry in papers[0].entries}
    blocks += [_scheme(item, first[item.label].variant) for item in spec.items]
    short = [item for item in spec.items if _is_short(item)]
    if short:
        blocks.append("<h2>Right answers of all papers</h2>")
        rows = [
            [paper.who, *(_short_answer(_by_label(paper)[item.label].variant) for item in short)] for paper in papers
        ]
        blocks.append(_table("Tolerances are in the keys.", ["paper", *(item.label for item in short)], rows))
    return _page(title, blocks)


def answers_csv(papers: Sequence[Paper]) -> str:
    """One line for each question of each paper: for a spreadsheet.

    Returns
    -------
    str
        Paper, number, label, question, marks, key, tolerance, unit.
    """
    with io.StringIO(newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["student", "number", "label", "question", "marks", "key", "value", "tolerance", "unit"])
        for paper in papers:
            for entry in paper.entries:
                question = entry.variant.question
                value = tolerance = unit = ""
                if isinstance(question, NumericQuestion):
                    number = float(entry.variant.answer)
                    value, tolerance, unit = repr(number), f"{question.tolerance(number):.6g}", question.unit
                row = [paper.who, entry.number, entry.label, question.slug, f"{entry.marks:g}", entry.variant.key]
                writer.writerow([_harmless(str(cell)) for cell in (*row, value, tolerance, unit)])
        return stream.getvalue()


def _entry(entry: Entry) -> str:
    """One question of a key."""
    variant = entry.variant
    worth = f"{_e(entry.label)}, {marks_text(entry.marks)}"
    parts = [
        f"<section><h2>{entry.number}. {_e(variant.question.title)} ({worth})</h2>",
        paragraphs(variant.text),
        *_answer(variant, entry.marks),
    ]
    wrong = _wrong_answers(variant)
    if wrong:
        parts.append(_table("Wrong answers and what they mean", ["answer", "misconception", "what to say"], wrong))
    return "\n".join([*parts, f"<p>{_e(variant.explanation)}</p>", "</section>"])


def _answer(variant: Variant, marks: float) -> list[str]:
    """The right answer, or how marks are given."""
    question = variant.question
    if isinstance(question, NumericQuestion):
        value = float(variant.answer)
        tolerance = question.tolerance(value)
        low, high = value - tolerance, value + tolerance
        return [
            f'<p class="answer">Answer: {_e(variant.key)}</p>',
            f"<p>Right from {low:.{question.digits + 1}g} to {high:.{question.digits + 1}g} {_e(question.unit)} "
            f"(± {tolerance:.3g}){'; other units of the same kind count' if question.unit else ''}.</p>",
        ]
    if isinstance(question, EssayQuestion):
        scale = marks / question.marks
        rows = [[f"{item.marks * scale:g}", item.text] for item in question.rubric(variant.parameters)]
        return [_table("Rubric", ["marks", "for"], rows), f"<p>Model answer: {_e(str(variant.answer))}</p>"]
    if isinstance(question, CodeQuestion | TrainQuestion):
        return [paragraphs(variant.key)]
    parts = [f'<p class="answer">Answer: {_e(variant.key)}</p>']
    if isinstance(question, OrderQuestion):
        parts.append(f"<p>{_e('; '.join(str(step) for step in variant.answer))}</p>")
        parts.append("<p>Part marks for the pairs of steps in the right order, as far as they are above one half.</p>")
    elif variant.options:
        right = next(option.text for option in variant.options if option.misconception is None)
        parts.append(f"<p>{_e(right)}</p>")
    return parts


def _wrong_answers(variant: Variant) -> list[list[str]]:
    """Answer, name of the misconception, what is said to whoever gave it."""
    question = variant.question
    if isinstance(question, CodeQuestion | TrainQuestion):  # functions and networks cannot be printed
        return [["", name, MISCONCEPTIONS[name]] for name in question.distractors(variant.parameters)]
    if variant.options and not isinstance(question, OrderQuestion):
        return [
            [f"{letter} {option.text}", option.misconception, MISCONCEPTIONS[option.misconception]]
            for letter, option in zip(LETTERS, variant.options, strict=False)
            if option.misconception is not None
        ]
    shown: list[list[str]] = []
    for name, wrong in question.distractors(variant.parameters).items():
        shown.append([_wrong_text(variant, wrong), name, MISCONCEPTIONS[name]])
    return shown


def _wrong_text(variant: Variant, wrong: Any) -> str:
    """A wrong answer as somebody would write it."""
    question = variant.question
    if isinstance(question, NumericQuestion):
        return f"{float(wrong):.{question.digits}g} {question.unit}".strip()
    if isinstance(question, OrderQuestion):
        return question.letters(variant, wrong)
    return str(wrong)


def _scheme(item: SpecItem, variant: Variant) -> str:
    """How marks are given for a question, whatever its numbers."""
    question = item.question
    facts = f"Goal: {question.goal}. {item.minutes:g} minutes, difficulty {question.difficulty} of 3. {_rule(variant)}"
    parts = [
        f"<section><h2>{_e(item.label)}. {_e(question.title)} ({marks_text(item.marks)})</h2>",
        f"<p>{_e(question.slug)}</p>",
        f"<p>{_e(facts)}</p>",
    ]
    if isinstance(question, EssayQuestion | CodeQuestion | TrainQuestion):
        parts.append("<p>With the numbers of the first paper; those of the others are in the keys.</p>")
        parts += _answer(variant, item.marks)
    return "\n".join([*parts, "</section>"])


def _rule(variant: Variant) -> str:
    """How an answer is judged, in a sentence."""
    question = variant.question
    if isinstance(question, NumericQuestion):
        allowed = []
        if question.relative_tolerance:
            allowed.append(f"{100 * question.relative_tolerance:g} % of the value")
        if question.absolute_tolerance:
            allowed.append(f"{question.absolute_tolerance:g} {question.unit}".strip())
        within = " or ".join(allowed) + (", whichever is more" if len(allowed) > 1 else "")
        return f"Full marks within {within or 'rounding'}; else none, or for the working."
    rules = {
        "choice": "Full marks for the right option, none for another.",
        "order": "Full marks for the right order; else for the pairs in order beyond one half, at most 90 %.",
        "essay": "By the rubric; the wording of the model answer is not asked for.",
        "code": "By running it; by hand only where there is no notebook.",
        "train": "By method and result, from the notebook.",
    }
    return rules.get(question.kind, "By hand.")


def _is_short(item: SpecItem) -> bool:
    """Whether the key fits into a cell of a table."""
    return not isinstance(item.question, EssayQuestion | CodeQuestion | TrainQuestion)


def _short_answer(variant: Variant) -> str:
    return variant.key


def _by_label(paper: Paper) -> dict[str, Entry]:
    return {entry.label: entry for entry in paper.entries}


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if cell[:1] in ("=", "+", "@", "\t", "\r") or (cell[:1] == "-" and not _is_number(cell)):
        return "'" + cell
    return cell


def _is_number(cell: str) -> bool:
    try:
        float(cell.split(" ")[0])
    except ValueError:
        return False
    return True


def _table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table."""
    columns = "".join(f'<th scope="col">{_e(name)}</th>' for name in head)
    lines = "\n".join("<tr>" + "".join(f"<td>{_e(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        f'<div class="scroll"><table><caption>{_e(caption)}</caption>\n<thead><tr>{columns}</tr></thead>\n'
        f"<tbody>\n{lines}\n</tbody></table></div>"
    )


def _page(title: str, blocks: Sequence[str]) -> str:
    """A whole document."""
    inside = "\n".join(blocks)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="robots" content="noindex">\n'
        f"<title>{_e(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{inside}\n</body>\n</html>\n"
    )


def _e(text: str) -> str:
    return html.escape(text)
