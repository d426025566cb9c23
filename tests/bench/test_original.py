"""The original module's recipe, retrained small: both exercises answer, and what we set beside them is better."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("keras", reason="training needs the extra [train] or [jax]")

from learnmr.bench import original
from learnmr.bench.documents import document, to_json
from learnmr.classical import interpolated_peak


def test_both_exercises_are_run_and_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = {"quick": {"n_points": 128, "n_frequencies": 20, "n_decays": 5, "epochs_1": 2, "epochs_2": 2}}
    monkeypatch.setattr(original, "_SIZES", sizes | {"full": sizes["quick"]})
    results = original.run_original(quick=True, n_epochs=3, estimators={"interpolated": interpolated_peak})
    first, second = results["exercise1"], results["exercise2"]
    assert results["size"]["epochs_1"] == first["epochs"] == second["epochs"] == 3
    assert first["dft_network"]["relative_error_between"] < 1e-6 < first["relative_error"]
    assert first["parameters"] == 128 * 128 + 128 + 128 * 64 + 64
    assert set(second["beside"]) == {"magnitude_fit", "least_squares", "interpolated"}
    # the fit it learns from is several times too wide, least squares is not
    assert second["beside"]["magnitude_fit"]["width_ratio"] > 3
    assert second["beside"]["least_squares"]["width_ratio"] == pytest.approx(1, abs=0.1)
    assert second["beside"]["least_squares"]["frequency_error_hz"] < second["frequency_error_hz"]
    assert json.loads(to_json(document("learnmr bench original --quick", results)))["schema"] == 1


def test_the_full_size_is_that_of_the_published_module() -> None:
    assert original._SIZES["full"] == {
        "n_points": 4000,
        "n_frequencies": 50,
        "n_decays": 25,
        "epochs_1": 120,
        "epochs_2": 300,
    }


def test_no_epochs_are_refused() -> None:
    with pytest.raises(ValueError, match="n_epochs must be >= 1, got 0"):
        original.run_original(n_epochs=0)
