"""learnmr: deep learning through magnetic resonance, from a decay to a table of resonances.

``import learnmr`` is light: everything below is imported when it is first used.

Examples
--------
>>> import learnmr
>>> line = learnmr.Resonance(120.0, fwhm_hz=2.0)
>>> fid = learnmr.simulate_fid([line], n_points=2048, dwell_s=5e-4, noise_sd=0.01, seed=1)
>>> table = learnmr.decompose(fid)
>>> len(table)
1
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

#: public name -> the room that has it; imported on first use
_HOMES = {
    "FID": "signals",
    "ArrayAxis": "signals",
    "LineEstimates": "signals",
    "ReadError": "files",
    "Resonance": "signals",
    "ResonanceTable": "signals",
    "Spectrum": "signals",
    "apodise": "signals",
    "automatic_phase": "signals",
    "check": "course",
    "correct_baseline": "signals",
    "cramer_rao_line": "physics",
    "decompose": "decomposition",
    "doctor": "installation",
    "estimate_line": "decomposition",
    "hand_in": "course",
    "integrate": "signals",
    "noise_sd": "signals",
    "phase": "signals",
    "plot": "plots",
    "progress": "course",
    "quiz": "course",
    "read": "files",
    "reference": "signals",
    "remove_offset": "signals",
    "simulate_fid": "physics",
    "spectrum": "signals",
    "zero_fill": "signals",
}

# written out for type checkers and editors, which do not run the code; tested to hold the names above
__all__ = [
    "FID",
    "ArrayAxis",
    "LineEstimates",
    "ReadError",
    "Resonance",
    "ResonanceTable",
    "Spectrum",
    "__version__",
    "apodise",
    "automatic_phase",
    "check",
    "correct_baseline",
    "cramer_rao_line",
    "decompose",
    "doctor",
    "estimate_line",
    "hand_in",
    "integrate",
    "noise_sd",
    "phase",
    "plot",
    "progress",
    "quiz",
    "read",
    "reference",
    "remove_offset",
    "simulate_fid",
    "spectrum",
    "zero_fill",
]

if TYPE_CHECKING:
    from .course import check, hand_in, progress, quiz
    from .decomposition import decompose, estimate_line
    from .files import ReadError, read
    from .installation import doctor
    from .physics import cramer_rao_line, simulate_fid
    from .plots import plot
    from .signals import (
        FID,
        ArrayAxis,
        LineEstimates,
        Resonance,
        ResonanceTable,
        Spectrum,
        apodise,
        automatic_phase,
        correct_baseline,
        integrate,
        noise_sd,
        phase,
        reference,
        remove_offset,
        spectrum,
        zero_fill,
    )


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'learnmr' has no attribute {name!r}")
    value = getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
