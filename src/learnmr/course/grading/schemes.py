"""The mark scheme: points of each exercise, what hidden checks and lateness are worth; a TOML file, or the default.

.. code-block:: toml

   [points]                       # all others are worth 1 point
   "m1.homework1.folded" = 3

   [by_hand]                      # marked by people; a column for each stands in by_hand.csv
   discussion = 4

   [rules]
   hidden = 0.5                   # part of an exercise that rests on its hidden checks, where it has some
   partial = true                 # false: all or nothing
   digits = 2

   [late]
   deadline = 2026-12-01T23:59:00
   grace_minutes = 15
   penalty_per_day = 0.1          # part of the points that is lost with each day that was begun
   days = 5                       # after that, nothing counts
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

__all__ = ["Scheme", "days_late", "read_scheme"]

_RULES = {"hidden": float, "partial": bool, "digits": int}
_LATE = {"deadline": datetime, "grace_minutes": float, "penalty_per_day": float, "days": int}


@dataclass(frozen=True)
class Scheme:
    """How answers become points.

    Parameters
    ----------
    points : mapping of str to float
        Points of exercises or labels; of others ``default``.
    by_hand : mapping of str to float
        What people mark, and its points.
    default : float
        Points of what is not named.
    hidden : float
        Part of an exercise that rests on its hidden checks, from 0 to 1.
    partial : bool
        Whether some points are given for some properties.
    digits : int
        Decimals of points.
    deadline : datetime or None
        Local time.
    grace_minutes, penalty_per_day, days : float
        Lateness that is overlooked; part of the points lost for each day begun; days after which nothing counts.

    Raises
    ------
    ValueError
        If a number breaks a rule.
    """

    points: Mapping[str, float] = field(default_factory=dict)
    by_hand: Mapping[str, float] = field(default_factory=dict)
    default: float = 1.0
    hidden: float = 0.5
    partial: bool = True
    digits: int = 2
    deadline: datetime | None = None
    grace_minutes: float = 15.0
    penalty_per_day: float = 0.1
    days: int = 7

    def __post_init__(self) -> None:
        for name, value in [*self.points.items(), *self.by_hand.items(), ("default", self.default)]:
            if not (math.isfinite(value) and value >= 0):
                raise ValueError(f"points of {name} must be >= 0, got {value!r}")
        for name in ("hidden", "penalty_per_day"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be from 0 to 1, got {getattr(self, name)!r}")
        for name in ("digits", "grace_minutes", "days"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must be >= 0, got {getattr(self, name)!r}")
        if self.deadline is not None and self.deadline.tzinfo is not None:  # to local time, as files have it
            object.__setattr__(self, "deadline", self.deadline.astimezone().replace(tzinfo=None))

    def worth(self, name: str) -> float:
        """Points of an exercise or question."""
        return float(self.points.get(name, self.default))

    def late_factor(self, days: int) -> float:
        """What is left of the points after so many days."""
        return 0.0 if days > self.days else max(0.0, 1.0 - self.penalty_per_day * days)

    def with_deadline(self, deadline: datetime | None) -> Scheme:
        """The same with another deadline, where one is given."""
        return self if deadline is None else replace(self, deadline=deadline)


def days_late(scheme: Scheme, submitted: datetime | None, *, marked: bool = False) -> int:
    """Days begun after the deadline; at least one where the platform marked it as late.

    Examples
    --------
    >>> scheme = Scheme(deadline=datetime(2026, 12, 1), grace_minutes=15)
    >>> [days_late(scheme, datetime(2026, 12, day, 0, minute)) for day, minute in ((1, 10), (1, 20), (2, 20))]
    [0, 1, 2]
    >>> days_late(Scheme(), None, marked=True)
    1
    """
    days = 0
    if scheme.deadline is not None and submitted is not None:
        over = submitted - scheme.deadline
        if over > timedelta(minutes=scheme.grace_minutes):
            days = math.ceil(over / timedelta(days=1))
    return max(days, int(marked))


def read_scheme(path: Path) -> Scheme:
    """Read a scheme.

    Raises
    ------
    ValueError
        If something in it is unknown or breaks a rule; the message names file and rule.
    OSError
        If it cannot be read.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: a scheme must be TOML, got {error}") from error
    unknown = sorted(set(document) - {"points", "by_hand", "rules", "late"})
    if unknown:
        raise ValueError(f"{path}: a scheme must have only points, by_hand, rules and late, got {', '.join(unknown)}")
    settings: dict[str, Any] = {}
    for table, known in (("rules", _RULES), ("late", _LATE)):
        for name, value in document.get(table, {}).items():
            kind = known.get(name)
            if kind is None:
                raise ValueError(f"{path}: {table} must have only {', '.join(known)}, got {name!r}")
            wanted = (int, float) if kind is float else (kind,)
            if not isinstance(value, wanted) or (isinstance(value, bool) and kind is not bool):
                raise ValueError(f"{path}: {table}.{name} must be of type {kind.__name__}, got {value!r}")
            settings[name] = value
    for table in ("points", "by_hand"):
        for name, value in document.get(table, {}).items():
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ValueError(f"{path}: points of {name} must be a number, got {value!r}")
        settings[table] = {name: float(value) for name, value in document.get(table, {}).items()}
    try:
        return Scheme(**settings)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
