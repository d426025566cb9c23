"""Estimators of one line, learned and not, on the same fresh FIDs, judged by the Cramér-Rao bound."""

from __future__ import annotations

import csv
import io
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..bench.line import OneLineFIDs
from ..classical import least_squares, magnitude_fit
from ..decomposition import estimate_line
from ..evaluation import CellScore, Estimator, estimate_all, normalised_errors, score_lines
from ..networks import LineNetwork
from ..physics import amplitude_for_snr, cramer_rao_line, simulate_lines
from ..signals import FID, LineEstimates

__all__ = ["PARAMETERS", "Comparison", "Judged", "compare_estimators", "draw_test_fids", "ratio"]

#: the four parameters as scores name them, in the order of the fields of a line
PARAMETERS = ("frequency", "fwhm", "amplitude", "phase")
_N_POINTS, _DWELL_S = 1024, 1e-3
#: T2* of the lines: a quarter of the acquisition, as in the middle of the original module's range
_T2_STAR_S = 0.25
_SNRS = (20.0, 40.0, 80.0, 160.0, 320.0)


@dataclass(frozen=True, eq=False)
class Judged:
    """How one estimator did.

    Parameters
    ----------
    name : str
        Its name.
    score : CellScore
        Over all FIDs.
    cells : tuple of CellScore
        For each signal-to-noise ratio.
    errors : numpy.ndarray, shape (n_fids, 4)
        Errors over the bound.
    fids_per_s : float
        Speed in this run.
    """

    name: str
    score: CellScore
    cells: tuple[CellScore, ...]
    errors: NDArray[np.float64]
    fids_per_s: float


@dataclass(frozen=True, eq=False)
class Comparison:
    """All estimators on the same FIDs.

    Parameters
    ----------
    fids : OneLineFIDs
        The FIDs.
    judged : tuple of Judged
        In the order of the tables.
    """

    fids: OneLineFIDs
    judged: tuple[Judged, ...]

    @property
    def snrs(self) -> NDArray[np.float64]:
        """The different signal-to-noise ratios, ascending, shape (n_snrs,)."""
        return np.unique(self.fids.snr)

    def of(self, name: str) -> Judged:
        """The estimator of that name."""
        return next(judged for judged in self.judged if judged.name == name)

    def against_snr(self, parameter: str) -> tuple[dict[str, dict[str, NDArray[np.float64]]], NDArray[np.float64]]:
        """Spread, bias and outlier rate of each estimator, and the bound, of one parameter at each SNR.

        Parameters
        ----------
        parameter : str
            One whose bound the SNR alone decides here: ``"frequency"``, ``"fwhm"`` or ``"phase"``.

        Returns
        -------
        errors : dict
            For each estimator ``spread`` and ``bias`` in the unit of the parameter, and ``outlier_rate``.
        bound : numpy.ndarray, shape (n_snrs,)
            In the same unit; all FIDs of one SNR share it.
        """
        column = PARAMETERS.index(parameter)
        bound = np.array([self.fids.bounds[self.fids.snr == snr, column].mean() for snr in self.snrs])
        errors = {
            judged.name: {
                "spread": bound * [cell.spread_over_bound[parameter] for cell in judged.cells],
                "bias": bound * [cell.bias_over_bound[parameter] for cell in judged.cells],
                "outlier_rate": np.array([cell.outlier_rate for cell in judged.cells]),
            }
            for judged in self.judged
        }
        return errors, bound

    def to_csv(self) -> str:
        """One row per estimator and SNR as CSV text with a header line; ``all`` in place of the SNR for all FIDs."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        kinds = ("rmse_over_bound", "bias_over_bound", "coverage95")
        writer.writerow(
            ["estimator", "snr", "n", "fids_per_s", "outlier_rate"]
            + [f"{name}_{kind}" for kind in kinds for name in PARAMETERS]
        )
        for judged in self.judged:
            for snr, cell in [("all", judged.score), *zip(self.snrs.tolist(), judged.cells, strict=True)]:
                numbers = [getattr(cell, kind)[name] for kind in kinds for name in PARAMETERS]
                writer.writerow([judged.name, snr, cell.n, judged.fids_per_s, cell.outlier_rate]
                                + ["" if math.isnan(number) else number for number in numbers])  # fmt: skip
        return text.getvalue()


def draw_test_fids(n_per_snr: int, *, seed: int) -> OneLineFIDs:
    """Draw fresh one-line FIDs: frequency, phase and amplitude at random, five signal-to-noise ratios.

    Parameters
    ----------
    n_per_snr : int
        FIDs at each of the signal-to-noise ratios 20, 40, 80, 160, 320.
    seed : int
        Seed.

    Returns
    -------
    OneLineFIDs
        1024 points, 1 ms dwell time, T2* 0.25 s, amplitude 1 ... 10.

    Examples
    --------
    >>> fids = draw_test_fids(2, seed=1)
    >>> fids.samples.shape, np.unique(fids.snr)
    ((10, 1024), array([ 20., 40., 80., 160., 320.]))
    """
    rng = np.random.default_rng([seed, 3])
    snr = np.repeat(_SNRS, n_per_snr)
    n = snr.size
    fwhm_hz = np.full(n, 1 / (math.pi * _T2_STAR_S))
    amplitude = rng.uniform(1, 10, n)
    noise_sd = amplitude / amplitude_for_snr(snr, fwhm_hz, n_points=_N_POINTS, dwell_s=_DWELL_S, noise_sd=1.0)
    truth = LineEstimates(rng.uniform(-0.45, 0.45, n) / _DWELL_S, fwhm_hz, amplitude, rng.uniform(-math.pi, math.pi, n))
    samples = simulate_lines(
        truth.frequency_hz,
        truth.fwhm_hz,
        truth.amplitude,
        truth.phase_rad,
        noise_sd=noise_sd,
        seed=rng,
        dtype=np.complex128,
        n_points=_N_POINTS,
        dwell_s=_DWELL_S,
    )
    bounds = cramer_rao_line(fwhm_hz, amplitude, n_points=_N_POINTS, dwell_s=_DWELL_S, noise_sd=noise_sd)
    return OneLineFIDs(samples, _DWELL_S, truth, bounds, snr)


def compare_estimators(
    fids: OneLineFIDs, live: LineNetwork, *, progress: Callable[[int, int], None] | None = None
) -> Comparison:
    """Run every estimator on the same FIDs, measure its errors in units of the bound, and its speed.

    Parameters
    ----------
    fids : OneLineFIDs
        From :func:`draw_test_fids`.
    live : LineNetwork
        The network trained a moment ago.
    progress : callable, optional
        Called with (finished FIDs, all FIDs), counted over all estimators.

    Returns
    -------
    Comparison
        In the order: magnitude ``curve_fit``, network trained here, shipped network, refined network, least squares.
    """
    whole = FID(fids.samples, fids.dwell_s)
    n_fids = whole.n_fids

    def batch(network: LineNetwork | None, refine: bool) -> LineEstimates:
        return estimate_line(fids.samples, fids.dwell_s, refine=refine, network=network)

    def one_by_one(estimator: Estimator, started: int) -> tuple[LineEstimates, NDArray[np.bool_]]:
        estimates, found = [], []
        for first in range(0, n_fids, 50):
            chunk = whole.with_samples(fids.samples[first : first + 50])
            some, there = estimate_all(estimator, chunk)
            estimates.append(some)
            found.append(there)
            if progress is not None and first + chunk.n_fids < n_fids:
                progress(started + first + chunk.n_fids, 5 * n_fids)
        names = estimates[0].__dataclass_fields__
        joined = {name: np.concatenate([getattr(some, name) for some in estimates]) for name in names}
        return LineEstimates(**joined), np.concatenate(found)

    everywhere = np.ones(n_fids, bool)
    methods: list[tuple[str, Callable[[int], tuple[LineEstimates, NDArray[np.bool_]]]]] = [
        ("magnitude curve_fit", lambda started: one_by_one(magnitude_fit, started)),
        ("trained here", lambda _: (batch(live, False), everywhere)),
        ("shipped", lambda _: (batch(None, False), everywhere)),
        ("shipped + refined", lambda _: (batch(None, True), everywhere)),
        ("least squares", lambda started: one_by_one(least_squares, started)),
    ]
    batch(None, True)  # the first call loads the weights
    judged = []
    for number, (name, run) in enumerate(methods):
        started_s = time.perf_counter()
        estimates, found = run(number * n_fids)
        taken_s = time.perf_counter() - started_s
        judged.append(_judged(name, estimates, found, fids, n_fids / taken_s))
        if progress is not None:
            progress((number + 1) * n_fids, 5 * n_fids)
    return Comparison(fids, tuple(judged))


def ratio(value: float) -> str:
    """A ratio for tables: two decimals, none where it is large.

    Examples
    --------
    >>> ratio(1.0), ratio(39.16), ratio(495.8)
    ('1.00', '39', '496')
    """
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def _judged(
    name: str, estimates: LineEstimates, found: NDArray[np.bool_], fids: OneLineFIDs, fids_per_s: float
) -> Judged:
    """Scores of one estimator, over all FIDs and at each SNR."""

    def score(chosen: NDArray[np.bool_], snr: tuple[float, float]) -> CellScore:
        return score_lines(
            estimates[chosen], fids.truth[chosen], fids.bounds[chosen], bin_hz=fids.bin_hz, found=found[chosen], snr=snr
        )

    cells = tuple(score(fids.snr == snr, (float(snr), float(snr))) for snr in np.unique(fids.snr))
    everything = score(np.ones(len(estimates), bool), (float(fids.snr.min()), float(fids.snr.max())))
    return Judged(name, everything, cells, normalised_errors(estimates, fids.truth, fids.bounds), fids_per_s)
