from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from learnmr.bench.nmrespy_peer import _regions, _table, nmrespy_line
from learnmr.installation import MissingExtraError
from learnmr.physics import simulate_fid
from learnmr.signals import FID, Resonance

installed = importlib.util.find_spec("nmrespy") is not None
needs_nmrespy = pytest.mark.skipif(not installed, reason="NMR-EsPy is not installed: pip install 'learnmr[bench]'")


@needs_nmrespy
@pytest.mark.slow
@pytest.mark.parametrize("frequency_hz", [-440.0, -3.0, 212.3, 449.0])
def test_a_line_comes_back_in_our_conventions(frequency_hz: float) -> None:
    truth = Resonance(frequency_hz, 2.5, 3.0, 1.1)
    table = nmrespy_line(simulate_fid([truth], n_points=1024, dwell_s=1e-3, noise_sd=0.02, seed=1))
    assert len(table) == 1
    for name in ("frequency_hz", "fwhm_hz", "amplitude", "phase_rad"):
        deviation = getattr(table, f"{name}_sd")[0]
        assert deviation > 0
        assert abs(getattr(table, name)[0] - getattr(truth, name)) < 5 * deviation


@needs_nmrespy
def test_an_array_is_refused() -> None:
    with pytest.raises(ValueError, match="single FID, got an array of 2"):
        nmrespy_line(FID(np.ones((2, 64)), 1e-3))


@pytest.mark.skipif(installed, reason="NMR-EsPy is installed")
def test_without_the_package_the_command_is_named() -> None:
    with pytest.raises(MissingExtraError, match=r"learnmr\[bench\]"):
        nmrespy_line(FID(np.exp(-np.arange(64) / 20), 1e-3))


@pytest.mark.parametrize("frequency_hz", np.linspace(-499, 499, 23))
def test_bands_stay_inside_the_spectrum_and_apart(frequency_hz: float) -> None:
    regions = _regions(frequency_hz, FID(np.ones(1024), 1e-3))
    (low, high), (quiet_low, quiet_high) = regions["region"], regions["noise_region"]
    assert -500 < low < high < 500
    assert -500 < quiet_low < quiet_high < 500
    assert quiet_high < low or high < quiet_low


def test_oscillators_that_grow_are_no_lines() -> None:
    found = np.array([[2.0, 0.5, 100.0, 3.0], [1.0, 0.0, 50.0, -0.1]])
    table = _table(found, np.full((2, 4), 0.1), turn=3.0)
    assert table.fwhm_hz == pytest.approx([3.0 / np.pi])
    assert table.phase_rad == pytest.approx([3.5 - 2 * np.pi])
    assert len(_table(np.array([[]]), np.array([[]]), turn=0.0)) == 0
