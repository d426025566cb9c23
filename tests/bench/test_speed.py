from __future__ import annotations

import json

import pytest

from learnmr.bench import speed
from learnmr.bench.documents import document, to_json
from learnmr.bench.speed import run_speed
from learnmr.classical import fft_peak
from learnmr.installation import MissingExtraError


def absent(fid):
    raise MissingExtraError("nmrespy is not installed; it comes with: pip install 'learnmr[bench]'")


@pytest.fixture
def quick_peers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Peers that cost nothing, one of them not installed."""
    for name in speed.PEERS:
        monkeypatch.setitem(speed.PEERS, name, absent if name == "nmrespy" else fft_peak)


@pytest.mark.usefixtures("quick_peers")
def test_ratios_are_those_of_the_rates() -> None:
    results = run_speed(n_points=64, batch=40, repeats=3)
    rates = results["fids_per_s"]
    assert rates["fft"] == max(rates["fft_1_worker"], rates["fft_2_workers"])
    for name in ("fft", "curve_fit", "lmfit", "matrix_pencil"):
        assert results[f"ratio_to_{name}"] == pytest.approx(rates["network"] / rates[name])
    for name, (slowest, fastest) in results["slowest_and_fastest"].items():
        assert slowest <= rates[name] <= fastest


@pytest.mark.usefixtures("quick_peers")
def test_a_missing_peer_is_named_with_its_command() -> None:
    results = run_speed(n_points=64, batch=8, repeats=1)
    assert results["fids_per_s"]["nmrespy"] is None
    assert "pip install" in results["skipped"]["nmrespy"]
    assert "ratio_to_nmrespy" not in results
    target = next(target for target in results["targets"] if "nmrespy" in target["target"])
    assert target["reached"] is None
    json.loads(to_json(document("learnmr bench speed", results)))


@pytest.mark.usefixtures("quick_peers")
def test_every_round_is_reported() -> None:
    seen = []
    run_speed(n_points=64, batch=8, repeats=2, progress=lambda *state: seen.append(state))
    assert seen == [("rounds", 1, 3), ("rounds", 2, 3), ("rounds", 3, 3)]


def test_samples_are_single_precision_and_peers_can_be_left_out() -> None:
    results = run_speed(n_points=64, batch=8, repeats=1, peers=False)
    assert results["dtype"] == "complex64"
    assert "curve_fit" not in results["fids_per_s"]


@pytest.mark.parametrize(("name", "value"), [("batch", 0), ("repeats", 0), ("n_points", 8)])
def test_numbers_too_small_are_refused(name: str, value: int) -> None:
    with pytest.raises(ValueError, match=f"{name} must be >= .*got {value}"):
        run_speed(**{name: value})
