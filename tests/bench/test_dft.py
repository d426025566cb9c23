"""``learnmr bench dft``: the promised number, and the failures beside it."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("keras", reason="training needs the extra [train] or [jax]")

from learnmr.bench.dft import CURVE_LENGTH, run_dft
from learnmr.bench.documents import document, to_json


def test_the_benchmark_reports_the_success_and_both_failures() -> None:
    seen = set()
    results = run_dft(
        n_points=32, magnitude_points=32, magnitude_epochs=5, progress=lambda name, *state: seen.add(name)
    )
    assert (results["points"], results["optimizer"]) == (32, "sgd")
    assert results["relative_error"] < 1e-6
    assert results["train_s"] > 0
    failures = results["trained_on_fids"], results["magnitude_network"]
    assert all(
        failure["relative_error"] > 1e4 * results["relative_error"] and failure["reason"] for failure in failures
    )
    assert len(results["loss"]) <= CURVE_LENGTH
    assert results["seconds_per_transform"]["network"] > 0
    assert seen == {"white probes", "FIDs", "magnitude"}
    assert json.loads(to_json(document("learnmr bench dft", results)))["results"]["points"] == 32
