"""The local record of what was tried and passed: one JSON file in the user's data folder, written whole or not at all.

No account, nothing is sent anywhere. ``LEARNMR_PROGRESS`` names another file. A file that cannot be read is kept under
another name and a new one begun; where nothing can be written, the record lives as long as the session.
"""

from __future__ import annotations

import html
import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from ..writing import write_text

__all__ = ["Attempts", "Progress", "note_attempt", "progress", "record_path"]

_SCHEMA = 1
#: what could not be written, by the path where it should be
_unwritten: dict[Path, dict[str, Attempts]] = {}


@dataclass(frozen=True)
class Attempts:
    """What is known of one exercise or question.

    Parameters
    ----------
    attempts : int
        How often an answer was handed in (an empty stub does not count).
    best_score : float
        From 0 to 1.
    passed : bool
        Whether all public checks passed once.
    failed_since_passed : int
        Failed attempts since the last one that passed: decides which hint comes next.
    first_passed : str or None
        When, in UTC.
    """

    attempts: int = 0
    best_score: float = 0.0
    passed: bool = False
    failed_since_passed: int = 0
    first_passed: str | None = None


@dataclass(frozen=True)
class Progress:
    """All that was tried so far; shows itself in a notebook.

    Parameters
    ----------
    entries : mapping of str to Attempts
        By slug of the exercise or question.
    path : pathlib.Path
        The file.
    """

    entries: Mapping[str, Attempts]
    path: Path

    @property
    def n_passed(self) -> int:
        """Number of exercises and questions that were passed."""
        return sum(entry.passed for entry in self.entries.values())

    def to_frame(self) -> pd.DataFrame:
        """One row for each exercise or question."""
        columns = [item.name for item in fields(Attempts)]
        rows = [asdict(self.entries[slug]) for slug in sorted(self.entries)]
        return pd.DataFrame(rows, columns=columns, index=pd.Index(sorted(self.entries), name="id"))

    def to_csv(self, path: str | os.PathLike[str] | None = None) -> str:
        """The table as CSV text, written to a file where a path is given."""
        return write_text(self.to_frame().to_csv(lineterminator="\n"), path)

    def to_json(self, path: str | os.PathLike[str] | None = None) -> str:
        """The record as JSON text, written to a file where a path is given."""
        return write_text(_as_json(self.entries), path)

    def __str__(self) -> str:
        if not self.entries:
            return "nothing handed in yet"
        lines = [f"{self.n_passed} of {len(self.entries)} passed"]
        lines += [
            f"  {'passed' if entry.passed else 'open  '}  {slug}  ({entry.attempts} attempt"
            f"{'' if entry.attempts == 1 else 's'})"
            for slug, entry in sorted(self.entries.items())
        ]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"


def progress(path: str | os.PathLike[str] | None = None) -> Progress:
    """What you have tried and passed so far, from the local record.

    Parameters
    ----------
    path : path-like, optional
        The file. Default: :func:`record_path`.

    Returns
    -------
    Progress
        Print it, or export it with ``to_csv`` and ``to_json``.

    Examples
    --------
    >>> progress("no-such-file.json")
    nothing handed in yet
    """
    where = record_path() if path is None else Path(path)
    return Progress(_read(where), where)


def record_path() -> Path:
    """The file of the record: ``LEARNMR_PROGRESS``, else ``learnmr/progress.json`` in the user's data folder."""
    if os.environ.get("LEARNMR_PROGRESS"):
        return Path(os.environ["LEARNMR_PROGRESS"])
    home = Path.home()
    folders = {
        "Windows": Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local"),
        "Darwin": home / "Library" / "Application Support",
    }
    other = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return folders.get(platform.system(), other) / "learnmr" / "progress.json"


def note_attempt(slug: str, *, score: float, passed: bool, started: bool = True) -> Attempts:
    """Note an attempt and return what is known of the exercise now; never raises for want of a disk.

    Parameters
    ----------
    slug : str
        The exercise or question.
    score : float
        From 0 to 1.
    passed : bool
        Whether it passed.
    started : bool
        False for a stub, which is noted but does not count as an attempt.

    Returns
    -------
    Attempts
        After this attempt.
    """
    path = record_path()
    entries = _read(path)
    old = entries.get(slug, Attempts())
    new = replace(
        old,
        attempts=old.attempts + started,
        best_score=max(old.best_score, float(score)),
        passed=old.passed or passed,
        failed_since_passed=0 if passed else old.failed_since_passed + started,
        first_passed=old.first_passed or (datetime.now(UTC).isoformat(timespec="seconds") if passed else None),
    )
    entries[slug] = new
    try:
        write_text(_as_json(entries), path)
        _unwritten.pop(path, None)
    except OSError:
        _unwritten[path] = entries
    return new


def _read(path: Path) -> dict[str, Attempts]:
    """The record, empty where there is none; a damaged file is moved aside."""
    if path in _unwritten:
        return dict(_unwritten[path])
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        if isinstance(error, UnicodeDecodeError):
            _move_aside(path)
        return {}
    try:
        return {str(slug): _attempts(raw) for slug, raw in json.loads(text)["entries"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        _move_aside(path)
        return {}


def _attempts(raw: Mapping[str, Any]) -> Attempts:
    """One entry; fields of a newer version are passed over."""
    return Attempts(
        attempts=int(raw["attempts"]),
        best_score=float(raw["best_score"]),
        passed=bool(raw["passed"]),
        failed_since_passed=int(raw.get("failed_since_passed", 0)),
        first_passed=raw.get("first_passed"),
    )


def _move_aside(path: Path) -> None:
    """Keep a damaged record under another name."""
    try:
        path.replace(path.with_suffix(".damaged.json"))
    except OSError:
        return


def _as_json(entries: Mapping[str, Attempts]) -> str:
    document = {"schema": _SCHEMA, "entries": {slug: asdict(entry) for slug, entry in entries.items()}}
    return json.dumps(document, indent=1, sort_keys=True) + "\n"
