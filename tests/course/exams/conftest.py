"""A small exam with hostile texts, a roster, a secret; and an exam of the whole bank."""

from __future__ import annotations

from pathlib import Path

import pytest

from learnmr.course.exams.banks import questions_by_slug
from learnmr.course.exams.exporting import portable_groups
from learnmr.course.exams.portable import PortableGroup
from learnmr.course.exams.specs import ExamSpec, SpecItem, read_spec

PRIVATE_BANK = Path(__file__).parent / "private_bank"
SECRET = b"a secret only for tests"

#: one of each kind that can be answered on paper, and those with hostile texts
SLUGS = (
    "m1.signals.q_alias",
    "m1.dft.q_linear_target",
    "m1.signals.q_steps",
    "m1.lineshapes.q_read_width",
    "m1.dft.q_code_transform",
    "m9.own.q_choice",
    "m9.own.q_order",
    "m9.own.q_number",
    "m9.own.q_essay",
)
ROSTER = """student,name,email,extra_time,large_print
s1,Ada,ada@x.org,,
s2,"O'Neil <b>Zoë</b>",,25%,yes
"../../evil ""x"" ;}",Bobby,,10,
"""


def spec_text(slugs: tuple[str, ...] = SLUGS, *, exam: str = "try", more: str = "") -> str:
    """A specification of these questions, with the marks that they have."""
    known = questions_by_slug(PRIVATE_BANK)
    marks = sum(known[slug].marks for slug in slugs)
    head = f'exam = "{exam}"\ntitle = "Try: A & <B>"\nminutes = 90\nmarks = {marks}\n'
    head += 'instructions = ["Answer all <questions>."]\naids = ["a calculator"]\n'
    return head + more + "".join(f'[[questions]]\nquestion = "{slug}"\n' for slug in slugs)


@pytest.fixture
def spec_path(tmp_path: Path) -> Path:
    path = tmp_path / "spec.toml"
    path.write_text(spec_text(), encoding="utf-8")
    return path


@pytest.fixture
def roster_path(tmp_path: Path) -> Path:
    path = tmp_path / "roster.csv"
    path.write_text(ROSTER, encoding="utf-8")
    return path


@pytest.fixture
def spec(spec_path: Path) -> ExamSpec:
    return read_spec(spec_path, bank=PRIVATE_BANK)


@pytest.fixture(scope="session")
def whole_bank() -> ExamSpec:
    """Every question there is, the hostile ones too, as one exam."""
    questions = questions_by_slug(PRIVATE_BANK).values()
    return ExamSpec(
        "whole-bank",
        "Whole / bank & <more>",
        1000,
        tuple(
            SpecItem(f"q{number}", question, question.marks, question.minutes, "")
            for number, question in enumerate(questions, start=1)
        ),
    )


@pytest.fixture(scope="session")
def groups(whole_bank: ExamSpec) -> tuple[PortableGroup, ...]:
    """Two variants of each question, as platforms know them."""
    return portable_groups(whole_bank, n_variants=2, secret=SECRET)
