"""Moodle XML: every question a category of its own, so that a quiz draws a random variant from it.

Written after the importer itself, ``question/format/xml/format.php`` of Moodle, and for embedded answers after
``question/type/multianswer/questiontype.php``. Of an order, each place is a drop-down of a cloze question; Moodle takes
the marks of a cloze from its parts, so a quiz must be told what the slot is worth, as for every random question.
"""

from __future__ import annotations

import html
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence

from .markup import body_html, leaf, number_text, xml_text
from .portable import PortableGroup, PortableQuestion
from .sheets import paragraphs

__all__ = ["LEGAL_FRACTIONS", "cloze_text", "legal_fraction", "moodle_xml"]

#: The parts of a mark that Moodle accepts, besides 0 and their negatives; any other is refused or moved on import
#: (``question_bank::ensure_fraction_options_initialised`` in Moodle's question/engine/bank.php).
LEGAL_FRACTIONS = (
    1.0,
    0.9,
    0.8333333,
    0.8,
    0.75,
    0.7,
    0.6666667,
    0.6,
    0.5,
    0.4,
    0.3333333,
    0.3,
    0.25,
    0.2,
    0.1666667,
    0.1428571,
    0.125,
    0.1111111,
    0.1,
    0.05,
)
IMAGE_NAME = "figure.png"
#: numbers of ``qtype_numerical``: a unit may be typed and is then converted; no unit at all
_UNIT_OPTIONAL, _UNIT_NONE = "0", "3"
#: signs that end an embedded answer, as entities, which the importer decodes after it has split
_CLOZE = {"~": "&#126;", "#": "&#35;", "}": "&#125;", "=": "&#61;", "%": "&#37;", "\\": "&#92;", "{": "&#123;"}


def moodle_xml(title: str, groups: Sequence[PortableGroup]) -> bytes:
    """A file for Moodle's question bank.

    Parameters
    ----------
    title : str
        Category above the questions.
    groups : sequence of PortableGroup
        One category each.

    Returns
    -------
    bytes
        XML in UTF-8, the same from run to run.

    Raises
    ------
    ValueError
        If a part of a mark is none that Moodle accepts.
    """
    root = ET.Element("quiz")
    for group in groups:
        category = leaf(root, "question", type="category")
        path = f"$course$/top/{_category(title)}/{_category(f'{group.label} {group.title} ({group.marks:g})')}"
        leaf(leaf(category, "category"), "text", path)
        for question in group.variants:
            _question(root, question)
    return xml_text(root)


def legal_fraction(fraction: float) -> float:
    """The part of a mark as Moodle writes it.

    Raises
    ------
    ValueError
        If Moodle has none within 0.000 001.

    Examples
    --------
    >>> legal_fraction(1 / 3), legal_fraction(-0.5), legal_fraction(0)
    (0.3333333, -0.5, 0.0)
    """
    for legal in (0.0, *LEGAL_FRACTIONS):
        if abs(abs(fraction) - legal) < 1e-6:
            return legal if fraction >= 0 else -legal
    raise ValueError(f"fraction must be one that Moodle accepts, such as 1/3 or 0.75, got {fraction!r}")


def cloze_text(question: PortableQuestion) -> str:
    """An order as a list of drop-downs, in HTML with embedded answers."""
    rows = []
    for place, right in enumerate(question.order, start=1):
        choices = "~".join(
            ("=" if index == right else "") + _embedded(option.text) for index, option in enumerate(question.options)
        )
        rows.append(f"<li>{place}: {{1:MULTICHOICE:{choices}}}</li>")
    return "<ul>\n" + "\n".join(rows) + "\n</ul>"


def _question(root: ET.Element, question: PortableQuestion) -> None:
    """One question: what all kinds have, then its own."""
    name, write = _KINDS[question.kind]
    element = leaf(root, "question", type=name)
    leaf(leaf(element, "name"), "text", question.title)
    body = body_html(question, image_address=f"@@PLUGINFILE@@/{IMAGE_NAME}")
    if question.kind == "order":
        body += "\n" + cloze_text(question)
    text = _text(element, "questiontext", body)
    if question.image is not None:
        leaf(text, "file", question.image.base64, name=IMAGE_NAME, path="/", encoding="base64")
    _text(element, "generalfeedback", paragraphs(question.explanation))
    leaf(element, "defaultgrade", number_text(question.marks))
    leaf(element, "penalty", "0.3333333")
    leaf(element, "hidden", "0")
    leaf(element, "idnumber", question.ident)
    write(element, question)


def _choice(element: ET.Element, question: PortableQuestion) -> None:
    """One or several options; the order of the variant stays."""
    leaf(element, "single", "true" if question.kind == "choice" else "false")
    leaf(element, "shuffleanswers", "false")
    leaf(element, "answernumbering", "ABCD")
    leaf(element, "showstandardinstruction", "0")
    for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        _text(element, name, "")
    for option in question.options:
        answer = _answer(element, paragraphs(option.text), option.fraction, "html")
        _text(answer, "feedback", paragraphs(option.feedback))


def _numeric(element: ET.Element, question: PortableQuestion) -> None:
    """The right number and the wrong ones that have a name; units."""
    for number in question.numbers:
        answer = _answer(element, number_text(number.value), number.fraction, "moodle_auto_format")
        _text(answer, "feedback", paragraphs(number.feedback))
        leaf(answer, "tolerance", number_text(number.tolerance))
    leaf(element, "unitgradingtype", "0")
    leaf(element, "unitpenalty", "0.1")
    leaf(element, "showunits", _UNIT_OPTIONAL if question.units else _UNIT_NONE)
    leaf(element, "unitsleft", "0")
    if question.units:
        units = leaf(element, "units")
        for name, multiplier in question.units:
            unit = leaf(units, "unit")
            leaf(unit, "multiplier", number_text(multiplier))
            leaf(unit, "unit_name", name)


def _cloze(element: ET.Element, question: PortableQuestion) -> None:
    """Everything stands in the text."""


def _essay(element: ET.Element, question: PortableQuestion) -> None:
    """Text, code or a file; the rubric is for whoever grades."""
    upload = question.kind == "upload"
    leaf(element, "responseformat", "noinline" if upload else "monospaced" if question.template else "editor")
    leaf(element, "responserequired", "0" if upload else "1")
    leaf(element, "responsefieldlines", "15")
    leaf(element, "attachments", "1" if upload else "0")
    leaf(element, "attachmentsrequired", "1" if upload else "0")
    _text(element, "graderinfo", paragraphs(question.for_marker))
    _text(element, "responsetemplate", question.template, form="plain_text" if question.template else "html")


def _answer(element: ET.Element, text: str, fraction: float, form: str) -> ET.Element:
    """An answer with its part of the marks, in per cent."""
    answer = leaf(element, "answer", fraction=f"{100 * legal_fraction(fraction):.7g}", format=form)
    leaf(answer, "text", text)
    return answer


def _text(parent: ET.Element, name: str, markup: str, *, form: str = "html") -> ET.Element:
    """An element with formatted text."""
    element = leaf(parent, name, format=form)
    leaf(element, "text", markup)
    return element


def _embedded(text: str) -> str:
    """A step inside an embedded answer. The importer decodes entities once and takes the result for HTML."""
    twice = html.escape(html.escape(text, quote=False), quote=False)
    return "".join(_CLOZE.get(sign, sign) for sign in twice)


def _category(name: str) -> str:
    """A name of a category; a stroke in it is doubled, as a single one begins a category below."""
    return name.replace("/", "//").strip()


_KINDS: dict[str, tuple[str, Callable[[ET.Element, PortableQuestion], None]]] = {
    "choice": ("multichoice", _choice),
    "multiple": ("multichoice", _choice),
    "numeric": ("numerical", _numeric),
    "order": ("cloze", _cloze),
    "essay": ("essay", _essay),
    "upload": ("essay", _essay),
}
