"""QTI 1.2 for Canvas: valid, whole, read back, and of the structure that text2qti writes; no Canvas was at hand."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from importlib import resources
from typing import Any

import pytest

from learnmr.course.exams.archives import pack, unpack
from learnmr.course.exams.canvas import canvas_package
from learnmr.course.exams.canvas_reading import as_canvas, read_canvas
from learnmr.course.exams.portable import PortableGroup, PortableNumber, PortableOption, PortableQuestion

TITLE = "Whole / bank & <more>"


@pytest.fixture(scope="module")
def package(groups: tuple[PortableGroup, ...]) -> bytes:
    return canvas_package(TITLE, groups, ident="whole-bank", minutes=50)


def questions_file(package: bytes) -> bytes:
    """The assessment of a package."""
    files = unpack(package)
    return next(data for name, data in files.items() if re.fullmatch(r"(g\w+)/\1\.xml", name))


def test_the_whole_bank_comes_back(package: bytes, groups: tuple[PortableGroup, ...]) -> None:
    title, back = read_canvas(package)
    assert title == TITLE
    assert len(back) == len(groups)
    for ours, theirs in zip(groups, back, strict=True):
        assert (theirs.label, theirs.title, theirs.marks) == (ours.label, ours.title, ours.marks)
        for one, other in zip(ours.variants, theirs.variants, strict=True):
            expected = as_canvas(one)
            assert replace(other, numbers=()) == replace(expected, numbers=())
            for number, read in zip(expected.numbers, other.numbers, strict=True):
                assert read.value == number.value
                assert read.tolerance == pytest.approx(number.tolerance, rel=1e-9)


def test_two_runs_give_the_same_bytes(package: bytes, groups: tuple[PortableGroup, ...]) -> None:
    assert canvas_package(TITLE, groups, ident="whole-bank", minutes=50) == package


def test_it_is_valid_by_our_schemas_of_what_is_written(package: bytes) -> None:
    etree = pytest.importorskip("lxml.etree")

    def problems(name: str, data: bytes) -> str:
        path = resources.files("learnmr.course.exams") / "schemas" / name
        schema = etree.XMLSchema(etree.fromstring(path.read_bytes()))
        return "" if schema.validate(etree.fromstring(data, etree.XMLParser(huge_tree=True))) else str(schema.error_log)

    assert problems("canvas_manifest.xsd", unpack(package)["imsmanifest.xml"]) == ""
    questions = questions_file(package)
    assert problems("canvas_qti.xsd", questions) == ""
    broken = questions.replace(b'linkrefid="general_fb"', b'linkrefid="nowhere"', 1)
    assert "nowhere" in problems("canvas_qti.xsd", broken)


def test_every_group_gives_one_of_its_variants_for_its_marks(package: bytes) -> None:
    root = ET.fromstring(re.sub(rb' xmlns="[^"]*"', b"", questions_file(package)))
    for section in root.iterfind("assessment/section/section"):
        assert section.findtext("selection_ordering/selection/selection_number") == "1"
        worth = {
            field.findtext("fieldentry")
            for field in section.iter("qtimetadatafield")
            if field[0].text == "points_possible"
        }
        assert worth == {section.findtext("selection_ordering/selection/selection_extension/points_per_item")}


def test_a_missing_file_and_a_feedback_to_nowhere_are_refused(package: bytes) -> None:
    files = unpack(package)
    image = next(name for name in files if name.startswith("images/"))
    with pytest.raises(ValueError, match=r"a manifest must name all files of its package, got .*images"):
        read_canvas(pack({name: data for name, data in files.items() if name != image}))
    name = next(name for name in files if re.fullmatch(r"(g\w+)/\1\.xml", name))
    files[name] = files[name].replace(b'linkrefid="general_fb"', b'linkrefid="nowhere"', 1)
    with pytest.raises(ValueError, match=r"every feedback must be referred to, got .*nowhere"):
        read_canvas(pack(files))


QUIZ = (
    PortableQuestion(
        "c", "One", "choice", "What is right?", "", 2.0,
        options=(PortableOption("a wrong one", 0.0, "no, not this"), PortableOption("the right one", 1.0)),
        explanation="The way.",
    ),
    PortableQuestion(
        "m", "Several", "multiple", "Which are right?", "", 2.0,
        options=(PortableOption("first", 0.5), PortableOption("second"), PortableOption("third", 0.5)),
    ),
    PortableQuestion("n", "Number", "numeric", "How much?", "", 2.0, numbers=(PortableNumber(2.5, 0.25),)),
    PortableQuestion("e", "Essay", "essay", "Why?", "", 2.0, explanation="Because."),
    PortableQuestion("u", "File", "upload", "Hand in.", "", 2.0),
)  # fmt: skip
#: the same in text2qti's own language
MARKDOWN = """Quiz title: Oracle

GROUP
pick: 1
points per question: 2

Title: One
Points: 2
1. What is right?
... The way.
a) a wrong one
... no, not this
*b) the right one

Title: Several
Points: 2
2. Which are right?
[*] first
[ ] second
[*] third

Title: Number
Points: 2
3. How much?
= 2.5 +- 0.25

Title: Essay
Points: 2
4. Why?
... Because.
____

Title: File
Points: 2
5. Hand in.
^^^^
END_GROUP
"""


def shape_of(element: ET.Element, names: dict[str, str]) -> Any:
    """An element with all that counts: identifiers by order of appearance, numbers as numbers, rules as a set."""

    def plain(text: str) -> Any:
        text = text.strip()
        if re.fullmatch(r"(text2qti_|g[0-9a-f]{32})\S*", text):
            return ",".join(
                names.setdefault(part.removesuffix("_fb"), f"name {len(names)}") for part in text.split(",")
            )
        try:
            return float(text)
        except ValueError:
            return text

    attributes = {name: plain(value) for name, value in element.attrib.items() if not name.startswith("{")}
    children = [shape_of(child, names) for child in element]
    if element.tag.endswith("resprocessing"):
        children.sort(key=repr)
    return (element.tag, attributes, plain(element.text or ""), children)


def test_text2qti_writes_the_same_structure_for_the_same_quiz() -> None:
    """Oracle: elements, attributes, identifiers and references, what is judged how, of five kinds in a group."""
    pytest.importorskip("text2qti", reason="the oracle is in the extra dev")
    from text2qti.config import Config
    from text2qti.qti import QTI
    from text2qti.quiz import Quiz

    theirs = QTI(Quiz(MARKDOWN, config=Config()))
    package = canvas_package("Oracle", [PortableGroup("q1", "Group", 2.0, QUIZ)], ident="oracle")
    their_items, our_items = (
        list(ET.fromstring(data).iter("{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}item"))
        for data in (theirs.assessment.encode(), questions_file(package))
    )
    assert len(their_items) == len(our_items) == len(QUIZ)
    for their_item, our_item in zip(their_items, our_items, strict=True):
        assert shape_of(our_item, {}) == shape_of(their_item, {})


def test_text2qti_names_the_same_kinds_of_files() -> None:
    pytest.importorskip("text2qti", reason="the oracle is in the extra dev")
    from text2qti.config import Config
    from text2qti.qti import QTI
    from text2qti.quiz import Quiz

    def resources_of(manifest: bytes) -> list[tuple[str | None, list[str]]]:
        root = ET.fromstring(manifest)
        return [
            (element.get("type"), [child.tag for child in element])
            for element in root.iter("{http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1}resource")
        ]

    package = canvas_package("Oracle", [PortableGroup("q1", "Group", 2.0, QUIZ)], ident="oracle")
    theirs = QTI(Quiz(MARKDOWN, config=Config()))
    assert resources_of(unpack(package)["imsmanifest.xml"]) == resources_of(theirs.imsmanifest_xml.encode())
    their_settings = {element.tag for element in ET.fromstring(theirs.assessment_meta)}
    our_meta = next(data for name, data in unpack(package).items() if name.endswith("assessment_meta.xml"))
    ours = {element.tag for element in ET.fromstring(our_meta)}
    assert {tag for tag in ours - their_settings if not tag.endswith("time_limit")} == set()
