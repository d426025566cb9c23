"""The local record: whole or not at all, never in the way of a student."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from learnmr.course.records import note_attempt, progress, record_path


def test_attempts_add_up_and_a_pass_is_kept(record: Path) -> None:
    note_attempt("m1.a.b", score=0.0, passed=False, started=False)
    note_attempt("m1.a.b", score=0.5, passed=False)
    assert note_attempt("m1.a.b", score=1.0, passed=True).failed_since_passed == 0
    last = note_attempt("m1.a.b", score=0.25, passed=False)
    assert (last.attempts, last.best_score, last.passed, last.failed_since_passed) == (3, 1.0, True, 1)
    assert progress().entries["m1.a.b"] == last
    assert progress().n_passed == 1
    assert "1 of 1 passed" in str(progress())
    assert not [path for path in record.parent.iterdir() if path != record]


def test_the_record_goes_out_as_csv_and_json(tmp_path: Path) -> None:
    note_attempt("m1.a.b", score=1.0, passed=True)
    progress().to_csv(tmp_path / "out.csv")
    assert pd.read_csv(tmp_path / "out.csv", index_col="id").loc["m1.a.b", "passed"]
    progress().to_json(tmp_path / "out.json")
    assert progress(tmp_path / "out.json").entries == progress().entries


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b'{"entries": 3}', b"\xff\xfe", b'{"entries": {"a": {"attempts": "x"}}}']
)
def test_a_damaged_record_is_moved_aside_and_a_new_one_begun(record: Path, content: bytes) -> None:
    record.parent.mkdir(parents=True)
    record.write_bytes(content)
    assert progress().entries == {}
    note_attempt("m1.a.b", score=1.0, passed=True)
    assert list(progress().entries) == ["m1.a.b"]
    assert record.with_suffix(".damaged.json").read_bytes() == content


def test_fields_of_a_newer_version_are_passed_over(record: Path) -> None:
    note_attempt("m1.a.b", score=1.0, passed=True)
    document = json.loads(record.read_text())
    document["entries"]["m1.a.b"]["mood"] = "good"
    record.write_text(json.dumps(document))
    assert progress().entries["m1.a.b"].passed


def test_where_nothing_can_be_written_the_session_remembers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("LEARNMR_PROGRESS", str(tmp_path / "file" / "progress.json"))
    note_attempt("m1.a.b", score=0.0, passed=False)
    assert note_attempt("m1.a.b", score=1.0, passed=True).attempts == 2
    assert progress().n_passed == 1


def test_the_place_of_the_record_is_the_users_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEARNMR_PROGRESS")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("platform.system", lambda: "Linux")
    assert record_path() == tmp_path / "learnmr" / "progress.json"
    monkeypatch.setattr("platform.system", lambda: "Windows")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert record_path() == tmp_path / "local" / "learnmr" / "progress.json"


def test_what_is_shown_is_escaped() -> None:
    note_attempt("<b>", score=1.0, passed=True)
    assert "&lt;b&gt;" in progress()._repr_html_()
