"""From an executed lesson to its slides: what of which cell stands on one, by rule.

- A text cell tagged ``slide`` begins a section. Where its text is too much for a slide, the key sentences of its
  paragraphs are shown, lists, tables and formulas whole; the full text goes to the speaker's notes.
- Every figure and every table that a cell made is a slide of its own; sentences with computed numbers are its caption,
  and a text short enough to stand above a figure does.
- An exercise is a slide: what is asked, what there is to choose from, the head of what is to be written. Never its
  solution.
- *Think* questions are a slide. Model answers and timing go to the speaker's notes, where they are asked for.

Code is not shown: whoever wants to see it has the notebook.
"""

from __future__ import annotations

import base64
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .condensing import LINES, Block, lines_of, shortened, split_blocks, spread

__all__ = ["Deck", "Slide", "deck_of"]

_EXERCISE = re.compile(r"Exercise\s+\S+?:?\s")
_LEFT_OUT = {"solution", "stub", "exam", "references"}
_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_SOLUTION_BEGINS = re.compile(r"^[ \t]*# --- (solution|your code): exercise ")
_CAPTION = 340  # characters under a figure
_WIDTH_OVER_HEIGHT = 2.0  # of the place below the title
_FOR_TEXT = 0.36  # of its height: so much a figure may give away
_TALL = 0.75  # height over width


@dataclass(frozen=True)
class Slide:
    """One slide.

    Parameters
    ----------
    kind : str
        ``"text"``, ``"figure"``, ``"table"``, ``"exercise"`` or ``"numbers"``.
    title : str
        Markdown of one line.
    text : str
        Markdown of the body, or of the caption.
    lead : str
        Markdown above a figure.
    png : str
        Base64 of a figure.
    tall : bool
        Whether the figure is so high that text stands better beside it than below.
    alt : str
        What is seen on it.
    table : str
        HTML of a table.
    code : str
        Head of what is to be written.
    notes : tuple of str
        Markdown for the speaker.
    """

    kind: str
    title: str
    text: str = ""
    lead: str = ""
    png: str = field(default="", repr=False)
    tall: bool = False
    alt: str = ""
    table: str = field(default="", repr=False)
    code: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Deck:
    """The slides of a lesson.

    Parameters
    ----------
    lesson, number, title : str
        As in the lesson.
    minutes : int
        How long a student needs.
    sections : tuple of tuple of Slide
        Each section begins with a cell tagged ``slide``.
    """

    lesson: str
    number: str
    title: str
    minutes: int
    sections: tuple[tuple[Slide, ...], ...]

    @property
    def slides(self) -> tuple[Slide, ...]:
        """All in order."""
        return tuple(slide for section in self.sections for slide in section)


def deck_of(notebook: Mapping[str, Any], *, instructor_notes: bool = False) -> Deck:
    """Make the slides of an executed notebook.

    Parameters
    ----------
    notebook : mapping
        A notebook as JSON, with outputs: of any variant; the notes need the instructor's cells.
    instructor_notes : bool
        Put model answers and timing into the speaker's notes. Leave it off where students get the file.

    Returns
    -------
    Deck
        The slides.
    """
    about = notebook["metadata"]["learnmr"]
    maker = _Maker(instructor_notes)
    for cell in notebook["cells"]:
        maker.take(cell)
    maker.flush()
    return Deck(
        about["lesson"],
        about["number"],
        about["title"],
        int(about["minutes"]),
        tuple(tuple(section) for section in maker.sections if section),
    )


class _Maker:
    """What grows while the cells go by."""

    def __init__(self, instructor_notes: bool) -> None:
        self.instructor_notes = instructor_notes
        self.sections: list[list[Slide]] = [[]]
        self.title = "Goals"
        self.sentences: list[str] = []  # computed ones that no figure has taken yet
        self.open_figure = False  # the last slide is a figure that takes sentences

    def take(self, cell: Mapping[str, Any]) -> None:
        """One cell."""
        tags = set(cell["metadata"].get("tags", ()))
        source = "".join(cell["source"])
        if tags & _LEFT_OUT or "remove-cell" in tags or source.startswith("# Lesson "):
            return
        if "instructor" in tags:
            if self.instructor_notes and self.sections[-1]:
                self._note(source)
        elif cell["cell_type"] == "markdown":
            self.flush()
            self._take_text(source, begins="slide" in tags)
        elif cell["metadata"].get("learnmr", {}).get("exercise"):
            self.flush()
            self._take_head(source)
        else:
            for output in cell.get("outputs", ()):
                self._take_output(output)

    def flush(self) -> None:
        """Sentences that no figure has taken become a slide."""
        last = self.sections[-1][-1] if self.sections[-1] else None
        together = "\n\n".join([last.text, *self.sentences]) if last is not None else ""
        fits = sum(map(lines_of, split_blocks(together))) <= LINES
        if self.sentences and fits and last is not None and last.kind == "text" and last.title == self.title:
            self.sections[-1][-1] = replace(last, text=together)
            self.sentences = []
        if self.sentences:
            for blocks in spread([Block("paragraph", sentence) for sentence in self.sentences]):
                self._add(Slide("numbers", self.title, "\n\n".join(block.text for block in blocks)))
        self.sentences, self.open_figure = [], False

    def _add(self, slide: Slide) -> None:
        self.sections[-1].append(slide)

    def _note(self, text: str) -> None:
        last = self.sections[-1][-1]
        self.sections[-1][-1] = replace(last, notes=(*last.notes, text))

    def _take_text(self, source: str, *, begins: bool) -> None:
        """A text cell, heading by heading."""
        groups: list[tuple[str, list[Block]]] = [("", [])]
        for block in split_blocks(source):
            if block.kind == "heading":
                groups.append((block.text.lstrip("#").strip(), []))
            else:
                groups[-1][1].append(block)
        if begins:
            self.sections.append([])
        for heading, blocks in groups:
            if _EXERCISE.match(heading):
                self._add_text(heading, blocks, kind="exercise")
                continue
            self.title = heading or self.title
            if heading.startswith("Think"):
                self._add_text(self.title, blocks)
            elif begins and blocks:
                shown = shortened(blocks)
                full = "\n\n".join(block.text for block in blocks)
                self._add_text(self.title, shown, notes=(full,) if shown != blocks else ())
            else:
                for block in blocks:
                    if block.text.startswith("**Think.**"):
                        self._add(Slide("text", "Think", block.text.removeprefix("**Think.**").strip()))

    def _add_text(self, title: str, blocks: list[Block], *, kind: str = "text", notes: tuple[str, ...] = ()) -> None:
        """As many slides as the blocks need; an exercise keeps room for the head of its code."""
        parts = spread(blocks, lines=0.85 * LINES if kind == "exercise" else LINES) or [[]]
        for number, part in enumerate(parts):
            self._add(
                Slide(
                    kind,
                    title + (" …" if number else ""),
                    "\n\n".join(block.text for block in part),
                    notes=() if number else notes,
                )
            )

    def _take_head(self, source: str) -> None:
        """The lines before the solution: a function's head and docstring."""
        kept: list[str] = []
        for line in source.splitlines():
            if _SOLUTION_BEGINS.match(line):
                break
            kept.append(line)
        head = "\n".join(kept).strip("\n")
        begins = head.find("def ")
        if begins >= 0:
            self._show_code(head[begins:].strip())

    def _show_code(self, text: str) -> None:
        """Under an exercise that has none yet."""
        last = self.sections[-1][-1] if self.sections[-1] else None
        if last is not None and last.kind == "exercise" and not last.code:
            self.sections[-1][-1] = replace(last, code=text)

    def _take_output(self, output: Mapping[str, Any]) -> None:
        """A figure, a sentence, a table, what was printed to choose from; all else stays in the notebook."""
        if output["output_type"] == "stream":
            self._show_code("".join(output["text"]).strip())
        data = output.get("data", {})
        if "image/png" in data:
            png = "".join("".join(data["image/png"]).split())
            described = output.get("metadata", {}).get("image/png", {}).get("alt") or "".join(
                data.get("text/plain", "")
            )
            caption = "\n\n".join(self.sentences)
            if len(caption) > _CAPTION:
                self.flush()
                caption = ""
            self.sentences = []
            lead, notes = self._lead(caption, _room_beside(png))
            width, height = _size(png)
            tall = height > _TALL * width
            self._add(Slide("figure", self.title, caption, lead, png=png, tall=tall, alt=described, notes=notes))
            self.open_figure = True
        elif "text/markdown" in data:
            sentence = "".join(data["text/markdown"]).strip()
            last = self.sections[-1][-1] if self.sections[-1] else None
            if self.open_figure and last is not None and len(last.text) + len(sentence) <= _CAPTION:
                self.sections[-1][-1] = replace(last, text=f"{last.text}\n\n{sentence}".strip())
            else:
                self.sentences.append(sentence)
        elif found := _TABLE.search("".join(data.get("text/html", ""))):
            self.flush()
            lead, notes = self._lead("", LINES - 1.1 * found[0].count("<tr"))
            self._add(Slide("table", self.title, lead=lead, table=found[0], notes=notes))
            self.open_figure = True

    def _lead(self, caption: str, room: float) -> tuple[str, tuple[str, ...]]:
        """The text of the slide before, where there is room for it above a figure or table: then that slide goes."""
        last = self.sections[-1][-1] if self.sections[-1] else None
        if last is None or last.kind != "text" or last.title != self.title:
            return "", ()
        needed = sum(map(lines_of, split_blocks(last.text))) + sum(map(lines_of, split_blocks(caption)))
        if needed > room:
            return "", ()
        self.sections[-1].pop()
        return last.text, last.notes


def _room_beside(png: str) -> float:
    """Lines of text that a slide still takes: beside a figure that fills its width, or one made a little smaller."""
    width, height = _size(png)
    if height > _TALL * width:
        return LINES / 3  # a column as wide as a third of the slide
    return LINES * max(1 - _WIDTH_OVER_HEIGHT * height / width, _FOR_TEXT)


def _size(png: str) -> tuple[int, int]:
    """Width and height of a picture in pixels, from its header."""
    width, height = struct.unpack(">II", base64.b64decode(png[:64])[16:24])
    return width, height
