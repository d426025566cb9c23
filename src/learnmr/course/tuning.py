"""Was a search for good settings carried out well? Properties of a log of trials, for homework and exams.

A log is judged on its method: how many trials, one change at a time, a repetition with another seed, the choice by
``val_loss`` and not by the test. It may be a :class:`~learnmr.course.trials.TrialLog`, or the rows of one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .exercises import Property
from .misconceptions import MISCONCEPTIONS

__all__ = [
    "TriedSettings",
    "at_least",
    "best_settings",
    "better_than_first",
    "chosen_by",
    "method_properties",
    "one_at_a_time",
    "repeated",
    "scored",
    "test_kept",
    "tried",
    "within",
]

_SEED = "seed"
#: in a flat row: what is a score, by its name
_SCORE_WORDS = ("loss", "error", "accuracy", "test")
_NEITHER = ("seconds", "note", "trial", "number")


@dataclass(frozen=True)
class TriedSettings:
    """One trial of a log, whatever kind of log it came from.

    Parameters
    ----------
    number : int
        From 1.
    settings : mapping of str to object
        What was chosen, the seed with it.
    scores : mapping of str to float
        What came out.
    curves : mapping of str to sequence of float
        Curves over the epochs, where the log has them.
    """

    number: int
    settings: Mapping[str, Any]
    scores: Mapping[str, float]
    curves: Mapping[str, Any] = field(default_factory=dict)

    @property
    def without_seed(self) -> tuple[tuple[str, str], ...]:
        """The settings but the seed, in a form that can be compared."""
        return tuple(sorted((name, repr(value)) for name, value in self.settings.items() if name != _SEED))


def tried(log: Any) -> tuple[TriedSettings, ...]:
    """The trials of a log.

    Parameters
    ----------
    log : TrialLog, or list of mappings
        Rows hold ``settings`` and ``scores``, or everything side by side as ``TrialLog.to_frame`` has it.

    Returns
    -------
    tuple of TriedSettings
        In the order of the log.

    Raises
    ------
    TypeError
        If it is no log.
    ValueError
        If it is empty.

    Examples
    --------
    >>> tried([{"layers": 2, "seed": 1, "val_loss": 0.3}])[0].scores
    {'val_loss': 0.3}
    """
    if isinstance(log, str | Mapping) or not isinstance(log, Iterable):
        raise TypeError(f"trials must be a TrialLog, or a list of its rows, got {type(log).__name__}")
    trials = tuple(_one(number, row) for number, row in enumerate(log, start=1))
    if not trials:
        raise ValueError("the log of trials is empty")
    return trials


def _one(number: int, row: Any) -> TriedSettings:
    """One trial from an object with settings and scores, a mapping of both, or a flat row."""
    if isinstance(row, Mapping):
        if "settings" in row:
            return TriedSettings(
                number, dict(row["settings"]), _numbers(row.get("scores") or {}), dict(row.get("history") or {})
            )
        scores = {name: value for name, value in row.items() if any(word in name for word in _SCORE_WORDS)}
        settings = {name: value for name, value in row.items() if name not in scores and name not in _NEITHER}
        return TriedSettings(number, settings, _numbers(scores))
    if not (hasattr(row, "settings") and hasattr(row, "scores")):
        raise TypeError(f"trials must be a TrialLog, or a list of its rows, got a list of {type(row).__name__}")
    return TriedSettings(number, dict(row.settings), _numbers(row.scores), dict(getattr(row, "history", None) or {}))


def _numbers(scores: Mapping[str, Any]) -> dict[str, float]:
    """Scores as numbers; None is a training that diverged."""
    return {str(name): math.nan if value is None else float(value) for name, value in scores.items()}


def _changes(one: TriedSettings, other: TriedSettings) -> int:
    """Number of settings in which two trials differ, the seed among them."""
    names = {*one.settings, *other.settings}
    return sum(repr(one.settings.get(name)) != repr(other.settings.get(name)) for name in names)


def at_least(log: Any, n: int) -> bool | str:
    """So many trials, and not the same one again and again."""
    trials = tried(log)
    different = len({(trial.without_seed, repr(trial.settings.get(_SEED))) for trial in trials})
    return different >= n or f"there are {different} different trials; {n} are expected"


def within(log: Any, budget: int) -> bool | str:
    """The budget was kept."""
    return len(tried(log)) <= budget or f"there are {len(tried(log))} trials; the budget is {budget}"


def one_at_a_time(log: Any, part: float = 0.7) -> bool | str:
    """Most trials differ from some earlier one in a single setting: else nobody can say what helped."""
    trials = tried(log)
    if len(trials) < 2:
        return "one trial alone compares with nothing"
    several = [
        trial.number
        for place, trial in enumerate(trials[1:], start=1)
        if min(_changes(trial, earlier) for earlier in trials[:place]) > 1
    ]
    if len(several) <= (1 - part) * (len(trials) - 1) + 1e-9:
        return True
    named = ", ".join(map(str, several))
    return f"in trial {named} more than one setting is new. {MISCONCEPTIONS['two_knobs_at_once']}"


def repeated(log: Any) -> bool | str:
    """The same settings with another seed, at least once: luck is measured."""
    seen: dict[tuple[tuple[str, str], ...], set[str]] = {}
    for trial in tried(log):
        seen.setdefault(trial.without_seed, set()).add(repr(trial.settings.get(_SEED)))
    return any(len(seeds) > 1 for seeds in seen.values()) or MISCONCEPTIONS["one_seed_trusted"]


def scored(log: Any, *names: str) -> bool | str:
    """Every trial has these scores, and they are not all the same number."""
    trials = tried(log)
    for name in names:
        missing = [str(trial.number) for trial in trials if name not in trial.scores]
        if missing:
            return f"trial {', '.join(missing)} has no {name}"
    if len(names) > 1 and all(trial.scores[names[0]] == trial.scores[names[1]] for trial in trials):
        return f"{names[0]} and {names[1]} are the same everywhere. {MISCONCEPTIONS['test_seen_in_training']}"
    return True


def test_kept(log: Any) -> bool | str:
    """The test was looked at once at most."""
    looked = sum(any("test" in name for name in trial.scores) for trial in tried(log))
    return looked <= 1 or f"{looked} trials have a score of the test. {MISCONCEPTIONS['chosen_by_test']}"


test_kept.__test__ = False  # type: ignore[attr-defined]  # not for pytest, in spite of its name


def best_settings(log: Any, score: str = "val_loss") -> TriedSettings:
    """The trial with the smallest finite score.

    Raises
    ------
    ValueError
        If there is none.
    """
    finite = [trial for trial in tried(log) if math.isfinite(trial.scores.get(score, math.nan))]
    if not finite:
        raise ValueError(f"no trial has a finite {score}")
    return min(finite, key=lambda trial: trial.scores[score])


def better_than_first(log: Any, factor: float, score: str = "val_loss") -> bool | str:
    """The search led somewhere."""
    first = tried(log)[0].scores.get(score, math.nan)
    if not math.isfinite(first):
        return f"the first trial must have a finite {score}, to compare with"
    gain = first / best_settings(log, score).scores[score]
    return (
        gain >= factor or f"the best {score} is better than the first by a factor of {gain:.3g}; {factor} is expected"
    )


def chosen_by(log: Any, measured: float, score: str = "val_loss", *, relative: float = 0.02) -> bool | str:
    """The network that is handed in has the score that the log says of the best settings (with whatever seed).

    Parameters
    ----------
    log : TrialLog, or list of mappings
        The log.
    measured : float
        The same score, measured again on the network that is handed in.
    score : str
        The score that decides.
    relative : float
        How well both must agree.

    Returns
    -------
    bool or str
        True, or what is wrong.
    """
    best = best_settings(log, score)
    noted = [trial.scores[score] for trial in tried(log) if trial.without_seed == best.without_seed]
    if any(abs(measured - value) <= relative * abs(value) + 1e-4 for value in noted):
        return True
    return (
        f"the network handed in has a {score} of {measured:.4g}; the best settings of the log, trial {best.number}, "
        f"have {', '.join(f'{value:.4g}' for value in noted)}"
    )


def method_properties(
    *, least: int, budget: int, scores: tuple[str, ...] = ("loss", "val_loss"), find: Callable[[Any], Any] | None = None
) -> tuple[Property, ...]:
    """The properties of a search that was carried out well, without the result.

    Parameters
    ----------
    least, budget : int
        Smallest and largest number of trials.
    scores : tuple of str
        What every trial must have.
    find : callable, optional
        The log in the answer. Default: ``answer["trials"]``.

    Returns
    -------
    tuple of Property
        For an exercise that is not personal; they take a keyword ``key`` all the same.
    """
    of = find or (lambda answer: answer["trials"])
    return (
        Property(f"at least {least} different trials", lambda answer, **_: at_least(of(answer), least)),
        Property(f"no more than {budget} trials", lambda answer, **_: within(of(answer), budget)),
        Property(f"every trial has {' and '.join(scores)}", lambda answer, **_: scored(of(answer), *scores)),
        Property("most trials change one setting only", lambda answer, **_: one_at_a_time(of(answer))),
        Property("one trial is repeated with another seed", lambda answer, **_: repeated(of(answer))),
        Property("the test is not used to choose", lambda answer, **_: test_kept(of(answer))),
    )
