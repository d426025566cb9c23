"""Specifications: what is read, and every rule that may be broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from learnmr.course.exams.specs import ExamSpec, find_spec, read_spec, ready_exams

from .conftest import PRIVATE_BANK, SLUGS, spec_text


def test_a_specification_is_read_whole(spec: ExamSpec) -> None:
    assert [item.question.slug for item in spec.items] == list(SLUGS)
    assert [item.label for item in spec.items] == [f"q{number}" for number in range(1, len(SLUGS) + 1)]
    assert (spec.exam, spec.title, spec.minutes) == ("try", "Try: A & <B>", 90)
    assert spec.marks == sum(item.question.marks for item in spec.items)
    assert (spec.instructions, spec.aids, spec.shuffle) == (("Answer all <questions>.",), ("a calculator",), False)


def test_marks_and_minutes_of_a_question_may_be_changed(tmp_path: Path) -> None:
    path = tmp_path / "spec.toml"
    path.write_text(
        'exam = "e"\ntitle = "T"\nminutes = 10\nmarks = 4.5\n[[questions]]\nquestion = "m1.signals.q_alias"\n'
        'marks = 4.5\nminutes = 8.5\nsection = "S"\n'
    )
    spec = read_spec(path)
    assert (spec.marks, spec.working_minutes, spec.sections) == (4.5, 8.5, ("S",))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("exam =", "Exam =", "keys must be among .* got Exam"),
        ('exam = "try"', 'exam = "Try 1"', "exam must be words of a-z and 0-9 .* got 'Try 1'"),
        ('title = "Try: A & <B>"', 'title = ""', "title must be a text on one line, got ''"),
        ("minutes = 90", "minutes = 0", "minutes must be a multiple of 1 above 0, got 0"),
        ("minutes = 90", "minutes = true", "minutes must be a multiple of 1 above 0, got True"),
        ("minutes = 90", "minutes = 10", "minutes must be enough for the questions, .* got 10"),
        ("marks = ", "marks = 1", r"marks must be the sum over the questions, \d+, got 1\d+"),
        ('aids = ["a calculator"]', "aids = 3", "aids must be a list of texts, got 3"),
        ('"m1.signals.q_alias"', '"m1.signals.q_alia"', "question 1: question must be one of the bank .*q_ppm"),
        ('"m1.dft.q_linear_target"', '"m1.signals.q_alias"', "question 2: question must be there once"),
        ('question = "m1.signals.q_alias"', 'slug = "x"', "question 1: keys must be among .* got slug"),
        (
            'question = "m1.signals.q_alias"',
            'question = "m1.signals.q_alias"\nmarks = 0.3',
            "question 1: marks must be a multiple of 0.5 above 0, got 0.3",
        ),
        ("[[questions]]", "[[[questions]]", "a specification must be TOML in UTF-8"),
    ],
)
def test_a_broken_rule_is_told_with_key_and_value(old: str, new: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "spec.toml"
    path.write_text(spec_text().replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=rf"spec\.toml.*{told}"):
        read_spec(path, bank=PRIVATE_BANK)


def test_questions_of_a_section_stand_together(tmp_path: Path) -> None:
    path = tmp_path / "spec.toml"
    slugs = SLUGS[:3]
    text = spec_text(slugs)
    for slug, section in zip(slugs, "ABA", strict=True):
        text = text.replace(f'"{slug}"', f'"{slug}"\nsection = "{section}"')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="question 3: questions of a section must stand together, got 'A' again"):
        read_spec(path)


def test_a_pair_that_is_allowed_must_be_of_the_exam_and_have_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "spec.toml"
    path.write_text(spec_text() + '[[allow_together]]\nquestions = ["m1.signals.q_alias", "x"]\nbecause = "y"\n')
    with pytest.raises(ValueError, match="allow_together 1: questions must be two of this exam"):
        read_spec(path, bank=PRIVATE_BANK)
    path.write_text(spec_text() + '[[allow_together]]\nquestions = ["m1.signals.q_alias", "m1.signals.q_steps"]\n')
    with pytest.raises(ValueError, match="allow_together 1: because must be a text"):
        read_spec(path, bank=PRIVATE_BANK)


def test_a_question_for_self_study_alone_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from learnmr.course.questions import find_question

    monkeypatch.setattr(type(find_question("m1.signals.q_alias")), "uses", ("self-study",))
    path = tmp_path / "spec.toml"
    path.write_text(spec_text(("m1.signals.q_alias",)))
    with pytest.raises(ValueError, match=r"question 1: question must be meant for exams, got 'm1\.signals\.q_alias'"):
        read_spec(path)


def test_a_ready_exam_is_found_by_its_name(tmp_path: Path) -> None:
    assert read_spec("module1").exam == "m1-exam"
    assert find_spec("modules12-retake") == ready_exams()["modules12-retake"]
    with pytest.raises(FileNotFoundError, match=r"the name of a ready exam \(module1, .*\), got 'module3'"):
        find_spec("module3")
