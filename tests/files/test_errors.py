from __future__ import annotations

import pickle
import struct
import warnings
from pathlib import Path

import pytest

from learnmr.files import ReadError
from learnmr.files.errors import gate


def test_a_read_error_names_path_format_and_problem() -> None:
    error = ReadError("a/fid", "Bruker", "acqus has no TD")
    assert (error.path, error.format, error.problem) == (Path("a/fid"), "Bruker", "acqus has no TD")
    assert isinstance(error, ValueError)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


@pytest.mark.parametrize(
    "foreign",
    [struct.error("short"), IndexError("list"), KeyError("TD"), MemoryError(), RecursionError(), OSError("io")],
)
def test_every_foreign_error_becomes_a_read_error_with_its_cause(foreign: Exception) -> None:
    with pytest.raises(ReadError) as caught, gate("x", "Varian"):
        raise foreign
    assert caught.value.__cause__ is foreign
    assert type(foreign).__name__ in caught.value.problem


def test_our_own_sentence_is_the_problem_itself() -> None:
    with pytest.raises(ReadError) as caught, gate("x", "Varian"):
        raise ValueError("fid is truncated")
    assert caught.value.problem == "fid is truncated"


def test_an_interrupt_passes() -> None:
    with pytest.raises(KeyboardInterrupt), gate("x", "Varian"):
        raise KeyboardInterrupt


def test_warnings_of_foreign_readers_stay_inside() -> None:
    with gate("x", "Varian"):
        warnings.warn("data cannot be shaped", stacklevel=1)
