"""The log of tried configurations: what was set, what came out, how long it took.

Part of the hand-in of a homework, and the memory of a search for good settings: an unlogged trial is a trial lost.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..writing import write_text

__all__ = ["Trial", "TrialLog", "load_trials"]

_SCHEMA = 1
_PLAIN = (str, int, float, bool, type(None))


@dataclass(frozen=True, eq=False)
class Trial:
    """One tried configuration.

    Parameters
    ----------
    number : int
        From 1, in the order of the trials.
    settings : mapping of str to (str, int, float, bool, None, or a list of them)
        What was chosen.
    scores : mapping of str to float
        What came out; NaN for a training that diverged.
    seconds : float or None
        How long it took.
    note : str
        Why it was tried, or what was seen.
    history : mapping of str to numpy.ndarray
        Curves over the epochs, e.g. ``loss`` and ``val_loss``.
    """

    number: int
    settings: Mapping[str, Any]
    scores: Mapping[str, float]
    seconds: float | None = None
    note: str = ""
    history: Mapping[str, NDArray[np.float64]] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """Short name for legends: number and settings."""
        return f"{self.number}: " + ", ".join(f"{key} {_short(value)}" for key, value in self.settings.items())


class TrialLog:
    """A growing list of trials; shows itself as a table.

    Parameters
    ----------
    minimise : str
        The score that decides which trial is the best; smaller is better.

    Examples
    --------
    >>> log = TrialLog(minimise="val_loss")
    >>> _ = log.add({"layers": 1}, {"val_loss": 0.4}, seconds=1.0)
    >>> _ = log.add({"layers": 2}, {"val_loss": 0.2}, seconds=2.0)
    >>> log.best().settings["layers"]
    2
    """

    def __init__(self, *, minimise: str = "val_loss") -> None:
        self.minimise = minimise
        self._trials: list[Trial] = []

    def add(
        self,
        settings: Mapping[str, Any],
        scores: Mapping[str, float],
        *,
        seconds: float | None = None,
        note: str = "",
        history: Mapping[str, ArrayLike] | Any = None,
    ) -> Trial:
        """Note a trial.

        Parameters
        ----------
        settings : mapping
            What was chosen: text, numbers, truth values, or lists of them.
        scores : mapping of str to float
            What came out; must hold the score that is minimised.
        seconds : float, optional
            How long it took.
        note : str
            Anything worth remembering.
        history : mapping of str to array_like, optional
            Curves; the ``History`` that Keras' ``fit`` returns will do.

        Returns
        -------
        Trial
            What was noted. The caller's mappings are copied.

        Raises
        ------
        ValueError
            If the score is missing, or a setting is not plain.
        """
        if self.minimise not in scores:
            raise ValueError(f"scores must hold {self.minimise!r}, which is minimised, got {sorted(scores)}")
        if seconds is not None and not seconds >= 0:
            raise ValueError(f"seconds must be >= 0 s, got {seconds!r}")
        curves = getattr(history, "history", history) or {}
        trial = Trial(
            number=len(self._trials) + 1,
            settings=MappingProxyType({str(key): _plain(key, value) for key, value in settings.items()}),
            scores=MappingProxyType({str(key): float(value) for key, value in scores.items()}),
            seconds=None if seconds is None else float(seconds),
            note=str(note),
            history=MappingProxyType({str(key): _curve(values) for key, values in curves.items()}),
        )
        self._trials.append(trial)
        return trial

    def __len__(self) -> int:
        return len(self._trials)

    def __iter__(self) -> Iterator[Trial]:
        return iter(tuple(self._trials))

    def best(self) -> Trial:
        """The trial with the smallest finite score; the earliest of equals.

        Raises
        ------
        ValueError
            If no trial has a finite score.
        """
        finite = [trial for trial in self._trials if math.isfinite(trial.scores[self.minimise])]
        if not finite:
            raise ValueError(f"a log must hold a trial with a finite {self.minimise!r}, got {len(self)} trials")
        return min(finite, key=lambda trial: trial.scores[self.minimise])

    def to_frame(self) -> pd.DataFrame:
        """One row a trial: settings, scores, seconds, note; a column that a trial does not have is empty."""
        rows = [
            {**trial.settings, **trial.scores, "seconds": trial.seconds, "note": trial.note} for trial in self._trials
        ]
        return pd.DataFrame(rows, index=pd.Index([trial.number for trial in self._trials], name="trial"))

    def to_csv(self, path: str | os.PathLike[str] | None = None) -> str:
        """The table as CSV text, written to a file where a path is given."""
        return write_text(self.to_frame().to_csv(lineterminator="\n"), path)

    def to_json(self, path: str | os.PathLike[str] | None = None) -> str:
        """Everything, curves too, as strict JSON text; :func:`load_trials` reads it back."""
        trials = [
            {
                "settings": dict(trial.settings),
                "scores": {key: _finite(value) for key, value in trial.scores.items()},
                "seconds": trial.seconds,
                "note": trial.note,
                "history": {key: [_finite(value) for value in values] for key, values in trial.history.items()},
            }
            for trial in self._trials
        ]
        document = {"schema": _SCHEMA, "minimise": self.minimise, "trials": trials}
        return write_text(json.dumps(document, indent=1, allow_nan=False, ensure_ascii=False) + "\n", path)

    def histories(self) -> dict[str, dict[str, NDArray[np.float64]]]:
        """Curves by the name of the trial, as ``learnmr.plots.plot_history`` takes them."""
        return {trial.name: dict(trial.history) for trial in self._trials if trial.history}

    def __repr__(self) -> str:
        return self._sorted().to_string() if self._trials else "no trials yet"

    def _repr_html_(self) -> str:
        return self._sorted().to_html(na_rep="") if self._trials else "<p>no trials yet</p>"

    def _sorted(self) -> pd.DataFrame:
        """The table, best first."""
        return self.to_frame().sort_values(self.minimise, kind="stable")


def load_trials(path: str | os.PathLike[str]) -> TrialLog:
    """Read a log that :meth:`TrialLog.to_json` wrote.

    Raises
    ------
    ValueError
        If the file is not such a log.
    """
    try:
        document = json.loads(Path(path).read_text(encoding="utf-8"))
        log = TrialLog(minimise=str(document["minimise"]))
        for trial in document["trials"]:
            log.add(
                trial["settings"],
                {key: _number(value) for key, value in trial["scores"].items()},
                seconds=trial["seconds"],
                note=trial["note"],
                history={key: [_number(value) for value in values] for key, values in trial["history"].items()},
            )
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"{Path(path).name} must be a log of trials, got {type(error).__name__}: {error}") from error
    return log


def _plain(name: Any, value: Any) -> Any:
    """A setting in terms of JSON."""
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(name, item) for item in value]
    if not isinstance(value, _PLAIN):
        raise ValueError(
            f"setting {name!r} must be text, a number, a truth value or a list, got {type(value).__name__}"
        )
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"setting {name!r} must be finite, got {value!r}")
    return value


def _curve(values: Any) -> NDArray[np.float64]:
    """A curve, copied and read-only."""
    curve = np.array(values, dtype=float)
    curve.flags.writeable = False
    return curve


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
