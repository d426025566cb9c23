"""The homework sets: logs with networks as they are handed in, and answers that a student may come to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from learnmr.course.checking import CheckResult, examine
from learnmr.course.checks import m1_homework1, m1_homework2
from learnmr.course.checks.m1_parameters import draw_windows
from learnmr.course.exercises import find_exercise
from learnmr.course.misconceptions import MISCONCEPTIONS
from learnmr.course.personal import SELF_STUDY, personal_key
from learnmr.course.trials import TrialLog

KEYS = (SELF_STUDY, *(personal_key(bytes(range(16)), homework="m1.homework2", student=str(n)) for n in range(12)))


def looks(slug: str, answer: Any, key: str = SELF_STUDY) -> CheckResult:
    exercise = find_exercise(slug)
    assert exercise is not None
    return examine(exercise, answer, key=key)


class Oracle:
    """Knows all inputs that the checks use: a network that is as good as one likes."""

    def __init__(self, *sets: tuple[Any, Any], wrong: float = 0.0) -> None:
        self.answers = {
            row.tobytes(): value for inputs, values in sets for row, value in zip(inputs, values, strict=True)
        }
        self.wrong = wrong

    def predict(self, inputs: Any, verbose: int = 0) -> Any:
        return np.array([np.asarray(self.answers[row.tobytes()], dtype=float) + self.wrong for row in inputs])


def reader(certainty: float = 0.9, key: str = SELF_STUDY) -> Oracle:
    """Tells one line from two, with so much certainty."""
    sets = (m1_homework1.draw_decays(4000, 20261129), m1_homework1.validation_decays(key))
    return Oracle(*((decays, np.where(two > 0.5, certainty, 1 - certainty)) for decays, two in sets))


def search(val_loss: float, *changes: dict[str, Any], best: int = -2) -> TrialLog:
    """A log with the settings of homework 1, or others; the trial ``best`` has the val_loss."""
    start = {"view": "decay", "layers": [32], "rate": 0.003, "seed": 1}
    changes = changes or (
        {},
        {"view": "spectrum"},
        {"view": "magnitude"},
        {"view": "window"},
        {"view": "window", "layers": [64]},
        {"view": "window", "layers": [64], "rate": 0.01},
        {"view": "window", "layers": [64, 64]},
        {"view": "window", "layers": [64, 64], "seed": 2},
    )
    log = TrialLog(minimise="val_loss")
    for place, change in enumerate(changes):
        value = val_loss if place == len(changes) + best else val_loss * (4 - place / len(changes))
        log.add(start | change, {"loss": 0.5 * value, "val_loss": value})
    return log


VAL_LOSS = -np.log(0.9)


def test_a_clean_search_with_its_network_passes_for_every_key() -> None:
    for key in KEYS[:2]:
        result = looks("m1.homework1.tune", {"trials": search(VAL_LOSS), "network": reader(key=key)}, key)
        assert result.passed, str(result)


def tune(**changes: Any) -> str:
    return str(looks("m1.homework1.tune", {"trials": search(VAL_LOSS), "network": reader()} | changes))


def test_what_a_log_lacks_is_said() -> None:
    assert "8 are expected" in tune(trials=search(VAL_LOSS, {}, {"view": "window"}, {"view": "magnitude"}))
    assert "in at least three ways" in tune(trials=search(VAL_LOSS, *({"rate": 0.1**n} for n in range(8))))
    assert MISCONCEPTIONS["one_seed_trusted"] in tune(trials=search(VAL_LOSS, *({"rate": 0.1**n} for n in range(8))))
    assert "the budget is 12" in tune(trials=search(VAL_LOSS, *({"seed": n} for n in range(13))))
    assert "TypeError: trials must be a TrialLog" in tune(trials=7)


def test_another_network_than_the_chosen_one_is_noticed() -> None:
    told = tune(network=reader(0.8))
    assert "the network handed in has a val_loss of 0.2231" in told
    assert "trial 7, have 0.1054" in told


def test_a_network_that_guesses_fails_on_fresh_decays() -> None:
    told = tune(network=lambda decays: np.full(len(decays), 0.4))
    assert "50.0 % of fresh decays are taken for the other kind" in told
    assert "one probability, from 0 to 1" in tune(network=lambda decays: np.full(len(decays), 7.0))


def test_views_keep_what_they_promise() -> None:
    decays, _ = m1_homework1.draw_decays(6, seed=3)
    turned = m1_homework1._stacked(2.5 * np.exp(0.7j) * m1_homework1._complex(decays))
    assert np.allclose(m1_homework1.VIEWS["window"](decays), m1_homework1.VIEWS["window"](turned), atol=1e-4)
    magnitude = m1_homework1.VIEWS["magnitude"]
    assert np.allclose(2.5 * magnitude(decays), magnitude(turned), rtol=1e-3)
    assert m1_homework1.wrong_part(m1_homework1.width_rule()) < 0.4
    with pytest.raises(ValueError, match="view must be among decay, spectrum, magnitude, window, got 'x'"):
        m1_homework1.Reader("x", None)


def line_reader(key: str = SELF_STUDY, wrong: float = 0.05) -> Oracle:
    """Reads windows with a small error."""
    sets = (m1_homework2.validation_windows(key), m1_homework2.training_windows(key), draw_windows(2000, 2_000_005)[:2])
    return Oracle(*sets, draw_windows(2000, 20261128)[:2], wrong=wrong)


CURES = (
    {},
    {"stop": True},
    {"jitter": 0.1},
    {"jitter": 0.1, "l2": 0.001},
    {"jitter": 0.1, "dropout": 0.1},
    {"jitter": 0.2},
    {"jitter": 0.2, "layers": [64]},
    {"jitter": 0.2, "layers": [64], "seed": 2},
)


def test_few_windows_with_a_log_pass_and_a_worse_network_does_not() -> None:
    answer = {"trials": search(0.05**2, *CURES), "network": line_reader()}
    assert looks("m1.homework2.few", answer).passed, str(looks("m1.homework2.few", answer))
    worse = {"trials": search(0.4**2, *CURES), "network": line_reader(wrong=0.4)}
    assert "bounds on fresh windows, allowed are" in str(looks("m1.homework2.few", worse))
    one_knob = {"trials": search(0.05**2, *({"jitter": 0.1 * n} for n in range(8))), "network": line_reader()}
    assert "turned were only: jitter" in str(looks("m1.homework2.few", one_knob))


@pytest.mark.parametrize("key", KEYS)
def test_every_student_can_find_out_what_the_key_hides(key: str) -> None:
    exercises = ("m1.homework1.folded", "m1.homework1.plan", "m1.homework1.recast", "m1.homework2.bound")
    for slug in exercises:
        exercise = find_exercise(slug)
        assert exercise is not None
        assert examine(exercise, exercise.right(key=key), key=key).passed, slug


def test_a_folded_line_may_be_read_off_within_its_width() -> None:
    hidden = m1_homework1._folded(SELF_STUDY)
    read = m1_homework1.folded_answer(folded_ppm=hidden.ppm(hidden.folded_hz + 1.0))
    assert looks("m1.homework1.folded", read).passed
    off = m1_homework1.folded_answer(folded_ppm=hidden.ppm(hidden.folded_hz + 15.0))
    assert "where no line is" in str(looks("m1.homework1.folded", off))


@pytest.mark.parametrize(
    ("slug", "answer", "told"),
    [
        ("m1.homework1.folded", {"still_ppm": 1.0}, "'folded_ppm' is missing"),
        ("m1.homework1.plan", {"dwell_s": "fast"}, "ValueError"),
        ("m1.homework1.count", lambda n, bias, tied: (n, n), "weights is wrong"),
        ("m1.homework1.whiten", lambda x: np.eye(x.shape[1]), "still go together"),
        ("m1.homework2.lines", {"misfits": [1.0]}, "must hold 4 numbers"),
        ("m1.homework2.fault", dict.fromkeys("ABCD", "none"), "each diagnosis belongs to one script"),
        ("m1.homework2.bars", lambda e, d, t: (0.0, 1.0), "bars hold the truth in"),
        ("m1.homework2.trust", lambda s, d, n, p: np.ones(len(s), bool), "everything is trusted"),
        ("m1.homework2.trust", lambda s, d, n, p: True, "one True or False for each decay"),
        ("m1.homework2.luck", lambda a, b: (0.0, 1.0), "does not hold"),
        ("m1.homework2.recast", {}, "KeyError"),
    ],
)
def test_wrong_answers_are_told_what_is_wrong(slug: str, answer: Any, told: str) -> None:
    result = looks(slug, answer)
    assert not result.passed
    assert told in str(result), str(result)


def gradients_by_loops(key: str) -> Callable[..., Any]:
    """Another way to the gradients: sample by sample."""
    right = m1_homework1.gradients(key)

    def of(inputs: Any, targets: Any, first: Any, bias: Any, second: Any, skip: Any) -> Any:
        parts = [right(inputs[n : n + 1], targets[n : n + 1], first, bias, second, skip) for n in range(len(targets))]
        return {name: np.mean([part[name] for part in parts], axis=0) for name in parts[0]}

    return of


@pytest.mark.parametrize("key", KEYS[:4])
def test_another_way_to_the_gradients_passes(key: str) -> None:
    assert looks("m1.homework1.gradients", gradients_by_loops(key), key).passed
