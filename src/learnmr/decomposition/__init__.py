"""From FID to resonances, the finished thing: ``decompose`` for spectra, ``estimate_line`` for batches of one line."""

from .single_lines import estimate_line

__all__ = ["estimate_line"]
