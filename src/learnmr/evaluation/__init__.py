"""Judges of estimators: found lines matched to true ones, and scores in units of the Cramér-Rao bound.

Learned or not, an estimator is a ``Callable[[FID], ResonanceTable]``; nothing here knows what is behind it.
"""

from .estimators import Estimator, estimate_all
from .matching import Matching, match_lines
from .scores import CellScore, TableScore, normalised_errors, score_lines, score_table

__all__ = [
    "CellScore",
    "Estimator",
    "Matching",
    "TableScore",
    "estimate_all",
    "match_lines",
    "normalised_errors",
    "score_lines",
    "score_table",
]
