"""What lies under the lines: the offset of an FID and the slow baseline of a spectrum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve_banded, cholesky_banded
from scipy.ndimage import binary_dilation, binary_propagation

from .arrays import positive
from .fids import FID
from .noise import bin_noise_sd
from .spectra import Spectrum

__all__ = ["correct_baseline", "remove_offset"]

_SIGNAL_OVER_NOISE = 4.0  # first recognition of lines, then of their flanks
_FLANK_OVER_NOISE = 3.0
_MAX_ROUNDS = 30
_TWICINGS = 4  # smoothing what the smoother left takes its bias away, which is largest at the ends


def remove_offset(fid: FID, *, tail_fraction: float = 0.1) -> FID:
    """Subtract the constant that remains at the end of the decay, the offset of the receiver's two channels.

    Parameters
    ----------
    fid : FID
        One FID or an array, long enough for the lines to have decayed in the tail.
    tail_fraction : float
        Fraction of the samples, at the end, whose mean is the offset; more than 0, at most 1.

    Returns
    -------
    FID
        A new FID.

    Raises
    ------
    ValueError
        If ``tail_fraction`` is not in (0, 1].

    Notes
    -----
    The offset has the standard deviation ``noise_sd / sqrt(tail_fraction n_points)`` per channel.

    Examples
    --------
    >>> remove_offset(FID([3.0, 1.0, 1.0, 1.0], dwell_s=0.1), tail_fraction=0.5).samples.real
    array([2., 0., 0., 0.])
    """
    if not 0 < tail_fraction <= 1:
        raise ValueError(f"tail_fraction must be > 0 and <= 1, got {tail_fraction!r}")
    n_tail = max(1, round(tail_fraction * fid.n_points))
    return fid.with_samples(fid.samples - fid.samples[..., -n_tail:].mean(axis=-1, keepdims=True))


def correct_baseline(
    spectrum: Spectrum, *, shortest_period_hz: float | None = None, n_points: int | None = None
) -> Spectrum:
    r"""Subtract a smooth curve through the signal-free bins from the real part of a phased spectrum.

    Parameters
    ----------
    spectrum : Spectrum
        One phased spectrum or an array. Each is treated by itself.
    shortest_period_hz : float, optional
        Waves shorter than this are not followed: it must be well above the width of the lines and of crowded regions.
        Default: a sixth of the spectrum.
    n_points : int, optional
        Points of the FID before zero filling. Default: as many as bins.

    Returns
    -------
    Spectrum
        A new spectrum; the imaginary part stays.

    Raises
    ------
    ValueError
        If the period is not > 0, or a spectrum has fewer than 5 % signal-free bins.

    Notes
    -----
    The curve z is the Whittaker smoother: it minimises ``sum w (y - z)^2 + lambda sum (second difference of z)^2``
    with w = 0 on lines and 1 elsewhere, and is applied to its own residual again (Tukey's twicing). Lines are
    recognised by their curvature, then by what stands out of the curve beside them by more than three standard
    deviations of the noise, of either sign, until nothing changes. Tails of lines that stay below that are taken for
    baseline, which costs an integral some per cent. At the ends of the band about 2 % of a roll may remain.

    References
    ----------
    Y. Xi and D. M. Rocke, "Baseline correction for NMR spectroscopic metabolomics data analysis", BMC Bioinformatics 9,
    324 (2008): spoilt first points as the cause, penalised smoothing as the cure.

    Examples
    --------
    >>> noise = np.random.default_rng(1).normal(size=512)
    >>> tilted = Spectrum(noise + np.linspace(0, 50, 512), np.arange(512.0))
    >>> bool(abs(np.polyfit(np.arange(512), correct_baseline(tilted).values.real, 1)[0]) < 1e-3)
    True
    """
    width_hz = spectrum.n_bins * spectrum.bin_hz
    period_hz = width_hz / 6 if shortest_period_hz is None else shortest_period_hz
    period_bins = positive(period_hz, "shortest_period_hz", "Hz") / spectrum.bin_hz
    # the smoother halves a wave of angular frequency v where lambda (2 sin(v/2))^4 = 1
    penalty = (period_bins / (2 * np.pi)) ** 4
    noise = np.atleast_1d(bin_noise_sd(spectrum, n_points=n_points))
    rows = np.atleast_2d(spectrum.values.real).astype(float)
    curves = np.array([_baseline(row, float(sd), penalty) for row, sd in zip(rows, noise, strict=True)])
    return spectrum.with_values(spectrum.values - curves.reshape(spectrum.values.shape))


def _baseline(row: NDArray[np.float64], noise: float, penalty: float) -> NDArray[np.float64]:
    """Smooth curve under the lines of one real spectrum (n_bins,)."""
    bent = np.abs(np.convolve(row, [1.0, -2.0, 1.0], mode="same")) / np.sqrt(6.0)
    bent[[0, -1]] = 0.0  # no neighbour there
    cores = binary_dilation(bent > _SIGNAL_OVER_NOISE * noise, iterations=4)
    lines = cores
    for _ in range(_MAX_ROUNDS):
        if np.mean(~lines) < 0.05:
            raise ValueError(f"spectrum must have at least 5 % signal-free bins, got {np.mean(~lines):.1%}")
        curve = _whittaker(row, ~lines, penalty)
        # five bins in a row: a single one above three standard deviations is noise
        height = np.convolve(row - curve, np.full(5, 0.2), mode="same") * np.sqrt(5.0)
        above = binary_dilation(np.abs(height) > _FLANK_OVER_NOISE * noise, iterations=2) | cores
        # flanks belong to a core: what stands out elsewhere is baseline that the curve does not follow yet
        found = binary_propagation(cores, mask=above)
        if np.array_equal(found, lines):
            break
        lines = found
    return curve


def _whittaker(row: NDArray[np.float64], free: NDArray[np.bool_], penalty: float) -> NDArray[np.float64]:
    """Weighted Whittaker smoother of second order, weights 0 or 1."""
    n = row.size
    bands = np.zeros((3, n))  # upper diagonals of D'D, D the second difference: 1, -4, 6 but at the ends
    bands[0, 2:] = 1.0
    bands[1, 1:] = -4.0
    bands[1, [1, -1]] = -2.0
    bands[2] = 6.0
    bands[2, [0, -1]] = 1.0
    bands[2, [1, -2]] = 5.0
    bands *= penalty
    bands[2] += free
    factor = cholesky_banded(bands)
    curve = np.zeros(n)
    for _ in range(_TWICINGS):
        curve += cho_solve_banded((factor, False), np.where(free, row - curve, 0.0))
    return curve
