"""Damaged files: a few hundred mutations of every format; ``learnmr.bench.fuzzing.run`` does as many as one likes."""

from __future__ import annotations

from pathlib import Path

import pytest

from learnmr.bench import fuzzing
from learnmr.bench.example_files import WRITERS
from learnmr.files import datasets, find_nmrpy_data


@pytest.mark.parametrize("name", WRITERS)
def test_damaged_files_give_an_fid_or_a_read_error(name: str, tmp_path: Path) -> None:
    result = fuzzing.run(200, seed=11, paths=[WRITERS[name](tmp_path / name)], isolated=False)
    assert result["failures"] == []
    assert result["mutations"] == result["fids"] + result["refused"] == 200
    assert result["refused"] > 20


def test_damaged_real_files_give_an_fid_or_a_read_error(shared_data: Path) -> None:
    paths = [
        shared_data / "nmr" / dataset.name / experiment
        for dataset in datasets()
        if dataset.name != "nmrpy-31p"
        for experiment in dataset.experiments
        if not experiment.endswith(("x", "f"))  # long texts and JEOL take a while
    ]
    assert len(paths) > 10
    assert fuzzing.run(15, seed=12, paths=paths, isolated=False)["failures"] == []


@pytest.mark.slow
def test_damaged_long_real_files_give_an_fid_or_a_read_error(shared_data: Path) -> None:
    paths = [
        shared_data / "nmr" / dataset.name / experiment
        for dataset in datasets()
        for experiment in dataset.experiments
        if experiment.endswith((".dx", ".jdx", ".jdf"))
    ]
    assert len(paths) >= 5
    found = find_nmrpy_data()
    assert fuzzing.run(4, seed=13, paths=[*paths, *([found] if found else [])], isolated=False)["failures"] == []
