"""Moodle XML read back: the questions, right answers, tolerances and figures of a file, as its importer reads them."""

from __future__ import annotations

import base64
import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from .images import Image
from .markup import parts_of_body, plain_text
from .moodle import LEGAL_FRACTIONS
from .portable import PortableGroup, PortableNumber, PortableOption, PortableQuestion

__all__ = ["read_moodle"]

_CATEGORY = re.compile(r"(q\d+) (.*) \(([0-9.]+)\)")
#: an embedded answer, as question/type/multianswer/questiontype.php finds it: up to the first bare ``}``
_EMBEDDED = re.compile(r"\{(\d+):MULTICHOICE:(.*?)\}", re.DOTALL)


def read_moodle(data: bytes) -> tuple[str, tuple[PortableGroup, ...]]:
    """Read a file that :func:`~learnmr.course.exams.moodle.moodle_xml` wrote.

    Parameters
    ----------
    data : bytes
        The file.

    Returns
    -------
    str
        Title.
    tuple of PortableGroup
        The questions.

    Raises
    ------
    ValueError
        If it is not of that form, or a part of a mark is none that Moodle accepts.
    """
    try:
        root = ET.fromstring(data)
    except ET.ParseError as error:
        raise ValueError(f"a Moodle file must be well-formed XML, got {error}") from error
    title, groups = "", []
    variants: list[PortableQuestion] = []
    for element in root:
        if element.get("type") != "category":
            variants.append(_question(element))
            continue
        path = re.split(r"(?<!/)/(?!/)", _string(element, "category/text"))
        match = _CATEGORY.fullmatch(path[-1].replace("//", "/"))
        if match is None:
            raise ValueError(f"a category must name label, title and marks, got {path[-1]!r}")
        variants = []
        title = path[-2].replace("//", "/")
        groups.append((match[1], match[2], float(match[3]), variants))
    return title, tuple(PortableGroup(label, name, marks, tuple(found)) for label, name, marks, found in groups)


def _question(element: ET.Element) -> PortableQuestion:
    """One question."""
    kind = element.get("type", "")
    if kind not in _KINDS:
        raise ValueError(f"type must be one of {', '.join(_KINDS)}, got {kind!r}")
    body = _string(element, "questiontext/text")
    text, how, figure = parts_of_body(body)
    files = {file.get("name"): base64.b64decode(file.text or "") for file in element.iterfind("questiontext/file")}
    image = None
    if figure is not None:
        address, alt, width_in = figure
        image = Image(files[address.removeprefix("@@PLUGINFILE@@/")], alt, width_in)
    plain = PortableQuestion(
        _string(element, "idnumber"),
        _string(element, "name/text"),
        "essay",
        text,
        how,
        float(_string(element, "defaultgrade")),
        explanation=plain_text(_string(element, "generalfeedback/text")),
        image=image,
    )
    return replace(plain, **_KINDS[kind](element, body))


def _choice(element: ET.Element, body: str) -> Mapping[str, Any]:
    options = tuple(
        PortableOption(
            plain_text(_string(answer, "text")), _fraction(answer), plain_text(_string(answer, "feedback/text"))
        )
        for answer in element.iterfind("answer")
    )
    return {"kind": "choice" if _string(element, "single") == "true" else "multiple", "options": options}


def _numeric(element: ET.Element, body: str) -> Mapping[str, Any]:
    numbers = tuple(
        PortableNumber(
            float(_string(answer, "text")),
            float(_string(answer, "tolerance")),
            _fraction(answer),
            plain_text(_string(answer, "feedback/text")),
        )
        for answer in element.iterfind("answer")
    )
    units = tuple(
        (_string(unit, "unit_name"), float(_string(unit, "multiplier"))) for unit in element.iterfind("units/unit")
    )
    return {"kind": "numeric", "numbers": numbers, "units": units}


def _cloze(element: ET.Element, body: str) -> Mapping[str, Any]:
    """Steps and order out of the drop-downs, decoded as the importer does: entities once, the rest is HTML."""
    steps: list[str] = []
    order: list[int] = []
    for match in _EMBEDDED.finditer(body):
        choices = match[2].split("~")
        steps = [html.unescape(html.unescape(choice.removeprefix("="))) for choice in choices]
        order.append(next(index for index, choice in enumerate(choices) if choice.startswith("=")))
    return {"kind": "order", "options": tuple(PortableOption(step) for step in steps), "order": tuple(order)}


def _essay(element: ET.Element, body: str) -> Mapping[str, Any]:
    return {
        "kind": "upload" if _string(element, "attachmentsrequired") == "1" else "essay",
        "for_marker": plain_text(_string(element, "graderinfo/text")),
        "template": _string(element, "responsetemplate/text"),
    }


def _fraction(answer: ET.Element) -> float:
    """A part of the marks; those that stand for a third and the like become it again."""
    given = float(answer.get("fraction", "0")) / 100
    if not any(abs(abs(given) - legal) < 1e-5 for legal in (0.0, *LEGAL_FRACTIONS)):
        raise ValueError(f"fraction must be one that Moodle accepts, got {given!r}")
    return next((exact for exact in (1 / 3, 2 / 3, 1 / 6, 5 / 6, 1 / 7, 1 / 9) if abs(given - exact) < 1e-6), given)


def _string(element: ET.Element, path: str) -> str:
    """Text of an element inside another."""
    found = element.find(path)
    if found is None:
        raise ValueError(f"{element.tag} must have {path}")
    return found.text or ""


_KINDS: dict[str, Callable[[ET.Element, str], Mapping[str, Any]]] = {
    "multichoice": _choice,
    "numerical": _numeric,
    "cloze": _cloze,
    "essay": _essay,
}
