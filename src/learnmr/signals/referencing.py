"""The chemical shift scale: say where one line lies, and the carrier follows."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TypeVar

from .fids import FID
from .resonances import ResonanceTable
from .spectra import Spectrum

__all__ = ["reference"]

Signal = TypeVar("Signal", FID, Spectrum, ResonanceTable)


def reference(signal: Signal, *, frequency_hz: float, shift_ppm: float) -> Signal:
    """Move the shift scale so that the line at ``frequency_hz`` lies at ``shift_ppm``; samples and frequencies stay.

    Parameters
    ----------
    signal : FID, Spectrum or ResonanceTable
        What is to be referenced; its ``spectrometer_mhz`` must be known.
    frequency_hz : float
        Where the reference line was found, as offset from the carrier.
    shift_ppm : float
        Its known chemical shift, e.g. 0 for TMS.

    Returns
    -------
    same type as signal
        With ``carrier_ppm = shift_ppm - frequency_hz / spectrometer_mhz``.

    Raises
    ------
    ValueError
        If the spectrometer frequency is unknown or a value is not finite.

    Examples
    --------
    >>> fid = FID([1.0, 0.5], dwell_s=1e-3, spectrometer_mhz=60.0)
    >>> reference(fid, frequency_hz=-282.0, shift_ppm=0.0).carrier_ppm
    4.7
    """
    if signal.spectrometer_mhz is None:
        raise ValueError("signal must have a spectrometer_mhz, got None: without it hertz have no ppm")
    for name, value in (("frequency_hz", frequency_hz), ("shift_ppm", shift_ppm)):
        if not math.isfinite(value):
            raise ValueError(f"{name} must be finite, got {value!r}")
    return replace(signal, carrier_ppm=shift_ppm - frequency_hz / signal.spectrometer_mhz)
