"""The noise that is measured against the noise that was put in."""

import numpy as np
import pytest

from learnmr.signals import FID, apodise, bin_noise_sd, noise_sd, spectrum, zero_fill


def noisy(rng, n_points, sd=1.0, *, n_fids=None):
    shape = (n_points,) if n_fids is None else (n_fids, n_points)
    return sd * (rng.normal(size=shape) + 1j * rng.normal(size=shape))


def lines(rng, n_lines, n_points, dwell_s, amplitude):
    times_s = np.arange(n_points) * dwell_s
    rates = 2j * np.pi * rng.uniform(-0.5, 0.5, n_lines) / dwell_s - np.pi * rng.uniform(1, 4, n_lines)
    return amplitude * np.exp(1j * rng.uniform(0, 6, n_lines) + np.outer(times_s, rates)).sum(axis=1)


@pytest.mark.parametrize("n_points", [64, 1000, 4096])
def test_noise_is_measured_without_bias(rng, n_points):
    measured = noise_sd(FID(noisy(rng, n_points, 2.5, n_fids=200), dwell_s=1e-3))
    scatter = measured.std() / 2.5
    assert measured.mean() / 2.5 == pytest.approx(1.0, abs=0.004 + 4 * scatter / np.sqrt(200))
    assert scatter < 1.2 / np.sqrt(n_points)


@pytest.mark.parametrize("n_lines", [1, 10, 60])
@pytest.mark.parametrize("amplitude", [1.0, 100.0, 1e5])
def test_lines_do_not_raise_the_noise(rng, n_lines, amplitude):
    samples = noisy(rng, 8192) + lines(rng, n_lines, 8192, 2e-4, amplitude)
    assert noise_sd(FID(samples, dwell_s=2e-4)) == pytest.approx(1.0, abs=0.08)


def test_truncated_line_does_not_raise_the_noise(rng):
    times_s = np.arange(1024) * 1e-3
    samples = noisy(rng, 1024) + 1e4 * np.exp((2j * np.pi * 100.3 - 0.5) * times_s)
    assert noise_sd(FID(samples, dwell_s=1e-3)) == pytest.approx(1.0, abs=0.1)


def test_appended_zeros_are_no_noise(rng):
    fid = FID(noisy(rng, 4096), dwell_s=1e-3)
    assert noise_sd(zero_fill(fid, factor=3)) == pytest.approx(float(noise_sd(fid)), rel=1e-12)


@pytest.mark.parametrize("factor", [1, 1.5, 2, 4])
def test_bins_of_a_zero_filled_spectrum_have_the_same_noise(rng, factor):
    fid = FID(noisy(rng, 8192, n_fids=10), dwell_s=1e-3)
    measured = bin_noise_sd(spectrum(zero_fill(fid, factor=factor)), n_points=8192)
    np.testing.assert_allclose(measured, 1e-3 * np.sqrt(8192), rtol=0.05)


def test_single_fid_gives_a_number_and_an_array_one_per_fid(rng):
    assert noise_sd(FID(noisy(rng, 64), dwell_s=1e-3)).shape == ()
    assert noise_sd(FID(noisy(rng, 64, n_fids=3), dwell_s=1e-3)).shape == (3,)


def test_noiseless_fid_has_next_to_no_noise():
    samples = np.exp(-np.arange(4096) * 0.01)
    assert noise_sd(FID(samples, dwell_s=1e-3)) < 1e-4


def test_receiver_noise_of_real_fids_agrees_with_their_tails(shared_data):
    from learnmr.files import read

    fid = read(shared_data / "nmr" / "gaba-13c-126")
    assert noise_sd(fid) == pytest.approx(fid.samples[-2000:].real.std(), rel=0.1)


def test_short_or_empty_fids_are_refused():
    with pytest.raises(ValueError, match="at least 16 points before its trailing zeros, got 0"):
        noise_sd(FID(np.zeros(100), dwell_s=1e-3))
    with pytest.raises(ValueError, match="n_points must lie between 16 and the 64 bins, got 65"):
        bin_noise_sd(spectrum(FID(np.ones(64), dwell_s=1e-3)), n_points=65)


def test_apodised_fid_looks_too_quiet_as_documented(rng):
    fid = FID(noisy(rng, 4096), dwell_s=1e-3)
    assert noise_sd(apodise(fid, exponential_hz=5.0)) < 0.5 * noise_sd(fid)
