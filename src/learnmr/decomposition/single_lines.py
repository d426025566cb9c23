"""One line per FID, many FIDs at once: FFT, peak, window, network, error bars.

The road of a chunk of FIDs: DFT without zero filling → strongest bin → matched filter around it (a broad line in noise
is often strongest beside its centre) → window of bins → projection → network → physical units → error bars from the
Cramér-Rao bound at the estimate. Chunks fit into the processor's cache and run on all cores.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import numpy as np
import scipy.fft
from numpy.typing import ArrayLike, NDArray

from ..classical import refine_lines
from ..networks import LineNetwork, load_line_network
from ..physics import cramer_rao_line, line_in_bins, window_bins
from ..signals import LINE_FIELDS, LineEstimates
from .threads import one_blas_thread
from .windowed_lines import beyond, cut, energy, lines_in_windows

__all__ = ["estimate_line"]

#: complex samples worked on at a time
_CHUNK_POINTS = 2**20
_FEWEST_POINTS = 16
#: amplitudes between these have squares, times any number of points, that single precision holds
_SMALLEST_AMPLITUDE, _LARGEST_AMPLITUDE = 1e-15, 1e13
#: half width and shifts of the matched filter, in bins; widths of its lines
_FILTER_HALF_WIDTH, _FILTER_SHIFTS, _FILTER_WIDTHS = 24, 12, (1.5, 5.0)
#: a line broader than this (in bins) was sampled long after its end: the first half of the FID holds all of it
_BROADEST_BINS = 7.0


def estimate_line(
    samples: ArrayLike,
    dwell_s: float,
    *,
    refine: bool = True,
    network: LineNetwork | None = None,
    workers: int | None = None,
) -> LineEstimates:
    """Frequency, width, amplitude and phase of one line per FID, with error bars.

    Parameters
    ----------
    samples : array_like of complex, shape (batch, n_points) or (n_points,)
        One-line FIDs in quadrature, first sample at t = 0; complex64 is computed in single precision.
    dwell_s : float
        Time between two samples, in seconds.
    refine : bool
        Follow the network by Gauss-Newton steps on the whole FID. False: the network alone.
    network : LineNetwork, optional
        Default: the network shipped with learnmr.
    workers : int, optional
        Threads. Default: one per core.

    Returns
    -------
    LineEstimates
        Eight arrays of shape (batch,): frequency_hz in [-bandwidth/2, bandwidth/2), fwhm_hz, amplitude, phase_rad in
        (-pi, pi], and their standard deviations. A FID that is zero everywhere has amplitude 0 and standard
        deviations NaN.

    Raises
    ------
    ValueError
        If samples are not finite (the message names the first FID), have fewer than 16 points, dwell_s is not
        positive or workers is smaller than 1.

    Notes
    -----
    The FID must hold one line: other lines and offsets are not looked for (:func:`learnmr.decompose` does). Lines
    broader than 7 bins are estimated from the first part of the FID, where they live.

    Examples
    --------
    >>> import numpy as np
    >>> times_s = np.arange(2048) * 1e-3
    >>> rng = np.random.default_rng(1)
    >>> noise = 0.01 * rng.standard_normal((2, 2048)).view(complex).repeat(2, axis=1)[:, :2048]
    >>> line = estimate_line(2 * np.exp((2j * np.pi * 50 - np.pi * 1.5) * times_s) + noise, dwell_s=1e-3)
    >>> line.frequency_hz.round(1), line.fwhm_hz.round(1), line.amplitude.round(1)
    (array([50., 50.]), array([1.5, 1.5]), array([2., 2.]))
    """
    samples = np.atleast_2d(np.asarray(samples))
    if samples.dtype not in (np.complex64, np.complex128):
        samples = samples.astype(np.complex128)
    if samples.ndim != 2 or samples.shape[1] < _FEWEST_POINTS:
        raise ValueError(f"samples must have shape (batch, at least {_FEWEST_POINTS} points), got {samples.shape}")
    if not (dwell_s > 0 and math.isfinite(dwell_s)):
        raise ValueError(f"dwell_s must be > 0 s, got {dwell_s!r}")
    network = load_line_network() if network is None else network
    samples, workers = np.ascontiguousarray(samples), _workers(workers)
    estimates = _eight_fields(samples, dwell_s, refine, network, workers)  # (8, batch)
    # squares of such samples leave the range of their type, and what is not finite ends here too
    with np.errstate(invalid="ignore"):
        strange = np.flatnonzero(~((estimates[2] > _SMALLEST_AMPLITUDE) & (estimates[2] < _LARGEST_AMPLITUDE)))
    if strange.size:
        _rescue(estimates, strange, samples, lambda rows: _eight_fields(rows, dwell_s, refine, network, workers))
    return LineEstimates(*estimates)


def _eight_fields(
    samples: NDArray[np.complexfloating], dwell_s: float, refine: bool, network: LineNetwork, workers: int
) -> NDArray[np.float64]:
    """The four parameters and their standard deviations, shape (8, batch); no number where samples are none."""
    columns = _estimate(samples, network, workers)  # (batch, 5), in points
    estimates = _in_physical_units(columns, samples.shape[1], dwell_s)
    alive = np.flatnonzero(np.isfinite(columns).all(axis=1) & (columns[:, 2] > 0))
    if refine and alive.size:
        refined = refine_lines(samples[alive], dwell_s, LineEstimates(*estimates[:, alive]))
        names = (*LINE_FIELDS, *(f"{field}_sd" for field in LINE_FIELDS))
        estimates[:, alive] = [getattr(refined, name) for name in names]
        # the last step may have crossed the edge of the band
        estimates[0, alive] -= np.floor(estimates[0, alive] * dwell_s + 0.5) / dwell_s
    return estimates


def _rescue(
    estimates: NDArray[np.float64],
    strange: NDArray[np.int64],
    samples: NDArray[np.complexfloating],
    again: Callable[[NDArray[np.complex128]], NDArray[np.float64]],
) -> None:
    """Estimate strange FIDs again at a size of 1, in place; refuse those that are not finite."""
    rows = samples[strange].astype(np.complex128)
    largest = np.maximum(np.abs(rows.real), np.abs(rows.imag)).max(axis=1)
    not_finite = strange[~np.isfinite(largest)]
    if not_finite.size:
        raise ValueError(f"samples must be finite, FID {int(not_finite[0])} of {samples.shape[0]} is not")
    sounding = largest > 0
    if sounding.any():
        size = largest[sounding]
        found = again(rows[sounding] / size[:, None])
        found[[2, 6]] *= size
        estimates[:, strange[sounding]] = found


def _workers(workers: int | None) -> int:
    """Number of threads."""
    if workers is None:
        return os.cpu_count() or 1
    if not workers >= 1:
        raise ValueError(f"workers must be >= 1, got {workers!r}")
    return int(workers)


def _estimate(samples: NDArray[np.complexfloating], network: LineNetwork, workers: int) -> NDArray[np.float64]:
    """Frequency and width in cycles per point, amplitude, phase, noise of one channel: shape (batch, 5)."""
    batch, n_points = samples.shape
    columns = np.empty((batch, 5))
    # not a matter of the number of workers: the last bits of a matrix product depend on its size
    rows = max(1, min(_CHUNK_POINTS // n_points, batch))
    chunks = [slice(first, min(first + rows, batch)) for first in range(0, batch, rows)]

    def work(share: list[slice]) -> None:
        # memory is asked for once: new pages would cost more than the arithmetic
        room = np.empty((rows, n_points), samples.dtype)
        power = np.empty((2, rows, n_points), samples.real.dtype)
        with np.errstate(all="ignore"):  # what is not finite is refused by the caller, with the number of the FID
            for chunk in share:
                size = chunk.stop - chunk.start
                columns[chunk] = _estimate_chunk(samples[chunk], network, room[:size], power[:, :size])

    # each thread multiplies its own small matrices: BLAS threads would only wait for one another
    with one_blas_thread():
        if workers == 1 or len(chunks) == 1:
            work(chunks)
        else:
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(work, [chunks[first::workers] for first in range(workers)]))
    broad = np.flatnonzero((columns[:, 1] * n_points > _BROADEST_BINS) & np.isfinite(columns).all(axis=1))
    if broad.size and n_points // 2 >= _FEWEST_POINTS:
        columns[broad] = _estimate(samples[broad, : n_points // 2], network, workers)
    return columns


def _estimate_chunk(
    samples: NDArray[np.complexfloating],
    network: LineNetwork,
    room: NDArray[np.complexfloating],
    power_room: NDArray[np.floating],
) -> NDArray[np.float64]:
    """The columns of a few FIDs; room (rows, n_points) and power_room (2, rows, n_points) are overwritten."""
    n_points = samples.shape[1]
    np.copyto(room, samples)
    spectra = scipy.fft.fft(room, axis=-1, overwrite_x=True)  # (rows, n_points)
    power = np.square(spectra.real, out=power_room[0])
    power += np.square(spectra.imag, out=power_room[1])
    centre = power.argmax(axis=1)
    total = power.sum(axis=1).astype(np.float64)
    windows = cut(spectra, centre, network.half_width)  # (rows, n_bins)
    if n_points > 2 * (_FILTER_HALF_WIDTH + _FILTER_SHIFTS):
        shift = _matched_shift(_middle(windows, spectra, centre))
        moved = np.flatnonzero(shift)  # few: the strongest bin of a narrow line is its centre
        centre[moved] = (centre[moved] + shift[moved]) % n_points
        windows[moved] = cut(spectra, centre, network.half_width, rows=moved)
    outside = beyond(network.half_width, n_points)
    inside = total if outside is not None else energy(windows)
    windows -= 0.5 * samples[:, :1]  # half of the first sample, taken out of every bin
    found = lines_in_windows(windows, n_points, network)
    offset, width, amplitude, phase = found.parameters.T
    columns = np.empty((samples.shape[0], 5))
    columns[:, 0] = (centre + offset) / n_points
    columns[:, 0] -= np.floor(columns[:, 0] + 0.5)
    columns[:, 1] = width / n_points
    columns[:, 2] = amplitude
    columns[:, 3] = phase - 2 * np.pi * np.ceil(phase / (2 * np.pi) - 0.5)  # (-pi, pi]
    # far from the line there is only noise, and the tail of the line itself, which is known by now
    end = np.exp(-np.pi * width)
    fallen = 1 - 2 * end * np.cos(2 * np.pi * offset) + end**2  # |exp(z) - 1|^2
    tail = (n_points * amplitude) ** 2 * fallen * _tail_weight(network.half_width, n_points)
    far = np.maximum(total - inside - tail, 0)
    n_far = 0 if outside is not None else n_points - windows.shape[1]
    columns[:, 4] = np.sqrt((far + found.unexplained) / (2 * (n_far + found.n_free)) / n_points)
    return columns


def _in_physical_units(columns: NDArray[np.float64], n_points: int, dwell_s: float) -> NDArray[np.float64]:
    """Estimates in Hz and the Cramér-Rao bound at them as standard deviations, shape (8, batch)."""
    fields = np.full((8, columns.shape[0]), np.nan)
    fields[:4] = columns[:, :4].T
    fields[:2] /= dwell_s
    alive = np.flatnonzero(np.isfinite(columns).all(axis=1) & (columns[:, 2] > 0))
    fields[4:, alive] = cramer_rao_line(
        fields[1, alive], fields[2, alive], n_points=n_points, dwell_s=dwell_s, noise_sd=columns[alive, 4]
    ).T
    return fields


def _middle(
    windows: NDArray[np.complexfloating], spectra: NDArray[np.complexfloating], centre: NDArray[np.int64]
) -> NDArray[np.complexfloating]:
    """What the matched filter sees: the middle of the windows, cut anew where the network's are smaller."""
    surplus = windows.shape[1] // 2 - _FILTER_HALF_WIDTH
    if surplus < 0:
        return cut(spectra, centre, _FILTER_HALF_WIDTH)
    return np.ascontiguousarray(windows[:, surplus : windows.shape[1] - surplus])


def _matched_shift(windows: NDArray[np.complexfloating]) -> NDArray[np.int64]:
    """How far the strongest matched-filter answer lies from the middle of each window, in bins."""
    near = windows[:, _FILTER_HALF_WIDTH - _FILTER_SHIFTS : _FILTER_HALF_WIDTH + _FILTER_SHIFTS + 1]
    answers = windows @ _matched_filters()  # (rows, n_widths * n_shifts)
    # the narrowest filter is the bin itself
    strength = np.concatenate([near.real**2 + near.imag**2, answers.real**2 + answers.imag**2], axis=1)
    return strength.argmax(axis=1) % (2 * _FILTER_SHIFTS + 1) - _FILTER_SHIFTS


@lru_cache(maxsize=1)
def _matched_filters() -> NDArray[np.complex64]:
    """Filters of unit energy for broad lines, shape (n_bins, n_widths * n_shifts)."""
    shifts = window_bins(_FILTER_SHIFTS)
    bins = window_bins(_FILTER_HALF_WIDTH)
    widths = [line_in_bins(shifts, np.full(shifts.size, width), bins, 2**20).T for width in _FILTER_WIDTHS]
    filters = np.concatenate(widths, axis=1)
    filters /= np.linalg.norm(filters, axis=0)
    return filters.conj().astype(np.complex64)


@lru_cache(maxsize=64)
def _tail_weight(half_width: int, n_points: int) -> float:
    """Energy of a line outside its window, ``sum 1 / (2 N sin(pi k / N))^2``, for a decay of height 1."""
    far = np.arange(half_width + 1, n_points - half_width)
    return float(np.sum(1.0 / (2 * n_points * np.sin(np.pi * far / n_points)) ** 2)) if far.size else 0.0
