"""Fixtures of all tests: where the shared real data lie, and a random generator."""

from __future__ import annotations

import os
from pathlib import Path

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The lessons first: they take longest, and run beside all the rest."""
    items.sort(key=lambda item: "test_lessons_run" not in item.nodeid)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder with the real data (``nmr/``, ``mri/``), or skip: the product must pass its tests without it."""
    candidates = [os.environ.get("LEARNMR_DATA"), Path(__file__).resolve().parents[2] / "shared" / "data"]
    for candidate in candidates:
        if candidate and Path(candidate).is_dir():
            return Path(candidate)
    pytest.skip("the real data are not here: set LEARNMR_DATA to a folder laid out like shared/data")


@pytest.fixture
def rng() -> np.random.Generator:
    """A seeded generator."""
    return np.random.default_rng(20261122)
