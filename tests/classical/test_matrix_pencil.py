import numpy as np
import pytest

from learnmr.classical import matrix_pencil
from learnmr.evaluation import estimate_all, score_lines, score_table
from learnmr.physics.synthesis import simulate_fid
from learnmr.signals import FID, LINE_FIELDS, LineEstimates, Resonance, ResonanceTable


@pytest.mark.parametrize(("n_points", "n_fids"), [(250, 60), (1500, 25)])
def test_one_line_reaches_the_cramer_rao_bound_and_is_counted_as_one(draw, n_points, n_fids):
    batch = draw(n_fids, snr=(50, 60), width_bins=(0.3, 5), n_points=n_points, seed=31)
    table = matrix_pencil(batch.fid)
    assert np.bincount(table.fid_index, minlength=n_fids).tolist() == [1] * n_fids
    estimates = LineEstimates(*(getattr(table, f"{name}{sd}") for sd in ("", "_sd") for name in LINE_FIELDS))
    score = score_lines(estimates, batch.truth, batch.bounds, bin_hz=batch.bin_hz)
    assert score.outlier_rate == 0
    for name, ratio in score.rmse_over_bound.items():
        assert ratio == pytest.approx(1.0, abs=5 * score.standard_error["rmse_over_bound"][name]), name


@pytest.mark.parametrize("n_points", [16, 100, 700])
def test_pure_noise_has_no_lines(n_points):
    fids = simulate_fid([[]] * 12, n_points=n_points, dwell_s=1e-3, noise_sd=1.0, seed=5)
    assert len(matrix_pencil(fids, noise_sd=1.0)) == 0


@pytest.mark.parametrize("n_points", [512, 4096])
def test_lines_are_found_without_noise_to_rounding(n_points):
    lines = [Resonance(-200.0, 2.0, 1.0, 0.3), Resonance(-190.0, 4.0, 2.0, -1.0), Resonance(333.3, 1.0, 0.5, 2.0)]
    fid = simulate_fid(lines, n_points=n_points, dwell_s=1e-3)
    table = matrix_pencil(fid, noise_sd=1e-9)
    np.testing.assert_allclose(table.frequency_hz, [-200.0, -190.0, 333.3], atol=1e-5)
    np.testing.assert_allclose(table.amplitude, [1.0, 2.0, 0.5], rtol=1e-5)


def test_a_crowd_of_lines_is_found_whole_and_alone(rng):
    n_lines = 12
    frequency_hz = np.linspace(-900, 900, n_lines) + rng.uniform(-40, 40, n_lines)
    truth = ResonanceTable(
        frequency_hz, rng.uniform(0.5, 1.5, n_lines), rng.uniform(1, 5, n_lines), rng.uniform(-1, 1, n_lines)
    )
    fid = simulate_fid(truth, n_points=3000, dwell_s=5e-4, noise_sd=0.2, seed=6)
    score = score_table(matrix_pencil(fid), truth, bin_hz=fid.bin_hz)
    assert (score.recall, score.false_positives) == (1.0, 0)


def test_a_line_on_the_border_of_two_bands_is_found_once():
    # 2048 points are split into 16 bands of 62.5 Hz: -125 Hz lies between two of them
    fid = simulate_fid([Resonance(-125.0, 1.0)], n_points=2048, dwell_s=1e-3, noise_sd=0.05, seed=7)
    assert matrix_pencil(fid).frequency_hz == pytest.approx([-125.0], abs=0.05)


def test_a_broad_line_at_low_snr_is_not_lost_in_the_noise_of_the_empty_tail(draw):
    batch = draw(25, snr=(18, 20), width_bins=(4, 6), seed=32)
    _, found = estimate_all(matrix_pencil, batch.fid)
    assert found.mean() > 0.95


def test_the_number_of_lines_can_be_given():
    lines = [Resonance(-100.0, 2.0, 3.0), Resonance(50.0, 2.0, 1.0), Resonance(120.0, 2.0, 2.0)]
    fid = simulate_fid(lines, n_points=500, dwell_s=1e-3, noise_sd=0.02, seed=8)
    np.testing.assert_allclose(matrix_pencil(fid, n_lines=2).frequency_hz, [-100.0, 120.0], atol=0.6)


def test_without_refinement_the_pencil_alone_is_near():
    fid = simulate_fid([Resonance(77.0, 2.0)], n_points=500, dwell_s=1e-3, noise_sd=0.05, seed=9)
    table = matrix_pencil(fid, refine=False)
    assert table.frequency_hz == pytest.approx([77.0], abs=0.2)


def test_too_short_and_silent_fids():
    with pytest.raises(ValueError, match="16 points, got 8"):
        matrix_pencil(FID(np.ones(8), 1e-3))
    with pytest.raises(ValueError, match=r"n_lines.*0"):
        matrix_pencil(FID(np.ones(64), 1e-3), n_lines=0)
    assert len(matrix_pencil(FID(np.zeros(64), 1e-3))) == 0
