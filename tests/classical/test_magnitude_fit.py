import numpy as np
import pytest

from learnmr.classical import magnitude_fit
from learnmr.physics.synthesis import simulate_fid
from learnmr.signals import FID, Resonance


def test_widths_are_several_times_too_large_on_the_original_recipe():
    # 50 to 1000 Hz, T2* 0.1 to 4 s, 4000 real samples in 1 s: the published module's labels were 7.9 times too wide
    rng = np.random.default_rng(7)
    ratios = []
    for t2star_s in np.linspace(0.1, 4.0, 25):
        line = Resonance(rng.uniform(50, 1000), 1 / (np.pi * t2star_s), rng.uniform(1, 10), rng.uniform(0, 2 * np.pi))
        fid = simulate_fid([line], n_points=4000, dwell_s=1 / 4000, noise_sd=0.05, seed=rng, quadrature=False)
        ratios.append(magnitude_fit(fid).fwhm_hz[0] / line.fwhm_hz)
    assert 5 < np.mean(ratios) < 12
    assert min(ratios) > 1.5


def test_a_fully_decayed_line_is_still_too_wide():
    fid = simulate_fid([Resonance(50.0, 6.0)], n_points=4000, dwell_s=1e-3)
    assert magnitude_fit(fid).fwhm_hz[0] / 6.0 > 1.7


def test_the_frequency_is_right_within_a_bin():
    fid = simulate_fid([Resonance(-123.4, 1.0)], n_points=1000, dwell_s=1e-3, noise_sd=0.02, seed=1)
    assert magnitude_fit(fid).frequency_hz[0] == pytest.approx(-123.4, abs=0.5)


def test_one_channel_is_searched_at_positive_frequencies():
    fid = simulate_fid([Resonance(200.0, 4.0)], n_points=4000, dwell_s=1e-3, quadrature=False)
    table = magnitude_fit(fid)
    assert table.frequency_hz == pytest.approx([200.0], abs=0.1)


def test_no_peak_gives_an_empty_table():
    assert len(magnitude_fit(FID(np.zeros(64), 1e-3))) == 0
    noise = simulate_fid([], n_points=1024, dwell_s=1e-3, noise_sd=1.0, seed=3)
    assert len(magnitude_fit(noise)) == 0


def test_several_peaks_come_strongest_first():
    lines = [Resonance(-100.0, 3.0, 1.0), Resonance(150.0, 3.0, 1.3)]
    table = magnitude_fit(simulate_fid(lines, n_points=2000, dwell_s=1e-3, noise_sd=0.01, seed=1))
    assert table.frequency_hz == pytest.approx([150.0, -100.0], abs=0.5)
