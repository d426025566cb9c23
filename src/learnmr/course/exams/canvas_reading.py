"""A QTI 1.2 package for Canvas read back: questions, right answers, tolerances, figures, groups."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from .archives import unpack
from .images import Image
from .markup import parts_of_body, plain_text
from .portable import PortableGroup, PortableNumber, PortableOption, PortableQuestion

__all__ = ["as_canvas", "read_canvas"]

_BASE = "%24IMS-CC-FILEBASE%24/"


def as_canvas(question: PortableQuestion) -> PortableQuestion:
    """A question without what a package for Canvas cannot hold.

    Gone are wrong numbers and units, and the identifier (a hash stands for it); the rubric stands with the explanation.
    """
    said = "\n\n".join(part for part in (question.explanation, question.for_marker) if part)
    return replace(question, ident="", numbers=question.numbers[:1], units=(), explanation=said, for_marker="")


def read_canvas(data: bytes) -> tuple[str, tuple[PortableGroup, ...]]:
    """Read a package that :func:`~learnmr.course.exams.canvas.canvas_package` wrote.

    Parameters
    ----------
    data : bytes
        The zip archive.

    Returns
    -------
    str
        Title.
    tuple of PortableGroup
        The questions as :func:`as_canvas` has them.

    Raises
    ------
    ValueError
        If a file that the manifest names is missing, or the questions are not of that form.
    """
    files = unpack(data)
    manifest = _parsed(files, "imsmanifest.xml")
    named = [file.get("href", "") for file in manifest.iter("file")]
    missing = [name for name in named if name not in files]
    extra = [name for name in files if name not in named and name != "imsmanifest.xml"]
    if missing or extra:
        raise ValueError(f"a manifest must name all files of its package, got {missing} missing and {extra} not named")
    quiz = next(
        resource for resource in manifest.iter("resource") if resource.get("type", "").startswith("imsqti_xmlv1p2")
    )
    root = _parsed(files, quiz.find("file").get("href", ""))  # type: ignore[union-attr]
    assessment = _found(root, "assessment")
    groups = []
    for section in assessment.iterfind("section/section"):
        number = _string(section, "selection_ordering/selection/selection_number")
        if number != "1":
            raise ValueError(f"selection_number must be 1, got {number!r}")
        marks = float(_string(section, "selection_ordering/selection/selection_extension/points_per_item"))
        label, _, title = section.get("title", "").partition(" ")
        variants = tuple(_item(item, files) for item in section.iterfind("item"))
        groups.append(PortableGroup(label, title, marks, variants))
    return assessment.get("title", ""), tuple(groups)


def _item(item: ET.Element, files: Mapping[str, bytes]) -> PortableQuestion:
    """One question."""
    fields = {
        _string(field, "fieldlabel"): field.findtext("fieldentry") or "" for field in item.iter("qtimetadatafield")
    }
    kind = fields["question_type"]
    if kind not in _KINDS:
        raise ValueError(f"question_type must be one of {', '.join(_KINDS)}, got {kind!r}")
    body = _string(item, "presentation/material/mattext")
    text, how, figure = parts_of_body(body)
    template = re.search(r"<pre>(.*)</pre>", body, re.DOTALL)
    image = None
    if figure is not None:
        address, alt, width_in = figure
        image = Image(files[unquote(address.removeprefix(_BASE))], alt, width_in)
    feedback = {
        element.get("ident", ""): plain_text(_string(element, "flow_mat/material/mattext"))
        for element in item.iterfind("itemfeedback")
    }
    referred = {element.get("linkrefid") for element in item.iter("displayfeedback")}
    if referred != set(feedback):
        raise ValueError(f"every feedback must be referred to, got {sorted(referred ^ set(feedback), key=str)}")
    plain = PortableQuestion(
        "",
        item.get("title", ""),
        "essay",
        text,
        how,
        float(fields["points_possible"]),
        explanation=feedback.get("general_fb", ""),
        template=html.unescape(template[1]) if template else "",
        image=image,
    )
    return replace(plain, **_KINDS[kind](item, feedback))


def _choice(item: ET.Element, feedback: Mapping[str, str]) -> Mapping[str, Any]:
    """Options, and which of them are asked for."""
    response = _found(item, "presentation/response_lid")
    labels = _labels(response)
    scored = next(rule for rule in item.iter("respcondition") if rule.find("setvar") is not None)
    refused = {element.text for element in scored.iterfind("conditionvar/and/not/varequal")}
    right = {element.text for element in scored.iter("varequal")} - refused
    if not right or not right <= set(labels):
        raise ValueError(f"a right answer must be one of the options, got {right}")
    many = response.get("rcardinality") == "Multiple"
    options = tuple(
        PortableOption(text, (1 / len(right) if ident in right else 0.0), feedback.get(f"{ident}_fb", ""))
        for ident, text in labels.items()
    )
    return {"kind": "multiple" if many else "choice", "options": options}


def _number(item: ET.Element, feedback: Mapping[str, str]) -> Mapping[str, Any]:
    """Value and tolerance."""
    rule = "resprocessing/respcondition/conditionvar/or"
    value = float(_string(item, f"{rule}/varequal"))
    low, high = (float(_string(item, f"{rule}/and/{name}")) for name in ("vargte", "varlte"))
    if not low <= value <= high:
        raise ValueError(f"a range must hold its value, got {low}, {value}, {high}")
    return {"kind": "numeric", "numbers": (PortableNumber(value, (high - low) / 2),)}


def _order(item: ET.Element, feedback: Mapping[str, str]) -> Mapping[str, Any]:
    """Steps, and which of them is asked for at each place."""
    responses = {
        response.get("ident", ""): _labels(response) for response in item.iterfind("presentation/response_lid")
    }
    labels = next(iter(responses.values()))
    right = {
        element.get("respident", ""): element.text or ""
        for rule in item.iter("respcondition")
        if rule.find("setvar") is not None
        for element in rule.iter("varequal")
    }
    if set(right) != set(responses):
        raise ValueError(f"every place must be judged, got {sorted(set(right) ^ set(responses))}")
    shown = list(labels)
    order = tuple(shown.index(right[response]) for response in responses)
    return {"kind": "order", "options": tuple(PortableOption(text) for text in labels.values()), "order": order}


def _essay(item: ET.Element, feedback: Mapping[str, str]) -> Mapping[str, Any]:
    return {"kind": "essay"}


def _upload(item: ET.Element, feedback: Mapping[str, str]) -> Mapping[str, Any]:
    return {"kind": "upload"}


_KINDS: dict[str, Callable[[ET.Element, Mapping[str, str]], Mapping[str, Any]]] = {
    "multiple_choice_question": _choice,
    "multiple_answers_question": _choice,
    "numerical_question": _number,
    "matching_question": _order,
    "essay_question": _essay,
    "file_upload_question": _upload,
}


def _labels(response: ET.Element) -> dict[str, str]:
    """Identifier -> text of the options of a response."""
    return {
        label.get("ident", ""): plain_text(_string(label, "material/mattext"))
        for label in response.iter("response_label")
    }


def _parsed(files: Mapping[str, bytes], name: str) -> ET.Element:
    """A document without its namespaces, which are the same everywhere in it."""
    try:
        root = ET.fromstring(files[name])
    except (KeyError, ET.ParseError) as error:
        raise ValueError(f"a package must have a well-formed {name}, got {error}") from error
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def _found(element: ET.Element, path: str) -> ET.Element:
    found = element.find(path)
    if found is None:
        raise ValueError(f"{element.tag} must have {path}")
    return found


def _string(element: ET.Element, path: str) -> str:
    return _found(element, path).text or ""
