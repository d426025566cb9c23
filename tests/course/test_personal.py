"""Personal numbers: from a key alone, the same for ever, different for everybody."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from learnmr.course.checking import check, examine
from learnmr.course.exercises import Exercise, Mistake, Property, alike, close, fresh_problems
from learnmr.course.personal import SELF_STUDY, personal_key, personal_seed, personal_stream
from learnmr.course.questions.streams import exam_key

SECRET = b"sixteen bytes!!!"
SLUG = "m0.example.personal"


def number(key: str) -> int:
    """The number that a student is asked to double."""
    return personal_stream(SLUG, key).whole(1, 10**6)


PERSONAL = Exercise(
    slug=SLUG,
    asks="twice your number",
    properties=(
        Property("it is even", lambda answer, key: answer % 2 == 0),
        Property("it is twice the number", lambda answer, key: close(answer, 2 * number(key), relative=1e-9)),
    ),
    right=lambda key: 2 * number(key),
    mistakes=(Mistake("problem_unchanged", lambda key: number(key)),),
    personal=True,
)


def test_a_key_is_made_of_secret_homework_and_student() -> None:
    key = personal_key(SECRET, homework="m1.homework1", student="ada")
    assert key == exam_key(SECRET, exam="m1.homework1", question="", student="ada").hex()[:20]
    others = {
        personal_key(SECRET + b"x", homework="m1.homework1", student="ada"),
        personal_key(SECRET, homework="m1.homework2", student="ada"),
        personal_key(SECRET, homework="m1.homework1", student="bob"),
    }
    assert len(others | {key}) == 4
    with pytest.raises(ValueError, match="at least 16 bytes, got 15"):
        personal_key(SECRET[:15], homework="m1.homework1", student="ada")


def test_a_stream_begins_anew_and_knows_exercise_and_key() -> None:
    assert number("a") == number("a")
    assert len({number("a"), number("b"), personal_stream(SLUG + "b", "a").whole(1, 10**6)}) == 3
    # the lengths are hashed too: slug and key cannot run into each other
    assert personal_stream("ab", "c").whole(1, 10**9) != personal_stream("a", "bc").whole(1, 10**9)
    assert 0 <= personal_seed(SLUG, "a") < 2**32
    assert personal_seed(SLUG, "a") != personal_seed(SLUG, "b")


def test_the_numbers_are_those_of_every_version() -> None:
    assert personal_stream("m1.homework1.bands", SELF_STUDY).whole(1, 10**9) == 101280557
    assert personal_seed("m1.homework1.bands", SELF_STUDY) == 1095357762


@pytest.mark.parametrize("key", ["", 7, None, "k" * 65, b"bytes"])
def test_a_key_that_is_none_is_refused_and_said_to_the_student(key: Any) -> None:
    with pytest.raises(ValueError, match="key must be the text of the cell KEY"):
        personal_stream(SLUG, key)
    result = check("m0.example.width", 2.0, key=key)
    assert not result.passed
    assert "the cell KEY" in result.message


def test_the_same_answer_passes_with_its_own_key_only() -> None:
    for key in (SELF_STUDY, "ada", "bob"):
        assert examine(PERSONAL, 2 * number(key), key=key).passed
        assert not examine(PERSONAL, 2 * number(key) + 2, key=key).passed
        assert examine(PERSONAL, number(key), key=key).misconception == "problem_unchanged"
    assert not examine(PERSONAL, 2 * number("ada"), key="bob").passed
    assert examine(PERSONAL, 2 * number(SELF_STUDY)).passed


def test_an_exercise_that_is_not_personal_takes_any_key() -> None:
    assert PERSONAL.keywords("ada") == {"key": "ada"}
    plain = Exercise(slug=SLUG, asks="", properties=(Property("a", lambda answer: True),) * 2, right=lambda: 1)
    assert plain.keywords("ada") == {}
    assert examine(plain, 1, key="ada").passed


def doubling(**changes: Any) -> Exercise:
    """A function is asked for."""
    fields: dict[str, Any] = {
        "slug": "m0.example.double",
        "asks": "a function",
        "properties": (Property("a", lambda answer: True),) * 2,
        "right": lambda: lambda x: 2 * x,
        "fresh": lambda stream: (stream.on_grid(0.0, 10.0, 0.1) + 0.05,),
    }
    return Exercise(**(fields | changes))


def test_a_hidden_check_tells_where_not_what() -> None:
    stream = lambda: personal_stream("hidden", "k")  # noqa: E731
    assert fresh_problems(doubling(), lambda x: x + x, stream()) == []
    problems = fresh_problems(doubling(), lambda x: 3 * x, stream(), n=4)
    assert problems == [f"fresh arguments {i} of 4: another answer than the reference" for i in (1, 2, 3, 4)]
    assert "ZeroDivisionError" in fresh_problems(doubling(), lambda x: 1 / 0, stream(), n=1)[0]
    assert fresh_problems(doubling(), 3.0, stream()) == ["a function is expected, got float"]
    assert fresh_problems(doubling(fresh=None), lambda x: 0, stream()) == []
    with pytest.raises(ValueError, match="n must be >= 1, got 0"):
        fresh_problems(doubling(), abs, stream(), n=0)


def test_a_hidden_check_survives_any_answer_and_gives_copies() -> None:
    def leaves(x: Any) -> Any:
        raise SystemExit

    def spoils(x: Any) -> Any:
        x *= 0
        return x

    arrays = doubling(fresh=lambda stream: (np.arange(1.0, 4.0),))
    assert fresh_problems(doubling(), leaves, personal_stream("h", "k")) == ["your code calls exit"]
    assert len(fresh_problems(arrays, spoils, personal_stream("h", "k"), n=2)) == 2
    assert len(fresh_problems(arrays, lambda x: "?", personal_stream("h", "k"), n=2)) == 2


def test_the_hidden_check_of_a_personal_exercise_knows_the_key() -> None:
    personal = doubling(personal=True, right=lambda key: lambda x: x * number(key))
    assert fresh_problems(personal, lambda x: x * number("ada"), personal_stream("h", "k"), key="ada") == []
    assert fresh_problems(personal, lambda x: x * number("bob"), personal_stream("h", "k"), key="ada")


def test_answers_of_several_arrays_are_compared_one_by_one() -> None:
    wanted = (np.ones(2), np.zeros((3, 1)))
    assert alike((np.ones(2), np.zeros((3, 1))), wanted)
    assert not alike((np.ones(2), np.ones((3, 1))), wanted)
    assert not alike((np.ones(2),), wanted)
