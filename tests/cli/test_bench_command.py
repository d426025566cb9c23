from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

import learnmr.bench.fuzzing
import learnmr.bench.line
import learnmr.bench.speed

DOCUMENT = {"schema", "command", "versions", "machine", "results"}
needs_keras = pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="no training backend is installed")


@pytest.fixture
def small(monkeypatch) -> dict:
    """Benchmarks at a size for tests; what they were asked for is noted."""
    asked: dict = {}
    line, speed, fuzz = learnmr.bench.line.run_line, learnmr.bench.speed.run_speed, learnmr.bench.fuzzing.run

    def run_line(**keywords):
        asked["line"] = dict(keywords)
        few = {"estimators": ("network", "curve_fit"), "n_fids": 3, "n_peer_fids": 3, "train": False}
        return line(**{**keywords, **few})

    def run_speed(**keywords):
        asked["speed"] = dict(keywords)
        return speed(**{**keywords, "n_points": 64, "batch": 8, "repeats": 1, "peers": False})

    def run(n_mutations, seed=0, paths=None):
        asked["fuzz"] = (n_mutations, seed, paths)
        return fuzz(n_mutations, seed, paths or [], isolated=False)

    monkeypatch.setattr(learnmr.bench.line, "run_line", run_line)
    monkeypatch.setattr(learnmr.bench.speed, "run_speed", run_speed)
    monkeypatch.setattr(learnmr.bench.fuzzing, "run", run)
    return asked


@pytest.mark.parametrize("name", ["line", "speed", "fuzz"])
def test_json_is_the_document_and_a_file_is_the_same(run, strict, tmp_path: Path, small: dict, name: str) -> None:
    out = tmp_path / f"{name}.json"
    document = strict(run("bench", name, "--json", "--out", out).stdout)
    assert set(document) == DOCUMENT
    assert document["command"] == f"learnmr bench {name}"
    assert json.loads(out.read_text(encoding="utf-8")) == document


def test_options_reach_the_benchmarks(run, small: dict) -> None:
    run("bench", "line", "--fids", 30, "--peer-fids", 6, "--no-train", "--seed", 5)
    asked = small["line"]
    assert (asked["n_fids"], asked["n_peer_fids"], asked["train"], asked["seed"]) == (30, 6, False, 5)
    run("bench", "line")
    assert small["line"]["n_fids"] >= 4000
    assert small["line"]["n_peer_fids"] >= 100
    assert small["line"]["train"] is True


def test_people_get_tables(run, small: dict) -> None:
    text = run("bench", "line").stdout
    assert "curve_fit" in text
    assert "training" in text
    assert "fft" in run("bench", "speed").stdout
    assert "mutations" in run("bench", "fuzz").stdout


def test_a_finding_of_the_fuzzer_fails(run, strict, monkeypatch) -> None:
    finding = {"path": "a", "number": 3, "mutation": "truncate", "problem": "IndexError: out of range"}
    monkeypatch.setattr(learnmr.bench.fuzzing, "run", lambda *arguments, **keywords: {"failures": [finding]})
    assert strict(run("bench", "fuzz", "--json", code=1).stdout)["results"]["failures"] == [finding]


@needs_keras
def test_dft_through_the_command(run, strict) -> None:
    results = strict(run("bench", "dft", "--points", 8, "--no-failures", "--json").stdout)["results"]
    assert results["relative_error"] < 1e-6
    assert "relative_error" in run("bench", "dft", "--points", 8, "--no-failures").stdout


def test_original_is_told_what_to_judge_beside(run, strict, monkeypatch) -> None:
    import learnmr.bench.original

    def short(*, quick, seed, estimators, progress):
        progress("exercise 1", 1, 1, 0.5)
        return {"quick": quick, "estimators": list(estimators)}

    monkeypatch.setattr(learnmr.bench.original, "run_original", short)
    results = strict(run("bench", "original", "--quick", "--json").stdout)["results"]
    assert results == {"quick": True, "estimators": ["decompose"]}


def test_all_is_one_document_and_a_file_each(run, strict, tmp_path: Path, small: dict, monkeypatch) -> None:
    import learnmr.bench.dft

    monkeypatch.setattr(learnmr.bench.dft, "run_dft", lambda **keywords: {"points": 8})
    document = strict(run("bench", "all", "--quick", "--out", tmp_path, "--json").stdout)
    assert set(document["results"]) == {"dft", "line", "speed", "fuzz"}
    for name in ("dft", "line", "speed", "fuzz"):
        single = json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8"))
        assert single["command"] == f"learnmr bench {name}"
        assert single["results"] == document["results"][name]
    assert "targets" in run("bench", "all", "--quick").stdout
