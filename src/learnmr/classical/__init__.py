"""Estimators without learning, and the refinement that learned ones end with too.

Each is a ``Callable[[FID], ResonanceTable]``, from plain to careful: ``fft_peak``, ``interpolated_peak``,
``matched_peak``, ``magnitude_fit`` (the instructive failure), ``least_squares``, ``matrix_pencil``. For a batch of
one-line FIDs ``matched_lines`` and ``refine_lines``, for all lines of one FID ``refine_jointly``, for an array of FIDs
that share their lines ``fit_array``.
"""

from .array_fit import fit_array
from .gauss_newton import refine_jointly, refine_lines
from .least_squares import least_squares
from .magnitude_fit import magnitude_fit
from .matrix_pencil import matrix_pencil
from .peak import fft_peak, interpolated_peak, matched_lines, matched_peak

__all__ = [
    "fft_peak",
    "fit_array",
    "interpolated_peak",
    "least_squares",
    "magnitude_fit",
    "matched_lines",
    "matched_peak",
    "matrix_pencil",
    "refine_jointly",
    "refine_lines",
]
