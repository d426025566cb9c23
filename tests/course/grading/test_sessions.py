"""A conversation with a real submission in the real sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

import learnmr
from learnmr.bench.hostile_submissions import notebook
from learnmr.course.grading.sessions import AnswerError, Answers, RemoteFunction, SubmissionOverError, open_session
from learnmr.isolation import Limits, Sandbox

_CELLS = (
    "import numpy as np\nimport learnmr\nimport os, time",
    "learnmr.hand_in('number', np.float64(2.5))",
    "learnmr.hand_in('fid', learnmr.simulate_fid([learnmr.Resonance(10.0, 2.0)], n_points=8, dwell_s=1e-3))",
    "learnmr.hand_in('square', lambda value: value**2)",
    "learnmr.hand_in('descend', lambda slope, start: start - 0.1 * slope(start))",
    "learnmr.hand_in('maker', lambda width: (lambda value: width * value))",
    "learnmr.hand_in('raises', lambda: (_ for _ in ()).throw(NotImplementedError('later')))",
    "class Odd(Exception):\n    pass\ndef odd():\n    raise Odd('strange')\nlearnmr.hand_in('odd', odd)",
    "learnmr.hand_in('slow', lambda: time.sleep(100))",
    "class Network:\n    units = [4, 2]\n    def predict(self, inputs, verbose=1):\n        return 2 * inputs\n"
    "learnmr.hand_in('network', {'network': Network(), 'trials': [{'rate': 0.1}]})",
    "learnmr.hand_in('data', open('data.csv').read())",
    "learnmr.hand_in('dies', lambda: os._exit(1))",
    "1 / 0",
    "learnmr.hand_in('late', 'after an error')",
)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> Iterator[Answers]:
    """One conversation for all tests of this file."""
    folder = tmp_path_factory.mktemp("staged")
    folder.chmod(0o755)
    for name, data in (("submission.ipynb", notebook(*_CELLS)), ("data.csv", b"1,2")):
        (folder / name).write_bytes(data)
        (folder / name).chmod(0o644)
    limits = Limits(time_s=120.0)
    with open_session(folder, limits=limits, sandbox=sandbox, call_s=2.0) as opened:
        yield opened


def test_the_run_is_told(answers: Answers) -> None:
    assert answers.run.cells == len(_CELLS)
    assert [name for _, name, _ in answers.run.errors] == ["ZeroDivisionError"]
    assert answers.run.problem == ""


def test_data_comes_out_as_data(answers: Answers) -> None:
    assert answers.get("number") == 2.5
    assert isinstance(answers.get("fid"), learnmr.FID)
    assert answers.get("late") == "after an error"
    assert answers.get("data") == "1,2"
    assert answers.get("nothing of the kind") is None


def test_functions_are_called_inside(answers: Answers) -> None:
    square = answers.get("square")
    assert isinstance(square, RemoteFunction)
    assert square(3) == 9
    assert np.array_equal(square(np.array([1.0, 2.0])), [1.0, 4.0])


def test_functions_may_be_given_and_come_back(answers: Answers) -> None:
    assert answers.get("descend")(lambda value: 2 * value, 1.0) == pytest.approx(0.8)
    assert answers.get("maker")(3)(4) == 12


def test_a_network_predicts_inside_beside_plain_data(answers: Answers) -> None:
    answer = answers.get("network")
    assert np.array_equal(answer["network"].predict(np.ones((2, 1)), verbose=0), [[2.0], [2.0]])
    assert answer["trials"] == [{"rate": 0.1}]
    assert answer["network"].units == [4, 2]
    assert not hasattr(answer["network"], "weights")
    assert not callable(answer["network"])


def test_errors_mean_the_same_outside(answers: Answers) -> None:
    with pytest.raises(NotImplementedError, match="later"):
        answers.get("raises")()
    with pytest.raises(AnswerError, match="Odd: strange"):
        answers.get("odd")()
    with pytest.raises(TypeError):
        answers.get("square")()


def test_who_does_not_answer_is_not_asked_again(answers: Answers) -> None:
    slow = answers.get("slow")
    with pytest.raises(TimeoutError, match="no answer within 2 s"):
        slow()
    with pytest.raises(TimeoutError, match="not asked again"):
        slow()
    assert answers.get("number") == 2.5


def test_after_its_end_nothing_can_be_asked(answers: Answers) -> None:
    with pytest.raises(SubmissionOverError):
        answers.get("dies")()
    assert not answers.alive
    with pytest.raises(SubmissionOverError):
        answers.get("number")
