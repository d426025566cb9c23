"""Archives from strangers: what comes out, and what never does."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnmr.bench.hostile_submissions import zipped
from learnmr.course.grading.unpacking import Member, Quota, clean_name, read_zip


def _read(data: bytes, quota: Quota | None = None) -> tuple[dict[str, bytes], list[str]]:
    problems: list[str] = []
    members: list[Member] = list(read_zip(io.BytesIO(data), quota or Quota(), problems))
    return {"/".join(member.parts): member.data for member in members}, problems


def test_files_come_out_with_their_folders_and_times() -> None:
    problems: list[str] = []
    (member,) = read_zip(io.BytesIO(zipped({"a/b.ipynb": b"1"})), Quota(), problems)
    assert (member.parts, member.data) == (("a", "b.ipynb"), b"1")
    assert member.modified is not None
    assert problems == []


def test_an_archive_inside_becomes_a_folder() -> None:
    files, _ = _read(zipped({"ada.zip": zipped({"hw.ipynb": b"1"})}))
    assert files == {"ada.zip/hw.ipynb": b"1"}


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/x", "C:\\x", "..\\x", "C:x", "\\\\host\\x"])
def test_names_that_point_outside_are_passed_over(name: str) -> None:
    files, problems = _read(zipped({name: b"1", "good.txt": b"2"}))
    assert files == {"good.txt": b"2"}
    assert "points outside" in problems[0]


def test_links_are_passed_over() -> None:
    files, problems = _read(zipped({"good.txt": b"2"}, links={"a.ipynb": "/etc/passwd"}))
    assert files == {"good.txt": b"2"}
    assert "link" in problems[0]


def test_a_bomb_is_not_unpacked_to_its_end() -> None:
    bomb = zipped({"a.ipynb": bytes(30_000_000), "b.txt": b"small"})
    files, problems = _read(bomb, Quota(bytes_each=1_000_000, bytes_all=20_000_000))
    assert files == {"b.txt": b"small"}
    assert "larger unpacked" in problems[0]


def test_a_header_that_lies_about_the_size_helps_nobody() -> None:
    data = bytearray(zipped({"a.ipynb": bytes(3_000_000)}))
    place = data.index(b"PK\x01\x02")
    data[place + 24 : place + 28] = (10).to_bytes(4, "little")
    files, problems = _read(bytes(data), Quota(bytes_each=1_000_000))
    assert not files or len(files["a.ipynb"]) <= 1_000_000
    assert problems or files


def test_very_many_files_and_very_deep_archives_end() -> None:
    files, problems = _read(zipped({f"{number}.txt": b"" for number in range(30)}), Quota(files=10))
    assert len(files) == 10
    assert "too many files" in problems[0]
    deep = b"1"
    for _ in range(6):
        deep = zipped({"next.zip": deep})
    assert _read(deep)[0] == {}


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_damage_gives_files_or_sentences(data: st.DataObject) -> None:
    whole = bytearray(zipped({"a.ipynb": b"x" * 300, "b/c.csv": b"1,2"}))
    for _ in range(data.draw(st.integers(1, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    _read(bytes(whole[: data.draw(st.integers(0, len(whole)))]))


def test_names_in_utf_8_without_saying_so_are_read() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("lösung.ipynb", b"1")
    unsaid = file.getvalue().replace(b"\x00\x08", b"\x00\x00")
    assert set(_read(unsaid)[0]) <= {"lösung.ipynb"}


@given(st.text(max_size=300))
def test_a_clean_name_is_a_name(name: str) -> None:
    cleaned = clean_name(name)
    assert cleaned not in (".", "..")
    assert not set(cleaned) & set('/\\:*?"<>|\n\r\0')
    assert len(cleaned) <= 121


def test_what_is_no_archive_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"no archive")
    problems: list[str] = []
    assert list(read_zip(path, Quota(), problems)) == []
    assert "cannot be unpacked" in problems[0]
