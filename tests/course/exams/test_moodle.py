"""Moodle XML: valid, only legal parts of marks, and everything comes back; no Moodle was at hand."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from importlib import resources

import pytest

from learnmr.course.exams.moodle import LEGAL_FRACTIONS, cloze_text, legal_fraction, moodle_xml
from learnmr.course.exams.moodle_reading import read_moodle
from learnmr.course.exams.portable import PortableGroup, PortableOption, PortableQuestion

MULTIPLE = PortableQuestion(
    "m",
    "Several",
    "multiple",
    "Which?",
    "Choose all.",
    2.0,
    options=(PortableOption("a", 1 / 3), PortableOption("b", -1.0, "no"), PortableOption("c", 2 / 3)),
)


@pytest.fixture(scope="module")
def written(groups: tuple[PortableGroup, ...]) -> bytes:
    return moodle_xml("Whole / bank & <more>", groups)


def test_the_whole_bank_comes_back(written: bytes, groups: tuple[PortableGroup, ...]) -> None:
    title, back = read_moodle(written)
    assert title == "Whole / bank & <more>"
    assert back == groups


def test_two_runs_give_the_same_bytes(written: bytes, groups: tuple[PortableGroup, ...]) -> None:
    assert moodle_xml("Whole / bank & <more>", groups) == written


def test_it_is_valid_by_our_schema_of_what_is_written(written: bytes) -> None:
    etree = pytest.importorskip("lxml.etree")
    path = resources.files("learnmr.course.exams") / "schemas" / "moodle.xsd"
    schema = etree.XMLSchema(etree.fromstring(path.read_bytes()))
    for data in (written, moodle_xml("t", [PortableGroup("q1", "Several", 2.0, (MULTIPLE,))])):
        assert schema.validate(etree.fromstring(data, etree.XMLParser(huge_tree=True))), schema.error_log
    broken = written.replace(b'fraction="100"', b'fraction="99"', 1)
    assert not schema.validate(etree.fromstring(broken, etree.XMLParser(huge_tree=True)))


def test_several_right_options_come_back() -> None:
    _, (group,) = read_moodle(moodle_xml("t", [PortableGroup("q1", "Several", 2.0, (MULTIPLE,))]))
    assert group.variants == (MULTIPLE,)


def test_the_legal_parts_of_marks_are_moodles_own() -> None:
    """Authority: $rawfractions in question/engine/bank.php of Moodle, and 100 %."""
    ratios = (9 / 10, 5 / 6, 4 / 5, 3 / 4, 7 / 10, 2 / 3, 3 / 5, 1 / 2, 2 / 5, 1 / 3, 3 / 10, 1 / 4, 1 / 5, 1 / 6)
    ratios += (1 / 7, 1 / 8, 1 / 9, 1 / 10, 1 / 20)
    assert (1.0, *(round(ratio, 7) for ratio in ratios)) == LEGAL_FRACTIONS
    for n_right in range(1, 11):
        assert legal_fraction(1 / n_right) in LEGAL_FRACTIONS
    with pytest.raises(ValueError, match=r"fraction must be one that Moodle accepts, .*got 0\.55"):
        legal_fraction(0.55)


def test_every_question_has_a_category_of_its_own_to_draw_from(
    written: bytes, groups: tuple[PortableGroup, ...]
) -> None:
    kinds = [question.get("type") for question in ET.fromstring(written)]
    assert kinds.count("category") == len(groups)
    path = ET.fromstring(written).findtext("question/category/text")
    assert path is not None
    assert path.startswith("$course$/top/Whole // bank & <more>/q1 ")


def test_right_numbers_stand_first_and_units_convert_as_moodle_divides(written: bytes) -> None:
    """``qtype_numerical_answer_processor`` divides a response by the multiplier of its unit."""
    for question in ET.fromstring(written).iterfind("question[@type='numerical']"):
        fractions = [answer.get("fraction") for answer in question.iterfind("answer")]
        assert fractions[0] == "100"
        assert set(fractions[1:]) <= {"0"}
        multipliers = {
            unit.findtext("unit_name"): float(unit.findtext("multiplier") or 0) for unit in question.iter("unit")
        }
        if "kHz" in multipliers and next(iter(multipliers)) == "Hz":
            assert 2.5 / multipliers["kHz"] == pytest.approx(2500.0)
        assert question.findtext("showunits") == ("0" if multipliers else "3")


def test_figures_are_inside_and_referred_to(written: bytes) -> None:
    found = 0
    for question in ET.fromstring(written):
        text = question.findtext("questiontext/text") or ""
        files = question.findall("questiontext/file")
        assert re.findall(r"@@PLUGINFILE@@/([\w.]+)", text) == [file.get("name") for file in files]
        assert all(base64.b64decode(file.text or "").startswith(b"\x89PNG") for file in files)
        found += len(files)
    assert found >= 4


def test_an_embedded_answer_is_cut_where_moodle_cuts_it() -> None:
    """The expression is that of question/type/multianswer/questiontype.php (ANSWER_REGEX)."""
    steps = ("=1 }~#", "%50%2 <i>", "{3} &amp; \\}", "4")
    question = PortableQuestion(
        "i", "t", "order", "x", "", 2.0, options=tuple(map(PortableOption, steps)), order=(2, 0, 3, 1)
    )
    answer = (
        r"(?:=|%(?:-?[0-9]+(?:[.,][0-9]*)?)%)?(?:.+?(?<!\\)(?<!&)(?<!&amp;)(?=[~#}]|$))(?:#(?:.*?(?<!\\)(?=[~}]|$)))?"
    )
    embedded = re.findall(rf"\{{([0-9]*):MULTICHOICE:({answer}(?:~{answer})*)\}}", cloze_text(question), re.DOTALL)
    assert [weight for weight, _ in embedded] == ["1"] * 4
    assert [choices.count("~") for _, choices in embedded] == [3] * 4


def test_what_is_no_such_file_is_refused(written: bytes) -> None:
    for data, told in (
        (b"<quiz>", "a Moodle file must be well-formed XML"),
        (b'<quiz><question type="match"/></quiz>', "type must be one of .* got 'match'"),
        (
            written.replace(b'fraction="100"', b'fraction="55"', 1),
            r"fraction must be one that Moodle accepts, got 0\.55",
        ),
    ):
        with pytest.raises(ValueError, match=told):
            read_moodle(data)
