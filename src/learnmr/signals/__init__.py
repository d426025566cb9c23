"""The nouns: FID, Spectrum, Resonance, ResonanceTable, LineEstimates; and the road from FID to Spectrum.

All nouns are frozen and hold read-only arrays. Conventions: frequencies are offsets from the carrier in Hz, positive
toward higher ppm; a spectrum's frequency axis ascends; the FFT kernel is ``exp(-2 pi i f t)`` times the dwell time.
"""

from .arrays import ArrayAxis
from .fids import FID
from .resonances import LINE_FIELDS, LineEstimates, Resonance, ResonanceTable
from .spectra import Spectrum, spectrum

__all__ = [
    "FID",
    "LINE_FIELDS",
    "ArrayAxis",
    "LineEstimates",
    "Resonance",
    "ResonanceTable",
    "Spectrum",
    "spectrum",
]
