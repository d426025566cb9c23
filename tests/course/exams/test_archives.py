"""Archives: fixed times, round trip, refusals."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnmr.course.exams import archives
from learnmr.course.exams.archives import pack, unpack


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8})?\.xml", fullmatch=True), st.binary(max_size=200)))
def test_members_come_back_and_the_bytes_are_the_same(members: dict[str, bytes]) -> None:
    assert unpack(pack(members)) == members
    assert pack(members) == pack(members)


def test_times_are_fixed() -> None:
    with zipfile.ZipFile(io.BytesIO(pack({"a": b"1", "b": b"2"}))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist() == ["a", "b"]


def test_no_archive_and_a_bomb_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="an archive must be a zip file"):
        unpack(b"PK nothing")
    monkeypatch.setattr(archives, "_LARGEST", 1000)
    with pytest.raises(ValueError, match="must unpack to at most 1000 bytes, got 1001"):
        unpack(pack({"a": bytes(1001)}))
