"""Rosters: what is read, what is refused and how the refusal is worded; file names of hostile identities."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnmr.course.exams.rosters import Student, file_name_of, read_roster


def written(folder: Path, content: str | bytes) -> Path:
    """A roster with this content."""
    path = folder / "roster.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_all_columns_are_read(tmp_path: Path) -> None:
    roster = read_roster(
        written(tmp_path, 'student,name,email,extra_time,large_print\ns1,"Doe, Jo",jo@x.org,25%,yes\ns2,Bo,,15,20\n')
    )
    assert roster == (
        Student("s1", "Doe, Jo", "jo@x.org", extra_percent=25.0, large_print_pt=18.0),
        Student("s2", "Bo", "", extra_minutes=15.0, large_print_pt=20.0),
    )
    assert [student.minutes(50) for student in roster] == [63, 65]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfstudent,name\r\n\xc3\xa9,Zo\xc3\xab\r\n",
        "Student ; name\n\n é ; Zoë \n;\n".encode(),
        "name\tstudent\nZoë\te\u0301\n".encode(),
        "student,name\ré,Zoë\r".encode(),
    ],
    ids=["byte-order mark", "semicolons and blank lines", "tabs, decomposed letters", "old line ends"],
)
def test_spreadsheets_of_all_countries_give_the_same(content: bytes, tmp_path: Path) -> None:
    assert read_roster(written(tmp_path, content)) == (Student("é", "Zoë"),)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "got an empty file"),
        ("student\n", "at least one student, got none"),
        ("name\nBo\n", "line 1: there must be a column student, got name"),
        ("student,extratime\ns1,5\n", "line 1: columns must be among student, .* got 'extratime'"),
        ("student,student\ns1,s2\n", "line 1: every column must be there once, got student twice"),
        ("student,name\ns1\n", "line 2: every line must have 2 values, got 1"),
        ("student,name\ns1,Bo,7\n", "line 2: every line must have 2 values, got 3"),
        ("student,name\n,Bo\n", "line 2: student must not be empty, got ''"),
        ("student\ns1\ns2\nS1\n", "line 4: student must be there once .* got 'S1' after 's1' of line 2"),
        ("student\ns\u200b1\n", r"line 2: student must have no invisible characters, got 's\\u200b1'"),
        ("student,name\ns1,a\x07b\n", r"line 2: name must have no control characters"),
        ('student\n"s\n1"\n', r"line 3: student must have no control characters"),
        (f"student\n{'s' * 101}\n", "line 2: student must have at most 100 characters, got 101"),
        ("student,extra_time\ns1,a lot\n", r"line 2: extra_time must be minutes \(15\) .* got 'a lot'"),
        ("student,extra_time\ns1,900%\n", "line 2: extra_time must be at most 300%, got '900%'"),
        ("student,large_print\ns1,99\n", "line 2: large_print must be .* got '99'"),
        ('student\n"s1\n', "line 2: a roster must be well-formed CSV"),
        (b"student,name\ns1,Andr\xe9\n", "line 2: a roster must be in UTF-8, got the byte 0xe9"),
        ("student\ns1\n".encode("utf-16"), "line 1: a roster must be in UTF-8, got UTF-16"),
        (b"student\ns\x001\n", "line 2: a roster must be text, got a NUL character"),
    ],
)
def test_a_broken_rule_is_told_with_file_and_line(content: str | bytes, told: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"roster.csv.*{told}"):
        read_roster(written(tmp_path, content))


@pytest.mark.parametrize(
    "identity",
    [
        "../../etc/passwd",
        "CON",
        "a/b",
        "a\\b",
        ".hidden",
        "=1+1",
        "<script>",
        "a b",
        "-rf",
        "日本",
        "a" * 100,
        "n@x.org",
        "a.",
    ],
)
def test_hostile_identities_become_harmless_file_names(identity: str) -> None:
    name = file_name_of(identity)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}[A-Za-z0-9]", name)
    assert name != identity


@given(st.text(min_size=1), st.text(min_size=1))
def test_two_students_never_share_a_file(first: str, second: str) -> None:
    if first.casefold() != second.casefold():
        assert file_name_of(first).casefold() != file_name_of(second).casefold()
