"""Offsets and baselines come off; lines and noise stay."""

import numpy as np
import pytest

from learnmr.signals import FID, automatic_phase, correct_baseline, integrate, remove_offset, spectrum

N_POINTS, DWELL_S = 8192, 2.5e-4


def phased_lines(rng, noise=0.02, sign=1.0):
    times_s = np.arange(N_POINTS) * DWELL_S
    frequencies_hz, amplitudes = [-1200, -700, -690, 100, 850, 1500], [1.0, 2.0, 2.0, sign, 0.5, 1.5]
    rates = 2j * np.pi * np.array(frequencies_hz) - np.pi * 2.0
    clean = (np.array(amplitudes) * np.exp(np.outer(times_s, rates))).sum(axis=1)
    noise = noise * (rng.normal(size=N_POINTS) + 1j * rng.normal(size=N_POINTS))
    return spectrum(FID(clean + noise, dwell_s=DWELL_S))


def roll(frequency_hz, size):
    turn = frequency_hz / 4000
    return size * (0.7 + turn + 2 * turn**2 + 0.5 * np.sin(2 * np.pi * 1.5 * turn))


@pytest.mark.parametrize("size", [0.0, 0.005, 0.05])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_baseline_is_found_under_lines_of_either_sign(rng, size, sign):
    clean = phased_lines(rng, sign=sign)
    bent = clean.with_values(clean.values + roll(clean.frequency_hz, size))
    left = (correct_baseline(bent).values - clean.values).real
    bin_noise = 0.02 * DWELL_S * np.sqrt(N_POINTS)
    assert np.abs(left).max() < 0.6 * bin_noise + 0.02 * size  # at the ends; elsewhere far less
    assert np.sqrt(np.mean(left**2)) < 0.25 * bin_noise + 0.005 * size


def test_integrals_come_back(rng):
    clean = phased_lines(rng)
    bent = clean.with_values(clean.values + roll(clean.frequency_hz, 0.05))
    low, high = [50.0, 800.0, -760.0], [150.0, 900.0, -630.0]
    truth, spoilt = integrate(clean, low, high).amplitude, integrate(bent, low, high).amplitude
    corrected = integrate(correct_baseline(bent), low, high).amplitude
    assert np.all(np.abs(spoilt - truth) > 1.0)
    np.testing.assert_allclose(corrected, truth, atol=0.06)


def test_imaginary_part_and_the_given_spectrum_stay(rng):
    given = phased_lines(rng)
    before = given.values.copy()
    corrected = correct_baseline(given)
    np.testing.assert_array_equal(given.values, before)
    np.testing.assert_array_equal(corrected.values.imag, before.imag)


def test_each_spectrum_of_an_array_has_its_own_baseline(rng):
    one = phased_lines(rng)
    both = one.with_values(np.stack([one.values, one.values + roll(one.frequency_hz, 0.05)]))
    corrected = correct_baseline(both).values.real
    assert np.abs(corrected[0] - corrected[1]).max() < 0.005


def test_offset_of_the_receiver_comes_off_a_decayed_fid(rng):
    times_s = np.arange(N_POINTS) * DWELL_S
    clean = np.exp((2j * np.pi * 300 - np.pi * 5) * times_s)
    noise = 0.1 * (rng.normal(size=N_POINTS) + 1j * rng.normal(size=N_POINTS))
    offset = 2.0 - 0.5j
    left = remove_offset(FID(clean + noise + offset, dwell_s=DWELL_S), tail_fraction=0.25).samples - clean - noise
    assert np.ptp(left.real) < 1e-12
    assert abs(left[0]) < 5 * 0.1 / np.sqrt(N_POINTS / 4)


def test_offset_of_a_published_fid_is_found(shared_data):
    # the recorded FID has an offset of 444 - 73i within 5 %, see its SOURCE.txt
    from learnmr.files import read

    folder = shared_data / "nmr" / "h3po4-1h-300"
    experiment = next(path for path in sorted(folder.iterdir()) if path.is_dir())
    fid = read(experiment)
    offset = fid.samples[0] - remove_offset(fid, tail_fraction=0.25).samples[0]
    assert offset.real == pytest.approx(444, rel=0.05)
    assert abs(offset.imag) == pytest.approx(73, rel=0.05)


def test_baseline_of_a_measured_carbon_spectrum_is_flat(shared_data):
    from learnmr.files import read

    shown, _ = automatic_phase(spectrum(read(shared_data / "nmr" / "gaba-13c-126")), order=1)
    corrected = correct_baseline(shown)

    def medians(real):
        return np.array([np.median(part) for part in np.array_split(real, 24)])

    assert np.abs(medians(shown.values.real)).max() > 4 * np.abs(medians(corrected.values.real)).max()


@pytest.mark.parametrize("fraction", [0.0, -0.1, 1.5, np.nan])
def test_tail_that_is_no_fraction_is_refused(fraction):
    with pytest.raises(ValueError, match="tail_fraction must be > 0 and <= 1"):
        remove_offset(FID([1.0, 2.0], dwell_s=1.0), tail_fraction=fraction)


def test_period_of_zero_and_spectra_full_of_lines_are_refused(rng):
    with pytest.raises(ValueError, match="shortest_period_hz must be > 0 Hz, got 0"):
        correct_baseline(phased_lines(rng), shortest_period_hz=0)
    crowded = spectrum(FID(np.exp(-np.arange(256) * 0.3), dwell_s=1e-3))
    with pytest.raises(ValueError, match="5 % signal-free bins"):
        correct_baseline(crowded)
