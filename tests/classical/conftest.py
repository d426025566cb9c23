"""Batches of fresh one-line FIDs with their truth and bound, drawn the same way for every estimator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from learnmr.physics.bounds import cramer_rao_line
from learnmr.physics.synthesis import simulate_lines
from learnmr.signals import FID, LineEstimates


@dataclass(frozen=True, eq=False)
class Batch:
    """One-line FIDs, their truth, their bound."""

    samples: np.ndarray
    dwell_s: float
    truth: LineEstimates
    bounds: np.ndarray

    @property
    def fid(self) -> FID:
        return FID(self.samples, self.dwell_s)

    @property
    def bin_hz(self) -> float:
        return self.fid.bin_hz


@pytest.fixture(scope="session")
def draw() -> Callable[..., Batch]:
    """Draw FIDs of one cell: amplitudes such that the matched-filter SNR is as wanted."""

    def drawn(n_fids, *, snr, width_bins, n_points=1024, dwell_s=2e-4, seed=0, dtype=np.complex128) -> Batch:
        rng = np.random.default_rng(seed)
        noise_sd = 0.3
        fwhm_hz = np.exp(rng.uniform(*np.log(width_bins), n_fids)) / (n_points * dwell_s)
        frequency_hz = rng.uniform(-0.45, 0.45, n_fids) / dwell_s
        phase_rad = rng.uniform(-np.pi, np.pi, n_fids)
        decay = np.exp(-2 * np.pi * np.outer(fwhm_hz, np.arange(n_points)) * dwell_s)
        amplitude = np.exp(rng.uniform(*np.log(snr), n_fids)) * noise_sd / np.sqrt(decay.sum(axis=1))
        sampling = {"n_points": n_points, "dwell_s": dwell_s, "noise_sd": noise_sd}
        samples = simulate_lines(frequency_hz, fwhm_hz, amplitude, phase_rad, **sampling, seed=rng, dtype=dtype)
        truth = LineEstimates(frequency_hz, fwhm_hz, amplitude, phase_rad)
        return Batch(samples, dwell_s, truth, cramer_rao_line(fwhm_hz, amplitude, **sampling))

    return drawn
