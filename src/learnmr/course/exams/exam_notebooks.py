"""A paper as a notebook: a cell for each answer, which ends in handing it in; no solutions, the same bytes every time.

Code and networks can be answered only here. The notebook's metadata say whose it is; :func:`learnmr.hand_in` collects
the answers, so that cells may be moved or renamed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from ..questions.contract import LETTERS, CodeQuestion, EssayQuestion, NumericQuestion, TrainQuestion, Variant
from .drawing import Entry, Paper
from .images import Image
from .sheets import marks_text

__all__ = ["markdown_text", "paper_notebook"]

#: what Markdown, HTML and Jupyter's mathematics would read as more than a sign
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~$&^])")


def paper_notebook(paper: Paper, images: Mapping[str, Image]) -> str:
    """A paper as the text of a notebook (nbformat 4.5).

    Parameters
    ----------
    paper : Paper
        With its numbers.
    images : mapping of str to Image
        Its figures by label: attached to the cell of the question.

    Returns
    -------
    str
        JSON with sorted keys.
    """
    cells = [_markdown(paper, "head", _head(paper)), _code(paper, "set-up", "import numpy as np\n\nimport learnmr")]
    section = ""
    for entry in paper.entries:
        if entry.section != section:
            section = entry.section
            cells.append(_markdown(paper, f"section {section}", f"## {markdown_text(section)}"))
        cells.append(_question(paper, entry, images.get(entry.label)))
        cells.append(_code(paper, f"answer {entry.label}", _answer(entry)))
    end = (
        "When all is done: *Kernel*, *Restart and run all*, look at every answer once more, save, and hand in the file."
    )
    cells.append(_markdown(paper, "end", end))
    notebook = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "learnmr": {"exam": paper.exam, "student": paper.who, "title": paper.title},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def markdown_text(text: str) -> str:
    r"""Plain text for a Markdown cell: nothing in it is formatting, markup or mathematics; line ends stay.

    Examples
    --------
    >>> print(markdown_text("5 * 3 < x_1 costs $2"))
    5 \* 3 \< x\_1 costs \$2
    """
    return _SPECIAL.sub(r"\\\1", text).replace("\n", "  \n")


def _head(paper: Paper) -> str:
    """Title, who, how long, and how to hand in."""
    told = [
        *paper.instructions,
        "Write every answer into its cell and run the cell: it says that the answer is handed in. The last one counts.",
        "Cells of your own may be added. Permitted aids: " + ("; ".join(paper.aids) or "none") + ".",
    ]
    who = f"{paper.who}, {paper.name}" if paper.name else paper.who
    facts = f"**{markdown_text(who)}** · {paper.minutes} minutes · {marks_text(paper.marks)}"
    return "\n".join(
        [f"# {markdown_text(paper.title)}", "", facts, "", *(f"- {markdown_text(sentence)}" for sentence in told)]
    )


def _question(paper: Paper, entry: Entry, image: Image | None) -> dict[str, Any]:
    """The cell with a question."""
    variant = entry.variant
    lines = [
        f"### {entry.number}. {markdown_text(variant.question.title)}",
        "",
        f"*{marks_text(entry.marks)}, handed in as {entry.label}*",
        "",
        "\n\n".join(markdown_text(part) for part in variant.text.split("\n\n")),
    ]
    if image is not None:
        lines += ["", f"![{markdown_text(image.alt)}](attachment:{entry.label}.png)"]
    if variant.options:
        lines += [""] + [
            f"- **{letter}** {markdown_text(option.text)}"
            for letter, option in zip(LETTERS, variant.options, strict=False)
        ]
    cell = _markdown(paper, f"question {entry.label}", "\n".join(lines))
    if image is not None:
        cell["attachments"] = {f"{entry.label}.png": {"image/png": image.base64}}
    return cell


def _answer(entry: Entry) -> str:
    """The cell for an answer."""
    name = f"answer_{entry.number}"
    given, handed = _template(entry.variant, name)
    return f'{given}\n\nlearnmr.hand_in("{entry.label}", {handed})'


def _template(variant: Variant, name: str) -> tuple[str, str]:
    """What is given to begin with, and what is handed in."""
    question = variant.question
    if isinstance(question, NumericQuestion):
        example = f'text with its unit, such as "1.5 {question.unit}"' if question.unit else "a number"
        where = f"in {question.unit}, or {example}" if question.unit else ""
        return f"{name} = None  # a number{' ' + where if where else ''}", name
    if isinstance(question, EssayQuestion):
        return f'{name} = """\n\n"""  # your text between the quotation marks, about {question.words} words', name
    if isinstance(question, CodeQuestion):
        return f"{question.stub(variant.parameters).rstrip()}\n    raise NotImplementedError", question.function
    if isinstance(question, TrainQuestion):
        return f'{question.stub(variant.parameters).rstrip()}\n\n{name} = {{"network": None, "trials": []}}', name
    if question.kind == "order":
        return f'{name} = ""  # the letters in order, such as "{LETTERS[: len(variant.options)][::-1]}"', name
    if variant.options:
        return f'{name} = ""  # one letter, A to {LETTERS[len(variant.options) - 1]}', name
    return f"{name} = None", name


def _markdown(paper: Paper, name: str, source: str) -> dict[str, Any]:
    """A cell of text."""
    return _cell(paper, name, "markdown", source)


def _code(paper: Paper, name: str, source: str) -> dict[str, Any]:
    """A cell of code without output."""
    return _cell(paper, name, "code", source) | {"execution_count": None, "outputs": []}


def _cell(paper: Paper, name: str, kind: str, source: str) -> dict[str, Any]:
    """A cell in the form of nbformat 4.5, its identity made of what it is for."""
    identity = hashlib.sha256(f"{paper.exam}:{name}".encode()).hexdigest()[:12]
    return {"cell_type": kind, "id": identity, "metadata": {}, "source": source.splitlines(keepends=True)}
