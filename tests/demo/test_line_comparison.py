import csv

import numpy as np
import pytest

from learnmr.demo.line_comparison import PARAMETERS, compare_estimators, draw_test_fids
from learnmr.networks import load_line_network


@pytest.fixture(scope="module")
def comparison():
    return compare_estimators(draw_test_fids(40, seed=2), load_line_network())


def test_careful_estimators_reach_the_bound_and_the_magnitude_fit_does_not(comparison):
    # 200 FIDs know the ratio to 5 per cent
    for name in ("shipped", "shipped + refined", "least squares"):
        ratios = comparison.of(name).score.rmse_over_bound
        assert all(0.85 < ratios[parameter] < 1.2 for parameter in PARAMETERS), (name, ratios)
        assert comparison.of(name).score.outlier_rate == 0
    wrong = comparison.of("magnitude curve_fit").score
    assert wrong.bias_over_bound["fwhm"] > 20


def test_all_are_judged_on_the_same_fids(comparison):
    # the network "trained here" is the shipped one in this test
    np.testing.assert_array_equal(comparison.of("trained here").errors, comparison.of("shipped").errors)
    refined, classical = (comparison.of(name).errors for name in ("shipped + refined", "least squares"))
    assert np.abs(refined - classical).max() < 0.05


def test_spread_and_bound_fall_with_the_signal(comparison):
    errors, bound = comparison.against_snr("frequency")
    np.testing.assert_allclose(bound * comparison.snrs, bound[0] * 20, rtol=1e-9)
    assert list(errors) == [judged.name for judged in comparison.judged]
    assert errors["shipped"]["spread"] == pytest.approx(bound, rel=0.35)


def test_table_holds_every_estimator_and_snr(comparison):
    rows = list(csv.DictReader(comparison.to_csv().splitlines()))
    assert len(rows) == 5 * 6
    assert rows[0]["snr"] == "all"
    assert float(rows[0]["n"]) == 200


def test_fresh_fids_repeat_for_a_seed_and_differ_between_seeds():
    np.testing.assert_array_equal(draw_test_fids(2, seed=4).samples, draw_test_fids(2, seed=4).samples)
    assert not np.array_equal(draw_test_fids(2, seed=4).samples, draw_test_fids(2, seed=5).samples)
