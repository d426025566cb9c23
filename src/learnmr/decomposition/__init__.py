"""From FID to resonances, the finished thing: ``decompose`` for spectra, ``estimate_line`` for batches of one line."""

from .decomposing import decompose
from .single_lines import estimate_line

__all__ = ["decompose", "estimate_line"]
