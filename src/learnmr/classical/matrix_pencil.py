"""Matrix pencil: all lines of an FID from the singular vectors of its Hankel matrix, without start values.

Samples of a sum of K damped exponentials, written as a Hankel matrix, have rank K; shifting the rows multiplies each
term by its pole. Noise fills all singular values up to a level that is known, so K is the number above it. The cost
grows with the cube of the points: a long FID is first split into bands and decimated. Least squares on the whole FID
follows, since decimation and subspace give away a few per cent of what the data hold.
"""

from __future__ import annotations

import math

import numpy as np
import scipy
from numpy.typing import NDArray

from ..signals import FID, ResonanceTable
from ..signals.noise import noise_sd as noise_sd_of
from .gauss_newton import refine_jointly
from .per_fid import over_array

__all__ = ["matrix_pencil"]

_FEWEST_POINTS = 16
#: an FID with more points is split into bands that are decimated to about so many
_MOST_POINTS = 256
#: largest singular value of the Hankel matrix (n/3 columns) of complex white noise of E|w|^2 = 1 over sqrt(n ln n):
#: below this in more than 99.9 % of 20 to 4000 trials for each n from 32 to 1536 points
_NOISE_LEVEL = 1.0
#: attenuation of the band filter beyond its transition, in dB; what leaks through has no support in the whole FID
_STOP_DB = 60.0
#: a bin of a matched-filter spectrum counts as signal above this many times the expected noise energy plus ln(bins)
_DETECTION = 8.0
#: an amplitude below so many standard deviations is no line
_SIGNIFICANT = 3.0


@over_array
def matrix_pencil(
    fid: FID,
    *,
    n_lines: int | None = None,
    most_lines: int = 32,
    noise_sd: float | None = None,
    refine: bool = True,
) -> ResonanceTable:
    r"""Find all lines of an FID by the matrix pencil, then refine them by least squares.

    Parameters
    ----------
    fid : FID
        One FID or an array, at least 16 points.
    n_lines : int, optional
        Number of lines to keep, the strongest. Default: as many as stand above the noise.
    most_lines : int
        No band (nor a short FID) is searched for more lines.
    noise_sd : float, optional
        Standard deviation of the noise of one channel. Default: measured from the spectrum.
    refine : bool
        False gives frequencies and widths as the pencil finds them.

    Returns
    -------
    ResonanceTable
        The lines in ascending frequency, with error bars from the Fisher matrix (for ``refine=False`` these are the
        bounds at the found values, not the errors of the pencil). Pure noise gives an empty table.

    Raises
    ------
    ValueError
        If the FID has fewer than 16 points or a number of lines is not positive.

    Notes
    -----
    The Hankel matrix ``H[m, l] = s[m + l]`` has a third as many columns as there are points. The eigenvectors V of
    ``H^H H`` above the noise obey ``V[1:] = V[:-1] Phi``; the eigenvalues of Phi are the conjugate poles.
    Bands overlap by half, and a line is kept in the band in whose inner half it lies, where the filter is flat.

    References
    ----------
    Y. Hua, T. K. Sarkar, IEEE Trans. Acoust. Speech Signal Process. 38 (1990) 814-824.

    Examples
    --------
    >>> from learnmr.physics.synthesis import simulate_fid
    >>> from learnmr.signals import Resonance
    >>> lines = [Resonance(-40.0, 2.0), Resonance(60.0, 1.0, amplitude=0.5)]
    >>> fid = simulate_fid(lines, n_points=512, dwell_s=4e-3, noise_sd=0.01, seed=1)
    >>> matrix_pencil(fid).frequency_hz.round(1)
    array([-40.,  60.])
    """
    if fid.n_points < _FEWEST_POINTS:
        raise ValueError(f"fid must have at least {_FEWEST_POINTS} points, got {fid.n_points}")
    for name, value in (("n_lines", n_lines), ("most_lines", most_lines)):
        if value is not None and not value >= 1:
            raise ValueError(f"{name} must be >= 1, got {value!r}")
    samples = fid.samples.astype(np.complex128)
    noise = float(noise_sd_of(fid)) if noise_sd is None and samples.any() else float(noise_sd or 0.0)
    poles = (
        _all_poles(samples, noise, min(most_lines, n_lines or most_lines)) if samples.any() else np.zeros(0, complex)
    )
    table = _table(fid, poles, noise_sd)
    for _ in range(3):
        table = refine_jointly(fid, table, noise_sd=noise_sd, n_steps=12 if refine else 0)
        kept = np.asarray(table.amplitude > _SIGNIFICANT * np.nan_to_num(np.asarray(table.amplitude_sd), nan=np.inf))
        if n_lines is not None:
            # the energy of a line decides, not its first point: a very broad one is high and soon gone
            energy = np.where(kept, table.amplitude**2 / table.fwhm_hz, -1.0)
            kept[np.argsort(energy)[::-1][n_lines:]] = False
        if kept.all():
            break
        table = table.select(kept)
    return table.select(np.argsort(table.frequency_hz))


def _table(fid: FID, poles: NDArray[np.complexfloating], noise_sd: float | None) -> ResonanceTable:
    """Poles per point of the whole FID as start values."""
    rates = np.log(poles.astype(np.complex128))
    width_bins = np.maximum(-rates.real * fid.n_points / math.pi, 0.05)
    ones = np.ones(poles.size)
    return ResonanceTable(
        rates.imag / (2 * math.pi * fid.dwell_s),
        width_bins * fid.bin_hz,
        ones,
        0 * ones,
        spectrometer_mhz=fid.spectrometer_mhz,
        carrier_ppm=fid.carrier_ppm,
        nucleus=fid.nucleus,
    )


def _all_poles(samples: NDArray[np.complex128], noise_sd: float, most_lines: int) -> NDArray[np.complex128]:
    """Poles per point of the whole FID, band by band where it is long."""
    n_points = samples.size
    decimation = -(-n_points // _MOST_POINTS)
    if decimation == 1:
        return _poles(samples, noise_sd, most_lines)
    # Kaiser's formula for a transition from 1/4 to 3/4 of the decimated bandwidth
    taps = scipy.signal.firwin(
        2 * round((_STOP_DB - 8) / (2.285 * 2 * math.pi) * decimation) + 1,
        1.0 / decimation,
        window=("kaiser", scipy.signal.kaiser_beta(_STOP_DB)),
    )
    found = []
    for centre in _busy_bands(samples, noise_sd, 2 * decimation):
        shifted = samples * np.exp(-2j * math.pi * centre * np.arange(n_points))
        # "valid": every output has seen a full filter length, so a damped exponential stays exactly one
        band = scipy.signal.fftconvolve(shifted, taps, mode="valid")[::decimation]
        poles = _poles(band, noise_sd / math.sqrt(decimation), most_lines)
        inner = np.abs(np.angle(poles)) <= math.pi / 2
        found.append(np.exp(np.log(poles[inner]) / decimation + 2j * math.pi * centre))
    return np.concatenate([np.zeros(0, np.complex128), *found])


def _busy_bands(samples: NDArray[np.complex128], noise_sd: float, n_bands: int) -> list[float]:
    """Centres, in cycles per point, of the bands that hold more than noise."""
    n_points = samples.size
    busy = np.zeros(n_bands, bool)
    cycles = scipy.fft.fftfreq(n_points)
    band_of_bin = np.minimum(((cycles + 0.5) * n_bands).astype(int), n_bands - 1)
    for width_bins in (0.5, 2.0, 8.0, 32.0):
        decay = np.exp(-math.pi * width_bins * np.arange(n_points) / n_points)
        energy = np.abs(scipy.fft.fft(samples * decay)) ** 2
        least = 2 * noise_sd**2 * np.sum(decay**2) * (math.log(n_points) + _DETECTION)
        # 60 dB below the strongest line its own skirt is all there is to see
        busy[band_of_bin[energy > max(least, 1e-6 * energy.max())]] = True
    return [float((index + 0.5) / n_bands - 0.5) for index in np.flatnonzero(busy)]


def _poles(samples: NDArray[np.complex128], noise_sd: float, most_lines: int) -> NDArray[np.complex128]:
    """Poles of all lines, from the whole and, for broad ones that are soon gone, from the first quarter."""
    poles = _poles_above_noise(samples, noise_sd, most_lines)
    early = samples[: samples.size // 4]
    if early.size < _FEWEST_POINTS:
        return poles
    broad = _poles_above_noise(early, noise_sd, most_lines)
    # what the whole FID has shown already comes again, within the poorer resolution of a quarter
    reach = -np.log(np.abs(broad)) + 4 * math.pi / early.size
    apart = np.abs(np.angle(broad[:, None] * poles.conj()[None, :]))  # (n_broad, n_poles)
    return np.concatenate([poles, broad[np.all(apart > reach[:, None], axis=1)]])


def _poles_above_noise(samples: NDArray[np.complex128], noise_sd: float, most_lines: int) -> NDArray[np.complex128]:
    """Poles of the lines above the noise, each inside (or just outside) the unit circle."""
    n_columns = samples.size // 3
    hankel = np.lib.stride_tricks.sliding_window_view(samples, n_columns)
    most = min(most_lines, n_columns - 1)
    values, vectors = scipy.linalg.eigh(
        hankel.conj().T @ hankel, subset_by_index=[n_columns - most, n_columns - 1], check_finite=False
    )
    level = _NOISE_LEVEL * noise_sd * math.sqrt(2 * samples.size * math.log(samples.size))
    # without noise the rounding of the squared matrix is the floor
    signal = values > max(level**2, 1e-13 * values[-1])
    if not signal.any():
        return np.zeros(0, np.complex128)
    space = vectors[:, signal]
    poles = np.linalg.eigvals(np.linalg.lstsq(space[:-1], space[1:], rcond=None)[0]).conj()
    growth = np.log(np.maximum(np.abs(poles), 1e-300)) * samples.size
    # a pole that grows by more than noise explains, or is gone after a few points, is no line
    return np.asarray(poles[(growth < 2.0) & (growth > -samples.size / 4)])
