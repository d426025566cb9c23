import numpy as np
import pytest

from learnmr.physics.noise import add_noise, complex_noise


def test_noise_is_white_over_the_bins():
    spectra = np.fft.fft(complex_noise((400, 64), noise_sd=2.0, seed=1), axis=1)
    power = np.mean(np.abs(spectra) ** 2, axis=0)  # (64,)
    assert power == pytest.approx(np.full(64, 2 * 64 * 4.0), rel=0.3)


def test_channels_are_independent():
    w = complex_noise(100_000, seed=2)
    assert abs(np.mean(w.real * w.imag)) < 0.02


def test_noise_leaves_the_callers_samples_alone_and_keeps_their_type():
    clean = np.zeros((2, 8), np.complex64)
    noisy = add_noise(clean, noise_sd=1.0, seed=3)
    assert not clean.any()
    assert noisy.dtype == np.complex64


def test_a_generator_is_advanced():
    generator = np.random.default_rng(4)
    assert not np.array_equal(complex_noise(8, seed=generator), complex_noise(8, seed=generator))


def test_negative_deviation_and_real_samples_are_refused():
    with pytest.raises(ValueError, match=r"noise_sd.*-1"):
        complex_noise(4, noise_sd=-1.0)
    with pytest.raises(ValueError, match="complex"):
        add_noise(np.zeros(4), noise_sd=1.0)  # type: ignore[arg-type]
