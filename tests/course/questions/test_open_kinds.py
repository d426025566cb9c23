"""Essays, code and trainings: what waits for a person, what is graded by properties, what by method and result."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from learnmr.course.exercises import Property, close, predictions
from learnmr.course.questions import (
    CodeQuestion,
    EssayQuestion,
    RubricItem,
    TrainQuestion,
    draw_variant,
    self_study_key,
    variant_of,
)
from learnmr.course.questions.contract import rows_of
from learnmr.course.questions.stress import stress
from learnmr.course.trials import TrialLog


class Why(EssayQuestion):
    """An essay that can be spoilt."""

    slug = "m0.example.q_why"
    title = "Why does it fail?"
    goal = "explain a failure"
    marks, minutes = 4, 8

    def generate(self, stream: Any) -> dict[str, Any]:
        return {"fwhm_hz": stream.on_grid(1.0, 9.0, 0.1)}

    def text(self, parameters: Any) -> str:
        return f"A network trained on lines of {parameters['fwhm_hz']} Hz fails elsewhere. Why?"

    def solve(self, parameters: Any) -> str:
        return "It has seen nothing else."

    def explain(self, parameters: Any) -> str:
        return "Networks interpolate."

    def rubric(self, parameters: Any) -> tuple[RubricItem, ...]:
        return RubricItem("says that the range was not covered", 2.5), RubricItem("says how to cover it", 1.5)


class Width(CodeQuestion):
    """A function that can be spoilt."""

    slug = "m0.example.q_width"
    title = "Width of a line"
    goal = "relate decay and width"
    function = "fwhm_hz"

    def generate(self, stream: Any) -> dict[str, Any]:
        return {"t2_star_ms": stream.whole(20, 900)}

    def text(self, parameters: Any) -> str:
        return f"Write the width of a line as a function of T2* in s. For {parameters['t2_star_ms']} ms it is small."

    def stub(self, parameters: Any) -> str:
        return 'def fwhm_hz(t2_star_s):\n    """Full width at half maximum, in Hz."""'

    def solve(self, parameters: Any) -> Any:
        return lambda t2_star_s: 1 / (np.pi * t2_star_s)

    def distractors(self, parameters: Any) -> dict[str, Any]:
        return {"hwhm_for_fwhm": lambda t2: 0.5 / (np.pi * t2), "missing_pi": lambda t2: 1 / t2}

    def properties(self, parameters: Any) -> tuple[Property, ...]:
        seconds = parameters["t2_star_ms"] / 1e3
        return (
            Property("twice the time, half the width", lambda f: f(seconds) > 0 and close(2 * f(2.0), f(1.0))),
            Property("at the time shown", lambda f: close(f(seconds), 1 / (np.pi * seconds))),
        )

    def fresh(self, parameters: Any, stream: Any) -> tuple[Any, ...]:
        return (stream.on_grid(0.01, 2.0, 0.01),)

    def explain(self, parameters: Any) -> str:
        return "1 / (pi T2*)."


class Line(TrainQuestion):
    """A straight line to be learned."""

    slug = "m0.example.q_line"
    title = "Learn a line"
    goal = "report a training"
    marks = 4
    failures, runs = 0, 30

    def generate(self, stream: Any) -> dict[str, Any]:
        return {"slope": stream.on_grid(-2.0, 2.0, 0.1), "fresh_seed": stream.below(2**31)}

    def text(self, parameters: Any) -> str:
        return f"Train a network on y = {parameters['slope']} x. Hand in network and log."

    def stub(self, parameters: Any) -> str:
        return f"slope = {parameters['slope']}\nanswer = {{}}"

    def solve(self, parameters: Any) -> Any:
        return self.stand_in(parameters)

    def stand_in(self, parameters: Any) -> dict[str, Any]:
        return {"network": lambda x: parameters["slope"] * x, "trials": [{"rate": 0.1}, {"rate": 0.2}]}

    def distractors(self, parameters: Any) -> dict[str, Any]:
        return {
            "gradient_ascent": {**self.stand_in(parameters), "network": lambda x: 5.0 + x},
            "accuracy_without_baseline": {**self.stand_in(parameters), "trials": [{"rate": 0.1}]},
        }

    def method(self, parameters: Any) -> tuple[Property, ...]:
        return (
            Property("two rates were tried", lambda rows: len({row["rate"] for row in rows}) >= 2),
            Property("every trial states its rate", lambda rows: bool(rows) and all("rate" in row for row in rows)),
        )

    def measure(self, parameters: Any, network: Any, seed: int) -> float:
        x = np.random.default_rng(seed).normal(size=(50, 1))
        return float(np.max(np.abs(predictions(network, x) - parameters["slope"] * x)))

    def threshold(self, parameters: Any) -> float:
        return 0.1

    def explain(self, parameters: Any) -> str:
        return "Any rate will do."


def drawn(question: Any, seed: int = 1) -> Any:
    return draw_variant(question, self_study_key(question.slug, seed))


@pytest.mark.parametrize("question", [Why(), Width(), Line()], ids=lambda question: question.kind)
def test_good_questions_of_each_kind_pass_and_come_back_from_json(question: Any) -> None:
    assert stress(question, n_seeds=100) == []
    variant = drawn(question)
    assert variant_of(question, json.loads(json.dumps(variant.to_dict()))) == variant


def test_an_essay_waits_for_a_person_and_its_key_is_the_rubric() -> None:
    variant = drawn(Why())
    grade = variant.grade("Because.")
    assert (grade.by_hand, grade.valid, grade.score) == (True, True, 0.0)
    assert not variant.grade("  ").by_hand
    assert not variant.grade(3.0).valid
    assert not variant.grade("word " * 20_000).valid
    assert variant.key.startswith("[2.5] says that the range was not covered\n[1.5] says how")
    assert "Model answer: It has seen nothing else." in variant.key


def test_a_rubric_that_does_not_sum_to_the_marks_is_found_out() -> None:
    class Unfair(Why):
        marks = 5

    with pytest.raises(RuntimeError, match="must sum to 5 marks, got 4"):
        drawn(Unfair())
    with pytest.raises(ValueError, match="marks must be > 0, got 0"):
        RubricItem("nothing", 0)


def test_code_is_worth_the_part_that_holds_and_half_at_most_where_it_differs_from_the_reference() -> None:
    variant = drawn(Width())
    assert variant.grade(variant.answer).right
    seconds = variant.parameters["t2_star_ms"] / 1e3
    shown_only = variant.grade(lambda t2: 1 / (np.pi * t2) if t2 in (seconds, 1.0, 2.0) else 0.0)
    assert shown_only.score == 0.5
    assert "another value at" in shown_only.message
    wrong = variant.grade(lambda t2: 1 / t2)
    assert wrong.misconception == "missing_pi"
    assert wrong.score == pytest.approx(1 / 3)


def test_code_that_raises_or_is_not_written_says_so() -> None:
    def unwritten(t2_star_s: float) -> float:
        raise NotImplementedError

    variant = drawn(Width())
    assert not variant.grade(unwritten).valid
    assert variant.grade(unwritten).message == "fwhm_hz is not written yet"
    assert not variant.grade(0.3).valid
    assert "ZeroDivisionError" in variant.grade(lambda t2: t2 / 0).message


def test_code_is_not_handed_the_callers_arrays() -> None:
    class Total(Width):
        def solve(self, parameters: Any) -> Any:
            return lambda values: values.sum()

        def fresh(self, parameters: Any, stream: Any) -> tuple[Any, ...]:
            return (self.kept,)

        kept = np.arange(3.0)

    def greedy(values: Any) -> float:
        total = float(values.sum())
        values[:] = 0.0
        return total

    question = Total()
    assert question._agrees(drawn(question).parameters, greedy) is True
    assert question.kept.tolist() == [0.0, 1.0, 2.0]


def test_a_stub_of_another_name_and_a_property_that_everything_holds_are_found_out() -> None:
    class Spoilt(Width):
        function = "width"

        def properties(self, parameters: Any) -> tuple[Property, ...]:
            return tuple(Property(str(number), lambda f: True) for number in range(3))

    problems = "\n".join(stress(Spoilt(), n_seeds=100))
    assert "the stub must define width" in problems
    assert "a function that answers nothing is graded" in problems


def test_a_training_earns_method_and_result_separately() -> None:
    variant = drawn(Line())
    good = variant.question.stand_in(variant.parameters)
    assert variant.grade(good).right
    assert variant.grade({**good, "network": None}).score == 0.5
    assert variant.grade({**good, "trials": "none"}).score == 0.5
    assert variant.grade({**good, "trials": [{"rate": 0.1}]}).score == 0.75
    assert not variant.grade({"network": good["network"]}).valid
    assert variant.key.splitlines()[-1].startswith("[2] on fresh data the error of the network is at most 0.1 (0 of 30")


def test_a_log_is_read_in_every_form() -> None:
    log = TrialLog(minimise="val_loss")
    log.add({"rate": 0.1}, {"val_loss": 0.5}, seconds=2.0, note="first")
    log.add({"rate": 0.2, "layers": 2}, {"val_loss": float("nan")})
    rows = [{"rate": 0.1, "val_loss": 0.5, "seconds": 2.0, "note": "first"}, {"rate": 0.2, "layers": 2.0}]
    assert rows_of(log) == rows_of(log.to_frame()) == rows_of(rows) == rows
    assert rows_of(pd.DataFrame()) == []
    for nothing in (None, 3, "text", [1], {"rate": [1]}):
        with pytest.raises(ValueError, match="trials must be a TrialLog or a list of dictionaries, got"):
            rows_of(nothing)
    with pytest.raises(ValueError, match="at most 10000 rows, got 10001"):
        rows_of([{}] * 10_001)


def test_a_threshold_without_thirty_trainings_is_found_out() -> None:
    class Guessed(Line):
        failures, runs = 0, 3

    assert any("at least 30 trainings" in problem for problem in stress(Guessed(), n_seeds=100))
