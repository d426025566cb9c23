import json
import math

import numpy as np
import pytest

from learnmr.evaluation import normalised_errors, score_lines, score_table
from learnmr.signals import LineEstimates, ResonanceTable

NAMES = ["frequency", "fwhm", "amplitude", "phase"]
BOUNDS = np.array([0.1, 0.2, 0.05, 0.03])


def noisy(n, *, scale=1.0, bias=0.0, claimed=1.0, seed=1):
    """Estimates with Gaussian errors of so many bounds, their truth, and the bounds."""
    rng = np.random.default_rng(seed)
    truth = np.stack([rng.uniform(-50, 50, n), np.full(n, 3.0), np.full(n, 1.0), rng.uniform(-np.pi, np.pi, n)])
    errors = BOUNDS[:, None] * (bias + scale * rng.standard_normal((4, n)))
    values = truth + errors
    values[3] = np.angle(np.exp(1j * values[3]))
    deviations = np.tile((claimed * BOUNDS)[:, None], (1, n))
    return LineEstimates(*values, *deviations), LineEstimates(*truth), np.tile(BOUNDS, (n, 1))


def test_an_efficient_estimator_scores_one_with_ninety_five_per_cent_coverage():
    score = score_lines(*noisy(20_000), bin_hz=1.0)
    for name in NAMES:
        assert abs(score.rmse_over_bound[name] - 1) < 4 * score.standard_error["rmse_over_bound"][name]
        assert abs(score.bias_over_bound[name]) < 4 * score.standard_error["bias_over_bound"][name]
        assert abs(score.coverage95[name] - 0.95) < 4 * score.standard_error["coverage95"][name]
    assert score.outlier_rate == 0


def test_bias_and_spread_are_told_apart():
    score = score_lines(*noisy(20_000, scale=0.5, bias=0.8), bin_hz=1.0)
    for name in NAMES:
        assert score.bias_over_bound[name] == pytest.approx(0.8, abs=0.02)
        assert score.spread_over_bound[name] == pytest.approx(0.5, abs=0.02)
        assert score.rmse_over_bound[name] == pytest.approx(math.hypot(0.8, 0.5), abs=0.02)


def test_error_bars_half_as_large_as_they_should_be_cover_sixty_seven_per_cent():
    # erf(1.96 / 2 / sqrt 2) = 0.673
    score = score_lines(*noisy(20_000, claimed=0.5), bin_hz=1.0)
    assert score.coverage95["frequency"] == pytest.approx(0.673, abs=0.015)


def test_standard_errors_are_those_of_repeated_experiments():
    scores = [score_lines(*noisy(200, seed=seed), bin_hz=1.0) for seed in range(300)]
    ratios = np.array([score.rmse_over_bound["fwhm"] for score in scores])
    claimed = np.mean([score.standard_error["rmse_over_bound"]["fwhm"] for score in scores])
    assert ratios.std() == pytest.approx(claimed, rel=0.2)


def test_outliers_are_counted_and_left_out():
    estimates, truth, bounds = noisy(1000)
    frequency_hz = estimates.frequency_hz.copy()
    frequency_hz[:20] += 3.0 + 1.0 + 1.0  # beyond one width (3 Hz) plus one bin (1 Hz)
    frequency_hz[20:40] += 3.0  # within
    moved = LineEstimates(frequency_hz, estimates.fwhm_hz, estimates.amplitude, estimates.phase_rad)
    assert score_lines(moved, truth, bounds, bin_hz=1.0).outlier_rate == pytest.approx(0.02)
    found = np.ones(1000, bool)
    found[500:600] = False
    assert score_lines(moved, truth, bounds, bin_hz=1.0, found=found).outlier_rate == pytest.approx(0.12)


def test_phases_are_compared_around_the_circle():
    truth = LineEstimates([0.0], [1.0], [1.0], [-3.1])
    near = LineEstimates([0.0], [1.0], [1.0], [3.1])
    assert normalised_errors(near, truth, np.ones((1, 4)))[0, 3] == pytest.approx(6.2 - 2 * np.pi)


def test_the_dictionary_has_the_fields_of_the_benchmark_and_is_json():
    estimates, truth, bounds = noisy(50)
    silent = LineEstimates(estimates.frequency_hz, estimates.fwhm_hz, estimates.amplitude, estimates.phase_rad)
    cell = score_lines(silent, truth, bounds, bin_hz=1.0, snr=(20.0, 50.0), width_bins=(0.5, 2.0)).to_dict()
    assert set(cell) == {
        "snr",
        "width_bins",
        "n",
        "rmse_over_bound",
        "bias_over_bound",
        "outlier_rate",
        "coverage95",
        "standard_error",
    }
    assert list(cell["rmse_over_bound"]) == NAMES
    assert cell["coverage95"]["phase"] is None
    assert json.loads(json.dumps(cell, allow_nan=False)) == cell


def test_a_cell_of_outliers_only_has_no_errors_to_tell():
    truth = LineEstimates([0.0, 0.0], [1.0, 1.0], [1.0, 1.0], [0.0, 0.0])
    far = LineEstimates([50.0, 60.0], [1.0, 1.0], [1.0, 1.0], [0.0, 0.0])
    score = score_lines(far, truth, np.ones((2, 4)), bin_hz=1.0)
    assert score.outlier_rate == 1.0
    assert math.isnan(score.rmse_over_bound["frequency"])
    assert math.isnan(score.spread_over_bound["frequency"])


@pytest.mark.parametrize(
    ("bounds", "message"), [(np.ones((2, 4)), r"bounds must have shape \(1, 4\)"), (np.zeros((1, 4)), "bounds.*0")]
)
def test_bounds_that_do_not_fit_are_refused(bounds, message):
    one = LineEstimates([0.0], [1.0], [1.0], [0.0])
    with pytest.raises(ValueError, match=message):
        score_lines(one, one, bounds, bin_hz=1.0)


def test_an_empty_batch_is_refused():
    none = LineEstimates([], [], [], [])
    with pytest.raises(ValueError, match="at least one"):
        score_lines(none, none, np.ones((0, 4)), bin_hz=1.0)


def test_tables_are_matched_within_their_fid():
    truth = ResonanceTable([10.0, 20.0, 10.0], [1, 1, 1], [1, 2, 4], [0, 0, 0], fid_index=[0, 0, 1])
    found = ResonanceTable(
        [20.2, 10.0, 99.0], [1, 1, 1], [2.2, 1, 1], [0, 0, 0], [0.2] * 3, [0.1] * 3, [0.1] * 3, [0.1] * 3,
        fid_index=[0, 0, 1],
    )  # fmt: skip
    score = score_table(found, truth, bin_hz=0.5)
    assert (score.n_matched, score.false_positives) == (2, 1)
    assert score.recall == pytest.approx(2 / 3)
    assert score.rmse["frequency"] == pytest.approx(0.2 / math.sqrt(2))
    assert score.rmse["amplitude"] == pytest.approx(0.1 / math.sqrt(2))
    # the second amplitude is two standard deviations off
    assert (score.coverage95["frequency"], score.coverage95["amplitude"]) == (1.0, 0.5)
    assert json.dumps(score.to_dict(), allow_nan=False)


def test_empty_tables_are_scored():
    none = ResonanceTable([], [], [], [])
    score = score_table(none, none, bin_hz=1.0)
    assert math.isnan(score.recall)
    assert score.to_dict()["rmse"]["phase"] is None
    assert score_table(ResonanceTable([1.0], [1], [1], [0]), none, bin_hz=1.0).false_positives == 1
