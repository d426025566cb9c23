"""``learnmr bench speed``: FIDs a second from samples to all eight fields, beside the bare FFT and the peers.

Everything is measured in turn, round after round in one process, so that a busy machine slows all alike; the median of
the rounds counts. The first round of each warms up and is not counted.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.fft

from ..decomposition import estimate_line
from ..decomposition.threads import one_blas_thread
from ..evaluation import estimate_all
from ..installation import MissingExtraError
from ..signals import FID
from .line import PEERS, draw_one_line_fids

__all__ = ["run_speed"]

#: FIDs a round of each peer: what a tenth of a second to a second is enough for
_PEER_FIDS = {"curve_fit": 32, "lmfit": 32, "matrix_pencil": 8, "nmrespy": 4}
#: the network has to be faster than each of these by so much
_TARGETS = {"fft": 0.4, "curve_fit": 100.0, "nmrespy": 2000.0}


def run_speed(
    *,
    n_points: int = 1024,
    batch: int = 4096,
    repeats: int = 5,
    seed: int = 1,
    peers: bool = True,
    progress: Callable[..., None] | None = None,
) -> dict[str, Any]:
    """Measure the whole road of the line network, the FFT alone, and the peers.

    Parameters
    ----------
    n_points, batch : int
        Length and number of the FIDs, complex64.
    repeats : int
        Rounds whose median counts.
    seed : int
        Seed of the FIDs.
    peers : bool
        Measure the peers too.
    progress : callable, optional
        Called with (name, finished rounds, all rounds).

    Returns
    -------
    dict
        ``fids_per_s`` of ``network`` (refine=False: FFT, peak, window, network, all eight fields), ``refined``, ``fft``
        (the faster of ``fft_1_worker`` and ``fft_2_workers``) and of every peer (None where it is not installed,
        ``skipped`` says why); ``ratio_to_<name>``: FIDs a second of the network over those of each; ``targets``.

    Raises
    ------
    ValueError
        If a number is too small.

    Examples
    --------
    >>> results = run_speed(n_points=64, batch=16, repeats=1, peers=False)
    >>> results["ratio_to_fft"] > 0
    True
    """
    for name, value, least in (("batch", batch, 1), ("repeats", repeats, 1), ("n_points", n_points, 16)):
        if not value >= least:
            raise ValueError(f"{name} must be >= {least}, got {value!r}")
    fids = draw_one_line_fids(np.random.default_rng(seed), batch, n_points, snr=(15.0, 600.0), width_bins=(0.1, 6.0))
    samples, dwell_s = fids.samples, fids.dwell_s
    roads: dict[str, tuple[int, Callable[[], Any]]] = {
        "network": (batch, lambda: estimate_line(samples, dwell_s, refine=False)),
        "fft_1_worker": (batch, lambda: scipy.fft.fft(samples, axis=-1, workers=1)),
        "fft_2_workers": (batch, lambda: scipy.fft.fft(samples, axis=-1, workers=2)),
        "refined": (batch, lambda: estimate_line(samples, dwell_s, refine=True)),
    }
    peer_fids = {name: min(number, batch) for name, number in _PEER_FIDS.items()} if peers else {}
    for name, number in peer_fids.items():
        roads[name] = (number, functools.partial(estimate_all, PEERS[name], FID(samples[:number], dwell_s)))

    seconds: dict[str, list[float]] = {name: [] for name in roads}
    skipped: dict[str, str] = {}
    for number in range(repeats + 1):
        for name, (_, road) in roads.items():
            if name in skipped:
                continue
            try:
                # small matrices: threads of BLAS would slow every road that multiplies some, the peers' most of all
                with one_blas_thread():
                    if roads[name][0] == batch:
                        road()  # a quick road is warmed up each time: the slow ones before it have emptied the caches
                    started_s = time.perf_counter()
                    road()
                    taken_s = time.perf_counter() - started_s
            except MissingExtraError as error:
                skipped[name] = str(error)
                continue
            seconds[name].append(taken_s)
        if progress is not None:
            progress("rounds", number + 1, repeats + 1)
    # the first round warmed up
    rates: dict[str, float | None] = {
        name: None if name in skipped else roads[name][0] / float(np.median(taken[1:]))
        for name, taken in seconds.items()
    }
    rates["fft"] = max(rate for name, rate in rates.items() if name.startswith("fft_") and rate is not None)
    ours = rates["network"]
    assert ours is not None
    ratios = {f"ratio_to_{name}": ours / rate for name in ("fft", *peer_fids) if (rate := rates[name]) is not None}
    return {
        "points": n_points,
        "batch": batch,
        "repeats": repeats,
        "dtype": str(samples.dtype),
        "seed": seed,
        "fids_per_s": rates,
        "slowest_and_fastest": {
            name: [roads[name][0] / max(taken[1:]), roads[name][0] / min(taken[1:])]
            for name, taken in seconds.items()
            if name not in skipped
        },
        "fids_of_a_round": {name: batch_of for name, (batch_of, _) in roads.items()},
        **ratios,
        "skipped": skipped,
        "targets": [_target(name, least, ratios.get(f"ratio_to_{name}")) for name, least in _TARGETS.items()],
    }


def _target(name: str, least: float, ratio: float | None) -> dict[str, Any]:
    """One target and whether it was reached; None where it could not be measured."""
    return {
        "target": f"network >= {least:g} x {name}",
        "value": ratio,
        "reached": None if ratio is None else bool(ratio >= least),
    }
