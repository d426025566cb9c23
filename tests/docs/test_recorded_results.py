"""Figures and tables of the site are those of the recorded results."""

from __future__ import annotations

import json

from learnmr_site.recorded_results import FIGURES, FOLDER, coverage_figure, ratios_figure, readme_numbers


def cell(ratio, coverage):
    values = dict.fromkeys(("frequency", "fwhm", "amplitude", "phase"), ratio)
    judged = {"rmse_over_bound": values, "coverage95": dict.fromkeys(values, coverage)}
    return {"snr": [20.0, 50.0], "width_bins": [0.5, 2.0], "n_judged": 100, "judged": judged}


def test_figures_are_drawn_from_what_is_recorded():
    for name, draw in FIGURES.values():
        figure = draw(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["results"])
        assert len(figure.description) > 40
        assert "line network" in figure.description


def test_the_words_of_a_figure_hold_its_numbers():
    results = {"network": {"cells": [cell(1.03, 0.94), {**cell(9.0, 0.0), "judged": None}]}}
    assert "line network: from 1.03 to 1.03" in ratios_figure(results).description
    assert "line network: from 94.0 % to 94.0 %" in coverage_figure(results).description


def test_what_an_estimator_does_not_give_is_left_out():
    lacking = cell(None, None)
    figure = ratios_figure({"network": {"cells": [cell(1.0, 0.95)]}, "lmfit": {"cells": [lacking]}, "nmrespy": {}})
    assert "NMR-EsPy" not in figure.description


def test_one_block_of_the_readme_alone():
    numbers = readme_numbers().numbers
    assert numbers(FOLDER, only=("speed",)) in numbers(FOLDER)
    assert "learnmr bench line" not in numbers(FOLDER, only=("speed",))
