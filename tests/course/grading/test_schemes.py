"""Schemes: read as they are written, refused where they break a rule."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from learnmr.course.grading.schemes import Scheme, days_late, read_scheme


def _scheme(tmp_path: Path, text: str) -> Scheme:
    path = tmp_path / "scheme.toml"
    path.write_text(text, encoding="utf-8")
    return read_scheme(path)


def test_a_whole_scheme_is_read(tmp_path: Path) -> None:
    scheme = _scheme(
        tmp_path,
        """
[points]
"m1.homework1.fold" = 3
[by_hand]
discussion = 4
[rules]
hidden = 0.25
partial = false
digits = 1
[late]
deadline = 2026-12-01T23:59:00
penalty_per_day = 0.2
days = 3
""",
    )
    assert scheme.worth("m1.homework1.fold") == 3
    assert scheme.worth("m1.homework1.plan") == 1
    assert scheme.by_hand == {"discussion": 4.0}
    assert (scheme.hidden, scheme.partial, scheme.digits) == (0.25, False, 1)
    assert [scheme.late_factor(days) for days in (0, 1, 3, 4)] == pytest.approx([1.0, 0.8, 0.4, 0.0])


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("[point]\na = 1", "must have only points"),
        ("[points]\na = '1'", "points of a must be a number"),
        ("[points]\na = -1", "points of a must be >= 0"),
        ("[points]\na = true", "points of a must be a number"),
        ("[rules]\nhidden = 2", "hidden must be from 0 to 1"),
        ("[rules]\npartial = 1", "partial must be of type bool"),
        ("[rules]\nround = 1", "rules must have only"),
        ("[late]\ndeadline = 'soon'", "deadline must be of type datetime"),
        ("[late", "must be TOML"),
    ],
)
def test_rules_are_kept(tmp_path: Path, text: str, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        _scheme(tmp_path, text)


def test_a_day_begun_is_a_day() -> None:
    scheme = Scheme(deadline=datetime(2026, 12, 1, 12), grace_minutes=10)
    times = [datetime(2026, 12, 1, 11), datetime(2026, 12, 1, 12, 9), datetime(2026, 12, 1, 12, 11)]
    assert [days_late(scheme, time) for time in times] == [0, 0, 1]
    assert days_late(scheme, datetime(2026, 12, 3, 12, 1)) == 3
    assert days_late(scheme, None) == 0
    assert days_late(scheme, None, marked=True) == 1
