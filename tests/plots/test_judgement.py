"""Figures that judge estimators: one honest scale, nothing hidden."""

import numpy as np
import pytest

from learnmr.plots import plot_coverage, plot_error_against_snr, plot_radar, plot_ratios, to_html


def test_all_radars_share_one_scale_and_count_what_lies_beyond(rng):
    good, bad = rng.normal(size=(6, 4)), rng.normal(size=(6, 4)) + np.array([0, 50, 0, 0])
    figure = plot_radar({"network": good, "curve_fit": bad})
    limits = {axes.get_ylim() for axes in figure.axes}
    assert limits == {(0.0, 4.0)}
    assert figure.axes[0].get_title() == "network"
    assert "6 of 24 beyond 4" in figure.axes[1].get_title()


def test_radar_of_small_errors_still_reaches_three_bounds():
    assert plot_radar({"network": np.full((2, 4), 0.1)}).axes[0].get_ylim() == (0.0, 3.0)


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"differences": {"a": np.ones(4)}}, r"differences of 'a' must have shape \(n_fids, 4\)"),
        ({"differences": {"a": [[1, 2, 3, np.nan]]}}, "no NaN"),
        ({"differences": {}, "parameters": ("f", "w")}, "parameters must be at least 3"),
    ],
)
def test_radar_refuses(keywords, message):
    with pytest.raises(ValueError, match=message):
        plot_radar(**keywords)


def errors(size, **more):
    return {"spread": np.array([0.2, 0.1]) * size, "bias": np.array([-0.02, 0.01]) * size, **more}


def test_bias_and_spread_stand_apart_on_one_scale_with_the_bound():
    bound = [0.1, 0.05]
    figure = plot_error_against_snr([10, 100], {"network": errors(1), "peak": errors(5)}, bound)
    left, right = figure.axes
    assert left.get_ylim() == right.get_ylim()
    np.testing.assert_allclose(left.get_lines()[0].get_ydata(), [0.2, 0.1])
    np.testing.assert_allclose(right.get_lines()[0].get_ydata(), [0.02, 0.01])
    for axes in (left, right):
        np.testing.assert_allclose(axes.get_lines()[-1].get_ydata(), bound)
        assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")


def test_outliers_get_their_own_panel_in_per_cent():
    figure = plot_error_against_snr([10, 100], {"network": errors(1, outlier_rate=[0.5, 0.0])}, [0.1, 0.05])
    np.testing.assert_allclose(figure.axes[2].get_lines()[0].get_ydata(), [50.0, 0.0])


def test_errors_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="errors of 'a' must hold spread and bias"):
        plot_error_against_snr([1, 2], {"a": {"spread": [1, 1]}}, [1, 1])
    with pytest.raises(ValueError, match=r"bound must have shape \(2,\), got \(1,\)"):
        plot_error_against_snr([1, 2], {}, [1])


def test_ratios_have_a_row_per_cell_and_one_scale():
    cells = ["SNR 20", "SNR 50", "SNR 200"]
    ratios = {"network": np.full((3, 4), 1.05), "curve_fit": np.full((3, 4), 7.9)}
    figure = plot_ratios(cells, ratios)
    assert [axes.get_title() for axes in figure.axes] == ["frequency", "FWHM", "amplitude", "phase"]
    assert len({axes.get_xlim() for axes in figure.axes}) == 1
    low, high = figure.axes[0].get_xlim()
    assert low < 1.0
    assert high > 7.9
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == cells
    assert figure.axes[0].yaxis_inverted()
    assert "curve_fit: from 7.9 to 7.9" in figure.description


def test_missing_ratio_is_left_out():
    ratios = np.array([[1.0, np.nan, 1.0, 1.0]])
    assert to_html(plot_ratios(["SNR 20"], {"network": ratios})).startswith("<img")


def test_coverage_shades_what_chance_allows():
    figure = plot_coverage(["a", "b"], {"refined": [0.94, 0.96]}, n_fids=475)
    band = figure.axes[0].patches[0].get_extents().transformed(figure.axes[0].transData.inverted())
    # two standard deviations of the binomial distribution, sqrt(0.95 * 0.05 / 475) = 1 %
    assert (band.x0, band.x1) == pytest.approx((93.0, 97.0))


def test_coverage_refuses_a_nominal_value_of_one():
    with pytest.raises(ValueError, match=r"nominal must be > 0 and < 1, got 1\.0"):
        plot_coverage(["a"], {}, nominal=1.0)
    with pytest.raises(ValueError, match="coverage of 'refined' must have shape"):
        plot_coverage(["a"], {"refined": [0.9, 0.9]})
