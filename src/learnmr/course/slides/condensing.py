"""Few words of many: what of a text cell stands on a slide, and where a slide is full."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["LINES", "Block", "condensed", "lines_of", "list_items", "shortened", "split_blocks", "spread"]

#: lines of text that a slide takes below its title
LINES = 14.0
_CHARACTERS = 70  # in a line
_SHORT = 25  # a first sentence that says nothing alone: "Claims?"
_LIST = re.compile(r"^(\s*)([-*+]|\d+[.)])\s+")
#: not inside a formula or code, after which a sentence cannot end either
_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)(?<!cf\.)(?:[\"”*_)]*)\s+(?=[\"“*_(\[]*[A-Z0-9$])")
_KEPT_WHOLE = re.compile(r"\$[^$]*\$|`[^`]*`")


@dataclass(frozen=True)
class Block:
    """A paragraph, list, table, formula or heading of Markdown.

    Parameters
    ----------
    kind : str
        ``"paragraph"``, ``"list"``, ``"table"``, ``"formula"`` or ``"heading"``.
    text : str
        Its Markdown.
    """

    kind: str
    text: str


def split_blocks(markdown: str) -> list[Block]:
    r"""Cut Markdown into blocks; a formula inside a paragraph becomes a block of its own.

    Examples
    --------
    >>> [block.kind for block in split_blocks("# A\nText $$x$$ more.\n\n- one\n- two")]
    ['heading', 'paragraph', 'formula', 'paragraph', 'list']
    """
    markdown = re.sub(r"[ \t]*\$\$(.+?)\$\$[ \t]*", lambda found: f"\n\n$${found[1]}$$\n\n", markdown, flags=re.DOTALL)
    markdown = re.sub(r"^(#{1,6} .*)$", r"\n\1\n", markdown, flags=re.MULTILINE)
    blocks: list[Block] = []
    for part in re.split(r"\n\s*\n", markdown):
        text = part.strip("\n").rstrip()
        if not text.strip():
            continue
        first = text.lstrip()
        if first.startswith("$$"):
            kind = "formula"
        elif first.startswith("#"):
            kind = "heading"
        elif first.startswith("|"):
            kind = "table"
        elif _LIST.match(first):
            kind = "list"
        else:
            kind = "paragraph"
        if kind == "list" and blocks and blocks[-1].kind == "list":
            blocks[-1] = Block("list", blocks[-1].text + "\n" + text)
        else:
            blocks.append(Block(kind, text))
    return blocks


def condensed(block: Block) -> str:
    """A paragraph's key sentences: those with a term in bold, or that lead to what follows; else the first.

    Examples
    --------
    >>> condensed(Block("paragraph", "Much ado. The **point** is here. And more."))
    'The **point** is here.'
    >>> condensed(Block("paragraph", "Of these only this one is shown. Not that."))
    'Of these only this one is shown.'
    """
    if block.kind != "paragraph":
        return block.text
    if re.match(r"\*\*[^*]+[.:]\*\*", block.text):  # a paragraph with a label is a summary already
        return block.text
    sentences = _sentences(" ".join(block.text.split()))
    kept = [sentence for sentence in sentences if "**" in sentence]
    if sentences[-1].endswith(":") and sentences[-1] not in kept:
        kept.append(sentences[-1])
    if kept:
        return " ".join(kept)
    return " ".join(sentences[: 1 if len(sentences[0]) >= _SHORT else 2])


def shortened(blocks: Sequence[Block], *, lines: float = 0.8 * LINES) -> list[Block]:
    """Blocks as they are where they fit loosely on one slide, else each condensed.

    Examples
    --------
    >>> shortened([Block("paragraph", "One. Two.")])[0].text
    'One. Two.'
    """
    if _total(blocks) <= lines:
        return list(blocks)
    return [Block(block.kind, condensed(block)) for block in blocks]


def _sentences(text: str) -> list[str]:
    """Cut where a sentence ends, never inside a formula, code, or bold text."""
    protected: list[str] = []

    def hide(found: re.Match[str]) -> str:
        protected.append(found[0])
        return f"X\x00{len(protected) - 1}\x00"

    hidden = re.sub(r"\*\*.+?\*\*", hide, _KEPT_WHOLE.sub(hide, text))
    parts, start = [], 0
    for found in _SENTENCE_END.finditer(hidden):
        parts.append(hidden[start : found.end()].rstrip())
        start = found.end()
    parts.append(hidden[start:])

    def show(part: str) -> str:
        while "\x00" in part:
            part = re.sub("X\x00(\\d+)\x00", lambda found: protected[int(found[1])], part)
        return part.strip()

    return [shown for part in parts if (shown := show(part))]


def lines_of(block: Block, *, characters: int = _CHARACTERS) -> float:
    """How many lines of a slide a block takes, roughly.

    Examples
    --------
    >>> lines_of(Block("paragraph", "x" * 150)), lines_of(Block("formula", "$$x$$"))
    (3.6, 2.6)
    """
    if block.kind == "formula":
        return 2.6 + 1.4 * block.text.count(r"\\")
    if block.kind == "heading":
        return 1.6
    if block.kind == "table":
        rows = [row for row in block.text.splitlines() if not re.fullmatch(r"[\s|:-]+", row)]
        return sum(0.95 * math.ceil(max(1.0, len(_read(row)) / (1.15 * characters))) + 0.35 for row in rows)
    if block.kind == "list":
        return sum(math.ceil(len(_read(item)) / (characters - 4)) + 0.2 for item in list_items(block.text)) + 0.3
    return math.ceil(len(_read(block.text)) / characters) + 0.6


def list_items(text: str) -> list[str]:
    """The items of a list, each with what is indented under it."""
    items: list[str] = []
    for line in text.splitlines():
        if _LIST.match(line) and not line.startswith((" ", "\t")):
            items.append(line)
        elif items:
            items[-1] += "\n" + line
    return items or [text]


def _read(text: str) -> str:
    """About what is seen of Markdown: links without their address, formulas without commands."""
    text = re.sub(r"\]\([^)]*\)", "", text)
    text = re.sub(r"\\[a-zA-Z]+", "x", text)
    return re.sub(r"[*`$\\{}\[\]|]", "", text)


def spread(blocks: Sequence[Block], *, lines: float = LINES) -> list[list[Block]]:
    """Deal blocks out onto slides, none too full; a list or table that is too long is cut between its items.

    Examples
    --------
    >>> [len(slide) for slide in spread([Block("paragraph", "x" * 500)] * 3)]
    [1, 1, 1]
    """
    slides: list[list[Block]] = [[]]
    filled = 0.0
    for block in (piece for whole in blocks for piece in _pieces(whole, lines)):
        needed = lines_of(block)
        if slides[-1] and filled + needed > lines:
            slides.append([])
            filled = 0.0
            lead = slides[-2][-1]
            # what leads to the next block goes along with it
            leads = lead.text.rstrip().endswith(":") or (block.kind == "formula" and lead.kind == "paragraph")
            if len(slides[-2]) > 1 and leads:
                slides[-1].append(slides[-2].pop())
                filled = lines_of(lead)
        slides[-1].append(block)
        filled += needed
    full = [slide for slide in slides if slide]
    if len(full) > 1 and _total(full[-1]) <= 3.0 and _total(full[-2]) + _total(full[-1]) <= 1.15 * lines:
        full[-2:] = [full[-2] + full[-1]]  # a leftover: the slide's type shrinks a little instead
    return full


def _total(blocks: Sequence[Block]) -> float:
    return sum(lines_of(block) for block in blocks)


def _pieces(block: Block, lines: float) -> list[Block]:
    """A list or table in parts that fit."""
    if lines_of(block) <= 1.15 * lines or block.kind not in ("list", "table"):
        return [block]
    rows = list_items(block.text) if block.kind == "list" else block.text.splitlines()
    head, rows = (rows[:2], rows[2:]) if block.kind == "table" else ([], rows)
    parts: list[list[str]] = [[]]
    for row in rows:
        if parts[-1] and lines_of(Block(block.kind, "\n".join([*head, *parts[-1], row]))) > lines:
            parts.append([])
        parts[-1].append(row)
    return [Block(block.kind, "\n".join([*head, *part])) for part in parts]
