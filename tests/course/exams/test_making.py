"""Folders of exams: the same bytes every time, nothing of others disturbed, nothing of another exam overwritten."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from learnmr.course.exams.making import FORMS, MadeExam, make_exam
from learnmr.course.exams.saved import load_exam
from learnmr.installation import MissingExtraError

from .conftest import PRIVATE_BANK, ROSTER, SECRET, spec_text

FEW = ("m1.signals.q_alias", "m9.own.q_choice", "m9.own.q_essay")


@pytest.fixture
def inputs(tmp_path: Path) -> tuple[Path, Path]:
    """A specification of few questions, without figures, and a roster."""
    spec, roster = tmp_path / "spec.toml", tmp_path / "roster.csv"
    spec.write_text(spec_text(FEW), encoding="utf-8")
    roster.write_text(ROSTER, encoding="utf-8")
    return spec, roster


def make(inputs: tuple[Path, Path], out: Path, **keywords: object) -> MadeExam:
    settings: dict[str, object] = {"secret": SECRET, "bank": PRIVATE_BANK, "forms": ("html", "notebook")} | keywords
    return make_exam(*inputs, out, **settings)  # type: ignore[arg-type]


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_all_forms_are_the_same_bytes_in_two_runs(inputs: tuple[Path, Path], tmp_path: Path) -> None:
    pytest.importorskip("pypandoc", reason="needs learnmr[exams]")
    first, second = (make(inputs, tmp_path / name, forms=tuple(FORMS)) for name in ("a", "b"))
    assert content(first.folder) == content(second.folder)
    assert {path.suffix for path in (first.folder / "papers").iterdir()} == set(FORMS.values())
    assert sorted(content(first.folder)) == sorted(path.relative_to(first.folder).as_posix() for path in first.files)


def test_an_interrupted_run_is_repeated(inputs: tuple[Path, Path], tmp_path: Path) -> None:
    class Interrupted(Exception):
        pass

    def stop(name: str, done: int, total: int) -> None:
        assert (name, total) == ("papers", 3)
        if done == 2:
            raise Interrupted

    with pytest.raises(Interrupted):
        make(inputs, tmp_path / "a", report=stop)
    assert not list((tmp_path / "a").rglob("*.partial*"))
    assert content(make(inputs, tmp_path / "a").folder) == content(make(inputs, tmp_path / "b").folder)


def test_a_student_more_changes_no_byte_of_the_others(inputs: tuple[Path, Path], tmp_path: Path) -> None:
    before = content(make(inputs, tmp_path / "out").folder)
    inputs[1].write_text(ROSTER.replace("s1,Ada", "s0,New,,,\ns1,Ada"), encoding="utf-8")
    after = content(make(inputs, tmp_path / "out").folder)
    own = {name: data for name, data in before.items() if name.startswith("papers/") or name.endswith("-key.html")}
    assert len(own) == 9
    assert {name: after[name] for name in own} == own
    assert "papers/s0.html" in after


def test_a_question_more_changes_no_number_of_the_others(inputs: tuple[Path, Path], tmp_path: Path) -> None:
    old = load_exam(make(inputs, tmp_path / "a").folder, bank=PRIVATE_BANK)
    inputs[0].write_text(spec_text((FEW[0], "m1.signals.q_bin", *FEW[1:])), encoding="utf-8")
    new = load_exam(make(inputs, tmp_path / "b").folder, bank=PRIVATE_BANK)
    for student, saved in old.students.items():
        now = {entry["question"]: entry for entry in new.students[student].values()}
        assert all(now[entry["question"]] == entry for entry in saved.values())
        assert len(now) == len(saved) + 1


def test_another_exam_in_the_folder_is_refused(inputs: tuple[Path, Path], tmp_path: Path) -> None:
    make(inputs, tmp_path / "out")
    before = content(tmp_path / "out")
    inputs[0].write_text(spec_text(FEW, exam="other"), encoding="utf-8")
    for replace in (False, True):
        with pytest.raises(ValueError, match="the folder must be of exam 'other', got exam 'try'"):
            make(inputs, tmp_path / "out", replace=replace)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("precious")
    with pytest.raises(ValueError, match=r"must be new, empty or of this exam, got one without exam\.json"):
        make(inputs, tmp_path / "mine", replace=True)
    assert content(tmp_path / "out") == before


def test_papers_that_students_have_are_changed_only_on_demand(inputs: tuple[Path, Path], tmp_path: Path) -> None:
    make(inputs, tmp_path / "out")
    before = content(tmp_path / "out")
    with pytest.raises(ValueError, match=r"the paper of s1 is there with other questions or numbers .* --replace"):
        make(inputs, tmp_path / "out", secret=SECRET[::-1])
    inputs[1].write_text("student\ns2\n")
    with pytest.raises(ValueError, match="everybody who has a paper must be on the roster, got none of s1"):
        make(inputs, tmp_path / "out")
    assert content(tmp_path / "out") == before
    make(inputs, tmp_path / "out", replace=True)
    assert {name for name in content(tmp_path / "out") if name.startswith("papers/")} == {
        "papers/s2.html",
        "papers/s2.ipynb",
    }


def test_pseudonymised_papers_name_nobody(inputs: tuple[Path, Path], tmp_path: Path) -> None:
    made = make(inputs, tmp_path / "out", pseudonyms=True)
    files = content(made.folder)
    table = list(csv.DictReader(files["keys/pseudonyms.csv"].decode().splitlines()))
    assert [row["student"] for row in table] == ["s1", "s2", '../../evil "x" ;}']
    names = ("Ada", "O'Neil", "Zoë", "Bobby", "evil")
    for name, data in files.items():
        if name != "keys/pseudonyms.csv":
            text = data.decode()
            assert not any(person in text for person in names)
            assert not any(f'"{row["student"]}"' in text or f">{row['student']}<" in text for row in table)
    exam = load_exam(made.folder, bank=PRIVATE_BANK)
    open_exam = load_exam(make(inputs, tmp_path / "open").folder, bank=PRIVATE_BANK)
    for row in table:
        assert exam.variants(row["code"]) == open_exam.variants(row["student"])
    assert files["keys/roster_of_codes.csv"].decode().split() == ["student", *(row["code"] for row in table)]


def test_extra_time_and_large_print_are_on_the_paper(inputs: tuple[Path, Path], tmp_path: Path) -> None:
    files = content(make(inputs, tmp_path / "out").folder)
    assert b"<dt>Time</dt><dd>90 minutes</dd>" in files["papers/s1.html"]
    assert b"<dt>Time</dt><dd>113 minutes</dd>" in files["papers/s2.html"]
    assert b"font-size: 18pt" in files["papers/s2.html"]


def test_files_with_answers_are_readable_by_their_owner_alone(inputs: tuple[Path, Path], tmp_path: Path) -> None:
    made = make(inputs, tmp_path / "out")
    secret = [path for path in made.files if path.parent.name == "keys" or path.name == "exam.json"]
    assert len(secret) == 6
    assert all(path.stat().st_mode & 0o077 == 0 for path in secret)
    assert "CANARY" not in "".join(path.read_text() for path in (made.folder / "papers").iterdir())


def test_exam_json_has_no_secret_and_no_name(inputs: tuple[Path, Path], tmp_path: Path) -> None:
    text = (make(inputs, tmp_path / "out").folder / "exam.json").read_text()
    assert SECRET.decode() not in text
    assert "Ada" not in text
    assert json.loads(text)["schema"] == "learnmr.exam/1"


def test_what_is_missing_is_told_before_anything_is_written(
    inputs: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match="forms must be among html, docx, notebook, got odt"):
        make(inputs, tmp_path / "out", forms=("odt",))
    with pytest.raises(ValueError, match="forms must name at least one"):
        make(inputs, tmp_path / "out", forms=())
    monkeypatch.setenv("LEARNMR_CHROMIUM", "/no/such/program")
    with pytest.raises(MissingExtraError, match="LEARNMR_CHROMIUM must name a program, got '/no/such/program'"):
        make(inputs, tmp_path / "out", pdf=True)
    assert not (tmp_path / "out").exists()
