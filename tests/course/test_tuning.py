"""The method of a search for good settings, read from its log."""

from __future__ import annotations

import math
from typing import Any

import pytest

from learnmr.course.exercises import Property
from learnmr.course.misconceptions import MISCONCEPTIONS
from learnmr.course.trials import TrialLog
from learnmr.course.tuning import (
    at_least,
    best_settings,
    better_than_first,
    chosen_by,
    method_properties,
    one_at_a_time,
    repeated,
    scored,
    test_kept,
    tried,
    within,
)

START = {"layers": [32], "rate": 0.01, "l2": 0.0, "seed": 1}


def log_of(*changes: dict[str, Any], scores: tuple[float, ...] = ()) -> TrialLog:
    """A log: each trial is START with a change."""
    log = TrialLog(minimise="val_loss")
    for place, change in enumerate(changes):
        val_loss = scores[place] if scores else 1.0 / (place + 1)
        log.add(START | change, {"loss": 0.5 * val_loss, "val_loss": val_loss}, seconds=1.0)
    return log


CLEAN = log_of({}, {"l2": 0.1}, {"rate": 0.1}, {"layers": [64]}, {"seed": 2})


def verdicts(log: Any, **keywords: Any) -> list[bool | str]:
    """What each property says."""
    properties = method_properties(least=4, budget=6, **keywords)
    assert all(isinstance(one, Property) for one in properties)
    return [one.holds({"trials": log}, key="anything") for one in properties]


def test_a_clean_search_has_all_properties_in_every_form_of_log() -> None:
    assert verdicts(CLEAN) == [True] * 6
    rows = [{"settings": dict(trial.settings), "scores": dict(trial.scores)} for trial in CLEAN]
    assert verdicts(rows) == [True] * 6
    assert verdicts(CLEAN.to_frame().to_dict("records")) == [True] * 6


def test_too_few_too_many_and_the_same_again_are_noticed() -> None:
    assert at_least(log_of({}, {}, {}), 2) == "there are 1 different trials; 2 are expected"
    assert within(CLEAN, 4) == "there are 5 trials; the budget is 4"


def test_two_knobs_at_once_are_allowed_now_and_then_only() -> None:
    both = {"l2": 0.1, "rate": 0.1}
    assert (
        one_at_a_time(log_of({}, {"l2": 0.1}, {"rate": 0.2}, both | {"layers": [1], "seed": 5}, {"layers": [2]}))
        is True
    )
    told = one_at_a_time(log_of({}, both, both | {"layers": [9], "seed": 3}))
    assert isinstance(told, str)
    assert "trial 2, 3" in told
    assert MISCONCEPTIONS["two_knobs_at_once"] in told
    assert one_at_a_time(log_of({})) == "one trial alone compares with nothing"


def test_a_change_from_any_earlier_trial_counts_as_one() -> None:
    assert one_at_a_time(log_of({}, {"l2": 0.1}, {"l2": 0.1, "rate": 0.1}, {"rate": 0.1})) is True


def test_luck_must_be_measured_once() -> None:
    assert repeated(CLEAN) is True
    assert repeated(log_of({}, {"l2": 0.1}, {"l2": 0.2, "seed": 2})) == MISCONCEPTIONS["one_seed_trusted"]


def test_scores_must_be_there_and_not_be_copies() -> None:
    assert scored(CLEAN, "loss", "val_loss") is True
    assert scored(CLEAN, "accuracy") == "trial 1, 2, 3, 4, 5 has no accuracy"
    copies = [{"rate": rate, "loss": 1.0, "val_loss": 1.0} for rate in (1, 2)]
    assert MISCONCEPTIONS["test_seen_in_training"] in str(scored(copies, "loss", "val_loss"))


def test_the_test_is_looked_at_once() -> None:
    once = [{"rate": 1, "val_loss": 1.0}, {"rate": 2, "val_loss": 1.0, "test_loss": 2.0}]
    assert test_kept(once) is True
    assert MISCONCEPTIONS["chosen_by_test"] in str(test_kept([*once, once[1]]))


def test_the_best_is_by_finite_val_loss_and_seeds_of_it_count() -> None:
    log = log_of({}, {"rate": 0.1}, {"rate": 0.1, "seed": 2}, scores=(1.0, 0.2, 0.3))
    log.add(START | {"rate": 9.0}, {"val_loss": math.nan})
    assert best_settings(log).number == 2
    assert chosen_by(log, 0.2) is True
    assert chosen_by(log, 0.301) is True  # the same settings, another seed
    assert "trial 2, have 0.2, 0.3" in str(chosen_by(log, 1.0))
    assert better_than_first(log, 4.9) is True
    assert "by a factor of 5; 6 is expected" in str(better_than_first(log, 6))
    with pytest.raises(ValueError, match="no trial has a finite val_loss"):
        best_settings([{"rate": 1.0}])
    assert "must have a finite val_loss" in str(better_than_first([{"rate": 1.0}], 2))


@pytest.mark.parametrize("log", [None, 7, "log", {"a": 1}, [1, 2], [None]])
def test_what_is_no_log_is_refused(log: Any) -> None:
    with pytest.raises(TypeError, match="trials must be a TrialLog"):
        tried(log)


def test_an_empty_log_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        tried(TrialLog())
