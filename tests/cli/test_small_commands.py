"""doctor, data, demo and evaluate."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from learnmr.files import DatasetUnavailableError
from learnmr.installation import doctor
from learnmr.networks import load_line_network, save_line_network


def test_doctor_tells_versions_to_people_and_programs(run, strict) -> None:
    assert "numpy" in run("doctor").stdout
    assert strict(run("doctor", "--json").stdout)["versions"]["numpy"]


def test_a_sick_installation_fails(run, strict, monkeypatch) -> None:
    sick = replace(doctor(), problems=("numpy is missing: pip install numpy",))
    monkeypatch.setattr("learnmr.installation.doctor", lambda: sick)
    assert "numpy is missing" in run("doctor", code=1).stdout
    assert strict(run("doctor", "--json", code=1).stdout)["problems"]


def test_data_sets_are_listed_with_their_licence(run, strict) -> None:
    assert "nmrpy-31p" in run("data", "list").stdout
    listed = strict(run("data", "list", "--json").stdout)
    assert all(dataset["licence"] and dataset["citation"] for dataset in listed)


def test_data_get_prints_the_folders(run, strict, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("learnmr.files.fetch_dataset", lambda name: tmp_path / name)
    assert run("data", "get", "a", "b").stdout.split() == [str(tmp_path / "a"), str(tmp_path / "b")]
    assert strict(run("data", "get", "a", "--json").stdout) == [{"name": "a", "folder": str(tmp_path / "a")}]


def test_a_data_set_that_cannot_be_had_ends_with_3(run, monkeypatch) -> None:
    def unavailable(name: str) -> Path:
        raise DatasetUnavailableError(f"data set {name} could not be fetched. Is there a network connection?")

    monkeypatch.setattr("learnmr.files.fetch_dataset", unavailable)
    assert "network connection" in run("data", "get", "gaba-1h-500", code=3).stderr


def test_an_unknown_data_set_is_wrong_usage(run) -> None:
    assert "name must be one of" in run("data", "get", "nonsense", code=2).stderr


@pytest.fixture
def summary(tmp_path: Path) -> dict:
    """What a demo gives back."""
    return {
        "report": str(tmp_path / "report.html"), "files": [], "seconds": 88.0, "simulated": True, "results": {},
        "notices": ["a simulated one took its place: pip install --no-deps nmrpy==0.2.8"],
        "summary": [{"part": "DFT network", "what": "relative error", "value": "2e-07"}],
    }  # fmt: skip


def test_demo_prints_its_short_table_and_notices(run, strict, tmp_path: Path, monkeypatch, summary: dict) -> None:
    called = {}

    def short_demo(out: Path, *, progress, seed: int, quick: bool) -> dict:
        progress("DFT network", 1, 1, 0.5)
        called.update(out=out, seed=seed, quick=quick)
        return summary

    monkeypatch.setattr("learnmr.demo.run_demo", short_demo)
    result = run("demo", "--out", tmp_path, "--seed", 3, "--quick")
    assert called == {"out": tmp_path, "seed": 3, "quick": True}
    assert "2e-07" in result.stdout
    assert "report.html" in result.stdout
    assert "nmrpy" in result.stderr
    assert strict(run("demo", "--json").stdout)["simulated"] is True


def test_evaluate_judges_the_shipped_network(run, strict) -> None:
    results = strict(run("evaluate", "--fids", 6, "--json").stdout)["results"]
    assert len(results["network"]["cells"]) == len(results["refined"]["cells"]) == 12
    assert "lmfit" not in results
    text = run("evaluate", "--fids", 6).stdout
    assert "targets" in text
    assert "200-600" in text


def test_evaluate_takes_other_weights(run, strict, tmp_path: Path) -> None:
    shipped = load_line_network()
    spoilt = replace(shipped, biases=(*shipped.biases[:-1], shipped.biases[-1] + 1.0))
    save_line_network(spoilt, tmp_path / "spoilt.npz")
    results = strict(run("evaluate", "--fids", 6, "--weights", tmp_path / "spoilt.npz", "--json").stdout)["results"]
    worst = next(target for target in results["targets"] if target["target"].startswith("network: RMSE"))
    assert worst["value"] > 3
    assert worst["reached"] is False
