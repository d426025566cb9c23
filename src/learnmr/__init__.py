"""learnmr: deep learning through magnetic resonance, from a decay to a table of resonances.

``import learnmr`` is light: everything below is imported when it is first used.

Examples
--------
>>> import learnmr
>>> fid = learnmr.simulate_fid([learnmr.Resonance(120.0, fwhm_hz=2.0)], n_points=2048, dwell_s=5e-4, noise_sd=0.01, seed=1)
>>> table = learnmr.decompose(fid)
>>> len(table)
1
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

#: public name -> the module that has it; imported on first use
_HOMES = {
    "FID": "signals",
    "ArrayAxis": "signals",
    "LineEstimates": "signals",
    "Resonance": "signals",
    "ResonanceTable": "signals",
    "Spectrum": "signals",
    "decompose": "decomposition",
    "doctor": "installation",
    "estimate_line": "decomposition",
    "plot": "plots",
    "read": "files",
    "simulate_fid": "physics",
    "spectrum": "signals",
}

__all__ = ["__version__", *sorted(_HOMES)]

if TYPE_CHECKING:
    from .decomposition import decompose, estimate_line
    from .files import read
    from .installation import doctor
    from .physics import simulate_fid
    from .plots import plot
    from .signals import FID, ArrayAxis, LineEstimates, Resonance, ResonanceTable, Spectrum, spectrum


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'learnmr' has no attribute {name!r}")
    value = getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
