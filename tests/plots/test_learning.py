"""Figures of learning: the numbers they state are those they were given."""

import numpy as np
import pytest

from learnmr.plots import plot_history, plot_network_spectrum, plot_weights
from learnmr.signals import Spectrum

EXACT = Spectrum(np.exp(1j * np.arange(64)), np.arange(64.0))


def test_relative_error_is_stated():
    figure = plot_network_spectrum(EXACT.with_values(EXACT.values * 1.001), EXACT, name="DFT network")
    assert "= 0.001" in figure.axes[0].get_title()
    assert "DFT network" in figure.description
    np.testing.assert_allclose(figure.axes[2].get_lines()[0].get_ydata(), 1e-3, rtol=1e-9)


def test_exact_network_is_drawn_without_a_logarithm_of_zero():
    assert plot_network_spectrum(EXACT, EXACT).axes[2].get_yscale() == "linear"


def test_spectra_of_different_shape_are_refused():
    with pytest.raises(ValueError, match=r"learned must have the shape of exact \(64,\), got \(32,\)"):
        plot_network_spectrum(Spectrum(EXACT.values[:32], EXACT.frequency_hz[:32]), EXACT)


def test_weights_are_images_on_one_symmetric_scale():
    n = np.arange(32)
    dft = np.exp(-2j * np.pi * np.outer(n, n) / 32)
    figure = plot_weights(dft * 2, exact=dft * 2, rows=(0, 5))
    images = [axes.images[0] for axes in figure.axes if axes.images]
    np.testing.assert_array_equal(images[0].get_array(), 2 * dft.real)
    np.testing.assert_array_equal(images[1].get_array(), 2 * dft.imag)
    assert {image.get_clim() for image in images} == {(-2.0, 2.0)}


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"weights": np.ones(4)}, r"weights must have 2 dimensions, got shape \(4,\)"),
        ({"weights": np.eye(4), "exact": np.eye(3)}, r"exact must have the shape of weights \(4, 4\)"),
        ({"weights": np.eye(4), "rows": (4,)}, r"rows must be from 0 to 3, got \(4,\)"),
        ({"weights": np.eye(4), "rows": ()}, "rows must be from 0 to 3"),
    ],
)
def test_weights_that_do_not_fit_are_refused(keywords, message):
    with pytest.raises(ValueError, match=message):
        plot_weights(**keywords)


def test_losses_are_drawn_logarithmically_with_validation_dashed():
    figure = plot_history({"a": {"loss": [1, 0.1], "val_loss": [2, 0.2]}, "b": {"loss": [1, 0.5], "epoch": [10, 20]}})
    axes = figure.axes[0]
    assert axes.get_yscale() == "log"
    assert [line.get_linestyle() for line in axes.get_lines()] == ["-", "--", "-"]
    assert axes.get_lines()[2].get_xdata().tolist() == [10, 20]
    assert figure.description == "Loss against epoch: a from 1 to 0.1 (validation 0.2); b from 1 to 0.5."


def test_histories_without_loss_or_of_different_length_are_refused():
    with pytest.raises(ValueError, match=r"histories must each hold a loss, 'a' has \['val_loss'\]"):
        plot_history({"a": {"val_loss": [1.0]}})
    with pytest.raises(ValueError, match="'a': val_loss must have 2 values"):
        plot_history({"a": {"loss": [1.0, 0.5], "val_loss": [1.0]}})
