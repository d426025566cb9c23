"""The log of trials: nothing is lost, nothing of the caller's is kept or changed."""

from __future__ import annotations

import io
import math
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from learnmr.course.trials import TrialLog, load_trials


def a_log() -> TrialLog:
    log = TrialLog(minimise="val_loss")
    log.add({"layers": [8, 8], "rate": 0.1}, {"val_loss": 0.4, "loss": 0.1}, seconds=1.0, history={"loss": [1, 0.1]})
    log.add({"layers": [8], "rate": 0.01}, {"val_loss": 0.2}, seconds=2.0, note="less is more")
    log.add({"layers": [8], "rate": 10.0}, {"val_loss": math.nan}, note="diverged")
    return log


def test_the_best_is_the_smallest_finite_score() -> None:
    assert a_log().best().number == 2
    assert a_log().best().note == "less is more"


def test_the_table_has_a_row_a_trial_and_goes_out_as_csv(tmp_path: Path) -> None:
    log = a_log()
    frame = log.to_frame()
    assert list(frame.index) == [1, 2, 3]
    log.to_csv(tmp_path / "trials.csv")
    again = pd.read_csv(tmp_path / "trials.csv", index_col="trial")
    np.testing.assert_allclose(again["val_loss"], frame["val_loss"])
    assert pd.read_csv(io.StringIO(log.to_csv())).shape[0] == 3


def test_a_saved_log_comes_back_whole(tmp_path: Path) -> None:
    log = a_log()
    log.to_json(tmp_path / "trials.json")
    again = load_trials(tmp_path / "trials.json")
    assert again.to_json() == log.to_json()
    assert math.isnan(list(again)[2].scores["val_loss"])


def test_curves_are_ready_for_the_plot_of_histories() -> None:
    from learnmr.plots.learning import plot_history

    log = a_log()
    assert list(log.histories()) == ["1: layers [8, 8], rate 0.1"]
    assert plot_history(log.histories()).axes


def test_the_history_of_keras_is_taken_and_the_callers_arrays_are_copied() -> None:
    values = np.array([1.0, 0.5])
    log = TrialLog(minimise="loss")
    trial = log.add(
        {"layers": np.int64(2)}, {"loss": np.float32(0.5)}, history=SimpleNamespace(history={"loss": values})
    )
    values[:] = 0
    assert trial.history["loss"].tolist() == [1.0, 0.5]
    assert trial.settings["layers"] == 2
    with pytest.raises(ValueError, match="read-only"):
        trial.history["loss"][0] = 3


def test_the_log_shows_itself_best_first_and_empty_too() -> None:
    assert repr(TrialLog()) == "no trials yet"
    assert "<p>no trials yet</p>" in TrialLog()._repr_html_()
    shown = repr(a_log())
    assert shown.index("less is more") < shown.index("[8, 8]")
    assert "<table" in a_log()._repr_html_()


def test_careless_entries_are_refused() -> None:
    log = TrialLog(minimise="val_loss")
    with pytest.raises(ValueError, match=r"scores must hold 'val_loss', which is minimised, got \['loss'\]"):
        log.add({}, {"loss": 1.0})
    with pytest.raises(ValueError, match="setting 'f' must be text, a number, a truth value or a list, got function"):
        log.add({"f": lambda: 1}, {"val_loss": 1.0})
    with pytest.raises(ValueError, match="setting 'rate' must be finite, got nan"):
        log.add({"rate": math.nan}, {"val_loss": 1.0})
    with pytest.raises(ValueError, match=r"seconds must be >= 0 s, got -1"):
        log.add({}, {"val_loss": 1.0}, seconds=-1)
    with pytest.raises(ValueError, match="a log must hold a trial with a finite 'val_loss', got 0 trials"):
        log.best()
    assert len(log) == 0


@pytest.mark.parametrize("content", ["", "[]", '{"minimise": "a"}', '{"minimise": "a", "trials": [{}]}'])
def test_a_file_that_is_no_log_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "trials.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"trials\.json must be a log of trials"):
        load_trials(path)
