from __future__ import annotations

import json

import numpy as np
import pytest

from learnmr.bench import line
from learnmr.bench.documents import document, to_json
from learnmr.bench.line import BATCH_ESTIMATORS, ESTIMATORS, draw_one_line_fids, run_line
from learnmr.installation import MissingExtraError
from learnmr.networks import load_line_network
from learnmr.physics import line_snr


@pytest.fixture(scope="module")
def few() -> dict:
    """The network alone and refined, and one peer, on a handful of FIDs."""
    return run_line(estimators=("network", "refined", "curve_fit"), n_fids=90, n_peer_fids=3, train=False, seed=4)


def test_fids_lie_in_their_cell() -> None:
    fids = draw_one_line_fids(np.random.default_rng(2), 400, 256, snr=(20, 50), width_bins=(0.5, 2))
    width_bins = fids.truth.fwhm_hz / fids.bin_hz
    assert width_bins.min() >= 0.5
    assert width_bins.max() <= 2
    assert np.abs(fids.truth.frequency_hz * fids.dwell_s).max() <= 0.45
    # the offset from the nearest bin is uniform
    offset = fids.truth.frequency_hz / fids.bin_hz
    assert np.abs(np.mean(offset - np.round(offset))) < 0.05


def test_noise_gives_the_wanted_signal_to_noise_ratio() -> None:
    fids = draw_one_line_fids(np.random.default_rng(3), 50, 4096, snr=(15, 20), width_bins=(2, 6))
    clean = fids.truth.amplitude[:, None] * np.exp(
        np.outer(2j * np.pi * fids.truth.frequency_hz - np.pi * fids.truth.fwhm_hz, np.arange(4096) * fids.dwell_s)
        + 1j * fids.truth.phase_rad[:, None]
    )
    noise_sd = np.sqrt(np.mean(np.abs(fids.samples - clean) ** 2, axis=1) / 2)
    about = line_snr(fids.truth.fwhm_hz, fids.truth.amplitude, n_points=4096, dwell_s=fids.dwell_s, noise_sd=noise_sd)
    assert np.abs(about / fids.snr - 1).max() < 0.06


def test_only_fids_with_a_measurable_width_are_judged() -> None:
    narrow = draw_one_line_fids(np.random.default_rng(5), 200, 1024, snr=(20, 21), width_bins=(0.1, 0.15))
    broad = draw_one_line_fids(np.random.default_rng(5), 200, 1024, snr=(20, 21), width_bins=(0.5, 2))
    faint = draw_one_line_fids(np.random.default_rng(5), 200, 1024, snr=(15, 20), width_bins=(0.5, 2))
    assert not narrow.judged.any()
    assert broad.judged.all()
    assert not faint.judged.any()


def test_refined_estimates_scatter_like_the_bound(few: dict) -> None:
    ratios = [
        cell["judged"]["rmse_over_bound"][name]
        for cell in few["refined"]["cells"]
        if cell["judged"] and cell["n_judged"] >= 60
        for name in ("frequency", "fwhm", "amplitude", "phase")
    ]
    assert len(ratios) >= 32
    assert np.sqrt(np.mean(np.square(ratios))) == pytest.approx(1.0, abs=0.05)


def test_the_magnitude_fit_is_far_from_the_bound(few: dict) -> None:
    widths = [cell["rmse_over_bound"]["fwhm"] for cell in few["curve_fit"]["cells"] if cell["rmse_over_bound"]["fwhm"]]
    assert np.median(widths) > 5


def test_all_twelve_cells_say_how_many_fids_they_judged(few: dict) -> None:
    for name, n in (("network", 90), ("refined", 90), ("curve_fit", 3)):
        cells = few[name]["cells"]
        assert len(cells) == 12
        assert {cell["n"] for cell in cells} == {n}
        assert all(0 <= cell["n_judged"] <= n for cell in cells)
        assert all((cell["judged"] is None) == (cell["n_judged"] == 0) for cell in cells)
        assert all(cell["n_judged"] == 0 for cell in cells if cell["snr"][0] < 20)


def test_the_same_seed_gives_the_same_results() -> None:
    once, again = (run_line(estimators=("network",), n_fids=3, train=False, seed=7) for _ in range(2))
    assert once == again


def test_results_are_strict_json(few: dict) -> None:
    assert json.loads(to_json(document("learnmr bench line", few)))["results"]["train_s"] is None


def test_targets_follow_from_the_cells(few: dict) -> None:
    by_name = {target["target"]: target for target in few["targets"]}
    worst = max(
        value
        for cell in few["network"]["cells"]
        if cell["judged"]
        for value in cell["judged"]["rmse_over_bound"].values()
    )
    target = by_name["network: RMSE / bound <= 1.1"]
    assert target["value"] == worst
    assert target["reached"] == (worst <= 1.1)
    assert by_name["training <= 240 s"]["reached"] is None


def test_coverage_is_decided_by_the_value_farthest_from_its_range() -> None:
    values = [(0.95, None, "a", 0.0), (0.90, None, "b", 0.0), (0.98, None, "c", 0.0)]
    target = line._target("coverage", values, 0.93, 0.97)
    assert target["value"] == 0.90
    assert not target["reached"]


def test_a_ratio_below_the_bound_stands_beside_its_bias() -> None:
    scores = {"rmse_over_bound": {"fwhm": 0.9}, "bias_over_bound": {"fwhm": 0.3}}
    cell = {"snr": [20, 50], "width_bins": [2, 6], "judged": scores | {"standard_error": scores}}
    below = line._below({"network": {"cells": [cell]}}, 0.95)
    assert [(entry["rmse_over_bound"], entry["bias_over_bound"]) for entry in below] == [(0.9, 0.3)]


def test_a_missing_peer_is_skipped_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(fid):
        raise MissingExtraError("nmrespy is not installed; it comes with: pip install 'learnmr[bench]'")

    monkeypatch.setitem(line.PEERS, "nmrespy", absent)
    results = run_line(estimators=("network", "nmrespy"), n_fids=3, n_peer_fids=3, train=False)
    assert "pip install" in results["nmrespy"]["skipped"]
    assert len(results["network"]["cells"]) == 12


def test_training_says_whether_it_gave_the_judged_network(monkeypatch: pytest.MonkeyPatch) -> None:
    import learnmr.networks.line_training

    shipped = load_line_network()
    seen = []

    def at_once(recipe, *, seed, progress):
        progress(1, 1, 0.5)
        return shipped, {"loss": np.ones(1)}

    monkeypatch.setattr(learnmr.networks.line_training, "train_line_network", at_once)
    results = run_line(estimators=("network",), n_fids=3, train=True, progress=lambda *state: seen.append(state))
    assert results["train_s"] >= 0
    assert results["train_reproduced"] is True
    assert seen[0] == ("line network", 1, 1, 0.5)
    assert seen[-1] == ("cells", 12, 12)


def test_unknown_estimators_and_too_few_fids_are_refused() -> None:
    with pytest.raises(ValueError, match=r"estimators must be of .*network.*got 'magic'"):
        run_line(estimators=("magic",), train=False)
    with pytest.raises(ValueError, match=r"n_fids must be >= 3, .*got 2"):
        run_line(n_fids=2, train=False)
    assert set(BATCH_ESTIMATORS) < set(ESTIMATORS)
