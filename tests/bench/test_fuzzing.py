from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from learnmr.bench import fuzzing
from learnmr.bench.example_files import WRITERS
from learnmr.files import ReadError
from learnmr.signals import FID


def test_the_same_seed_makes_the_same_damage() -> None:
    files = {"acqus": b"##$TD= 8\n" * 9, "fid": bytes(range(256))}
    first, what = fuzzing.mutate(files, np.random.default_rng([3, 4]))
    second, _ = fuzzing.mutate(files, np.random.default_rng([3, 4]))
    assert first == second
    assert first != files
    assert "in " in what or "missing" in what


@pytest.mark.parametrize("kind", fuzzing.MUTATIONS)
@pytest.mark.parametrize("content", [b"", b"1", b"##A= 1\n##B= 2.5\n" * 20, bytes(5000)])
def test_every_mutation_bears_every_content(kind: str, content: bytes, rng: np.random.Generator) -> None:
    for _ in range(20):
        assert isinstance(fuzzing.MUTATIONS[kind](content, rng), bytes)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (lambda _: (_ for _ in ()).throw(ReadError("x", "y", "z")), "refused"),
        (lambda _: (_ for _ in ()).throw(KeyError("TD")), "KeyError: 'TD'"),
        (lambda _: FID(np.ones(4), 1.0), "fid"),
        (lambda _: bytearray(3_000_000) and FID(np.ones(4), 1.0), "3 MB of memory"),
    ],
)
def test_answers_are_judged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer, verdict: str) -> None:
    monkeypatch.setattr(fuzzing, "read", answer)
    assert fuzzing.try_once(tmp_path, ".", memory_limit_bytes=1_000_000)[0] == verdict


def test_slow_answers_are_failures(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def sleepy(path: Path) -> FID:
        time.sleep(0.02)
        return FID(np.ones(4), 1.0)

    monkeypatch.setattr(fuzzing, "read", sleepy)
    path = WRITERS["siemens"](tmp_path / "a")
    result = fuzzing.run(2, paths=[path], time_limit_s=0.001, isolated=False)
    assert len(result["failures"]) == 2
    assert result["failures"][0]["path"] == str(path)


@pytest.mark.slow
def test_a_process_of_its_own_gives_the_same_answers(tmp_path: Path) -> None:
    path = WRITERS["varian"](tmp_path / "a")
    alone, here = (fuzzing.run(30, seed=5, paths=[path], isolated=isolated) for isolated in (True, False))
    assert alone["paths"] == here["paths"]
    assert alone["failures"] == here["failures"] == []


def test_too_few_mutations_are_refused() -> None:
    with pytest.raises(ValueError, match="n_mutations must be >= 1, got 0"):
        fuzzing.run(0)
