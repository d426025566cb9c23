"""Phases that were put in are found and taken away."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnmr.signals import FID, PhaseCorrection, Spectrum, apodise, automatic_phase, phase, spectrum

DWELL_S = 2e-4


def multi_line(seed, n_lines, *, snr, phase_rad=0.0, delay_s=0.0, n_points=8192):
    """Positive lines with one phase, the first sample taken ``delay_s`` after t = 0."""
    rng = np.random.default_rng(seed)
    times_s = np.arange(n_points) * DWELL_S + delay_s
    frequency_hz = rng.uniform(-0.45, 0.45, n_lines) / DWELL_S
    fwhm_hz, amplitude = rng.uniform(1.5, 6, n_lines), rng.uniform(0.3, 1, n_lines)
    decays = amplitude * np.exp(1j * phase_rad + np.outer(times_s, 2j * np.pi * frequency_hz - np.pi * fwhm_hz))
    noise_sd = amplitude.max() / np.sqrt(2 * np.pi * fwhm_hz.mean() * DWELL_S) / snr
    noise = noise_sd * (rng.normal(size=n_points) + 1j * rng.normal(size=n_points))
    return spectrum(FID(decays.sum(axis=1) + noise, dwell_s=DWELL_S))


def error_deg(correction, phase_rad, delay_s=0.0):
    """Root mean square error of the phase over the band, in degrees."""
    frequency_hz = np.linspace(-2250, 2250, 50)
    wrong = correction.at(frequency_hz) - phase_rad - 2 * np.pi * delay_s * frequency_hz
    return np.degrees(np.sqrt(np.mean(np.angle(np.exp(1j * wrong)) ** 2)))


@given(zero_order_rad=st.floats(-10, 10), first_order_s=st.floats(-1e-2, 1e-2), pivot_hz=st.floats(-1000, 1000))
@settings(deadline=None, max_examples=25)
def test_phase_undoes_itself_and_keeps_the_magnitude(zero_order_rad, first_order_s, pivot_hz):
    shown = multi_line(1, 3, snr=100, n_points=256)
    turned = phase(shown, zero_order_rad, first_order_s, pivot_hz=pivot_hz)
    np.testing.assert_allclose(np.abs(turned.values), np.abs(shown.values), rtol=1e-9)
    back = phase(turned, -zero_order_rad, -first_order_s, pivot_hz=pivot_hz)
    np.testing.assert_allclose(back.values, shown.values, atol=1e-12)


def test_first_order_is_the_delay_of_the_first_sample():
    # shift theorem: a signal that starts k samples late has its spectrum turned by 2 pi f k dwell
    samples = np.zeros(64, complex)
    samples[0] = 1.0
    plain = spectrum(FID(samples, dwell_s=DWELL_S), halve_first=False)
    early = spectrum(FID(np.roll(samples, -3), dwell_s=DWELL_S), halve_first=False)
    np.testing.assert_allclose(phase(early, first_order_s=3 * DWELL_S).values, plain.values, atol=1e-15)


@pytest.mark.parametrize("n_lines", [1, 3, 10, 40])
@pytest.mark.parametrize(("snr", "tolerance_deg"), [(100, 12.0), (1000, 5.0), (20000, 3.0)])
def test_zero_order_is_found(n_lines, snr, tolerance_deg):
    for seed, phase_rad in enumerate([-2.9, -1.0, 0.0, 0.7, 3.1]):
        _, found = automatic_phase(multi_line(seed, n_lines, snr=snr, phase_rad=phase_rad))
        assert found.first_order_s == 0.0
        assert error_deg(found, phase_rad) < tolerance_deg


@pytest.mark.parametrize("delay_dwells", [-0.2, 0.0, 0.6, 1.4])
@pytest.mark.parametrize("n_lines", [8, 30])
def test_dead_time_is_found(n_lines, delay_dwells):
    for seed in range(3):
        delay_s = delay_dwells * DWELL_S
        shown = multi_line(10 + seed, n_lines, snr=500, phase_rad=1.2, delay_s=delay_s)
        phased, found = automatic_phase(shown, order=1)
        assert error_deg(found, 1.2, delay_s) < 10
        assert found.first_order_s == pytest.approx(delay_s, abs=0.1 * DWELL_S)
        by_hand = phase(shown, found.zero_order_rad, found.first_order_s, pivot_hz=found.pivot_hz)
        np.testing.assert_array_equal(phased.values, by_hand.values)


def test_strongest_line_is_phased_even_where_one_line_does_not_tell_the_delay():
    shown = multi_line(3, 1, snr=1000, phase_rad=-2.0, delay_s=DWELL_S)
    phased, found = automatic_phase(shown, order=1)
    assert found.first_order_s == 0.0
    peak = int(np.argmax(np.abs(phased.values)))
    assert abs(np.sum(phased.values[peak - 20 : peak + 21].imag)) < 0.1 * np.sum(
        phased.values[peak - 20 : peak + 21].real
    )


def test_array_shares_one_phase():
    one = multi_line(4, 5, snr=300, phase_rad=0.8)
    both = Spectrum(np.stack([one.values, 0.5 * one.values]), one.frequency_hz)
    phased, found = automatic_phase(both)
    assert error_deg(found, 0.8) < 5
    assert phased.values.shape == both.values.shape


def test_noise_and_silence_are_left_as_they_are(rng):
    silence = spectrum(FID(np.zeros(256), dwell_s=DWELL_S))
    noise = spectrum(FID(rng.normal(size=4096) + 1j * rng.normal(size=4096), dwell_s=DWELL_S))
    for shown in (silence, noise):
        _, found = automatic_phase(shown, order=1)
        assert found == PhaseCorrection()


@pytest.mark.parametrize("exponential_hz", [0.0, 1.0, 3.0])
@pytest.mark.parametrize("order", [0, 1])
def test_measured_carbon_spectrum_gets_one_phase_however_it_is_apodised(shared_data, exponential_hz, order):
    # four singlets of GABA; 178 degrees is what the three CH2 lines have in common when each is fitted by eye
    from learnmr.files import read

    fid = apodise(read(shared_data / "nmr" / "gaba-13c-126"), exponential_hz=exponential_hz)
    _, found = automatic_phase(spectrum(fid), order=order)
    assert np.degrees(np.abs(np.angle(np.exp(1j * (found.zero_order_rad - np.pi))))) < 10
    assert abs(found.first_order_s) < 0.5 * fid.dwell_s


def test_measured_proton_spectrum_becomes_positive(shared_data):
    from learnmr.files import read

    phased, found = automatic_phase(spectrum(read(shared_data / "nmr" / "aspirin-1h-300" / "bruker" / "1")), order=1)
    assert abs(found.first_order_s) < 0.2 / (phased.n_bins * phased.bin_hz)
    core = phased.values[np.abs(phased.values) > 0.05 * np.abs(phased.values).max()]
    assert -core.real[core.real < 0].sum() < 0.02 * np.abs(core.real).sum()


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"order": 2}, "order must be 0 or 1, got 2"),
        ({"max_delay_s": 0.0}, r"max_delay_s must be > 0 s, got 0\.0"),
        ({"max_delay_s": np.nan}, "max_delay_s must be > 0 s, got nan"),
    ],
)
def test_automatic_phase_refuses(keywords, message):
    with pytest.raises(ValueError, match=message):
        automatic_phase(multi_line(1, 1, snr=10, n_points=256), **keywords)


@pytest.mark.parametrize("name", ["zero_order_rad", "first_order_s", "pivot_hz"])
def test_correction_that_is_not_finite_is_refused(name):
    with pytest.raises(ValueError, match=f"{name} must be finite, got inf"):
        PhaseCorrection(**{name: np.inf})
