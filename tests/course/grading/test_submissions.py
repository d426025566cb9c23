"""Whose a submission is, which of several counts, and what is reported instead of guessed."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from learnmr.bench.hostile_submissions import notebook, zipped
from learnmr.course.exams.rosters import Student
from learnmr.course.grading.submissions import find_submissions, match_name, stage

_ONE, _TWO = notebook("1"), notebook("2")


def _put(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("Ada Lovelace_4711_assignsubmission_file_", "s17"),
        ("LOVELACE Ada_4711_assignsubmission_file_", "s17"),
        ("Zoe van Dyk_1_assignsubmission_file_", "s18"),
        ("lovelaceada_12_34_homework.ipynb", "s17"),
        ("vandykzoe_LATE_12_34_homework-3.ipynb", "s18"),
        ("libo_12_34_s17_homework.ipynb", "s177"),
        ("s17.ipynb", "s17"),
        ("S177_homework1.ipynb", "s177"),
        ("homework1-s17-final.ipynb", "s17"),
        ("ada@example.org_homework.ipynb", "s17"),
        ("zoe_hw.ipynb", None),
        ("s1777.ipynb", None),
        ("homework.ipynb", None),
        ("Grace Hopper_1_assignsubmission_file_", None),
    ],
)
def test_names_of_platforms_and_people_are_understood(name: str, student: str | None, roster: list[Student]) -> None:
    matched = match_name(name, [student for student in roster if student.student != "s18" or "zoe_hw" not in name])
    assert (matched.student if matched else None) == student


def test_two_students_of_one_name_are_not_guessed() -> None:
    twins = [Student("a1", "Kim Lee"), Student("a2", "Kim Lee")]
    assert match_name("Kim Lee_1_assignsubmission_file_", twins) is None
    assert match_name("kimlee_1_2_a.ipynb", twins) is None


def test_a_moodle_export_is_found_with_what_lies_beside(tmp_path: Path, roster: list[Student]) -> None:
    folder = _put(
        tmp_path / "in",
        {
            "Ada Lovelace_11_assignsubmission_file_/hw.ipynb": _ONE,
            "Ada Lovelace_11_assignsubmission_file_/trials.csv": b"a,b",
            "Ada Lovelace_11_assignsubmission_file_/evil.py": b"",
            "__MACOSX/Ada Lovelace_11_assignsubmission_file_/._hw.ipynb": b"",
            "Bo Li_12_assignsubmission_file_/hw.zip": zipped({"folder/hw.ipynb": _TWO}),
        },
    )
    found = find_submissions(folder, roster)
    assert [one.student for one in found.submissions] == ["s17", "s177"]
    assert found.missing == ("s18",)
    assert found.problems == ()
    assert dict(found.submissions[0].beside) == {"trials.csv": b"a,b"}
    assert found.submissions[1].notebook == _TWO


def test_the_last_resubmission_of_canvas_counts_and_late_is_late(tmp_path: Path, roster: list[Student]) -> None:
    names = {"lovelaceada_1_2_hw.ipynb": _ONE, "lovelaceada_1_3_hw-10.ipynb": _TWO, "lovelaceada_1_4_hw-2.ipynb": _ONE}
    found = find_submissions(_put(tmp_path / "in", names | {"libo_LATE_1_9_hw.ipynb": _ONE}), roster)
    ada, bo = found.submissions
    assert ada.notebook == _TWO
    assert not ada.late
    assert bo.late
    assert len(ada.notes) == 2


def test_the_name_that_the_platform_gave_decides(tmp_path: Path, roster: list[Student]) -> None:
    folder = _put(tmp_path / "in", {"Bo Li_12_assignsubmission_file_/s17.ipynb": _ONE})
    assert [one.student for one in find_submissions(folder, roster).submissions] == ["s177"]


def test_the_notebook_of_the_assignment_is_preferred(tmp_path: Path, roster: list[Student]) -> None:
    asked = notebook("learnmr.check('m9.homework.a', 1)")
    folder = _put(tmp_path / "in", {"s17/a.ipynb": asked, "s17/z.ipynb": _TWO})
    (ada,) = find_submissions(folder, roster, assignment="m9.homework").submissions
    assert ada.notebook == asked


def test_one_zip_with_a_whole_class_is_read(tmp_path: Path, roster: list[Student]) -> None:
    inner = zipped({"x/hw.ipynb": _TWO})
    path = tmp_path / "all.zip"
    path.write_bytes(zipped({"course/Ada Lovelace_1_assignsubmission_file_/hw.ipynb": _ONE, "course/s177.zip": inner}))
    found = find_submissions(path, roster)
    assert [(one.student, one.notebook) for one in found.submissions] == [("s17", _ONE), ("s177", _TWO)]
    assert found.submissions[0].submitted == datetime(2026, 1, 1, 12, 0)


def test_what_fits_nobody_is_reported(tmp_path: Path, roster: list[Student]) -> None:
    found = find_submissions(_put(tmp_path / "in", {"stranger.ipynb": _ONE, "s17/report.pdf": b""}), roster)
    assert found.submissions == ()
    assert any("stranger.ipynb" in problem for problem in found.problems)
    assert any("handed in no notebook, but report.pdf" in problem for problem in found.problems)


def test_links_are_not_followed(tmp_path: Path, roster: list[Student]) -> None:
    folder = _put(tmp_path / "in", {"s17/hw.ipynb": _ONE})
    secret = tmp_path / "key.txt"
    secret.write_text("swordfish", encoding="utf-8")
    (folder / "s17" / "notes.txt").symlink_to(secret)
    (folder / "s177").symlink_to(folder / "s17")
    found = find_submissions(folder, roster)
    assert [one.student for one in found.submissions] == ["s17"]
    assert dict(found.submissions[0].beside) == {}
    assert sum("link" in problem for problem in found.problems) >= 2


def test_staging_writes_one_notebook_and_readable_files(tmp_path: Path, roster: list[Student]) -> None:
    folder = _put(tmp_path / "in", {"s17/hw.ipynb": _ONE, "s17/data.csv": b"1"})
    (ada,) = find_submissions(folder, roster).submissions
    old = os.umask(0o077)
    try:
        stage(ada, tmp_path / "staged")
    finally:
        os.umask(old)
    assert sorted(path.name for path in (tmp_path / "staged").iterdir()) == ["data.csv", "submission.ipynb"]
    assert all(path.stat().st_mode & 0o444 == 0o444 for path in (tmp_path / "staged").iterdir())


def test_hashes_see_content_and_the_code_hash_overlooks_comments(tmp_path: Path, roster: list[Student]) -> None:
    files = {"s17.ipynb": notebook("KEY = 'a'", "x = 1  # mine"), "s177.ipynb": notebook("KEY = 'b'", "x  =  1")}
    ada, bo = find_submissions(_put(tmp_path / "in", files), roster).submissions
    assert ada.content_hash != bo.content_hash
    assert ada.code_hash == bo.code_hash


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path, roster: list[Student]) -> None:
    with pytest.raises(FileNotFoundError, match="no such folder"):
        find_submissions(tmp_path / "nowhere", roster)
