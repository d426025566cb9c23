"""Every number quoted in prose comes from an executed cell.

A number in the text must occur in the code or in the text outputs of the executed notebook, or the cell must declare it
as given (``given=["1946"]``: a date, a published value). Small whole numbers without a unit are words. What stands in
code spans, formulas, addresses and headings is not prose; a formula that is only a number is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import unescape
from typing import Any

__all__ = ["numbers_in_prose", "unexplained_numbers"]

_NOT_PROSE = (
    re.compile(r"```.*?```", re.S),
    re.compile(r"`[^`]*`"),
    re.compile(r"<!--.*?-->", re.S),
    re.compile(r"\$\$.*?\$\$", re.S),
    re.compile(r"\]\([^)]*\)"),
    re.compile(r"https?://\S+"),
    re.compile(r"^#+ .*$", re.M),
    re.compile(r"^\s*\d+\.\s", re.M),  # numbered lists
    re.compile(r"</?[a-z][^>]*>"),
)
_FORMULA = re.compile(r"\$([^$\n]*)\$")
_BARE_NUMBER = re.compile(r"[\s\d.,%+\\~-]*")
# labels: a thing's number, not a quantity
_LABEL = re.compile(
    r"\b(?:[Ee]xercises?|[Ll]essons?|[Hh]omework|[Ss]ections?|[Ff]igures?|[Tt]ables?|[Ss]tep|[Pp]art) H?\d[\d.]*"
)
# superscripts of isotopes, names such as T2* or 1H, words such as 2D
_NUMBER = re.compile(r"(?<![\w.,^_{])[-−]?(\d[\d  ,]*\d(?:\.\d+)?|\d+(?:\.\d+)?)(?![\d*]*[A-Za-z_*{]|\.\d)")
_UNIT = re.compile(
    r"\s*(%|(?:Hz|kHz|MHz|GHz|ppm|ppb|s|ms|µs|μs|ns|T|mT|dB|V|mV|K|mM|rad|degrees?|times|seconds?|minutes?)\b)"
)
_SMALL = 12  # up to a dozen, whole numbers are words


def numbers_in_prose(text: str) -> list[str]:
    """The quantities that a Markdown text quotes.

    Parameters
    ----------
    text : str
        Markdown.

    Returns
    -------
    list of str
        Numbers as written, without separators of thousands.

    Examples
    --------
    >>> numbers_in_prose("The 3 lines of $T_2$ are 1.37 Hz wide, `0.5` in code, 12 000 steps.")
    ['1.37', '12000']
    """
    for pattern in _NOT_PROSE:
        text = pattern.sub(" ", text)
    text = _FORMULA.sub(lambda match: match[1] if _BARE_NUMBER.fullmatch(match[1]) else " ", text)
    text = _LABEL.sub(" ", text)
    found = []
    for match in _NUMBER.finditer(text):
        number = re.sub(r"[  ,]", "", match[1])
        word = "." not in number and int(number) <= _SMALL and not _UNIT.match(text, match.end())
        if not word:
            found.append(number)
    return found


def unexplained_numbers(cells: Iterable[Any]) -> list[str]:
    """Numbers in the prose of an executed notebook that nothing in it gives, each with the cell it stands in.

    Parameters
    ----------
    cells : iterable of notebook cells
        With their outputs.

    Returns
    -------
    list of str
        ``"1.37 (cell 0123456789ab)"``.
    """
    cells = list(cells)
    known = _numbers(
        [cell["source"] for cell in cells if cell["cell_type"] == "code"]
        + [text for cell in cells for output in cell.get("outputs", ()) for text in _texts(output)]
    )
    unexplained = []
    for cell in cells:
        if cell["cell_type"] != "markdown" or "references" in cell["metadata"].get("tags", ()):
            continue
        given = set(cell["metadata"].get("learnmr", {}).get("given", ()))
        minutes = "minutes" in cell["source"] and cell["source"].startswith("# ")  # the header that the builder wrote
        unexplained += [
            f"{number} (cell {cell['id']})"
            for number in numbers_in_prose(cell["source"])
            if number not in given and float(number) not in known and not minutes
        ]
    return unexplained


def _texts(output: Any) -> Sequence[str]:
    """The text of an output."""
    if output["output_type"] == "stream":
        return (output["text"],)
    data = output.get("data", {})
    return [unescape(str(data[kind])) for kind in ("text/plain", "text/markdown", "text/html") if kind in data]


def _numbers(texts: Iterable[str]) -> set[float]:
    """Every number in the texts."""
    pattern = re.compile(r"(?<![\w.])\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?")
    return {
        float(found.replace("_", ""))
        for text in texts
        for found in pattern.findall(re.sub(r"(?<=\d) (?=\d{3}\b)", "", text))
    }
