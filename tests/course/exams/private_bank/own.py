"""An instructor's own questions, with every sign that some format reads as more than a sign."""

from __future__ import annotations

from typing import Any

from learnmr.course.questions.contract import (
    ChoiceQuestion,
    EssayQuestion,
    NumericQuestion,
    OrderQuestion,
    Parameters,
    RubricItem,
)
from learnmr.course.questions.streams import HashStream

HOSTILE = (
    r"""a<b & c>d "e" 'f' ²Δµ {1:SA:=x} ~y #z 50% \n $x^2$ `q` *i* _j_ [k](l) |m ]]> <script>alert(1)</script> é 日本"""
)


class HostileChoice(ChoiceQuestion):
    """Options of hostile signs."""

    slug = "m9.own.q_choice"
    title = HOSTILE
    goal = "survive"

    def generate(self, stream: HashStream) -> dict[str, Any]:
        return {"n": stream.whole(1, 10**6)}

    def text(self, parameters: Parameters) -> str:
        return f"{HOSTILE} {parameters['n']}\n\nA second paragraph,\nand a second line."

    def solve(self, parameters: Parameters) -> str:
        return f"right {HOSTILE} {parameters['n']}"

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        return {"no_truth": f"wrong {HOSTILE}", "learn_the_known": "</li></ol><b>bold"}

    def explain(self, parameters: Parameters) -> str:
        return f"CANARY explanation {HOSTILE}"


class HostileOrder(OrderQuestion):
    """Steps of hostile signs."""

    slug = "m9.own.q_order"
    title = "Order"
    goal = "survive"

    def generate(self, stream: HashStream) -> dict[str, Any]:
        return {"n": stream.whole(1, 10**6)}

    def text(self, parameters: Parameters) -> str:
        return f"Order these {parameters['n']}."

    def solve(self, parameters: Parameters) -> tuple[str, ...]:
        return ("=1 }~#", "%50%2 <i>", "{3} &amp; \\}", f"4 {HOSTILE}")

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        return {"integral_too_early": tuple(reversed(self.solve(parameters)))}

    def explain(self, parameters: Parameters) -> str:
        return "CANARY explanation"


class OwnNumber(NumericQuestion):
    """A number without a unit, negative and tiny."""

    slug = "m9.own.q_number"
    title = "Number"
    goal = "survive"
    relative_tolerance = 0.01

    def generate(self, stream: HashStream) -> dict[str, Any]:
        return {"n": stream.whole(1, 10**6)}

    def text(self, parameters: Parameters) -> str:
        return f"What is minus one over {parameters['n']} squared?"

    def solve(self, parameters: Parameters) -> float:
        return -1.0 / parameters["n"] ** 2

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        return {"power_for_amplitude": 2.0 + parameters["n"]}

    def explain(self, parameters: Parameters) -> str:
        return "CANARY explanation"


class OwnEssay(EssayQuestion):
    """An essay."""

    slug = "m9.own.q_essay"
    title = "Essay"
    goal = "survive"
    marks, minutes = 4, 5

    def generate(self, stream: HashStream) -> dict[str, Any]:
        return {"n": stream.whole(1, 10**6)}

    def text(self, parameters: Parameters) -> str:
        return f"Write about {parameters['n']}."

    def rubric(self, parameters: Parameters) -> tuple[RubricItem, ...]:
        return (RubricItem(f"CANARY rubric {HOSTILE}", 3), RubricItem("CANARY second", 1))

    def solve(self, parameters: Parameters) -> str:
        return f"CANARY model {HOSTILE}"

    def explain(self, parameters: Parameters) -> str:
        return "CANARY explanation"


class Giver(ChoiceQuestion):
    """Says in its text what the right option of the next is."""

    slug = "m9.own.q_giver"
    title = "Giver"
    goal = "talk too much"

    def generate(self, stream: HashStream) -> dict[str, Any]:
        return {"n": stream.whole(1, 10**6)}

    def text(self, parameters: Parameters) -> str:
        return f"Since zero filling interpolates the same curve, what do {parameters['n']} zeros bring?"

    def solve(self, parameters: Parameters) -> str:
        return "a smoother picture"

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        return {"zero_filling_resolves": "more resolution"}

    def explain(self, parameters: Parameters) -> str:
        return "CANARY explanation"


class Taker(ChoiceQuestion):
    """Its answer stands in the text of the one before."""

    slug = "m9.own.q_taker"
    title = "Taker"
    goal = "be given away"

    def generate(self, stream: HashStream) -> dict[str, Any]:
        return {"n": stream.whole(1, 10**6)}

    def text(self, parameters: Parameters) -> str:
        return f"What do {parameters['n']} more points do?"

    def solve(self, parameters: Parameters) -> str:
        return "interpolating the same curve"

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        return {"zero_filling_resolves": "separating two lines"}

    def explain(self, parameters: Parameters) -> str:
        return "CANARY explanation"


QUESTIONS = (HostileChoice(), HostileOrder(), OwnNumber(), OwnEssay(), Giver(), Taker())
