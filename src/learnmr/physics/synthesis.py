"""FIDs from resonances: every term of the signal model, each a switch that is off by default.

A line is ``A exp(i phi) exp(2 pi i f t) exp(-pi fwhm t)``, a Voigt line has the further factor
``exp(-(pi gaussian_fwhm t)^2 / (4 ln 2))``. Times start at 0; amplitude and phase are those at t = 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from ..installation import import_extra
from ..signals import FID, LINE_FIELDS, Resonance, ResonanceTable
from .noise import add_noise

__all__ = ["multiplet", "shim_decay", "simulate_fid", "simulate_lines", "spin_system_lines", "synthesise"]

#: a digital filter is simulated on a grid this many times finer than the dwell time
_OVERSAMPLING = 16


def synthesise(
    lines: Iterable[Resonance] | ResonanceTable, n_points: int, dwell_s: float, *, first_s: float = 0.0
) -> NDArray[np.complex128]:
    r"""Noiseless sum of damped complex exponentials.

    Parameters
    ----------
    lines : iterable of Resonance, or ResonanceTable
        The lines; a table must hold lines of one FID only.
    n_points : int
        Number of samples.
    dwell_s : float
        Time between two samples, in seconds.
    first_s : float
        Time of the first sample after t = 0, in seconds.

    Returns
    -------
    numpy.ndarray of complex128, shape (n_points,)
        The samples, in the units of the amplitudes.

    Raises
    ------
    ValueError
        If n_points or dwell_s are not positive, or a table belongs to several FIDs.

    Notes
    -----
    ``s(t) = sum_m A_m exp(i phi_m) exp(2 pi i f_m t - pi fwhm_m t - (pi gaussian_fwhm_m t)^2 / (4 ln 2))``

    Examples
    --------
    >>> samples = synthesise([Resonance(0.0, fwhm_hz=0.0, amplitude=2.0)], 4, 1e-3)
    >>> samples.real
    array([2., 2., 2., 2.])
    """
    _check_sampling(n_points, dwell_s)
    if isinstance(lines, ResonanceTable) and np.unique(np.asarray(lines.fid_index)).size > 1:
        raise ValueError("lines must belong to one FID, the table has several: take table.of_fid(index)")
    samples = np.zeros(n_points, np.complex128)
    for line in lines:
        rate = 2j * math.pi * line.frequency_hz - math.pi * line.fwhm_hz
        start = line.amplitude * np.exp(1j * line.phase_rad + rate * first_s)
        decay = start * _powers(np.array([rate * dwell_s]), n_points)[0]
        if line.gaussian_fwhm_hz > 0:
            times_s = first_s + np.arange(n_points) * dwell_s
            decay *= np.exp(-((math.pi * line.gaussian_fwhm_hz * times_s) ** 2) / (4 * math.log(2)))
        samples += decay
    return samples


def simulate_fid(
    lines: Iterable[Resonance] | ResonanceTable | Sequence[Iterable[Resonance]],
    *,
    n_points: int,
    dwell_s: float,
    noise_sd: float = 0.0,
    seed: int | np.random.Generator | None = None,
    spectrometer_mhz: float | None = None,
    carrier_ppm: float | None = None,
    nucleus: str | None = None,
    dead_time_s: float = 0.0,
    offset: complex = 0j,
    quadrature_gain: float = 1.0,
    quadrature_phase_rad: float = 0.0,
    quadrature: bool = True,
    group_delay_points: float = 0.0,
    shim: ArrayLike | Mapping[str, float] | None = None,
    quantisation_bits: int | None = None,
    full_scale: float | None = None,
) -> FID:
    r"""Simulate what a spectrometer hands out: lines, their blemishes, noise.

    With the defaults the lines are clean. A truncated decay is one with few points; a residual solvent line is one
    more line; for scalar couplings see :func:`multiplet` and :func:`spin_system_lines`.

    Parameters
    ----------
    lines : iterable of Resonance, ResonanceTable, or a list of such
        The lines. A list of lists, or a table with several ``fid_index``, makes an array of FIDs.
    n_points : int
        Complex samples per FID.
    dwell_s : float
        Time between two samples, in seconds.
    noise_sd : float
        Standard deviation of white Gaussian noise on one channel.
    seed : int or numpy.random.Generator, optional
        Makes the noise repeatable.
    spectrometer_mhz, carrier_ppm, nucleus : optional
        As in :class:`~learnmr.signals.FID`.
    dead_time_s : float
        The first sample is taken this long after t = 0: a phase ``2 pi f dead_time`` that is linear in frequency
        (first order), and a little decay.
    offset : complex
        DC offset added to every sample: the line at the carrier that is none.
    quadrature_gain, quadrature_phase_rad : float
        Imbalance of the imaginary channel, ``Im s -> gain Im(s exp(i phase))``: leaves an image at the mirrored
        frequency.
    quadrature : bool
        False keeps one real channel, ``sum A sin(2 pi f t + phi) exp(-pi fwhm t)``, imaginary part zero; the sign
        of the frequency is lost.
    group_delay_points : float
        Delay of a linear-phase digital low-pass filter, in points; the first samples are its build-up.
    shim : array_like of complex, shape (n_points,), or mapping, optional
        Factor on the decay of every line alike (a convolution of the spectrum with the field distribution), or
        coefficients of a field along the sample such as ``{"z1": 0.5, "z2": 1.0}`` in Hz, see :func:`shim_decay`.
    quantisation_bits : int, optional
        Bits of the analogue-to-digital converter, at least 2. None: no rounding.
    full_scale : float, optional
        Largest value of one channel that the converter can write; larger ones saturate. Default: the largest value
        of the FID(s), as after a perfect setting of the receiver gain.

    Returns
    -------
    FID
        One FID, or an array of them.

    Raises
    ------
    ValueError
        If a parameter is out of its range; the message names it.

    Notes
    -----
    The steps run in the order of the signal's way: precession in the (imperfect) field, detection, digital filter,
    imbalance and offset of the receiver, noise, rounding. Noise comes after the imbalance, so that ``noise_sd`` is
    the standard deviation of both channels of the samples.

    Examples
    --------
    >>> fid = simulate_fid([Resonance(50.0, 2.0)], n_points=1024, dwell_s=1e-3, noise_sd=0.1, seed=3)
    >>> fid.samples.shape, fid.is_array
    ((1024,), False)
    >>> simulate_fid([[Resonance(50.0, 2.0)], [Resonance(60.0, 2.0)]], n_points=64, dwell_s=1e-3).n_fids
    2
    """
    _check_sampling(n_points, dwell_s)
    if not (dead_time_s >= 0 and math.isfinite(dead_time_s)):
        raise ValueError(f"dead_time_s must be >= 0 s, got {dead_time_s!r}")
    if not (quadrature_gain > 0 and math.isfinite(quadrature_gain)):
        raise ValueError(f"quadrature_gain must be > 0, got {quadrature_gain!r}")
    if not np.isfinite([offset, quadrature_phase_rad]).all():
        raise ValueError(f"offset and quadrature_phase_rad must be finite, got {offset!r}, {quadrature_phase_rad!r}")

    groups, is_array = _line_groups(lines)
    detected = [
        _detected(group, n_points, dwell_s, dead_time_s, shim, _checked_group_delay(group_delay_points, n_points))
        for group in groups
    ]
    samples: NDArray[np.complexfloating] = np.stack(detected)  # (n_fids, n_points)
    if not quadrature:
        samples = samples.imag.astype(np.complex128)
    else:
        samples = samples.real + 1j * quadrature_gain * (samples * np.exp(1j * quadrature_phase_rad)).imag
    samples = samples + offset
    samples = add_noise(samples, noise_sd=noise_sd, seed=seed)
    if not quadrature:
        samples.imag = 0.0
    if quantisation_bits is not None:
        samples = _quantised(samples, quantisation_bits, full_scale)
    return FID(
        samples if is_array else samples[0],
        dwell_s,
        spectrometer_mhz=spectrometer_mhz,
        carrier_ppm=carrier_ppm,
        nucleus=nucleus,
    )


def simulate_lines(
    frequency_hz: ArrayLike,
    fwhm_hz: ArrayLike,
    amplitude: ArrayLike,
    phase_rad: ArrayLike,
    *,
    n_points: int,
    dwell_s: float,
    noise_sd: ArrayLike = 0.0,
    seed: int | np.random.Generator | None = None,
    dtype: Any = np.complex64,
) -> NDArray[np.complexfloating]:
    """Many FIDs of one line each, fast: what benchmarks and training draw.

    Parameters
    ----------
    frequency_hz, fwhm_hz, amplitude, phase_rad : float or array_like, shape (batch,)
        The line of each FID; scalars hold for all.
    n_points : int
        Samples per FID.
    dwell_s : float
        Time between two samples, in seconds.
    noise_sd : float or array_like, shape (batch,)
        Standard deviation of the noise of one channel.
    seed : int or numpy.random.Generator, optional
        Makes the noise repeatable.
    dtype : dtype
        complex64 or complex128.

    Returns
    -------
    numpy.ndarray of complex, shape (batch, n_points)
        The samples.

    Raises
    ------
    ValueError
        If the parameters do not share a shape, are not finite, or a width is negative.

    Notes
    -----
    ``exp(z n)`` with ``n = B c + r`` is the outer product of the coarse powers ``exp(z B c)`` and the fine powers
    ``exp(z r)``: two short lists of exponentials and one multiplication a point.

    Examples
    --------
    >>> samples = simulate_lines([10.0, -20.0], 1.0, 1.0, 0.0, n_points=1024, dwell_s=1e-3, noise_sd=0.1, seed=1)
    >>> samples.shape, samples.dtype
    ((2, 1024), dtype('complex64'))
    """
    _check_sampling(n_points, dwell_s)
    given = (frequency_hz, fwhm_hz, amplitude, phase_rad, noise_sd)
    frequency, width, size, phase, deviation = np.broadcast_arrays(*(np.asarray(v, float).reshape(-1) for v in given))
    for name, values in zip(LINE_FIELDS, (frequency, width, size, phase), strict=True):
        if not np.all(np.isfinite(values)):
            raise ValueError(f"{name} must be finite, got {values[~np.isfinite(values)][0]!r}")
    if np.any(width < 0):
        raise ValueError(f"fwhm_hz must be >= 0 Hz, got {width.min()!r}")
    rates = (2j * math.pi * frequency - math.pi * width) * dwell_s  # (batch,)
    clean = _powers(rates, n_points, start=size * np.exp(1j * phase), dtype=dtype)  # (batch, n_points)
    return add_noise(clean, noise_sd=deviation, seed=seed) if np.any(deviation != 0) else clean


def multiplet(resonance: Resonance, couplings_hz: Iterable[float]) -> list[Resonance]:
    """First-order multiplet: each coupling to a spin 1/2 splits every line in two of half the amplitude.

    Parameters
    ----------
    resonance : Resonance
        The unsplit line.
    couplings_hz : iterable of float
        One scalar coupling J per coupled spin; equal ones are listed as often as there are spins.

    Returns
    -------
    list of Resonance
        In ascending frequency; lines that coincide are one line. Amplitudes add up to that of the unsplit line.

    Notes
    -----
    Holds while the shift difference of the coupled spins is large against J (above about 10 J). For strong coupling
    see :func:`spin_system_lines`.

    Examples
    --------
    >>> triplet = multiplet(Resonance(100.0, 1.0, amplitude=4.0), [7.0, 7.0])
    >>> [(line.frequency_hz, line.amplitude) for line in triplet]
    [(93.0, 1.0), (100.0, 2.0), (107.0, 1.0)]
    """
    sticks = {round(resonance.frequency_hz, 9): resonance.amplitude}
    for coupling_hz in couplings_hz:
        if not math.isfinite(coupling_hz):
            raise ValueError(f"couplings_hz must be finite, got {coupling_hz!r}")
        split: dict[float, float] = {}
        for frequency_hz, amplitude in sticks.items():
            for side in (-0.5, 0.5):
                place = round(frequency_hz + side * coupling_hz, 9)
                split[place] = split.get(place, 0.0) + amplitude / 2
        sticks = split
    return [replace(resonance, frequency_hz=f, amplitude=sticks[f]) for f in sorted(sticks)]


def spin_system_lines(
    shifts_ppm: Sequence[float],
    couplings_hz: ArrayLike,
    *,
    spectrometer_mhz: float,
    carrier_ppm: float = 0.0,
    fwhm_hz: float = 1.0,
    amplitude: float = 1.0,
    weakest: float = 1e-3,
) -> list[Resonance]:
    """Lines of a strongly coupled system of spins 1/2, by diagonalising its Hamiltonian (package nmrsim).

    Parameters
    ----------
    shifts_ppm : sequence of float, length n_spins
        Chemical shift of each spin.
    couplings_hz : array_like, shape (n_spins, n_spins)
        Symmetric matrix of scalar couplings J, zero diagonal.
    spectrometer_mhz : float
        Larmor frequency, in MHz.
    carrier_ppm : float
        Frequencies are offsets from here.
    fwhm_hz : float
        Width given to every line.
    amplitude : float
        Amplitude of one spin: all lines together have ``n_spins * amplitude``.
    weakest : float
        Lines weaker than this part of the strongest are dropped and their amplitude shared among the rest.

    Returns
    -------
    list of Resonance
        In ascending frequency.

    Raises
    ------
    ValueError
        If the couplings are no symmetric matrix of the right size.
    learnmr.installation.MissingExtraError
        If nmrsim is not installed.
    """
    couplings = np.array(couplings_hz, dtype=float)
    if couplings.shape != (len(shifts_ppm),) * 2 or not np.array_equal(couplings, couplings.T):
        raise ValueError(
            f"couplings_hz must be a symmetric matrix of {len(shifts_ppm)} x {len(shifts_ppm)}, "
            f"got shape {couplings.shape}"
        )
    qm = import_extra("nmrsim.qm", extra="spins")
    # nmrsim returns the magnitude of every frequency: keep all of them well above zero while it works
    shifts_hz = np.asarray(shifts_ppm, float) * spectrometer_mhz
    lift_hz = float(np.ptp(shifts_hz) + np.abs(couplings).sum() + 1.0)
    offsets_hz = shifts_hz - shifts_hz.min() + lift_hz
    # dense and without cache: the cached way writes into the installed package
    peaks = np.array(qm.qm_spinsystem(list(offsets_hz), couplings, cache=False, sparse=False)).reshape(-1, 2)
    peaks[:, 0] += shifts_hz.min() - lift_hz - carrier_ppm * spectrometer_mhz
    peaks = peaks[peaks[:, 1] >= weakest * peaks[:, 1].max()]
    strengths = peaks[:, 1] * len(shifts_ppm) * amplitude / peaks[:, 1].sum()
    return [
        Resonance(frequency_hz, fwhm_hz, strength)
        for frequency_hz, strength in sorted(zip(peaks[:, 0], strengths, strict=True))
    ]


def shim_decay(times_s: NDArray[np.floating], field_hz: Mapping[str, float]) -> NDArray[np.complex128]:
    r"""Decay factor of an inhomogeneous field along the sample: mean of ``exp(2 pi i b(z) t)`` over z in [-1, 1].

    Parameters
    ----------
    times_s : numpy.ndarray, shape (n_points,)
        Sampling times.
    field_hz : mapping of str to float
        Coefficients in Hz of the Legendre polynomials ``"z1"`` ... ``"z6"`` that make up the field b(z). Odd ones
        broaden symmetrically (z1 alone gives a sinc), even ones give the lopsided foot known from shimming.

    Returns
    -------
    numpy.ndarray of complex, shape (n_points,)
        The factor; 1 at t = 0.

    Raises
    ------
    ValueError
        If a name is unknown or a coefficient is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> t = np.array([0.0, 0.1])
    >>> bool(np.allclose(shim_decay(t, {"z1": 3.0}), np.sinc(2 * 3.0 * t)))
    True
    """
    coefficients = np.zeros(7)
    for name, value in field_hz.items():
        if name not in {f"z{order}" for order in range(1, 7)}:
            raise ValueError(f"shim must name fields z1 to z6, got {name!r}")
        if not math.isfinite(value):
            raise ValueError(f"shim {name} must be finite, got {value!r}")
        coefficients[int(name[1:])] = value
    # Gauss-Legendre with more nodes than radians of phase between the ends of the sample is exact to rounding
    orders = np.arange(7)
    turns = float(np.sum(np.abs(coefficients) * orders**2) * times_s.max(initial=0.0))
    nodes, weights = scipy.special.roots_legendre(32 + math.ceil(2 * math.pi * turns))
    fields_hz = np.polynomial.legendre.legval(nodes, coefficients)
    decay = np.zeros(times_s.size, np.complex128)
    for field, weight in zip(fields_hz, weights / 2, strict=True):
        decay += weight * np.exp(2j * math.pi * field * times_s)
    return decay


def _powers(
    rates: NDArray[np.complex128],
    n_points: int,
    *,
    start: NDArray[np.complexfloating] | float = 1.0,
    dtype: Any = np.complex128,
) -> NDArray[np.complexfloating]:
    """``start exp(rates n)`` for n = 0 ... n_points - 1 as outer products of coarse and fine powers."""
    block = 1 << max(0, (n_points - 1).bit_length() // 2)
    n_blocks = -(-n_points // block)
    fine = np.exp(np.multiply.outer(rates, np.arange(block))).astype(dtype)  # (batch, block)
    coarse = np.exp(np.multiply.outer(rates, np.arange(n_blocks) * block))
    coarse = (coarse * np.reshape(start, (-1, 1))).astype(dtype)  # (batch, n_blocks)
    powers = np.empty((rates.size, n_points), dtype)
    n_whole = n_points // block
    if n_whole:
        whole = powers[:, : n_whole * block]
        shaped = np.lib.stride_tricks.as_strided(
            whole, (rates.size, n_whole, block), (powers.strides[0], block * powers.itemsize, powers.itemsize)
        )
        np.multiply(coarse[:, :n_whole, None], fine[:, None, :], out=shaped)
    if n_whole < n_blocks:
        powers[:, n_whole * block :] = coarse[:, -1:] * fine[:, : n_points - n_whole * block]
    return powers


def _check_sampling(n_points: int, dwell_s: float) -> None:
    """Refuse a number of points or a dwell time that is not positive."""
    if not (isinstance(n_points, (int, np.integer)) and n_points >= 1):
        raise ValueError(f"n_points must be an integer >= 1, got {n_points!r}")
    if not (dwell_s > 0 and math.isfinite(dwell_s)):
        raise ValueError(f"dwell_s must be > 0 s, got {dwell_s!r}")


def _line_groups(lines: Any) -> tuple[list[Any], bool]:
    """The lines of each FID, and whether they make an array of FIDs."""
    if isinstance(lines, ResonanceTable):
        n_fids = int(np.max(np.asarray(lines.fid_index), initial=0)) + 1
        return [lines.of_fid(index) for index in range(n_fids)], n_fids > 1
    groups = list(lines)
    if groups and not any(isinstance(group, Resonance) for group in groups):
        return groups, True
    return [groups], False


def _detected(
    lines: Any,
    n_points: int,
    dwell_s: float,
    dead_time_s: float,
    shim: ArrayLike | Mapping[str, float] | None,
    group_delay_points: float,
) -> NDArray[np.complex128]:
    """One noiseless decay behind the digital filter, before the blemishes of the receiver."""
    if group_delay_points == 0:
        clean = synthesise(lines, n_points, dwell_s, first_s=dead_time_s)
        return clean if shim is None else clean * _shim_factor(shim, n_points, dead_time_s, dwell_s)
    if shim is not None and not isinstance(shim, Mapping):
        raise ValueError("shim must be a mapping such as {'z2': 1.0} where group_delay_points is not 0")
    fine_s = dwell_s / _OVERSAMPLING
    n_fine = (n_points - 1) * _OVERSAMPLING + 1
    fine = synthesise(lines, n_fine, fine_s, first_s=dead_time_s)
    if shim is not None:
        fine *= _shim_factor(shim, n_fine, dead_time_s, fine_s)
    # the decay starts within the filter: its first sample stands for half a fine step only (trapezoid rule)
    fine[0] *= 0.5
    taps = np.arange(math.floor(2 * group_delay_points * _OVERSAMPLING) + 1) / _OVERSAMPLING - group_delay_points
    window = np.i0(8.0 * np.sqrt(np.clip(1 - (taps / group_delay_points) ** 2, 0, None))) / np.i0(8.0)
    response = np.sinc(taps) * window
    filtered = scipy.signal.fftconvolve(fine, response / response.sum())[:n_fine]
    return np.asarray(filtered[::_OVERSAMPLING], dtype=np.complex128)


def _checked_group_delay(group_delay_points: float, n_points: int) -> float:
    """The delay of the digital filter, 0 or at least 1 point and shorter than the FID."""
    delay = float(group_delay_points)
    if not (delay == 0 or 1 <= delay < n_points):
        raise ValueError(f"group_delay_points must be 0 or from 1 to n_points - 1, got {group_delay_points!r}")
    return delay


def _shim_factor(shim: Any, n_points: int, first_s: float, dwell_s: float) -> NDArray[np.complex128]:
    """The decay factor of the field, from its coefficients or as given."""
    if isinstance(shim, Mapping):
        return shim_decay(first_s + np.arange(n_points) * dwell_s, shim)
    factor = np.asarray(shim, dtype=np.complex128)
    if factor.shape != (n_points,) or not np.all(np.isfinite(factor)):
        raise ValueError(f"shim must be {n_points} finite factors, got shape {factor.shape}")
    return factor


def _quantised(
    samples: NDArray[np.complexfloating], quantisation_bits: int, full_scale: float | None
) -> NDArray[np.complex128]:
    """Samples rounded to the levels of an analogue-to-digital converter; what exceeds its full scale saturates."""
    if not (isinstance(quantisation_bits, (int, np.integer)) and 2 <= quantisation_bits <= 52):
        raise ValueError(f"quantisation_bits must be an integer from 2 to 52, got {quantisation_bits!r}")
    channels = samples.view(np.float64)
    if full_scale is None:
        full_scale = float(np.abs(channels).max()) or 1.0
    if not (full_scale > 0 and math.isfinite(full_scale)):
        raise ValueError(f"full_scale must be > 0, got {full_scale!r}")
    largest = 2 ** (quantisation_bits - 1) - 1
    step = full_scale / largest
    return np.ascontiguousarray(np.clip(np.round(channels / step), -largest, largest) * step).view(np.complex128)
