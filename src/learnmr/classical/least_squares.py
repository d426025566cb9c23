"""Complex least squares in the time domain with lmfit: the careful classical way, slow and at the bound."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..signals import FID, LINE_FIELDS, ResonanceTable
from .inner_products import line_rates
from .peak import matched_peak
from .per_fid import over_array

if TYPE_CHECKING:
    import lmfit

__all__ = ["least_squares"]


@over_array
def least_squares(fid: FID, start: ResonanceTable | None = None) -> ResonanceTable:
    r"""Fit damped complex exponentials to all samples of the FID at once.

    Parameters
    ----------
    fid : FID
        One FID or an array.
    start : ResonanceTable, optional
        Start values of all lines. Default: one line, the strongest, from
        :func:`~learnmr.classical.peak.matched_peak`.

    Returns
    -------
    ResonanceTable
        The lines in the order of ``start`` with standard deviations from the covariance, the noise taken from the
        residual. Where the fit did not converge or the covariance is singular the standard deviations are NaN. Empty
        where there is nothing to start from.

    Notes
    -----
    Minimises ``sum |s_n - sum_m A_m exp(i phi_m + 2 pi i f_m t_n - pi fwhm_m t_n)|^2`` by Levenberg-Marquardt with
    analytic derivatives. Real and imaginary parts are residuals of their own.

    Examples
    --------
    >>> from learnmr.physics.synthesis import simulate_fid
    >>> from learnmr.signals import Resonance
    >>> fid = simulate_fid([Resonance(100.2, 2.0)], n_points=1000, dwell_s=1e-3, noise_sd=0.01, seed=1)
    >>> table = least_squares(fid)
    >>> bool(abs(table.frequency_hz[0] - 100.2) < 4 * table.frequency_hz_sd[0])
    True
    """
    start = matched_peak(fid) if start is None else start
    if len(start) == 0:
        return start
    n_lines = len(start)
    times_s = fid.times_s
    samples = fid.samples.astype(np.complex128)
    # in units of one bin and of the largest amplitude all parameters are of order one, which MINPACK's steps like
    unit = _units(fid, float(start.amplitude.max(initial=0.0)) or 1.0)
    import lmfit  # half a second that decompose need not wait for

    parameters = lmfit.Parameters()
    for index in range(n_lines):
        for name, scale in zip(LINE_FIELDS, unit, strict=True):
            value = float(getattr(start, name)[index]) / scale
            parameters.add(f"{name}_{index}", value=value, min=0.0 if name == "fwhm_hz" else -math.inf)

    def residual(trial: lmfit.Parameters) -> NDArray[np.float64]:
        return (_decays(_columns(trial, unit), times_s).sum(axis=0) - samples).view(np.float64)

    def slope(trial: lmfit.Parameters) -> NDArray[np.float64]:
        columns = _columns(trial, unit)
        decays = _decays(columns, times_s)  # (n_lines, n_points)
        amplitudes = np.where(columns[2] == 0, np.finfo(float).tiny, columns[2])
        slopes = np.stack(
            [
                decays * (2j * math.pi * unit[0] * times_s),
                decays * (-math.pi * unit[1] * times_s),
                decays * (unit[2] / amplitudes)[:, None],
                decays * (1j * unit[3]),
            ],
            axis=1,
        )  # (n_lines, 4, n_points)
        return slopes.reshape(4 * n_lines, -1).view(np.float64)

    fit = lmfit.minimize(residual, parameters, method="leastsq", Dfun=slope, col_deriv=True, max_nfev=200 * n_lines)
    return _table(fit, unit, fid)


def _units(fid: FID, amplitude: float) -> tuple[float, float, float, float]:
    """The unit in which each parameter is fitted."""
    return fid.bin_hz, fid.bin_hz, amplitude, 1.0


def _columns(parameters: lmfit.Parameters, unit: tuple[float, ...]) -> NDArray[np.float64]:
    """The four parameters of all lines, shape (4, n_lines)."""
    values = np.array([parameter.value for parameter in parameters.values()]).reshape(-1, 4).T
    return np.asarray(values * np.array(unit)[:, None])


def _decays(columns: NDArray[np.float64], times_s: NDArray[np.float64]) -> NDArray[np.complex128]:
    """The decay of each line, shape (n_lines, n_points)."""
    rates = line_rates(columns[0], columns[1], 1.0)
    start = columns[2] * np.exp(1j * columns[3])
    return np.asarray(start[:, None] * np.exp(rates[:, None] * times_s))


def _table(fit: Any, unit: tuple[float, ...], fid: FID) -> ResonanceTable:
    """The result of lmfit as a table; a negative amplitude becomes a phase of pi."""
    columns = _columns(fit.params, unit)
    deviations = np.full_like(columns, np.nan)
    if fit.success and fit.errorbars:
        errors = np.array([p.stderr if p.stderr is not None else np.nan for p in fit.params.values()])
        deviations = errors.reshape(-1, 4).T * np.array(unit)[:, None]
    amplitude = np.abs(columns[2])
    phase_rad = np.angle(np.exp(1j * columns[3]) * np.where(columns[2] < 0, -1.0, 1.0))
    return ResonanceTable(
        columns[0],
        columns[1],
        amplitude,
        phase_rad,
        *deviations,
        spectrometer_mhz=fid.spectrometer_mhz,
        carrier_ppm=fid.carrier_ppm,
        nucleus=fid.nucleus,
        noise_sd=np.array([math.sqrt(fit.redchi)]),
    )
