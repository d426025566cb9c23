"""``check``: what a student reads, and what can never happen to one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import learnmr
from learnmr.course.checking import check, examine
from learnmr.course.exercises import Exercise, Mistake, Property, close, find_exercise, predictions, register
from learnmr.course.records import progress


def exercise(**changes: Any) -> Exercise:
    """A small exercise: the answer is 2."""
    fields: dict[str, Any] = {
        "slug": "m0.example.two",
        "asks": "the number two",
        "properties": (
            Property("it is positive", lambda answer: answer > 0),
            Property("it is two", lambda answer: close(answer, 2) or "count again"),
        ),
        "right": lambda: 2,
        "hints": ("one and one",),
        "read": "Lesson 0",
    }
    return Exercise(**(fields | changes))


def test_the_public_name_is_this_function() -> None:
    assert learnmr.check is check


def test_the_wording_counts_public_checks() -> None:
    assert examine(exercise(), 2).message == "public checks passed (2/2)"
    result = examine(exercise(), 3)
    assert result.message.startswith("public checks passed (1/2); hand in the number two")
    assert "does not hold: it is two (count again)" in str(result)
    assert result.score == 0.5
    assert not result


def test_an_error_of_the_student_is_read_not_raised() -> None:
    def broken(answer: Any) -> bool:
        return bool(1 / 0)

    result = examine(exercise(properties=(Property("a", broken), Property("b", lambda answer: True))), 2)
    assert "ZeroDivisionError: division by zero" in str(result)
    assert result.score == 0.5


def test_exit_does_not_end_the_session_but_ctrl_c_stops_the_check() -> None:
    def leaves(answer: Any) -> bool:
        raise SystemExit

    def interrupted(answer: Any) -> bool:
        raise KeyboardInterrupt

    assert "your code calls exit" in str(examine(exercise(properties=(Property("a", leaves),) * 2), 2))
    with pytest.raises(KeyboardInterrupt):
        examine(exercise(properties=(Property("a", interrupted),) * 2), 2)


def test_hints_come_in_steps_and_begin_anew_after_a_pass() -> None:
    slug = "m0.example.width"
    right = find_exercise(slug).right()  # type: ignore[union-attr]
    assert check(slug).hint is None  # a stub is no attempt
    assert check(slug, -1.0).hint.startswith("(1 of 2)")  # type: ignore[union-attr]
    assert check(slug, -1.0).hint.startswith("(2 of 2)")  # type: ignore[union-attr]
    assert check(slug, -1.0).hint.startswith("(2 of 2)")  # type: ignore[union-attr]
    assert check(slug, right).hint is None
    assert check(slug, -1.0).hint.startswith("(1 of 2)")  # type: ignore[union-attr]
    assert progress().entries[slug].attempts == 5


def test_an_unknown_exercise_is_told_with_the_nearest_name() -> None:
    result = check("m0.example.widht", 1.0)
    assert "did you mean 'm0.example.width'?" in result.message
    assert not result.passed
    assert not check(17, 1.0)  # type: ignore[arg-type]


def test_output_is_simple_html_without_script_style_sheet_or_latex() -> None:
    shown = examine(exercise(asks="<script>alert(1)</script>"), 3)._repr_html_()
    assert "<script" not in shown
    assert "$" not in shown
    assert "class=" not in shown


def test_a_network_is_asked_to_predict_and_nothing_else() -> None:
    class Sealed:
        def __init__(self) -> None:
            self.asked: list[str] = []

        def __getattribute__(self, name: str) -> Any:
            if name == "predict":
                return lambda inputs: np.sin(2 * inputs)
            raise AssertionError(f"the check touched {name}")

    assert examine(find_exercise("m0.example.sine"), Sealed()).passed  # type: ignore[arg-type]


def test_predict_gets_a_copy_and_must_answer_for_every_input() -> None:
    inputs = np.ones((3, 1))

    def spoil(values: Any) -> Any:
        values *= 0
        return values

    predictions(spoil, inputs)
    assert np.all(inputs == 1)
    with pytest.raises(ValueError, match="one answer for each of 3 inputs"):
        predictions(lambda values: values[:2], inputs)
    with pytest.raises(ValueError, match="not finite"):
        predictions(lambda values: values * np.nan, inputs)
    with pytest.raises(TypeError, match="must have a method predict"):
        predictions(3.0, inputs)


def test_an_answer_is_not_changed() -> None:
    answer = np.array([1.0, 2.0])

    def spoils(values: Any) -> Any:
        values += 1
        return values

    spoilt = exercise(
        mistakes=(Mistake("sum_for_mean", lambda: lambda values: values + 2),),
        probes=((answer,),),
        relative_tolerance=0.1,
    )
    examine(spoilt, spoils)
    assert answer.tolist() == [1.0, 2.0]


def test_sets_text_and_mappings_are_recognised_as_mistakes() -> None:
    for right, wrong in (({"a"}, {"a", "b"}), ("yes", "no"), (["a", "b"], ["b", "a"]), ({"x": 1.0}, {"x": 2.0})):
        one = exercise(
            properties=(Property("right", lambda answer, right=right: answer == right),) * 2,
            mistakes=(Mistake("no_truth", lambda wrong=wrong: wrong),),
        )
        assert examine(one, right).passed
        assert examine(one, wrong).misconception == "no_truth"
        assert examine(one, 7).misconception is None


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"slug": "width"}, "slug must look like m1.signals.alias, got 'width'"),
        ({"properties": (Property("a", bool),)}, "properties must be at least two, m0.example.two has 1"),
        ({"mistakes": (Mistake("nobody", lambda: 1),)}, r"mistakes must be named in MISCONCEPTIONS.*\['nobody'\]"),
    ],
)
def test_a_careless_exercise_is_refused(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        exercise(**changes)


def test_a_threshold_of_few_trainings_is_refused() -> None:
    from dataclasses import replace

    trained = find_exercise("m0.example.sine")
    assert trained is not None
    assert trained.training is not None
    with pytest.raises(ValueError, match=r"training must rest on at least 30 runs, m0\.example\.sine has 5"):
        replace(trained, training=replace(trained.training, runs=5))


def test_a_slug_is_registered_once() -> None:
    find_exercise("m0.example.width")
    with pytest.raises(ValueError, match=r"slug must be new, 'm0\.example\.width' is registered already"):
        register(exercise(slug="m0.example.width"))


def test_the_upper_limit_agrees_with_the_rule_of_three_and_with_the_binomial() -> None:
    from scipy.stats import binom

    from learnmr.course.exercises import upper_limit_95

    assert upper_limit_95(0, 30) == pytest.approx(1 - 0.05 ** (1 / 30))
    assert upper_limit_95(30, 30) == 1.0
    limit = upper_limit_95(2, 40)
    assert binom.cdf(2, 40, limit) == pytest.approx(0.05)
    with pytest.raises(ValueError, match="failures must be from 0 to runs, got 5 of 4"):
        upper_limit_95(5, 4)
