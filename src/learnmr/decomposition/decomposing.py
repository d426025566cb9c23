"""From an FID to its table of resonances: look, estimate, refine together, look again at what is left.

One round: (1) candidates are maxima of the residual's spectrum that noise, or the imperfect shape of a line already
fitted, would hardly make; (2) the network reads each candidate from its own window, the other lines taken out, a few
times over, and what it reads as one line becomes one; (3) Gauss-Newton refines all lines together on the whole FID;
(4) lines that do not carry their weight are dropped. Rounds end when nothing new is found.

Broad and narrow lines are looked for at several lengths of the FID (all points, half of them, a quarter, ...): a line
stands out most where its width is about a bin.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import scipy.fft
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import maximum_filter1d

from ..classical import fit_array, refine_jointly
from ..classical.per_fid import stacked
from ..networks import LineNetwork, load_line_network
from ..physics import line_in_bins, synthesise, window_bins
from ..signals import FID, LINE_FIELDS, ResonanceTable, noise_sd, reference
from .threads import one_blas_thread
from .windowed_lines import lines_in_windows

__all__ = ["decompose"]

#: lines this broad (in bins of the length they are read at) are read at half that length, this narrow at twice
_BROADEST_BINS, _NARROWEST_BINS = 7.0, 1.5
#: a new line must rise above this part of what the fitted lines have around it: real lines are not Lorentzians
_SHAPE_ERROR = 0.15
#: the skirt of a line of height H, read at N points, is at most this times ``H / (N distance)``
_SKIRT = 1.0
#: energy of the residual over an earlier one: below this, refused candidates are looked at again
_CLEARLY_BETTER = 0.97
#: energy of the weakest candidate of a round over that of the strongest: weak ones wait for the strong ones' fit
_WEAKEST_IN_ROUND = 0.01
_MOST_ROUNDS = 12
#: so many rounds without a new line end the search: what is left is the misfit of real line shapes
_FRUITLESS_ROUNDS = 2
_MOST_PER_ROUND = 24
_ESTIMATE_PASSES = 3
_FEW_STEPS, _FULL_STEPS = 4, 12
#: an amplitude this many standard deviations from zero is a line
_SIGNIFICANT = 4.0
#: closer than this many widths, a weaker line must be in phase with the stronger one to be more than its shape
_CLOSE_WIDTHS = 3.0
_BROAD_HUMP = 8.0
#: energy of the strongest variation along an array over that of the mean: below this the mean shows all lines
_WEAK_VARIATION = 0.01
_FEWEST_POINTS = 32
#: what has decayed after so many points is ringing of the probe or a baseline
_FEWEST_DECAY_POINTS = 8


@dataclass(frozen=True, eq=False)
class _Lines:
    """Lines in cycles per point, each read at a length of its own."""

    frequency: NDArray[np.float64]  # cycles per point
    width: NDArray[np.float64]  # cycles per point
    amplitude: NDArray[np.complex128]
    level: NDArray[np.int64]  # read from the first n_points / 2**level points

    def __len__(self) -> int:
        return int(self.frequency.size)


def decompose(
    fid: FID,
    *,
    array: Literal["each", "joint"] = "each",
    remove_offset: bool = True,
    apodise_hz: float = 0.0,
    reference_ppm: tuple[float, float] | None = None,
    noise: float | None = None,
    false_alarm: float = 1e-4,
    most_lines: int = 128,
    network: LineNetwork | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ResonanceTable:
    r"""Find the resonances of an FID: frequency, width, amplitude and phase of each, with error bars.

    Parameters
    ----------
    fid : FID
        One FID or an array, first sample at t = 0, not apodised, at least 32 points. Zeros that were appended are
        left out.
    array : {"each", "joint"}
        For an array: each FID by itself, or all together with shared positions, widths and phases and one amplitude
        (with its sign) per FID and line. The shared lines are looked for in the mean and, where signs change along
        the array, in its strongest combination.
    remove_offset : bool
        Fit a constant beside the lines and keep it out of the table (as ``table.offset``). False: an offset appears
        as a line of no width at 0 Hz.
    apodise_hz : float
        Exponential broadening of the copy in which lines are looked for, Hz. The fit itself sees the FID as it is.
    reference_ppm : tuple of float, optional
        ``(near_ppm, true_ppm)``: the strongest line within 0.25 ppm of ``near_ppm`` is declared to lie at
        ``true_ppm``, and all shifts move with it.
    noise : float, optional
        Standard deviation of the noise of one channel. Default: estimated.
    false_alarm : float
        Probability that pure noise yields a line.
    most_lines : int
        Stop looking after so many lines; an offset counts as one.
    network : LineNetwork, optional
        Default: the network shipped with learnmr.
    progress : callable, optional
        Called with (finished FIDs, all FIDs).

    Returns
    -------
    ResonanceTable
        Lines in order of ascending frequency, FID by FID; empty where there is only noise. ``noise_sd``,
        ``residual_over_noise`` and ``offset`` per FID.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Meant for lines more than about three widths apart. Error bars come from the Fisher matrix of all lines together,
    scaled to the residual: where the model does not hold (a line is not a Lorentzian) they grow with the misfit, and
    ``residual_over_noise`` says so.

    Examples
    --------
    >>> from learnmr.physics import simulate_fid
    >>> from learnmr.signals import Resonance
    >>> truth = [Resonance(-120.0, 2.0, 1.0), Resonance(35.0, 1.0, 0.5)]
    >>> table = decompose(simulate_fid(truth, n_points=2048, dwell_s=1e-3, noise_sd=0.02, seed=3))
    >>> table.frequency_hz.round(0), table.fwhm_hz.round(1)
    (array([-120.,   35.]), array([2., 1.]))
    """
    if array not in ("each", "joint"):
        raise ValueError(f"array must be 'each' or 'joint', got {array!r}")
    if fid.n_points < _FEWEST_POINTS:
        raise ValueError(f"fid must have at least {_FEWEST_POINTS} points, got {fid.n_points}")
    if not 0 < false_alarm < 1:
        raise ValueError(f"false_alarm must lie between 0 and 1, got {false_alarm!r}")
    if not most_lines >= 1:
        raise ValueError(f"most_lines must be >= 1, got {most_lines!r}")
    if not (apodise_hz >= 0 and math.isfinite(apodise_hz)):
        raise ValueError(f"apodise_hz must be >= 0 Hz, got {apodise_hz!r}")
    if noise is not None and not (noise > 0 and math.isfinite(noise)):
        raise ValueError(f"noise must be > 0, got {noise!r}")
    network = load_line_network() if network is None else network
    fid, unit = _in_units_of_its_size(_without_appended_zeros(fid))
    noise = None if noise is None else noise / unit

    def one(single: FID) -> ResonanceTable:
        with one_blas_thread():
            return _decompose_one(
                single,
                noise=noise,
                remove_offset=remove_offset,
                apodise_hz=apodise_hz,
                false_alarm=false_alarm,
                most_lines=most_lines,
                network=network,
            )

    if not fid.is_array:
        table = one(fid)
    elif array == "joint":
        table = _joint(fid, _sought_together(fid, one), noise)
    else:
        tables = []
        for index in range(fid.n_fids):
            tables.append(one(fid[index]))
            if progress is not None:
                progress(index + 1, fid.n_fids)
        table = stacked(tables, fid)
    sizes = {name: getattr(table, name) * unit for name in ("amplitude", "amplitude_sd", "noise_sd", "offset")}
    table = replace(table, **sizes)
    return table if reference_ppm is None else _referenced(table, *reference_ppm)


def _without_appended_zeros(fid: FID) -> FID:
    """The FID up to its last sample that is not zero: lines do not end in zeros."""
    used = np.flatnonzero(np.any(fid.samples.reshape(-1, fid.n_points) != 0, axis=0))
    if not used.size:
        return fid
    if used[-1] + 1 < _FEWEST_POINTS:
        raise ValueError(f"fid must have at least {_FEWEST_POINTS} points before its zeros, got {used[-1] + 1}")
    return fid.with_samples(fid.samples[..., : used[-1] + 1])


def _in_units_of_its_size(fid: FID) -> tuple[FID, float]:
    """The FID in double precision, divided by a power of two near its largest sample, and that power."""
    largest = float(np.abs(fid.samples).max())
    unit = 2.0 ** max(-1000, round(math.log2(largest))) if largest > 0 else 1.0
    return fid.with_samples(fid.samples.astype(np.complex128) / unit), unit


def _decompose_one(
    fid: FID,
    *,
    noise: float | None,
    remove_offset: bool,
    apodise_hz: float,
    false_alarm: float,
    most_lines: int,
    network: LineNetwork,
) -> ResonanceTable:
    """The table of a single FID."""
    none = np.zeros(0)
    empty = ResonanceTable(none, none, none, none, **_about(fid))
    sigma = float(_noise(fid, noise)[0])
    if sigma == 0:
        return replace(empty, **_per_fid(0.0, 0.0, 0j))
    lines = empty
    residual = fid.samples.astype(np.complex128)
    left_before, n_fruitless = math.inf, 0
    refused = np.empty((0, 2))  # frequency and reach of candidates that came to nothing
    for _ in range(_MOST_ROUNDS):
        room = min(most_lines - len(lines), _MOST_PER_ROUND)
        if room < 1:
            break
        candidates = _candidates(fid, residual, lines, sigma, false_alarm, apodise_hz, refused, room)
        if not len(candidates):
            break
        fresh = _distinct(_read_by_network(residual, candidates, network))
        together = _refined(fid, _append(lines, fresh, fid.dwell_s))
        reach = 3 * candidates.width
        came = np.array(
            [
                _near(together, frequency, far, fid) > _near(lines, frequency, far, fid)
                for frequency, far in zip(candidates.frequency, reach, strict=True)
            ]
        )
        lines = together
        residual = fid.samples - synthesise(lines, fid.n_points, fid.dwell_s)
        left = float(np.vdot(residual, residual).real)
        # what was refused beside a clearly worse model deserves another look
        if left < _CLEARLY_BETTER * left_before:
            refused, left_before = np.empty((0, 2)), left
        refused = np.concatenate([refused, np.stack([candidates.frequency, reach], axis=1)[~came]])
        n_fruitless = 0 if came.any() else n_fruitless + 1
        if n_fruitless == _FRUITLESS_ROUNDS:
            break
    scale = float(np.sqrt(np.mean(np.abs(residual) ** 2) / 2)) / sigma
    offset = 0j
    if remove_offset:
        lines, offset = _without_offset(lines, fid)
    turns = lines.frequency_hz * fid.dwell_s
    lines = replace(lines, frequency_hz=(turns - np.floor(turns + 0.5)) / fid.dwell_s)
    lines = lines.select(np.argsort(lines.frequency_hz))
    return replace(lines, **_about(fid), **_per_fid(sigma, scale, offset))


def _noise(fids: FID, noise: float | None) -> NDArray[np.float64]:
    """Noise of one channel of each FID, shape (n_fids,); 0 for an FID of zeros."""
    sizes = np.sqrt(np.mean(np.abs(np.atleast_2d(fids.samples)) ** 2, axis=-1))  # (n_fids,)
    sigma = np.zeros(fids.n_fids)
    for index in np.flatnonzero(sizes):
        known = float(noise_sd(fids[int(index)] if fids.is_array else fids)) if noise is None else noise
        # rounding errors are the noise of a simulation without any
        sigma[index] = max(known, 1e-7 * sizes[index])
    return sigma


def _about(fid: FID) -> dict[str, Any]:
    """What a table knows of its experiment."""
    return {"spectrometer_mhz": fid.spectrometer_mhz, "carrier_ppm": fid.carrier_ppm, "nucleus": fid.nucleus}


def _per_fid(sigma: float, residual_over_noise: float, offset: complex) -> dict[str, Any]:
    """What a table knows of its only FID."""
    return {
        "noise_sd": np.array([sigma]),
        "residual_over_noise": np.array([residual_over_noise]),
        "offset": np.array([offset]),
    }


def _candidates(
    fid: FID,
    residual: NDArray[np.complex128],
    lines: ResonanceTable,
    sigma: float,
    false_alarm: float,
    apodise_hz: float,
    refused: NDArray[np.float64],
    most: int,
) -> _Lines:
    """Maxima of the residual's spectrum that neither noise nor the shape of a fitted line explains."""
    n_levels = 1 + _deepest_level(fid.n_points)
    model = synthesise(lines, fid.n_points, fid.dwell_s) if len(lines) else None
    peaks: list[NDArray[np.float64]] = []  # rows of strength, height, frequency in cycles per point, level
    for octave in range(n_levels):
        n_points = fid.n_points >> octave
        weight = np.exp(-math.pi * apodise_hz * fid.times_s[:n_points])
        weight[0] *= 0.5
        noise_power = 2 * sigma**2 * float(np.sum(weight**2))
        power = np.abs(scipy.fft.fft(residual[:n_points] * weight)) ** 2
        threshold = np.full(n_points, noise_power * math.log(n_points * n_levels / false_alarm))
        if model is not None:
            fitted = np.abs(scipy.fft.fft(model[:n_points] * weight)) ** 2
            threshold = np.maximum(threshold, _SHAPE_ERROR**2 * maximum_filter1d(fitted, 5, mode="wrap"))
        places = np.flatnonzero((power == maximum_filter1d(power, 3, mode="wrap")) & (power > threshold))
        cycles = places / n_points - (places >= (n_points + 1) // 2)
        heights = np.sqrt(power[places])
        peaks.append(np.stack([power[places] / noise_power, heights, cycles, np.full(places.size, octave)], axis=1))
    found = np.concatenate(peaks)
    found = found[found[:, 0] >= _WEAKEST_IN_ROUND * found[:, 0].max(initial=0.0)]
    # a multiplet looks like one broad line at short lengths: between equals the sharper view goes first
    found = found[np.argsort(-found[:, 0] * 0.5 ** found[:, 3], kind="stable")]
    frequency: NDArray[np.float64] = np.empty(most)
    height: NDArray[np.float64] = np.empty(most)
    level: NDArray[np.int64] = np.empty(most, np.int64)
    n_chosen = 0
    for _, its_height, its_frequency, its_level in found:
        distance = _apart(frequency[:n_chosen], its_frequency)
        resolution = 2.0 ** np.maximum(level[:n_chosen], its_level) / fid.n_points
        skirt = _SKIRT * height[:n_chosen] * 2.0 ** level[:n_chosen] / (fid.n_points * np.maximum(distance, 1e-12))
        again = _apart(refused[:, 0], its_frequency) < refused[:, 1]
        if np.all(distance > 3 * resolution) and its_height > skirt.sum() and not again.any():
            frequency[n_chosen], height[n_chosen], level[n_chosen] = its_frequency, its_height, its_level
            n_chosen += 1
        if n_chosen == most:
            break
    chosen = slice(n_chosen)
    width = 2.0 ** level[chosen] / fid.n_points
    return _Lines(frequency[chosen], width, np.zeros(n_chosen, complex), level[chosen])


def _deepest_level(n_points: int) -> int:
    """How often the FID may be halved: very broad humps (ringing of the probe) are no resonances to look for."""
    return max(0, int(math.log2(n_points / max(32, n_points // 64))))


def _apart(some: ArrayLike, others: ArrayLike) -> NDArray[np.float64]:
    """Distances of frequencies on the circle, in cycles per point."""
    return np.abs((np.subtract(some, others) + 0.5) % 1.0 - 0.5)


def _near(lines: ResonanceTable, frequency: float, reach: float, fid: FID) -> int:
    """How many lines lie within reach of a frequency, both in cycles per point."""
    return int(np.count_nonzero(_apart(lines.frequency_hz * fid.dwell_s, frequency) < reach))


def _read_by_network(residual: NDArray[np.complex128], lines: _Lines, network: LineNetwork) -> _Lines:
    """Read each line from its window with the others taken out, over and over: they settle on one another."""
    n_points = residual.size
    deepest = _deepest_level(n_points)
    bins = window_bins(network.half_width)
    spectra: dict[int, NDArray[np.complex128]] = {}
    frequency, width = lines.frequency.copy(), lines.width.copy()
    amplitude, level = lines.amplitude.copy(), lines.level.copy()
    for _ in range(_ESTIMATE_PASSES):
        for deep in np.unique(level):
            if deep not in spectra:
                samples = residual[: n_points >> deep].copy()
                samples[0] *= 0.5
                spectra[int(deep)] = scipy.fft.fft(samples)
        new_frequency, new_width, new_amplitude = frequency.copy(), width.copy(), amplitude.copy()
        for row in range(frequency.size):
            size = n_points >> level[row]
            centre = round(frequency[row] * size)
            window = spectra[int(level[row])].take((centre + bins) % size)
            others = np.flatnonzero(amplitude != 0)
            others = others[others != row]
            if others.size:
                seen = line_in_bins(frequency[others] * size - centre, width[others] * size, bins, size)
                window = window - size * (amplitude[others] @ seen)
            offset, bins_wide, size_of, phase = lines_in_windows(window[None], size, network).parameters[0]
            # a window that holds more than its line can send the network astray: stay with the peak
            new_frequency[row] = (centre + float(np.clip(offset, -8, 8))) / size
            new_width[row] = bins_wide / size
            new_amplitude[row] = size_of * np.exp(1j * phase)
            if bins_wide > _BROADEST_BINS and level[row] < deepest:
                level[row] += 1
            elif bins_wide < _NARROWEST_BINS and level[row] > 0:
                level[row] -= 1
        frequency, width, amplitude = new_frequency, new_width, new_amplitude
    return _Lines(frequency, width, amplitude, level)


def _distinct(lines: _Lines) -> _Lines:
    """Without those that were read as one and the same line: noise on a broad line has many maxima."""
    kept: list[int] = []
    for row in np.argsort(lines.level, kind="stable")[::-1]:  # the broadest first, read at the shortest lengths
        apart = _apart(lines.frequency[kept], lines.frequency[row])
        broader = np.maximum(lines.width[kept], lines.width[row])
        narrower = np.minimum(lines.width[kept], lines.width[row])
        if not np.any((apart < 0.5 * broader) & (broader < 2 * narrower)):
            kept.append(int(row))
    chosen = np.sort(kept)
    return _Lines(lines.frequency[chosen], lines.width[chosen], lines.amplitude[chosen], lines.level[chosen])


def _refined(fid: FID, lines: ResonanceTable) -> ResonanceTable:
    """All lines refined together; those that do not carry their weight are dropped, and the rest refined again."""
    lines = lines.select(_more_than_shape(lines, np.isfinite(lines.amplitude), fid, clearly=True))
    settled = False
    while len(lines):
        # a few steps tell junk; only what is left is worth the rest of the way
        refined = refine_jointly(fid, lines, n_steps=_FULL_STEPS if settled else _FEW_STEPS)
        if not np.isfinite(refined.amplitude_sd).all():
            # lines that the samples cannot tell apart: without the broadest, which is the least like a line
            lines = refined.select(np.arange(len(refined)) != np.argmax(refined.fwhm_hz))
            continue
        worth = _worthy(refined, fid)
        if worth.all() and settled:
            return refined
        settled = True
        lines = refined.select(worth)
    return lines


def _worthy(lines: ResonanceTable, fid: FID) -> NDArray[np.bool_]:
    """Which lines are significant, have a possible width, and are more than the shape of a stronger neighbour."""
    significance = np.divide(
        lines.amplitude, lines.amplitude_sd, out=np.full(len(lines), np.inf), where=lines.amplitude_sd != 0
    )
    worth = significance > _SIGNIFICANT
    # lines that share one line's place make one another insignificant: the best of them waits for the others to go
    doubtful = ~worth & np.isfinite(significance)
    cycles = lines.frequency_hz * fid.dwell_s
    for row in np.flatnonzero(doubtful):
        distance = fid.bandwidth_hz * _apart(cycles, cycles[row])
        rivals = doubtful & (distance < np.maximum(lines.fwhm_hz, lines.fwhm_hz[row]) + fid.bin_hz)
        rivals[row] = False
        worth[row] = rivals.any() and bool(np.all(significance[rivals] < significance[row]))
    worth &= lines.fwhm_hz < fid.bandwidth_hz / (math.pi * _FEWEST_DECAY_POINTS)
    return _more_than_shape(lines, worth, fid)


def _more_than_shape(
    lines: ResonanceTable, worth: NDArray[np.bool_], fid: FID, *, clearly: bool = False
) -> NDArray[np.bool_]:
    """Which of the worthy lines are no mere correction to the shape of a stronger neighbour.

    With ``clearly`` only what is small and out of phase is refused: start values may still be wrong.
    """
    worth = worth.copy()
    order = np.argsort(-lines.amplitude / np.maximum(lines.fwhm_hz, fid.bin_hz))  # highest peak first
    turns = np.exp(1j * lines.phase_rad)
    cycles = lines.frequency_hz * fid.dwell_s
    for place, weak in enumerate(order):
        strong = order[:place][worth[order[:place]]]
        distance = fid.bandwidth_hz * _apart(cycles[weak], cycles[strong])
        broader = np.maximum(lines.fwhm_hz[weak], lines.fwhm_hz[strong])
        out_of_phase = (turns[weak] * turns[strong].conj()).real < math.cos(math.pi / 4)
        tiny = lines.amplitude[weak] < 0.05 * lines.amplitude[strong]
        # a foot under a peak is part of its shape unless it holds more than the peak
        inside = (distance < 0.5 * broader) & (lines.amplitude[weak] < lines.amplitude[strong])
        doubtful = (out_of_phase & tiny) if clearly else (out_of_phase | tiny | inside)
        # a narrow line on a broad hump is a line
        alike = lines.fwhm_hz[strong] < _BROAD_HUMP * lines.fwhm_hz[weak]
        if np.any((distance < _CLOSE_WIDTHS * broader) & alike & doubtful):
            worth[weak] = False
    return worth


def _append(lines: ResonanceTable, fresh: _Lines, dwell_s: float) -> ResonanceTable:
    """Fitted lines and fresh ones, as start values."""
    smallest = 1e-9 / dwell_s
    widths = np.maximum(fresh.width / dwell_s, smallest)
    return _joined(
        lines,
        ResonanceTable(fresh.frequency / dwell_s, widths, np.abs(fresh.amplitude), np.angle(fresh.amplitude)),
    )


def _without_offset(lines: ResonanceTable, fid: FID) -> tuple[ResonanceTable, complex]:
    """Take the receiver's offset, a line at 0 Hz that does not decay, out of the table."""
    still = (np.abs(lines.frequency_hz) < 0.1 * fid.bin_hz) & (lines.fwhm_hz < 0.1 * fid.bin_hz)
    offset = complex(np.sum(lines.amplitude[still] * np.exp(1j * lines.phase_rad[still])))
    return lines.select(~still), offset


def _sought_together(fids: FID, one: Callable[[FID], ResonanceTable]) -> ResonanceTable:
    """The lines of an array, from combinations of its FIDs that have the noise of one."""
    mean = np.sqrt(fids.n_fids) * fids.mean().samples
    # what changes its sign cancels in the mean, and adds up in the strongest combination of what the mean leaves
    varying = fids.samples - fids.mean().samples
    energies, weights = np.linalg.eigh(varying @ varying.conj().T)
    if energies[-1] <= _WEAK_VARIATION * np.vdot(mean, mean).real:
        return one(fids.with_samples(mean))
    tables = [one(fids.with_samples(samples)) for samples in (mean, weights[:, -1].conj() @ varying)]
    main, other = tables if np.vdot(mean, mean).real > energies[-1] else tables[::-1]
    # beside a line there is only its shape, seen through other weights
    cycles = other.frequency_hz[:, None] * fids.dwell_s  # (n_others, 1)
    distance = fids.bandwidth_hz * _apart(cycles, main.frequency_hz * fids.dwell_s)  # (n_others, n_main)
    reach = _CLOSE_WIDTHS * np.maximum(other.fwhm_hz[:, None], main.fwhm_hz) + fids.bin_hz
    together = _joined(main, other.select(np.all(distance > reach, axis=1)))
    return replace(together, offset=tables[0].offset)


def _joined(lines: ResonanceTable, others: ResonanceTable) -> ResonanceTable:
    """Lines of both tables, without error bars."""
    return ResonanceTable(*(np.concatenate([getattr(lines, name), getattr(others, name)]) for name in LINE_FIELDS))


def _joint(fids: FID, lines: ResonanceTable, noise: float | None) -> ResonanceTable:
    """Shared positions, widths and phases of all lines, and an amplitude per FID and line."""
    sigma = _noise(fids, noise)
    offset = np.zeros(fids.n_fids, complex)
    still = lines.offset is not None and lines.offset[0] != 0
    if still:
        smallest = np.array([1e-3 * fids.bin_hz])
        lines = _joined(lines, ResonanceTable(np.zeros(1), smallest, np.ones(1), np.zeros(1)))
    if not len(lines):
        none = np.zeros(0)
        power = np.sqrt(np.mean(np.abs(fids.samples) ** 2, axis=1) / 2)
        scale = np.divide(power, sigma, out=np.zeros_like(power), where=sigma > 0)
        lines = ResonanceTable(none, none, none, none, noise_sd=sigma, residual_over_noise=scale)
        return replace(lines, **_about(fids), offset=offset)
    # without the noise: error bars come from the residual, and grow where positions or widths are not shared
    table = fit_array(fids, lines)
    scale = table.noise_sd / np.where(sigma > 0, sigma, np.inf) if table.noise_sd is not None else None
    if still:
        constant = np.arange(len(table)) % len(lines) == len(lines) - 1
        offset = table.amplitude[constant] * np.exp(1j * table.phase_rad[constant])
        table = table.select(~constant)
    return replace(table, **_about(fids), noise_sd=sigma, residual_over_noise=scale, offset=offset)


def _referenced(table: ResonanceTable, near_ppm: float, true_ppm: float) -> ResonanceTable:
    """The table with its strongest line near one shift declared to lie at another."""
    if table.shift_ppm is None:
        raise ValueError("reference_ppm needs spectrometer_mhz and carrier_ppm, the FID does not know them")
    near = np.flatnonzero(np.abs(table.shift_ppm - near_ppm) <= 0.25)
    if not near.size:
        raise ValueError(f"reference_ppm must name a line: there is none within 0.25 ppm of {near_ppm!r}")
    line = near[np.argmax(table.amplitude[near])]
    return reference(table, frequency_hz=float(table.frequency_hz[line]), shift_ppm=true_ppm)
