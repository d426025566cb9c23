"""An estimator for one FID becomes one for arrays: a loop over the FIDs, their tables put below each other."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..signals import FID, LINE_FIELDS, ResonanceTable

__all__ = ["over_array", "stacked"]


def over_array(estimate: Callable[..., ResonanceTable]) -> Callable[..., ResonanceTable]:
    """Let an estimator of a single FID also take an array of FIDs: it is run on each, ``fid_index`` tells which."""

    @functools.wraps(estimate)
    def for_each(fid: FID, *arguments: Any, **keywords: Any) -> ResonanceTable:
        if not fid.is_array:
            return estimate(fid, *arguments, **keywords)
        return stacked([estimate(fid[index], *arguments, **keywords) for index in range(fid.n_fids)], fid)

    return for_each


def stacked(tables: Sequence[ResonanceTable], fid: FID) -> ResonanceTable:
    """One table of the tables of each FID of an array.

    Parameters
    ----------
    tables : sequence of ResonanceTable, length n_fids
        The lines of each FID.
    fid : FID
        The array they belong to; gives field, carrier and nucleus.

    Returns
    -------
    ResonanceTable
        All lines, ``fid_index`` counting the tables. ``noise_sd``, ``residual_over_noise`` and ``offset`` where all
        tables have them.
    """
    names = [*LINE_FIELDS, *(f"{name}_sd" for name in LINE_FIELDS)]
    columns = {name: np.concatenate([getattr(table, name) for table in tables]) for name in names}
    per_fid = {
        name: np.concatenate([getattr(table, name) for table in tables])
        for name in ("noise_sd", "residual_over_noise", "offset")
        if all(getattr(table, name) is not None for table in tables)
    }
    return ResonanceTable(
        **columns,
        **per_fid,
        fid_index=np.repeat(np.arange(len(tables)), [len(table) for table in tables]),
        spectrometer_mhz=fid.spectrometer_mhz,
        carrier_ppm=fid.carrier_ppm,
        nucleus=fid.nucleus,
    )
