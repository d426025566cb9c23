"""Questions that give each other away are found; chance is not taken for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from learnmr.course.exams.banks import questions_by_slug
from learnmr.course.exams.give_aways import check_give_aways, give_aways, gives_away
from learnmr.course.exams.specs import read_spec
from learnmr.course.questions import all_questions, draw_variant, find_question, self_study_key

from .conftest import PRIVATE_BANK, spec_text

PAIR = ("m9.own.q_giver", "m9.own.q_taker")


def test_an_answer_in_the_text_of_another_question_is_found() -> None:
    known = questions_by_slug(PRIVATE_BANK)
    assert give_aways([known[slug] for slug in PAIR]) == [PAIR]


def test_an_exam_with_such_a_pair_is_refused_unless_it_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "spec.toml"
    path.write_text(spec_text(PAIR))
    with pytest.raises(ValueError, match=r"q_giver shows the answer of m9\.own\.q_taker; .*allow_together"):
        check_give_aways(read_spec(path, bank=PRIVATE_BANK))
    path.write_text(spec_text(PAIR) + f'[[allow_together]]\nquestions = {list(PAIR)}\nbecause = "a test"\n')
    check_give_aways(read_spec(path, bank=PRIVATE_BANK))


def test_a_number_with_its_unit_counts_a_bare_one_does_not() -> None:
    taker = draw_variant(find_question("m1.signals.q_alias"), self_study_key("x", 1))
    giver = draw_variant(questions_by_slug(PRIVATE_BANK)["m9.own.q_giver"], self_study_key("x", 1))
    for text, shown in ((f"it stands at {taker.key}.", True), (f"there are {taker.answer} of them", False)):
        talking = type("Talking", (type(giver.question),), {"text": lambda self, parameters, text=text: text})()
        assert gives_away(replace(giver, question=talking), taker) is shown


def test_no_two_questions_of_the_bank_give_each_other_away() -> None:
    """Any exam may be made of it; a pair found here is told apart by other words."""
    assert give_aways(all_questions()) == []
