"""The forward world, pure functions: synthesis of FIDs, line shapes, noise, the Cramér-Rao bound, the window."""

from .bounds import amplitude_for_snr, cramer_rao, cramer_rao_line, decay_sums, line_snr
from .lineshapes import gaussian, lorentzian, pseudo_voigt, voigt
from .synthesis import simulate_fid, simulate_lines, synthesise
from .windows import LineDraws, draw_lines, line_in_bins, window_basis, window_bins

__all__ = [
    "LineDraws",
    "amplitude_for_snr",
    "cramer_rao",
    "cramer_rao_line",
    "decay_sums",
    "draw_lines",
    "gaussian",
    "line_in_bins",
    "line_snr",
    "lorentzian",
    "pseudo_voigt",
    "simulate_fid",
    "simulate_lines",
    "synthesise",
    "voigt",
    "window_basis",
    "window_bins",
]
