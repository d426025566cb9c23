"""The figure of a reaction shows values and error bars as given."""

import numpy as np
import pytest

from learnmr.plots import plot_time_course


def test_values_and_error_bars_are_those_given():
    figure = plot_time_course([0, 1, 2], {"G6P": [3, 2, 1]}, {"G6P": [0.1, 0.2, 0.3]}, time_unit="min")
    axes = figure.axes[0]
    middle, _, bars = axes.containers[0].lines
    np.testing.assert_array_equal(middle.get_ydata(), [3, 2, 1])
    lengths = [segment[1, 1] - segment[0, 1] for segment in bars[0].get_segments()]
    np.testing.assert_allclose(lengths, [0.2, 0.4, 0.6])
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("time / min", "concentration / mM")
    assert figure.description.endswith("G6P: 3 ± 0.1 at first, 1 ± 0.3 mM at last.")


def test_species_without_error_bars_are_refused():
    with pytest.raises(ValueError, match="deviations must hold every species, 'F6P' is missing"):
        plot_time_course([0], {"F6P": [1]}, {})
    with pytest.raises(ValueError, match=r"deviations of 'F6P' must have shape \(1,\), got \(2,\)"):
        plot_time_course([0], {"F6P": [1]}, {"F6P": [1, 1]})
