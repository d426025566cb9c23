"""Which found line is which true line: the assignment of least total distance, within a tolerance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

__all__ = ["Matching", "match_lines"]


@dataclass(frozen=True, eq=False)
class Matching:
    """Pairs of found and true lines.

    Parameters
    ----------
    found : numpy.ndarray of int, shape (n_pairs,)
        Index of the found line of each pair.
    true : numpy.ndarray of int, shape (n_pairs,)
        Index of the true line of each pair, ascending.
    n_found, n_true : int
        Numbers of lines, matched or not.
    """

    found: NDArray[np.intp]
    true: NDArray[np.intp]
    n_found: int
    n_true: int

    @property
    def n_missed(self) -> int:
        """True lines that nobody found."""
        return self.n_true - int(self.true.size)

    @property
    def n_false(self) -> int:
        """Found lines that are none."""
        return self.n_found - int(self.found.size)


def match_lines(found_hz: ArrayLike, true_hz: ArrayLike, tolerance_hz: ArrayLike) -> Matching:
    r"""Match found to true lines one to one: as many pairs as possible, and of these the nearest.

    Parameters
    ----------
    found_hz : array_like, shape (n_found,)
        Found frequencies.
    true_hz : array_like, shape (n_true,)
        True frequencies.
    tolerance_hz : float or array_like, shape (n_true,)
        Largest distance of a pair, for all or for each true line.

    Returns
    -------
    Matching
        The pairs.

    Raises
    ------
    ValueError
        If a tolerance is not positive.

    Notes
    -----
    Distances count in units of the tolerance. A distance beyond it costs more than all allowed pairs together, so the
    assignment never gives up a pair to shorten another one.

    Examples
    --------
    >>> pairs = match_lines([10.2, 49.0, 11.1], [10.0, 11.0, 30.0], 2.0)
    >>> pairs.found, pairs.true, pairs.n_missed, pairs.n_false
    (array([0, 2]), array([0, 1]), 1, 1)
    """
    found, true = np.asarray(found_hz, float).reshape(-1), np.asarray(true_hz, float).reshape(-1)
    tolerance = np.broadcast_to(np.asarray(tolerance_hz, float), true.shape)
    if not np.all(tolerance > 0):
        raise ValueError(f"tolerance_hz must be > 0 Hz, got {tolerance_hz!r}")
    distance = np.abs(found[:, None] - true[None, :]) / tolerance  # (n_found, n_true)
    allowed = distance <= 1
    forbidden = 2.0 * (min(found.size, true.size) + 1)
    rows, columns = scipy.optimize.linear_sum_assignment(np.where(allowed, distance, forbidden))
    kept = allowed[rows, columns]
    order = np.argsort(columns[kept])
    return Matching(rows[kept][order], columns[kept][order], found.size, true.size)
