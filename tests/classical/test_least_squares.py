import numpy as np
import pytest

from learnmr.classical import least_squares, matched_lines, refine_jointly, refine_lines
from learnmr.evaluation import score_lines
from learnmr.physics.synthesis import simulate_fid
from learnmr.signals import FID, LINE_FIELDS, LineEstimates, Resonance, ResonanceTable


def test_one_line_reaches_the_cramer_rao_bound(draw):
    batch = draw(150, snr=(50, 60), width_bins=(0.5, 4), seed=21)
    table = least_squares(batch.fid)
    found = LineEstimates(*(getattr(table, f"{name}{sd}") for sd in ("", "_sd") for name in LINE_FIELDS))
    score = score_lines(found, batch.truth, batch.bounds, bin_hz=batch.bin_hz)
    assert score.outlier_rate == 0
    for name in score.rmse_over_bound:
        assert score.rmse_over_bound[name] == pytest.approx(1.0, abs=0.2), name
        assert score.coverage95[name] == pytest.approx(0.95, abs=0.06), name


def test_lmfit_and_gauss_newton_find_the_same_minimum(draw):
    batch = draw(20, snr=(20, 50), width_bins=(0.5, 4), seed=22)
    slow = least_squares(batch.fid)
    fast = refine_lines(batch.samples, batch.dwell_s, matched_lines(batch.samples, batch.dwell_s), n_steps=15)
    for name in LINE_FIELDS:
        deviation = getattr(fast, f"{name}_sd")
        np.testing.assert_allclose(getattr(slow, f"{name}_sd"), deviation, rtol=0.01)
        assert np.abs((getattr(slow, name) - getattr(fast, name)) / deviation).max() < 0.03


def test_overlapping_lines_are_fitted_together():
    pair = [Resonance(20.0, 2.0, 1.0, 0.4), Resonance(23.0, 2.5, 0.7, -0.3)]
    fid = simulate_fid(pair, n_points=600, dwell_s=2e-3, noise_sd=0.02, seed=1)
    start = ResonanceTable([19.5, 23.4], [3.0, 3.0], [1.0, 1.0], [0.0, 0.0])
    slow, fast = least_squares(fid, start), refine_jointly(fid, start)
    for name in LINE_FIELDS:
        np.testing.assert_allclose(getattr(slow, name), getattr(fast, name), rtol=2e-3)
        np.testing.assert_allclose(getattr(slow, f"{name}_sd"), getattr(fast, f"{name}_sd"), rtol=0.02)


def test_the_noise_is_that_of_the_residual():
    fid = simulate_fid([Resonance(20.0, 2.0)], n_points=2000, dwell_s=1e-3, noise_sd=0.2, seed=2)
    assert least_squares(fid).noise_sd[0] == pytest.approx(0.2, rel=0.06)


def test_nothing_to_start_from_gives_an_empty_table():
    assert len(least_squares(FID(np.zeros(64), 1e-3))) == 0


def test_amplitudes_are_positive_and_phases_wrapped():
    fid = simulate_fid([Resonance(20.0, 2.0, 1.0, 3.1)], n_points=500, dwell_s=1e-3, noise_sd=0.05, seed=3)
    table = least_squares(fid, ResonanceTable([20.0], [2.0], [-1.0], [0.0]))
    assert table.amplitude[0] == pytest.approx(1.0, abs=0.1)
    assert np.angle(np.exp(1j * (table.phase_rad[0] - 3.1))) == pytest.approx(0.0, abs=0.1)
