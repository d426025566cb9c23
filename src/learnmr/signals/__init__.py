"""The nouns: FID, Spectrum, Resonance, ResonanceTable, LineEstimates, KSpace, Image; processing.

All nouns are frozen and hold read-only arrays. Conventions: frequencies are offsets from the carrier in Hz, positive
toward higher ppm; a spectrum's frequency axis ascends; the FFT kernel is ``exp(-2 pi i f t)`` times the dwell time.
Processing is a set of pure functions from noun to noun; the usual order is ``remove_offset``, ``apodise``,
``zero_fill``, ``spectrum``, ``phase`` or ``automatic_phase``, ``correct_baseline``, ``reference``, ``integrate``.
"""

from .arrays import ArrayAxis
from .baselines import correct_baseline, remove_offset
from .fids import FID
from .images import Image, KSpace
from .integration import Integrals, integrate
from .noise import bin_noise_sd, noise_sd
from .phasing import PhaseCorrection, automatic_phase, phase
from .referencing import reference
from .resonances import LINE_FIELDS, LineEstimates, Resonance, ResonanceTable
from .spectra import Spectrum, spectrum
from .windowing import apodise, matched_filter, zero_fill

__all__ = [
    "FID",
    "LINE_FIELDS",
    "ArrayAxis",
    "Image",
    "Integrals",
    "KSpace",
    "LineEstimates",
    "PhaseCorrection",
    "Resonance",
    "ResonanceTable",
    "Spectrum",
    "apodise",
    "automatic_phase",
    "bin_noise_sd",
    "correct_baseline",
    "integrate",
    "matched_filter",
    "noise_sd",
    "phase",
    "reference",
    "remove_offset",
    "spectrum",
    "zero_fill",
]
