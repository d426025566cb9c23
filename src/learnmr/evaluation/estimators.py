"""The estimator protocol, and how a one-FID estimator is run over a batch of one-line FIDs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..signals import FID, LINE_FIELDS, LineEstimates, ResonanceTable

__all__ = ["Estimator", "estimate_all"]

#: what a fit, a network and a student's answer have in common
Estimator: TypeAlias = Callable[[FID], ResonanceTable]


def estimate_all(estimator: Estimator, fids: FID | Sequence[FID]) -> tuple[LineEstimates, NDArray[np.bool_]]:
    """Run an estimator on every FID and keep the strongest line of each.

    Parameters
    ----------
    estimator : callable
        Takes one FID, returns a ResonanceTable.
    fids : FID or sequence of FID
        An array of FIDs, or single FIDs.

    Returns
    -------
    estimates : LineEstimates, length n_fids
        The strongest line of each FID; zeros where none was found.
    found : numpy.ndarray of bool, shape (n_fids,)
        Where a line was found.

    Raises
    ------
    TypeError
        If the estimator returns something else than a ResonanceTable.

    Examples
    --------
    >>> fid = FID([[1, 1, 1, 1], [0, 0, 0, 0]], dwell_s=1.0)
    >>> def constant(fid):
    ...     return ResonanceTable([0.0], [0.1], [1.0], [0.0]) if fid.samples.any() else ResonanceTable([], [], [], [])
    >>> estimates, found = estimate_all(constant, fid)
    >>> found
    array([ True, False])
    """
    if isinstance(fids, FID):
        fids = [fids[index] for index in range(fids.n_fids)] if fids.is_array else [fids]
    names = [*LINE_FIELDS, *(f"{name}_sd" for name in LINE_FIELDS)]
    columns = np.zeros((len(names), len(fids)))
    columns[4:] = np.nan
    found = np.zeros(len(fids), bool)
    for place, fid in enumerate(fids):
        table = estimator(fid)
        if not isinstance(table, ResonanceTable):
            raise TypeError(f"an estimator must return a ResonanceTable, got {type(table).__name__}")
        if len(table):
            strongest = int(np.argmax(table.amplitude))
            columns[:, place] = [getattr(table, name)[strongest] for name in names]
            found[place] = True
    return LineEstimates(*columns), found
