"""NMR-EsPy (S. Hulse, M. Foroozandeh) as an estimator of one line: the peer that fits the whole FID, too.

It is used at its best, as found by trial: the FID is phased by its peak first (its band filter keeps the real part of
the spectrum), it is told that there is one oscillator and, since a single phase has no variance, not to punish the
variance of the phases. Its matrix pencil starts from a band of 256 bins, decimated as it likes it; the fit then goes on
without decimation, for with it (``cut_ratio`` 1.1, the default) the frequency axis of the band is off by up to a tenth
of a bin: many bounds at a good signal-to-noise ratio.
"""

from __future__ import annotations

import contextlib
import io
import math
import warnings
from typing import Any

import numpy as np

from ..classical import matched_peak
from ..installation import import_extra
from ..signals import FID, ResonanceTable

__all__ = ["nmrespy_line"]

#: the band around the peak, in bins; the time of the matrix pencil grows with its cube
_BAND_BINS = 256


def nmrespy_line(fid: FID) -> ResonanceTable:
    """The strongest line of one FID by NMR-EsPy: matrix pencil, then Newton steps in a trust region.

    Parameters
    ----------
    fid : FID
        A single FID.

    Returns
    -------
    ResonanceTable
        The line with the standard deviations that NMR-EsPy gives; empty where it finds none or gives up.

    Raises
    ------
    learnmr.installation.MissingExtraError
        If NMR-EsPy is not installed.
    """
    if fid.is_array:
        raise ValueError(f"fid must be a single FID, got an array of {fid.n_fids}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of a package we cannot mend
        nmrespy = import_extra("nmrespy", extra="bench")
    nothing = ResonanceTable.of([])
    peak = matched_peak(fid)
    if not len(peak):
        return nothing
    turn = float(peak.phase_rad[0])
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            estimator = nmrespy.Estimator1D(
                fid.samples.astype(np.complex128) * np.exp(-1j * turn),
                nmrespy.ExpInfo(dim=1, sw=fid.bandwidth_hz, default_pts=fid.n_points),
            )
            about = {**_regions(float(peak.frequency_hz[0]), fid), "phase_variance": False, "output_mode": None}
            estimator.estimate(**about, initial_guess=1)
            start = estimator.get_params(indices=[0])
            estimator.estimate(**about, initial_guess=start, cut_ratio=None)
            found, errors = estimator.get_params(indices=[1]), estimator.get_errors(indices=[1])
    except (ValueError, np.linalg.LinAlgError, FloatingPointError, ZeroDivisionError, IndexError):
        return nothing  # its way of saying that the matrix pencil or the fit came to nothing
    return _table(found, errors, turn)


def _regions(frequency_hz: float, fid: FID) -> dict[str, tuple[float, float]]:
    """A band around the peak inside the spectrum, and a band of noise half a spectrum away."""
    edge = 0.499 * fid.bandwidth_hz
    half = min(0.5 * _BAND_BINS * fid.bin_hz, 0.125 * fid.bandwidth_hz)
    centre = math.copysign(min(abs(frequency_hz), edge - half), frequency_hz)
    away = centre - math.copysign(0.5 * fid.bandwidth_hz, centre)
    away = math.copysign(min(abs(away), edge - half / 2), away)
    return {"region": (centre - half, centre + half), "noise_region": (away - half / 2, away + half / 2)}


def _table(found: Any, errors: Any, turn: float) -> ResonanceTable:
    """Amplitude, phase, frequency and damping of its oscillators as our eight fields."""
    rows = np.asarray(found, float).reshape(-1, 4)
    deviations = np.asarray(errors, float).reshape(-1, 4)
    kept = np.isfinite(rows).all(axis=1) & (rows[:, 0] > 0) & (rows[:, 3] > 0) if rows.size else np.zeros(0, bool)
    amplitude, phase, frequency, damping = rows[kept].T
    amplitude_sd, phase_sd, frequency_sd, damping_sd = np.abs(deviations[kept]).T
    return ResonanceTable(
        frequency,
        damping / math.pi,
        amplitude,
        np.angle(np.exp(1j * (phase + turn))),
        frequency_sd,
        damping_sd / math.pi,
        amplitude_sd,
        phase_sd,
    )
