import math

import numpy as np
import pytest
import scipy.integrate
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st

from learnmr.physics.lineshapes import (
    complex_lorentzian,
    complex_voigt,
    gaussian,
    lorentzian,
    magnitude_lorentzian,
    pseudo_voigt,
    pseudo_voigt_parameters,
    voigt,
    voigt_fwhm,
)
from learnmr.physics.synthesis import simulate_fid
from learnmr.signals import Resonance, spectrum

SHAPES = {
    "lorentzian": lambda f: lorentzian(f, 3.0, 2.0),
    "gaussian": lambda f: gaussian(f, 3.0, 2.0),
    "voigt": lambda f: voigt(f, 3.0, 2.0, 1.0),
    "pseudo_voigt": lambda f: pseudo_voigt(f, 3.0, 2.0, 0.4),
    "complex_lorentzian": lambda f: complex_lorentzian(f, 3.0, 2.0).real,
    "complex_voigt": lambda f: complex_voigt(f, 3.0, 2.0, 1.0).real,
}


@pytest.mark.parametrize("name", SHAPES)
def test_the_area_is_one(name):
    area, _ = scipy.integrate.quad(SHAPES[name], -np.inf, np.inf, points=None, limit=500)
    assert area == pytest.approx(1.0, rel=1e-6)


@pytest.mark.parametrize("name", ["lorentzian", "gaussian", "pseudo_voigt", "complex_lorentzian"])
def test_half_a_width_off_the_centre_stands_half_of_the_maximum(name):
    shape = SHAPES[name](np.array([2.0, 3.0, 4.0]))
    assert shape[[0, 2]] / shape[1] == pytest.approx([0.5, 0.5])


@settings(deadline=None, max_examples=50)
@given(lorentz=st.floats(0.01, 10), gauss=st.floats(0.01, 10))
def test_olivero_and_longbothum_hold_to_their_published_accuracy(lorentz, gauss):
    # J. Quant. Spectrosc. Radiat. Transf. 17 (1977) 233: accurate within 0.02 per cent
    top = voigt(0.0, 0.0, lorentz, gauss)
    half = scipy.optimize.brentq(lambda f: voigt(f, 0.0, lorentz, gauss) - top / 2, 0.0, lorentz + gauss, xtol=1e-13)
    assert voigt_fwhm(lorentz, gauss) == pytest.approx(2 * half, rel=2.4e-4)


@pytest.mark.parametrize("ratio", [0.05, 0.3, 1.0, 3.0, 20.0])
def test_the_pseudo_voigt_of_thompson_cox_hastings_follows_the_voigt_within_one_and_a_half_per_cent(ratio):
    f = np.linspace(-10, 10, 2001)
    true = voigt(f, 0.0, ratio, 1.0)
    near = pseudo_voigt(f, 0.0, *pseudo_voigt_parameters(ratio, 1.0))
    assert np.abs(near - true).max() / true.max() < 0.015


def test_a_magnitude_line_is_the_root_of_three_times_as_wide():
    top = magnitude_lorentzian(0.0, 0.0, 2.0)
    half = scipy.optimize.brentq(lambda f: magnitude_lorentzian(f, 0.0, 2.0) - top / 2, 0.0, 10.0)
    assert 2 * half == pytest.approx(2.0 * math.sqrt(3))


def test_absorption_and_dispersion_obey_kramers_and_kronig():
    f = np.linspace(-2000, 2000, 400_001)
    line = complex_lorentzian(f, 0.0, 2.0)
    # the Hilbert transform at one point away from the line; the grid straddles the pole evenly
    place = np.searchsorted(f, 1.5)
    distance = f[place] - f
    distance[place] = np.inf
    hilbert = np.sum(line.real / distance) * (f[1] - f[0]) / math.pi
    assert -hilbert == pytest.approx(line.imag[place], rel=2e-3)


@pytest.mark.parametrize("gaussian_fwhm_hz", [0.0, 6.0])
def test_the_spectrum_of_a_simulated_decay_is_half_the_complex_line(gaussian_fwhm_hz):
    fid = simulate_fid([Resonance(20.0, 8.0, 1.0, 0.0, gaussian_fwhm_hz)], n_points=2**14, dwell_s=1e-4)
    shown = spectrum(fid)
    near = np.abs(shown.frequency_hz - 20) < 100
    expected = complex_voigt(shown.frequency_hz[near], 20.0, 8.0, gaussian_fwhm_hz) / 2
    assert np.abs(shown.values[near] - expected).max() < 2e-4 * np.abs(expected).max()


def test_a_voigt_line_is_the_convolution_of_its_parts():
    f = np.linspace(-200, 200, 8001)
    step = f[1] - f[0]
    convolved = np.convolve(lorentzian(f, 0.0, 3.0), gaussian(f, 0.0, 4.0), mode="same") * step
    middle = np.abs(f) < 20
    assert np.abs(convolved - voigt(f, 0.0, 3.0, 4.0))[middle].max() < 1e-5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lorentzian(0.0, 0.0, 0.0), r"fwhm_hz.*0\.0"),
        (lambda: gaussian(0.0, 0.0, -1.0), r"fwhm_hz.*-1"),
        (lambda: gaussian(0.0, 0.0, math.nan), "fwhm_hz.*nan"),
        (lambda: voigt(0.0, 0.0, 0.0, 0.0), "both"),
        (lambda: voigt(0.0, 0.0, 1.0, -2.0), r"gaussian_fwhm_hz.*-2"),
        (lambda: pseudo_voigt(0.0, 0.0, 1.0, 1.5), r"lorentzian_fraction.*1\.5"),
    ],
)
def test_impossible_widths_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
