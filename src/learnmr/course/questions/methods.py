"""What a log of trials says about the method: a baseline, one change at a time, repeated seeds, a test used once.

A row has ``model`` (``"linear"`` for the baseline), the settings that were varied, ``seed``, ``val_loss`` and, where
the test data were used, ``test_loss``. Everything that is not one of :data:`RESERVED` is a setting.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..exercises import Property

__all__ = [
    "RESERVED",
    "baseline_stated",
    "best_repeated",
    "one_at_a_time",
    "rate_searched",
    "settings_of",
    "test_used_once",
]

#: keys of a row that are no settings
RESERVED = frozenset({"model", "seed", "loss", "val_loss", "test_loss", "seconds", "note", "trial", "number"})

Rows = Sequence[dict[str, Any]]
Settings = frozenset[tuple[str, str]]


def settings_of(row: dict[str, Any]) -> Settings:
    """What was chosen in a trial, comparable.

    Examples
    --------
    >>> settings_of({"rate": 0.1, "seed": 3, "val_loss": 0.2}) == settings_of({"rate": "1e-1", "seed": 4})
    True
    """
    return frozenset((key, _text(value)) for key, value in row.items() if key not in RESERVED)


def baseline_stated() -> Property:
    """A row of the simplest method."""

    def holds(rows: Rows) -> bool | str:
        stated = any(_is_baseline(row) and _number(row, "val_loss") is not None for row in rows)
        return stated or 'there is no row with model "linear" and a val_loss'

    return Property("the log states the val_loss of the linear baseline", holds)


def one_at_a_time(*, least: int = 3) -> Property:
    """Each new configuration differs from an earlier one in a single setting."""

    def holds(rows: Rows) -> bool | str:
        tried = list(dict.fromkeys(settings_of(row) for row in rows if not _is_baseline(row)))
        if len(tried) < least:
            return f"there are {len(tried)} different configurations, {least} are asked for"
        for number, settings in enumerate(tried[1:], start=1):
            if not any(_differences(settings, earlier) == 1 for earlier in tried[:number]):
                return "two settings were changed at once"
        return True

    return Property(f"at least {least} configurations were tried, one setting changed at a time", holds)


def best_repeated(*, seeds: int = 3) -> Property:
    """The configuration with the best mean was trained from several seeds."""

    def holds(rows: Rows) -> bool | str:
        best = _best(rows)
        if best is None:
            return "no trained configuration has a val_loss"
        used = {_text(row["seed"]) for row in rows if _trained_as(row, best) and "seed" in row}
        return len(used) >= seeds or f"the one with the smallest mean val_loss was trained from {len(used)} seeds"

    return Property(f"the configuration with the smallest mean val_loss was trained from at least {seeds} seeds", holds)


def test_used_once() -> Property:
    """The test data judged the chosen configuration, and no other."""

    def holds(rows: Rows) -> bool | str:
        best = _best(rows)
        tested = {settings_of(row) for row in rows if _number(row, "test_loss") is not None and not _is_baseline(row)}
        if best is None or not tested:
            return "no row has a test_loss"
        if len(tested) > 1:
            return f"{len(tested)} configurations have a test_loss"
        return tested == {best} or "the one with a test_loss has not the smallest mean val_loss"

    return Property("the test data were used for one configuration only, the one that was chosen by val_loss", holds)


test_used_once.__test__ = False  # type: ignore[attr-defined]  # its name begins as that of a test does


def rate_searched(key: str = "rate", *, least: int = 5, decades: float = 2.0) -> Property:
    """Learning rates over decades, everything else the same, and the best one inside."""

    def holds(rows: Rows) -> bool | str:
        families: dict[Settings, dict[float, list[float]]] = {}
        for row in rows:
            rate = _number(row, key)
            if rate is not None and rate > 0 and not _is_baseline(row):
                others = frozenset(item for item in settings_of(row) if item[0] != key)
                families.setdefault(others, {}).setdefault(rate, []).append(_loss(row))
        search = max(families.values(), key=len, default={})
        rates = sorted(search)
        if len(rates) < least:
            return f"{len(rates)} rates were tried with everything else the same"
        if math.log10(rates[-1] / rates[0]) < decades - 1e-9:
            return "the rates lie too near each other"
        best = min(rates, key=lambda rate: float(np.mean(search[rate])))
        return best not in (rates[0], rates[-1]) or "the best rate is the last one of the range"

    return Property(
        f"at least {least} learning rates over at least {decades:g} decades were tried, everything else the same, and "
        "the best one is neither the smallest nor the largest",
        holds,
    )


def _best(rows: Rows) -> Settings | None:
    """The trained configuration with the smallest mean val_loss."""
    losses: dict[Settings, list[float]] = {}
    for row in rows:
        if not _is_baseline(row) and settings_of(row):
            losses.setdefault(settings_of(row), []).append(_loss(row))
    means = {settings: float(np.mean(values)) for settings, values in losses.items()}
    finite = {settings: mean for settings, mean in means.items() if math.isfinite(mean)}
    return min(finite, key=lambda settings: finite[settings]) if finite else None


def _loss(row: dict[str, Any]) -> float:
    """The val_loss of a trial; infinite where it diverged or is missing."""
    loss = _number(row, "val_loss")
    return math.inf if loss is None else loss


def _trained_as(row: dict[str, Any], settings: Settings) -> bool:
    return not _is_baseline(row) and settings_of(row) == settings


def _is_baseline(row: dict[str, Any]) -> bool:
    return str(row.get("model", "")).strip().lower() in ("linear", "baseline")


def _number(row: dict[str, Any], key: str) -> float | None:
    """A finite number of a row, also as text, else None."""
    try:
        value = float(row[key])
    except (KeyError, TypeError, ValueError):
        return None
    return value if math.isfinite(value) else None


def _text(value: Any) -> str:
    """A setting as text, numbers without regard to how they are written."""
    try:
        return f"{float(value):.9g}"
    except (TypeError, ValueError):
        return str(value).strip().lower()


def _differences(one: Settings, other: Settings) -> int:
    """In how many settings two configurations differ."""
    first, second = dict(one), dict(other)
    return sum(first.get(key) != second.get(key) for key in first.keys() | second.keys())
