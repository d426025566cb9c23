r"""Gauss-Newton on whole FIDs: the last step from a good estimate to the Cramér-Rao bound.

The model ``sum_m c_m exp(z_m n)`` is analytic in the complex amplitudes ``c = A exp(i phi)`` and the complex rates
``z = (2 pi i f - pi fwhm) dwell``, so one complex step serves all four parameters of a line. The amplitudes are linear
and solved for at every step (variable projection); only the rates are searched. A step is kept when it raises the
energy that the model explains, otherwise it is shortened: the result is never worse than the start.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..signals import FID, LineEstimates, ResonanceTable
from .inner_products import exponential_sums, line_rates, projections

__all__ = ["bounded_step", "refine_jointly", "refine_lines"]

#: complex samples worked on at a time: small enough for the processor's cache
_CHUNK_POINTS = 2**18
_ROUNDING = 8 * np.finfo(float).eps
#: one step may at most divide or multiply a width by this
_WIDTH_FACTOR = 4.0
#: a step smaller than this part of the standard deviation ends the search; convergence is quadratic by then
_SMALL_STEP = 0.02


def refine_lines(
    samples: NDArray[np.complexfloating],
    dwell_s: float,
    start: LineEstimates,
    *,
    n_steps: int = 4,
    noise_sd: ArrayLike | None = None,
) -> LineEstimates:
    r"""Refine one line per FID of a batch, with Fisher error bars.

    Parameters
    ----------
    samples : array_like of complex, shape (batch, n_points)
        One-line FIDs. complex64 is computed in complex64.
    dwell_s : float
        Time between two samples, in seconds.
    start : LineEstimates, length batch
        Start values: frequency (within about one linewidth or bin) and width (within a factor of a few).
    n_steps : int
        At most so many steps. Two suffice from a network's estimate, four from an interpolated peak.
    noise_sd : float or array_like, shape (batch,), optional
        Known standard deviation of the noise of one channel. Default: from the residual of each FID.

    Returns
    -------
    LineEstimates
        All eight fields. A FID whose start explains nothing (e.g. all zero) comes back as it went in, its error bars
        NaN.

    Raises
    ------
    ValueError
        If the shapes do not fit, or a start width is not positive.

    Notes
    -----
    With ``e_n = exp(z n)``, ``g_k = sum n^k conj(e_n) s_n``, ``S_k = sum n^k |e_n|^2``: ``c = g_0 / S_0`` and
    ``dz = (g_1 - c S_1) S_0 / (c D)``, ``D = S_0 S_2 - S_1^2``. Error bars: ``var f = noise_sd^2 S_0 / (4 pi^2 A^2 D)``
    and so on, see :mod:`learnmr.physics.bounds`.

    Examples
    --------
    >>> import numpy as np
    >>> n = np.arange(1024)
    >>> samples = np.exp((2j * np.pi * 50.0 - np.pi * 2.0) * n * 1e-3)[None]
    >>> line = refine_lines(samples, 1e-3, LineEstimates([50.3], [3.0], [1.0], [0.0]), n_steps=8)
    >>> round(float(line.frequency_hz[0]), 6), round(float(line.fwhm_hz[0]), 6)
    (50.0, 2.0)
    """
    samples = np.asarray(samples)
    samples = np.ascontiguousarray(samples, None if samples.dtype == np.complex64 else np.complex128)
    if samples.ndim != 2 or samples.shape[0] != len(start):
        raise ValueError(f"samples must have shape ({len(start)}, n_points) like start, got {samples.shape}")
    if samples.shape[1] < 4:
        raise ValueError(f"samples must have at least 4 points per FID, got {samples.shape[1]}")
    if not (dwell_s > 0 and math.isfinite(dwell_s)):
        raise ValueError(f"dwell_s must be > 0 s, got {dwell_s!r}")
    if len(start) and not start.fwhm_hz.min() > 0:
        raise ValueError(f"start fwhm_hz must be > 0 Hz, got {start.fwhm_hz.min()!r}")
    rates = line_rates(start.frequency_hz, start.fwhm_hz, dwell_s)
    known = (
        np.full(len(start), np.nan) if noise_sd is None else np.broadcast_to(np.asarray(noise_sd, float), rates.shape)
    )
    columns = np.empty((8, len(start)))
    rows = max(1, _CHUNK_POINTS // samples.shape[1])
    for first in range(0, len(start), rows):
        chunk = slice(first, first + rows)
        columns[:, chunk] = _refined_chunk(samples[chunk], dwell_s, rates[chunk], n_steps, known[chunk])
    # phases and amplitudes of FIDs that no step could explain stay those of the start
    lost = ~np.isfinite(columns[2]) | (columns[2] == 0)
    columns[2, lost], columns[3, lost] = start.amplitude[lost], start.phase_rad[lost]
    columns[4:, lost] = np.nan
    return LineEstimates(*columns)


def _refined_chunk(
    samples: NDArray[np.complexfloating],
    dwell_s: float,
    rates: NDArray[np.complex128],
    n_steps: int,
    noise_sd: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The eight columns of a few FIDs."""
    n_fids, n_points = samples.shape
    real = samples.view(samples.real.dtype)
    energy = np.einsum("bn,bn->b", real, real, dtype=np.float64)  # (n_fids,)
    best = rates.copy()
    amplitude, explained, step, small = _newton_step(samples, best, energy)
    active = np.flatnonzero((np.abs(step) > small) & np.isfinite(step))
    for _ in range(n_steps):
        if active.size == 0:
            break
        trial = best[active] + bounded_step(step[active], best[active], n_points)
        of_active = samples if active.size == n_fids else samples[active]
        new_amplitude, new_explained, new_step, new_small = _newton_step(of_active, trial, energy[active])
        # within rounding a step is no loss: without noise the last digits are found by it
        better = (new_explained >= explained[active] * (1 - _ROUNDING)) & np.isfinite(new_step)
        won = active[better]
        best[won], amplitude[won], explained[won] = trial[better], new_amplitude[better], new_explained[better]
        step[won], small[won] = new_step[better], new_small[better]
        step[active[~better]] *= 0.25
        active = active[np.abs(step[active]) > small[active]]
    s0, s1, s2 = exponential_sums(2 * best.real, n_points)
    determinant = s0 * s2 - s1**2
    residual = np.maximum(energy - explained, 0.0) / (2 * n_points - 4)  # variance of one channel
    variance = np.where(np.isnan(noise_sd), residual, noise_sd**2)
    size = np.abs(amplitude)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate_sd = np.sqrt(variance * s0 / determinant) / size
        amplitude_sd = np.sqrt(variance * s2 / determinant)
        return np.stack(
            [
                best.imag / (2 * math.pi * dwell_s),
                -best.real / (math.pi * dwell_s),
                size,
                np.angle(amplitude),
                rate_sd / (2 * math.pi * dwell_s),
                rate_sd / (math.pi * dwell_s),
                amplitude_sd,
                amplitude_sd / size,
            ]
        )


def _newton_step(
    samples: NDArray[np.complexfloating], rates: NDArray[np.complex128], energy: NDArray[np.float64]
) -> tuple[NDArray[np.complex128], NDArray[np.float64], NDArray[np.complex128], NDArray[np.float64]]:
    """Best amplitude and explained energy at the rates, the step from there, and the step not worth taking."""
    n_points = samples.shape[1]
    g0, g1 = (g[:, 0] for g in projections(samples, rates[:, None]))
    s0, s1, s2 = exponential_sums(2 * rates.real, n_points)
    determinant = s0 * s2 - s1**2
    amplitude = g0 / s0
    explained = np.abs(g0) ** 2 / s0
    with np.errstate(divide="ignore", invalid="ignore"):
        step = (g1 - amplitude * s1) * s0 / (amplitude * determinant)
        noise = np.sqrt(np.maximum(energy - explained, 0.0) / (2 * n_points) * s0 / determinant) / np.abs(amplitude)
    return amplitude, explained, step, _SMALL_STEP * noise


def bounded_step(steps: NDArray[np.complex128], rates: NDArray[np.complex128], n_points: int) -> NDArray[np.complex128]:
    """Steps that keep every width positive and stay within the line's own neighbourhood."""
    decay = -rates.real
    new_decay = np.clip(decay - steps.real, decay / _WIDTH_FACTOR, decay * _WIDTH_FACTOR + math.pi / n_points)
    reach = 2 * decay + 2 * math.pi / n_points  # one width, plus one bin
    return (decay - new_decay) + 1j * np.clip(steps.imag, -reach, reach)


def refine_jointly(
    fid: FID,
    start: ResonanceTable,
    *,
    n_steps: int = 12,
    noise_sd: float | None = None,
) -> ResonanceTable:
    r"""Refine all lines of one FID together, with error bars from the full Fisher matrix.

    Parameters
    ----------
    fid : FID
        A single FID.
    start : ResonanceTable
        Start values. Frequencies and widths are used, amplitudes and phases follow from them.
    n_steps : int
        At most so many damped steps.
    noise_sd : float, optional
        Known standard deviation of the noise of one channel. Default: from the residual.

    Returns
    -------
    ResonanceTable
        The lines in the order of ``start``, with ``noise_sd`` and, where the noise was given, ``residual_over_noise``.
        The start is returned (with the amplitudes that fit it) where no step explains more.

    Raises
    ------
    ValueError
        If the FID is an array, a width is not positive, or there are more parameters than samples.

    Notes
    -----
    Columns of the Jacobian are ``e_m`` and ``c_m n e_m``; all their inner products are sums of
    :func:`~learnmr.classical.inner_products.exponential_sums`, so a step costs one matrix product with the samples.
    The covariance of the complex parameters is ``noise_sd^2 (J^H J)^{-1}`` for each of real and imaginary part.
    Levenberg damping acts on the rates only. Lines that coincide share their amplitude evenly and have large
    error bars.

    Examples
    --------
    >>> import numpy as np
    >>> t = np.arange(2048) * 1e-3
    >>> fid = FID(np.exp((20j * np.pi - np.pi) * t) + 0.5 * np.exp((26j * np.pi - np.pi) * t), dwell_s=1e-3)
    >>> table = refine_jointly(fid, ResonanceTable([9.8, 13.3], [1.5, 0.8], [1.0, 1.0], [0.0, 0.0]))
    >>> table.frequency_hz.round(6), table.amplitude.round(6)
    (array([10., 13.]), array([1. , 0.5]))
    """
    if fid.is_array:
        raise ValueError(f"fid must be a single FID, got an array of {fid.n_fids}: take fid[index]")
    n_lines = len(start)
    if 4 * n_lines >= 2 * fid.n_points:
        raise ValueError(f"start must have fewer lines than half of the points, got {n_lines} of {fid.n_points}")
    if n_lines and not start.fwhm_hz.min() > 0:
        raise ValueError(f"start fwhm_hz must be > 0 Hz, got {start.fwhm_hz.min()!r}")
    samples = fid.samples.astype(np.complex128)
    energy = float(np.vdot(samples, samples).real)
    state = _joint_state(samples, line_rates(start.frequency_hz, start.fwhm_hz, fid.dwell_s))
    damping = 1e-3
    for _ in range(n_steps if n_lines else 0):
        step = bounded_step(_joint_step(state, damping), state.rates, fid.n_points)
        trial = _joint_state(samples, state.rates + step)
        if not trial.explained >= state.explained:
            damping = min(damping * 16, 1e6)
            continue
        gain = trial.explained - state.explained
        state, damping = trial, max(damping / 16, 1e-12)
        # a gain in energy of 2 sigma^2 is a step of about one standard deviation
        if gain <= 1e-3 * max(energy - trial.explained, 1e-14 * energy) / fid.n_points:
            break
    return _joint_table(fid, start, energy, state, noise_sd)


@dataclass(frozen=True, eq=False)
class _JointState:
    """Rates of all lines of one FID and what follows from them."""

    rates: NDArray[np.complex128]  # (n_lines,)
    amplitudes: NDArray[np.complex128]  # (n_lines,), those that fit best
    explained: float  # energy of the samples that the lines account for
    gram: NDArray[np.complex128]  # (2 n_lines, 2 n_lines), J^H J for the columns e_m, c_m n e_m
    slope: NDArray[np.complex128]  # (2 n_lines,), J^H times the residual


def _joint_state(samples: NDArray[np.complex128], rates: NDArray[np.complex128]) -> _JointState:
    """Amplitudes that fit best at the rates, and the sums a step needs."""
    g0, g1 = (g[0] for g in projections(samples[None], rates[None]))
    s0, s1, s2 = exponential_sums(rates.conj()[:, None] + rates[None, :], samples.size)
    # coinciding lines make the Gram matrix singular: least squares of least norm shares their amplitude
    scale = np.sqrt(np.diag(s0).real)
    c = np.linalg.lstsq(s0 / np.outer(scale, scale), g0 / scale, rcond=1e-12)[0] / scale
    explained = 2 * np.vdot(c, g0).real - np.vdot(c, s0 @ c).real
    mixed = s1 * c[None, :]
    gram = np.block([[s0, mixed], [mixed.conj().T, s2 * np.outer(c.conj(), c)]])
    slope = np.concatenate([g0 - s0 @ c, c.conj() * (g1 - s1 @ c)])
    return _JointState(rates, c, float(explained), gram, slope)


def _joint_step(state: _JointState, damping: float) -> NDArray[np.complex128]:
    """Damped change of the rates."""
    n_lines = state.rates.size
    scale = np.sqrt(np.maximum(np.diag(state.gram).real, np.finfo(float).tiny))
    unit = state.gram / np.outer(scale, scale)
    rates = np.arange(n_lines, 2 * n_lines)
    unit[rates, rates] *= 1 + damping
    return np.asarray((np.linalg.lstsq(unit, state.slope / scale, rcond=1e-13)[0] / scale)[n_lines:])


def _joint_table(
    fid: FID,
    start: ResonanceTable,
    energy: float,
    state: _JointState,
    noise_sd: float | None,
) -> ResonanceTable:
    """The table of the best state, with error bars."""
    n_lines = state.rates.size
    residual_sd = math.sqrt(max(energy - state.explained, 0.0) / (2 * fid.n_points - 4 * n_lines))
    known = residual_sd if noise_sd is None else float(noise_sd)
    size = np.abs(state.amplitudes)
    variances = np.full(2 * n_lines, np.nan)
    if n_lines and np.all(size > 0):
        scale = np.sqrt(np.diag(state.gram).real)
        with np.errstate(divide="ignore", invalid="ignore"):
            unit = state.gram / np.outer(scale, scale)
        if np.isfinite(unit).all() and np.linalg.cond(unit) < 1e13:
            variances = np.diag(np.linalg.inv(unit)).real / scale**2
    # an exact fit has error bars of 0, not none
    sd = known * np.sqrt(np.where(variances > 0, variances, np.nan))
    with np.errstate(divide="ignore", invalid="ignore"):
        phase_sd = sd[:n_lines] / size
    return replace(
        start,
        frequency_hz=state.rates.imag / (2 * math.pi * fid.dwell_s),
        fwhm_hz=-state.rates.real / (math.pi * fid.dwell_s),
        amplitude=size,
        phase_rad=np.angle(state.amplitudes),
        frequency_hz_sd=sd[n_lines:] / (2 * math.pi * fid.dwell_s),
        fwhm_hz_sd=sd[n_lines:] / (math.pi * fid.dwell_s),
        amplitude_sd=sd[:n_lines],
        phase_rad_sd=phase_sd,
        spectrometer_mhz=fid.spectrometer_mhz,
        carrier_ppm=fid.carrier_ppm,
        nucleus=fid.nucleus,
        noise_sd=np.array([known]),
        residual_over_noise=None if noise_sd is None or not known > 0 else np.array([residual_sd / known]),
    )
