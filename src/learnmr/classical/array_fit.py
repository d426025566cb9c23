r"""Joint fit of an array of FIDs that share their lines: one set of positions, widths and phases, an amplitude per FID.

A line that is lost in the noise of one FID is still placed by the others; its amplitude there is a linear least-squares
value with an honest error bar, positive or negative, with mean zero where there is nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..signals import FID, ResonanceTable
from .gauss_newton import bounded_step
from .inner_products import exponential_sums, line_rates, projections

__all__ = ["fit_array"]


def fit_array(
    fids: FID,
    start: ResonanceTable,
    *,
    phase: Literal["line", "global"] = "line",
    n_steps: int = 30,
    noise_sd: ArrayLike | None = None,
) -> ResonanceTable:
    r"""Fit an array of FIDs jointly with shared positions, widths and phases.

    Parameters
    ----------
    fids : FID
        The array, shape (n_fids, n_points).
    start : ResonanceTable
        Lines found in the mean of the array. Frequencies and widths are start values; amplitudes and phases follow.
    phase : {"line", "global"}
        One phase per line, or one for all lines: fewer parameters where the spectrum has no first-order phase.
    n_steps : int
        At most so many damped steps.
    noise_sd : float or array_like, shape (n_fids,), optional
        Standard deviation of the noise of one channel; only sets the error bars (all FIDs weigh the same). Default:
        from the residual of each FID.

    Returns
    -------
    ResonanceTable
        ``n_fids`` x ``n_lines`` rows, FID by FID in the order of ``start``. Frequency, width, phase and their standard
        deviations repeat from FID to FID. The amplitude is real along the shared phase and keeps its sign, so that
        noise averages to zero. ``noise_sd`` (and ``residual_over_noise`` where the noise was given) per FID.

    Raises
    ------
    ValueError
        If there is no line, a width is not positive, or ``phase`` is unknown.

    Notes
    -----
    Model ``s_k(t) = sum_m a_km exp(i phi_m) exp((2 pi i f_m - pi fwhm_m) t)`` with real ``a_km``. For given shared
    parameters the amplitudes are linear; eliminated, they leave the Schur complement
    ``(F - C^T B^{-1} C) * (a^T a)`` of the shared ones, in which the FIDs appear only through the products of their
    amplitudes: a step costs the same for 24 FIDs as for one. The error bars of the amplitudes contain the
    uncertainty of the shared parameters.

    Examples
    --------
    >>> from learnmr.physics.synthesis import simulate_fid
    >>> from learnmr.signals import Resonance
    >>> course = [[Resonance(-5.0, 2.0, amplitude=a), Resonance(9.0, 2.0, amplitude=1 - a)] for a in (0.0, 0.4, 0.8)]
    >>> fids = simulate_fid(course, n_points=512, dwell_s=2e-3, noise_sd=0.01, seed=4)
    >>> table = fit_array(fids, ResonanceTable([-4.5, 9.5], [3.0, 3.0], [1.0, 1.0], [0.0, 0.0]))
    >>> bool(abs(table.amplitude.reshape(3, 2) - [[0, 1], [0.4, 0.6], [0.8, 0.2]]).max() < 0.01)
    True
    """
    if phase not in ("line", "global"):
        raise ValueError(f"phase must be 'line' or 'global', got {phase!r}")
    n_lines = len(start)
    if n_lines == 0:
        raise ValueError("start must hold at least one line, got none")
    if not start.fwhm_hz.min() > 0:
        raise ValueError(f"start fwhm_hz must be > 0 Hz, got {start.fwhm_hz.min()!r}")
    samples = np.atleast_2d(fids.samples).astype(np.complex128)
    n_points = samples.shape[1]
    energy = np.sum(np.abs(samples) ** 2, axis=1)  # (n_fids,)
    # shared parameters are those of this reduced set: frequencies, decays, and one or n_lines phases
    to_lines = np.ones((n_lines, 1)) if phase == "global" else np.eye(n_lines)
    rates = line_rates(start.frequency_hz, start.fwhm_hz, fids.dwell_s)
    state = _state(samples, rates, _first_phases(samples, rates, phase))
    damping = 1e-3
    for _ in range(n_steps):
        rate_step, phase_step = _step(state, to_lines, damping)
        new_rates = state.rates + bounded_step(rate_step, state.rates, n_points)
        trial = _state(samples, new_rates, state.phases_rad + phase_step)
        if not trial.explained.sum() >= state.explained.sum():
            damping = min(damping * 16, 1e6)
            continue
        gain = float(trial.explained.sum() - state.explained.sum())
        left = float(energy.sum() - trial.explained.sum())
        state, damping = trial, max(damping / 16, 1e-12)
        # far less than the energy of one standard deviation is gained: the end
        if gain <= 1e-3 * max(left, 1e-14 * float(energy.sum())) / samples.size:
            break
    return _table(fids, energy, state, to_lines, noise_sd)


@dataclass(frozen=True, eq=False)
class _State:
    """Shared parameters and everything that follows from them."""

    rates: NDArray[np.complex128]  # (n_lines,)
    phases_rad: NDArray[np.float64]  # (n_lines,)
    amplitudes: NDArray[np.float64]  # (n_fids, n_lines)
    explained: NDArray[np.float64]  # (n_fids,)
    linear: NDArray[np.float64]  # (n_lines, n_lines), Gram matrix of the amplitudes' columns
    shared: NDArray[np.float64]  # (3 n_lines, 3 n_lines), of the columns by frequency, decay, phase at amplitude 1
    cross: NDArray[np.float64]  # (n_lines, 3 n_lines)
    slope: NDArray[np.float64]  # (n_fids, 3 n_lines), columns at amplitude 1 times the residual


def _state(samples: NDArray[np.complex128], rates: NDArray[np.complex128], phases_rad: NDArray[np.float64]) -> _State:
    """Amplitudes that fit best at the shared parameters, and the sums a step needs."""
    turn = np.exp(1j * phases_rad)
    g0, g1 = (g * turn.conj() for g in projections(samples, rates[None]))
    s0, s1, s2 = (
        s * np.outer(turn.conj(), turn)
        for s in exponential_sums(rates.conj()[:, None] + rates[None, :], samples.shape[1])
    )
    linear = s0.real
    scale = np.sqrt(np.diag(linear))
    # coinciding lines make the matrix singular: least squares of least norm shares their amplitude
    amplitudes = (np.linalg.lstsq(linear / np.outer(scale, scale), (g0.real / scale).T, rcond=1e-12)[0].T) / scale
    explained = 2 * np.sum(amplitudes * g0.real, axis=1) - np.einsum("km,mj,kj->k", amplitudes, linear, amplitudes)
    # columns i n u (angular frequency), -n u (decay), i u (phase), u = exp(i phi + rate n); times count in points
    columns = ((1j, 1), (-1.0, 1), (1j, 0))
    sums = (s0, s1, s2)
    shared = np.block([[(np.conj(a) * b * sums[p + q]).real for b, q in columns] for a, p in columns])
    cross = np.hstack([(b * sums[q]).real for b, q in columns])
    rest = (g0 - amplitudes @ s0.T, g1 - amplitudes @ s1.T)
    slope = np.hstack([(np.conj(b) * rest[q]).real for b, q in columns])
    return _State(rates, phases_rad, amplitudes, explained, linear, shared, cross, slope)


def _first_phases(samples: NDArray[np.complex128], rates: NDArray[np.complex128], phase: str) -> NDArray[np.float64]:
    """Phases along which the complex amplitudes of the FIDs lie, the sign such that their sum is positive."""
    g0, _ = projections(samples, rates[None])
    s0, _, _ = exponential_sums(rates.conj()[:, None] + rates[None, :], samples.shape[1])
    complex_amplitudes = np.linalg.lstsq(s0, g0.T, rcond=1e-12)[0].T  # (n_fids, n_lines)
    axis = 0 if phase == "line" else None
    phases = 0.5 * np.angle(np.sum(complex_amplitudes**2, axis=axis)) * np.ones(rates.size)
    along = np.sum((complex_amplitudes * np.exp(-1j * phases)).real, axis=axis)
    return np.asarray(phases + np.where(along < 0, math.pi, 0.0))


def _shared_information(state: _State, to_lines: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fisher matrix (noise 1) of the shared parameters once the amplitudes are eliminated."""
    weights = state.amplitudes.T @ state.amplitudes  # (n_lines, n_lines)
    schur = state.shared - state.cross.T @ np.linalg.pinv(state.linear, rcond=1e-12, hermitian=True) @ state.cross
    reduce = _reduction(to_lines)
    return np.asarray(reduce.T @ (schur * np.tile(weights, (3, 3))) @ reduce)


def _reduction(to_lines: NDArray[np.float64]) -> NDArray[np.float64]:
    """Matrix from the free shared parameters to frequency, decay and phase of each line."""
    n_lines, n_phases = to_lines.shape
    reduce = np.zeros((3 * n_lines, 2 * n_lines + n_phases))
    reduce[: 2 * n_lines, : 2 * n_lines] = np.eye(2 * n_lines)
    reduce[2 * n_lines :, 2 * n_lines :] = to_lines
    return reduce


def _step(
    state: _State, to_lines: NDArray[np.float64], damping: float
) -> tuple[NDArray[np.complex128], NDArray[np.float64]]:
    """Damped change of the rates and of the phases."""
    n_lines = state.rates.size
    information = _shared_information(state, to_lines)
    reduce = _reduction(to_lines)
    slope = reduce.T @ np.sum(np.tile(state.amplitudes, (1, 3)) * state.slope, axis=0)
    scale = np.sqrt(np.maximum(np.diag(information), np.finfo(float).tiny))
    unit = information / np.outer(scale, scale)
    unit[np.diag_indices_from(unit)] *= 1 + damping
    step = reduce @ (np.linalg.lstsq(unit, slope / scale, rcond=1e-13)[0] / scale)
    frequency, decay, phases = step.reshape(3, n_lines)
    return -decay + 1j * frequency, phases


def _table(
    fids: FID, energy: NDArray[np.float64], state: _State, to_lines: NDArray[np.float64], noise_sd: ArrayLike | None
) -> ResonanceTable:
    """The table of all FIDs with error bars."""
    n_fids, n_lines = state.amplitudes.shape
    freedom = 2 * fids.n_points - n_lines - _reduction(to_lines).shape[1] / n_fids
    residual_sd = np.sqrt(np.maximum(energy - state.explained, 0.0) / freedom)  # (n_fids,)
    known = residual_sd if noise_sd is None else np.broadcast_to(np.asarray(noise_sd, float), (n_fids,))
    pooled = float(np.mean(known**2))
    reduce = _reduction(to_lines)
    inverse = np.linalg.pinv(state.linear, rcond=1e-12, hermitian=True)
    covariance = reduce @ np.linalg.pinv(_shared_information(state, to_lines), rcond=1e-14, hermitian=True) @ reduce.T
    shared_sd = np.sqrt(pooled * np.maximum(np.diag(covariance), 0.0)).reshape(3, n_lines)
    # how an error of the shared parameters moves the amplitudes of each FID
    pull = np.einsum("mj,kj->kmj", inverse @ state.cross, np.tile(state.amplitudes, (1, 3)))
    moved = np.einsum("kmi,ij,kmj->km", pull, covariance, pull)
    amplitude_sd = np.sqrt(known[:, None] ** 2 * np.diag(inverse) + pooled * np.maximum(moved, 0.0))
    phases_rad = np.angle(np.exp(1j * state.phases_rad))
    turn = 2 * math.pi * fids.dwell_s
    per_line = [
        state.rates.imag / turn,
        -2 * state.rates.real / turn,
        phases_rad,
        shared_sd[0] / turn,
        2 * shared_sd[1] / turn,
        shared_sd[2],
    ]
    frequency, width, phase, frequency_sd, width_sd, phase_sd = (np.tile(column, n_fids) for column in per_line)
    return ResonanceTable(
        frequency,
        width,
        state.amplitudes.reshape(-1),
        phase,
        frequency_sd,
        width_sd,
        amplitude_sd.reshape(-1),
        phase_sd,
        fid_index=np.repeat(np.arange(n_fids), n_lines),
        spectrometer_mhz=fids.spectrometer_mhz,
        carrier_ppm=fids.carrier_ppm,
        nucleus=fids.nucleus,
        noise_sd=known,
        residual_over_noise=None if noise_sd is None or not np.all(known > 0) else residual_sd / known,
    )
