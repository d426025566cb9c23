"""Fixtures of the file tests: peak positions, and examples of every format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import find_peaks

from learnmr.bench.example_files import write_examples
from learnmr.signals import FID

PeakFinder = Callable[..., NDArray[np.float64]]


@pytest.fixture(scope="session")
def peaks_hz() -> PeakFinder:
    """Function: frequencies of the peaks of an FID's magnitude spectrum above a fraction of the highest, ascending."""

    def find(fid: FID, *, broadening_hz: float = 1.0, threshold: float = 0.05) -> NDArray[np.float64]:
        fid = fid.mean()
        samples = fid.samples * np.exp(-np.pi * broadening_hz * fid.times_s)
        n_bins = 8 * fid.n_points
        magnitude = np.abs(np.fft.fftshift(np.fft.fft(samples, n_bins)))
        frequency_hz = np.fft.fftshift(np.fft.fftfreq(n_bins, fid.dwell_s))
        found, _ = find_peaks(magnitude, height=threshold * magnitude.max())
        left, middle, right = magnitude[found - 1], magnitude[found], magnitude[found + 1]
        shift = 0.5 * (left - right) / (left - 2 * middle + right)  # vertex of the parabola through three bins
        return frequency_hz[found] + shift * (frequency_hz[1] - frequency_hz[0])

    return find


@pytest.fixture(scope="session")
def peaks_ppm(peaks_hz: PeakFinder) -> PeakFinder:
    """Function: chemical shifts of the peaks of an FID, ascending."""

    def find(fid: FID, **keywords: float) -> NDArray[np.float64]:
        assert fid.carrier_ppm is not None
        assert fid.spectrometer_mhz is not None
        return fid.carrier_ppm + peaks_hz(fid, **keywords) / fid.spectrometer_mhz

    return find


@pytest.fixture
def examples(tmp_path: Path) -> dict[str, Path]:
    """One small file of every format."""
    return write_examples(tmp_path)
