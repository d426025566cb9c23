"""A QTI 1.2 package for Canvas (classic quizzes): every question a group of variants, from which one is picked.

QTI 1.2 leaves much open; this is the dialect that Canvas reads, compared in the tests with what ``text2qti`` writes.
Canvas compares numbers with a range and knows no units; an order becomes places to be matched with steps; rubrics go
into the feedback, which ``hide_results`` keeps from students until the instructor shows it.
"""

from __future__ import annotations

import hashlib
import html
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from urllib.parse import quote

from .archives import pack
from .markup import body_html, leaf, number_text, xml_text
from .portable import PortableGroup, PortableQuestion
from .sheets import paragraphs

__all__ = ["canvas_package"]

_QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_MANIFEST = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
_METADATA = "http://www.imsglobal.org/xsd/imsmd_v1p2"
_CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"
_RESPONSE = "response1"
#: what Canvas puts the root of the package for
_BASE = "%24IMS-CC-FILEBASE%24"
#: how much of the marks a place of an order is worth is cut to these digits, as Canvas writes it
_DIGITS = 2


def canvas_package(title: str, groups: Sequence[PortableGroup], *, ident: str, minutes: float | None = None) -> bytes:
    """A package for Canvas.

    Parameters
    ----------
    title : str
        Of the quiz.
    groups : sequence of PortableGroup
        The questions.
    ident : str
        Name of the exam: identifiers are made of it.
    minutes : float, optional
        Time limit.

    Returns
    -------
    bytes
        A zip archive, the same from run to run.
    """
    assessment = _identifier(ident, "assessment")
    images = {
        f"images/{_image_name(question)}": question.image.png
        for group in groups
        for question in group.variants
        if question.image is not None
    }
    return pack(
        {
            "imsmanifest.xml": _manifest(title, ident, assessment, list(images)),
            f"{assessment}/assessment_meta.xml": _meta(title, groups, ident, assessment, minutes),
            f"{assessment}/{assessment}.xml": _assessment(title, groups, assessment),
            **images,
        }
    )


def _assessment(title: str, groups: Sequence[PortableGroup], ident: str) -> bytes:
    """The questions."""
    root = ET.Element(
        "questestinterop",
        {
            "xmlns": _QTI,
            "xmlns:xsi": _XSI,
            "xsi:schemaLocation": f"{_QTI} http://www.imsglobal.org/xsd/ims_qtiasiv1p2p1.xsd",
        },
    )
    assessment = leaf(root, "assessment", ident=ident, title=title)
    _fields(leaf(assessment, "qtimetadata"), {"cc_maxattempts": "1"})
    section = leaf(assessment, "section", ident="root_section")
    for group in groups:
        inner = leaf(section, "section", ident=_identifier(ident, group.label), title=f"{group.label} {group.title}")
        selection = leaf(leaf(inner, "selection_ordering"), "selection")
        leaf(selection, "selection_number", "1")
        leaf(leaf(selection, "selection_extension"), "points_per_item", number_text(group.marks))
        for question in group.variants:
            _item(inner, question)
    return xml_text(root)


def _item(section: ET.Element, question: PortableQuestion) -> None:
    """One question."""
    kind, present, judge = _KINDS[question.kind]
    item = leaf(section, "item", ident=_identifier(question.ident, "item"), title=question.title)
    choices = [_choice_identifier(question, index) for index in range(len(question.options))]
    answers = choices or [_identifier(question.ident, "number")] * (question.kind == "numeric")
    _fields(
        leaf(leaf(item, "itemmetadata"), "qtimetadata"),
        {
            "question_type": kind,
            "points_possible": number_text(question.marks),
            "original_answer_ids": ",".join(answers),
            "assessment_question_identifierref": _identifier(question.ident, "reference"),
        },
    )
    body = body_html(question, image_address=f"{_BASE}/images/{quote(_image_name(question))}")
    if question.template:
        body += f"\n<pre>{html.escape(question.template)}</pre>"
    presentation = leaf(item, "presentation")
    _material(presentation, body)
    present(presentation, question)
    processing = leaf(item, "resprocessing")
    leaf(leaf(processing, "outcomes"), "decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
    feedback = {"general_fb": _general_feedback(question)}
    feedback |= {
        f"{choice}_fb": paragraphs(option.feedback)
        for choice, option in zip(choices, question.options, strict=True)
        if option.feedback and question.kind in ("choice", "multiple")
    }
    if feedback["general_fb"]:
        _condition(processing, lambda variables: leaf(variables, "other"), keep="Yes", feedback="general_fb")
    for choice in choices:
        if f"{choice}_fb" in feedback:
            _condition(processing, _equal(_RESPONSE, choice), keep="Yes", feedback=f"{choice}_fb")
    judge(processing, question)
    for name, text in feedback.items():
        if text:
            _material(leaf(leaf(item, "itemfeedback", ident=name), "flow_mat"), text)


def _present_choice(presentation: ET.Element, question: PortableQuestion) -> None:
    """Options in their order."""
    many = "Multiple" if question.kind == "multiple" else "Single"
    response = leaf(presentation, "response_lid", ident=_RESPONSE, rcardinality=many)
    _labels(leaf(response, "render_choice"), question)


def _present_number(presentation: ET.Element, question: PortableQuestion) -> None:
    """A field for a number."""
    response = leaf(presentation, "response_str", ident=_RESPONSE, rcardinality="Single")
    leaf(leaf(response, "render_fib", fibtype="Decimal"), "response_label", ident="answer1")


def _present_order(presentation: ET.Element, question: PortableQuestion) -> None:
    """A list to choose from for each place."""
    for place in range(1, len(question.order) + 1):
        response = leaf(presentation, "response_lid", ident=f"response_{place}")
        _material(response, f"<p>step {place}</p>")
        _labels(leaf(response, "render_choice"), question)


def _present_text(presentation: ET.Element, question: PortableQuestion) -> None:
    """A field for text."""
    response = leaf(presentation, "response_str", ident=_RESPONSE, rcardinality="Single")
    leaf(leaf(response, "render_fib"), "response_label", ident="answer1", rshuffle="No")


def _present_file(presentation: ET.Element, question: PortableQuestion) -> None:
    """Nothing: Canvas shows its own field."""


def _judge_choice(processing: ET.Element, question: PortableQuestion) -> None:
    """All right options, and none of the others."""
    right = [option.fraction > 0 for option in question.options]
    choices = [_choice_identifier(question, index) for index in range(len(right))]
    if question.kind == "choice":
        _condition(processing, _equal(_RESPONSE, choices[right.index(True)]), score="100")
        return

    def all_of_them(variables: ET.Element) -> None:
        both = leaf(variables, "and")
        for choice, is_right in zip(choices, right, strict=True):
            _equal(_RESPONSE, choice)(both if is_right else leaf(both, "not"))

    _condition(processing, all_of_them, score="100")


def _judge_number(processing: ET.Element, question: PortableQuestion) -> None:
    """The value, or anything within the tolerance."""
    right = question.numbers[0]

    def within(variables: ET.Element) -> None:
        either = leaf(variables, "or")
        leaf(either, "varequal", number_text(right.value), respident=_RESPONSE)
        both = leaf(either, "and")
        leaf(both, "vargte", number_text(right.value - right.tolerance), respident=_RESPONSE)
        leaf(both, "varlte", number_text(right.value + right.tolerance), respident=_RESPONSE)

    _condition(processing, within, score="100")


def _judge_order(processing: ET.Element, question: PortableQuestion) -> None:
    """Each place counts the same."""
    share = f"{100 / len(question.order):.{_DIGITS}f}"
    for place, right in enumerate(question.order, start=1):
        choice = _choice_identifier(question, right)
        _condition(processing, _equal(f"response_{place}", choice), keep=None, score=share, action="Add")


def _judge_by_hand(processing: ET.Element, question: PortableQuestion) -> None:
    """Whatever is written waits for a person."""
    _condition(processing, lambda variables: leaf(variables, "other"))


def _judge_nothing(processing: ET.Element, question: PortableQuestion) -> None:
    """A file is graded by hand; Canvas wants no condition."""


#: kind -> Canvas's name of it, how it is shown, how it is judged
_KINDS: dict[str, tuple[str, Callable[[ET.Element, PortableQuestion], None], Callable[..., None]]] = {
    "choice": ("multiple_choice_question", _present_choice, _judge_choice),
    "multiple": ("multiple_answers_question", _present_choice, _judge_choice),
    "numeric": ("numerical_question", _present_number, _judge_number),
    "order": ("matching_question", _present_order, _judge_order),
    "essay": ("essay_question", _present_text, _judge_by_hand),
    "upload": ("file_upload_question", _present_file, _judge_nothing),
}


def _condition(
    processing: ET.Element,
    write: Callable[[ET.Element], object],
    *,
    keep: str | None = "No",
    score: str = "",
    action: str = "Set",
    feedback: str = "",
) -> None:
    """One rule: when it holds, what is scored and shown, and whether rules after it count."""
    condition = leaf(processing, "respcondition", **({} if keep is None else {"continue": keep}))
    write(leaf(condition, "conditionvar"))
    if score:
        leaf(condition, "setvar", score, action=action, varname="SCORE")
    if feedback:
        leaf(condition, "displayfeedback", feedbacktype="Response", linkrefid=feedback)


def _equal(response: str, value: str) -> Callable[[ET.Element], object]:
    """Writes that a response is a value."""
    return lambda parent: leaf(parent, "varequal", value, respident=response)


def _labels(render: ET.Element, question: PortableQuestion) -> None:
    """The options, each with its identifier."""
    for index, option in enumerate(question.options):
        label = leaf(render, "response_label", ident=_choice_identifier(question, index))
        _material(label, paragraphs(option.text))


def _material(parent: ET.Element, markup: str) -> None:
    """HTML as QTI holds it: as text."""
    leaf(leaf(parent, "material"), "mattext", markup, texttype="text/html")


def _fields(metadata: ET.Element, fields: dict[str, str]) -> None:
    """Names and values."""
    for name, value in fields.items():
        field = leaf(metadata, "qtimetadatafield")
        leaf(field, "fieldlabel", name)
        leaf(field, "fieldentry", value)


def _general_feedback(question: PortableQuestion) -> str:
    """The way, and how marks are given by hand."""
    return "\n".join(part for part in (paragraphs(question.explanation), paragraphs(question.for_marker)) if part)


def _manifest(title: str, ident: str, assessment: str, images: Sequence[str]) -> bytes:
    """What is in the package."""
    root = ET.Element(
        "manifest",
        {
            "identifier": _identifier(ident, "manifest"),
            "xmlns": _MANIFEST,
            "xmlns:imsmd": _METADATA,
            "xmlns:xsi": _XSI,
            "xsi:schemaLocation": (
                f"{_MANIFEST} http://www.imsglobal.org/xsd/imscp_v1p1.xsd "
                f"{_METADATA} http://www.imsglobal.org/xsd/imsmd_v1p2p2.xsd"
            ),
        },
    )
    metadata = leaf(root, "metadata")
    leaf(metadata, "schema", "IMS Content")
    leaf(metadata, "schemaversion", "1.1.3")
    lom = leaf(metadata, "imsmd:lom")
    leaf(leaf(leaf(lom, "imsmd:general"), "imsmd:title"), "imsmd:string", title)
    leaf(root, "organizations")
    resources = leaf(root, "resources")
    meta = _identifier(ident, "meta")
    quiz = leaf(resources, "resource", identifier=assessment, type="imsqti_xmlv1p2")
    leaf(quiz, "file", href=f"{assessment}/{assessment}.xml")
    leaf(quiz, "dependency", identifierref=meta)
    _resource(
        resources,
        meta,
        f"{assessment}/assessment_meta.xml",
        "associatedcontent/imscc_xmlv1p1/learning-application-resource",
    )
    for path in images:
        _resource(resources, _identifier(ident, path), path, "webcontent")
    return xml_text(root)


def _resource(resources: ET.Element, identifier: str, path: str, kind: str) -> None:
    """A file of the package."""
    resource = leaf(resources, "resource", identifier=identifier, type=kind, href=path)
    leaf(resource, "file", href=path)


def _meta(title: str, groups: Sequence[PortableGroup], ident: str, assessment: str, minutes: float | None) -> bytes:
    """The quiz itself: not published, one attempt, results hidden until they are shown."""
    root = ET.Element(
        "quiz",
        {
            "identifier": assessment,
            "xmlns": _CANVAS,
            "xmlns:xsi": _XSI,
            "xsi:schemaLocation": f"{_CANVAS} https://canvas.instructure.com/xsd/cccv1p0.xsd",
        },
    )
    points = f"{sum(group.marks for group in groups):.1f}"
    settings = {
        "title": title,
        "description": "",
        "shuffle_answers": "false",
        "scoring_policy": "keep_highest",
        "hide_results": "always",
        "quiz_type": "assignment",
        "points_possible": points,
        "show_correct_answers": "false",
        "anonymous_submissions": "false",
        "could_be_locked": "false",
        "time_limit": "" if minutes is None else number_text(minutes),
        "allowed_attempts": "1",
        "one_question_at_a_time": "false",
        "cant_go_back": "false",
        "available": "false",
        "one_time_results": "false",
        "show_correct_answers_last_attempt": "false",
        "only_visible_to_overrides": "false",
        "module_locked": "false",
    }
    for name, value in settings.items():
        if value or name == "description":
            leaf(root, name, value)
    assignment = leaf(root, "assignment", identifier=_identifier(ident, "assignment"))
    for name, value in {
        "title": title,
        "workflow_state": "unpublished",
        "quiz_identifierref": assessment,
        "points_possible": points,
        "grading_type": "points",
        "submission_types": "online_quiz",
    }.items():
        leaf(assignment, name, value)
    return xml_text(root)


def _identifier(*parts: str) -> str:
    """An identifier as Canvas writes them: g and 32 hexadecimal digits."""
    named = b"".join(len(part).to_bytes(4, "big") + part for part in map(str.encode, parts))
    return "g" + hashlib.sha256(named).hexdigest()[:32]


def _choice_identifier(question: PortableQuestion, index: int) -> str:
    """Identifier of an option."""
    return _identifier(question.ident, "option", str(index))


def _image_name(question: PortableQuestion) -> str:
    """Name of a figure's file."""
    return f"{_identifier(question.ident, 'image')}.png"
