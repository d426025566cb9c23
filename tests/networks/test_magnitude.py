"""The magnitude network: right on its grid at best, wrong between; and the data it is shown."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("keras", reason="training needs the extra [train] or [jax]")

from learnmr.networks.magnitude import draw_grid_fids, magnitude_spectrum, train_magnitude_network


def test_a_magnitude_network_never_comes_near_the_exact_transform() -> None:
    trained = train_magnitude_network(64, seed=1, n_frequencies=12, n_epochs=25)
    # the linear network is at 4e-7
    assert trained.relative_error > 0.05
    assert trained.relative_error_between > 0.2
    assert trained.relative_error_between > trained.relative_error
    assert 0 <= trained.peak_bin_within_one <= 1
    assert trained.network.n_parameters == 64 * 64 + 64 + 64 * 32 + 32


def test_the_grid_is_that_of_the_recipe() -> None:
    samples, truth = draw_grid_fids(seed=1)
    assert samples.shape == (1250, 4000)
    assert np.allclose(np.unique(truth.frequency_hz), np.linspace(50, 1000, 50))
    decays_s = np.unique(np.round(1 / (np.pi * truth.fwhm_hz), 9))
    assert np.allclose(decays_s, np.linspace(0.1, 4, 25))
    assert truth.amplitude.min() >= 1
    assert truth.amplitude.max() <= 10


def test_the_one_channel_is_a_damped_sine() -> None:
    samples, truth = draw_grid_fids(n_points=100, n_frequencies=3, n_decays=2, noise_sd=0.0, seed=2)
    times_s = np.arange(100) / 100
    for row, line in enumerate(zip(truth.frequency_hz, truth.fwhm_hz, truth.amplitude, truth.phase_rad, strict=True)):
        frequency_hz, fwhm_hz, amplitude, phase_rad = line
        sine = amplitude * np.sin(2 * np.pi * frequency_hz * times_s + phase_rad) * np.exp(-np.pi * fwhm_hz * times_s)
        assert np.allclose(samples.imag[row], sine)


def test_the_noise_has_mean_zero() -> None:
    clean, _ = draw_grid_fids(n_points=200, noise_sd=0.0, seed=3)
    noisy, _ = draw_grid_fids(n_points=200, noise_sd=0.1, seed=3)
    noise = (noisy - clean).imag
    assert abs(noise.mean()) < 5 * 0.1 / np.sqrt(noise.size)
    assert noise.std() == pytest.approx(0.1, rel=0.01)


def test_fids_between_lie_off_the_grid() -> None:
    _, truth = draw_grid_fids(n_points=100, n_frequencies=5, n_decays=4, seed=4, on_grid=False)
    assert np.unique(truth.frequency_hz).size == 20
    assert 1.25 <= truth.frequency_hz.min() < truth.frequency_hz.max() <= 25


def test_the_magnitude_is_that_of_the_positive_frequencies() -> None:
    spectrum = magnitude_spectrum(np.sin(2 * np.pi * 5 * np.arange(32) / 32))
    assert spectrum.shape == (16,)
    assert spectrum.argmax() == 5
    assert spectrum[5] == pytest.approx(16)


def test_refusals_name_the_value() -> None:
    with pytest.raises(ValueError, match="n_frequencies and n_decays must be >= 1, got 0 and 25"):
        draw_grid_fids(n_frequencies=0, seed=1)
    with pytest.raises(ValueError, match=r"duration_s must be > 0 s, got -1\.0"):
        draw_grid_fids(duration_s=-1.0, seed=1)
