"""``learnmr bench line``: errors of the line network and its peers in units of the Cramér-Rao bound, on full FIDs.

Every estimator sees the same fresh FIDs: 1024, 4096 and 16384 points in equal parts, frequency uniform within 0.45 of
the sampling rate, width and signal-to-noise ratio uniform in the logarithm within their cell, phase uniform, and any
dwell time and any amplitude, for nothing may depend on them. Peers see the first FIDs of each length only.

A FID is *judged* where its signal-to-noise ratio is at least 20 and the bound of its width at most a fifth of the
width: below, no unbiased estimate of a width exists. That depends on the truth alone, so choosing by it favours nobody.
Each cell states the scores of all its FIDs, and under ``judged`` those of the judged ones.
"""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..classical import least_squares, magnitude_fit, matrix_pencil
from ..decomposition import estimate_line
from ..evaluation import Estimator, estimate_all, score_lines
from ..installation import MissingExtraError
from ..networks import LineNetwork, load_line_network
from ..physics import amplitude_for_snr, cramer_rao_line, simulate_lines
from ..signals import FID, LineEstimates
from .nmrespy_peer import nmrespy_line

__all__ = ["BATCH_ESTIMATORS", "ESTIMATORS", "PEERS", "OneLineFIDs", "draw_one_line_fids", "run_line"]

SNR_RANGES = ((15.0, 20.0), (20.0, 50.0), (50.0, 200.0), (200.0, 600.0))
WIDTH_RANGES_BINS = ((0.1, 0.5), (0.5, 2.0), (2.0, 6.0))
SIZES = (1024, 4096, 16384)
#: judged from this signal-to-noise ratio on, where the bound of the width is at most this part of the width
_LEAST_SNR, _LARGEST_WIDTH_BOUND = 20.0, 0.2
_JUDGED_RULE = "each FID by its truth: SNR >= 20 and bound(fwhm) / fwhm <= 0.2"
#: complex samples drawn at a time
_CHUNK_POINTS = 2**21

#: estimators of whole batches -> whether they refine
BATCH_ESTIMATORS = {"network": False, "refined": True}
#: peers take one FID at a time; each is told that there is one line
PEERS: dict[str, Estimator] = {
    "curve_fit": magnitude_fit,
    "lmfit": least_squares,
    "matrix_pencil": functools.partial(matrix_pencil, n_lines=1),
    "nmrespy": nmrespy_line,
}
ESTIMATORS = (*BATCH_ESTIMATORS, *PEERS)

Progress = Callable[..., None]


@dataclass(frozen=True, eq=False)
class OneLineFIDs:
    """FIDs of one line each, with what is true of them.

    Parameters
    ----------
    samples : numpy.ndarray of complex64, shape (batch, n_points)
        The FIDs.
    dwell_s : float
        Time between two samples, in seconds.
    truth : LineEstimates, length batch
        The lines.
    bounds : numpy.ndarray, shape (batch, 4)
        Cramér-Rao bounds in the order of LINE_FIELDS.
    snr : numpy.ndarray, shape (batch,)
        Matched-filter signal-to-noise ratios.
    """

    samples: NDArray[np.complexfloating]
    dwell_s: float
    truth: LineEstimates
    bounds: NDArray[np.float64]
    snr: NDArray[np.float64]

    @property
    def bin_hz(self) -> float:
        """Width of a bin of the un-padded DFT."""
        return 1.0 / (self.samples.shape[1] * self.dwell_s)

    @property
    def judged(self) -> NDArray[np.bool_]:
        """Which FIDs are judged, shape (batch,)."""
        return (self.snr >= _LEAST_SNR) & (self.bounds[:, 1] <= _LARGEST_WIDTH_BOUND * self.truth.fwhm_hz)


def draw_one_line_fids(
    rng: np.random.Generator,
    n_fids: int,
    n_points: int,
    *,
    snr: tuple[float, float],
    width_bins: tuple[float, float],
) -> OneLineFIDs:
    """Draw FIDs of one line each: any frequency, phase, amplitude and dwell time.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of all randomness.
    n_fids, n_points : int
        How many, and how long.
    snr, width_bins : tuple of float
        Ranges of matched-filter signal-to-noise ratio and of width in bins, each uniform in the logarithm.

    Returns
    -------
    OneLineFIDs
        The FIDs and their truth; one dwell time for all of them.

    Examples
    --------
    >>> fids = draw_one_line_fids(np.random.default_rng(1), 5, 1024, snr=(20, 50), width_bins=(0.5, 2))
    >>> fids.samples.shape, fids.bounds.shape, bool(fids.snr.min() >= 20)
    ((5, 1024), (5, 4), True)
    """
    dwell_s = float(10 ** rng.uniform(-5, -2))
    ratio = _log_uniform(rng, snr, n_fids)
    fwhm_hz = _log_uniform(rng, width_bins, n_fids) / (n_points * dwell_s)
    frequency_hz = rng.uniform(-0.45, 0.45, n_fids) / dwell_s
    phase_rad = rng.uniform(-np.pi, np.pi, n_fids)
    noise_sd = 10 ** rng.uniform(-3, 3, n_fids)
    shape: dict[str, Any] = {"n_points": n_points, "dwell_s": dwell_s}
    amplitude = amplitude_for_snr(ratio, fwhm_hz, noise_sd=noise_sd, **shape)
    samples = simulate_lines(frequency_hz, fwhm_hz, amplitude, phase_rad, noise_sd=noise_sd, seed=rng, **shape)
    bounds = cramer_rao_line(fwhm_hz, amplitude, noise_sd=noise_sd, **shape)
    return OneLineFIDs(samples, dwell_s, LineEstimates(frequency_hz, fwhm_hz, amplitude, phase_rad), bounds, ratio)


def _log_uniform(rng: np.random.Generator, ends: tuple[float, float], n: int) -> NDArray[np.float64]:
    """Numbers between two ends, uniform in the logarithm."""
    return np.exp(rng.uniform(math.log(ends[0]), math.log(ends[1]), n))


def run_line(
    *,
    estimators: Sequence[str] = ESTIMATORS,
    n_fids: int = 4002,
    n_peer_fids: int = 102,
    seed: int = 1,
    train: bool = True,
    network: LineNetwork | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Judge the line network and its peers cell by cell.

    Parameters
    ----------
    estimators : sequence of str
        Which ones, of ``ESTIMATORS``.
    n_fids, n_peer_fids : int
        At least so many FIDs of each cell, for the network and for the peers.
    seed : int
        Seed of the FIDs.
    train : bool
        Train the network again with the recipe of the shipped one, to time it and to see whether it is reproduced.
    network : LineNetwork, optional
        The network that is judged. Default: the shipped one.
    progress : callable, optional
        Called with (name of the work, finished parts, all parts), and with the loss while training.

    Returns
    -------
    dict
        ``train_s`` (None without training, ``train_note`` says so); per estimator ``cells`` (or ``skipped`` and the
        reason), each cell with the scores of all FIDs, ``n_judged`` and ``judged``, the scores of those; ``targets``;
        ``below_0.95`` (ratios that only a bias can explain, with their bias).

    Raises
    ------
    ValueError
        If an estimator is unknown or there are too few FIDs.
    learnmr.installation.MissingExtraError
        If the training needs a package that is not there.

    Examples
    --------
    >>> results = run_line(estimators=["network"], n_fids=6, train=False)
    >>> len(results["network"]["cells"]), results["network"]["cells"][0]["n"]
    (12, 6)
    """
    unknown = [name for name in estimators if name not in ESTIMATORS]
    if unknown:
        raise ValueError(f"estimators must be of {', '.join(ESTIMATORS)}, got {unknown[0]!r}")
    for name, number in (("n_fids", n_fids), ("n_peer_fids", n_peer_fids)):
        if not number >= 3:
            raise ValueError(f"{name} must be >= 3, one for each length, got {number!r}")
    network = load_line_network() if network is None else network
    results: dict[str, Any] = {
        **_training(network, train, progress),
        "seed": seed,
        "points": list(SIZES),
        "judged_rule": _JUDGED_RULE,
    }
    grid = [(snr, width) for width in WIDTH_RANGES_BINS for snr in SNR_RANGES]
    skipped: dict[str, str] = {}
    cells: dict[str, list[dict[str, Any]]] = {name: [] for name in estimators}
    for number, (snr, width) in enumerate(grid):
        rng = np.random.default_rng([seed, number])
        answers = _cell(rng, snr, width, estimators, n_fids, n_peer_fids, network, skipped)
        for name, answer in answers.items():
            cells[name].append(answer.scored(snr, width))
        if progress is not None:
            progress("cells", number + 1, len(grid))
    results |= {name: {"skipped": skipped[name]} if name in skipped else {"cells": cells[name]} for name in estimators}
    results["targets"] = _targets(results)
    results["below_0.95"] = _below(results, 0.95)
    return results


@dataclass(frozen=True, eq=False)
class _Answers:
    """What one estimator said of FIDs, piece by piece, and what was true."""

    pieces: list[tuple[LineEstimates, NDArray[np.bool_], OneLineFIDs]]

    def scored(self, snr: tuple[float, float], width_bins: tuple[float, float]) -> dict[str, Any]:
        """The scores of all FIDs of the cell, and of those that are judged."""
        estimates = _joined([piece[0] for piece in self.pieces])
        found = np.concatenate([piece[1] for piece in self.pieces])
        truth = _joined([piece[2].truth for piece in self.pieces])
        bounds, judged, bin_hz = (
            np.concatenate(parts)
            for parts in zip(
                *((fids.bounds, fids.judged, np.full(len(fids.truth), fids.bin_hz)) for *_, fids in self.pieces),
                strict=True,
            )
        )

        def score(chosen: NDArray[np.bool_]) -> dict[str, Any]:
            return score_lines(
                estimates[chosen],
                truth[chosen],
                bounds[chosen],
                bin_hz=bin_hz[chosen],
                found=found[chosen],
                snr=snr,
                width_bins=width_bins,
            ).to_dict()

        scores = score(np.ones(len(truth), bool))
        return {**scores, "n_judged": int(judged.sum()), "judged": score(judged) if judged.any() else None}


def _joined(parts: Sequence[LineEstimates]) -> LineEstimates:
    """Estimates below each other."""
    return LineEstimates(
        **{entry.name: np.concatenate([getattr(part, entry.name) for part in parts]) for entry in fields(LineEstimates)}
    )


def _cell(
    rng: np.random.Generator,
    snr: tuple[float, float],
    width_bins: tuple[float, float],
    estimators: Sequence[str],
    n_fids: int,
    n_peer_fids: int,
    network: LineNetwork,
    skipped: dict[str, str],
) -> dict[str, _Answers]:
    """Let all estimators answer the FIDs of one cell; a peer that is not installed is noted in ``skipped``."""
    answers = {name: _Answers([]) for name in estimators if name not in skipped}
    share = {name: -(-(n_fids if name in BATCH_ESTIMATORS else n_peer_fids) // len(SIZES)) for name in answers}
    for n_points in SIZES:
        drawn = 0
        for rows in _chunks(max(share.values(), default=0), n_points):
            fids = draw_one_line_fids(rng, rows, n_points, snr=snr, width_bins=width_bins)
            for name in list(answers):
                few = _first(fids, max(share[name] - drawn, 0))
                if not len(few.truth):
                    continue
                try:
                    said, found = _answer(name, few, network)
                except MissingExtraError as error:
                    skipped[name] = str(error)
                    del answers[name]
                    continue
                answers[name].pieces.append((said, found, few))
            drawn += rows
    return answers


def _answer(name: str, fids: OneLineFIDs, network: LineNetwork) -> tuple[LineEstimates, NDArray[np.bool_]]:
    """What an estimator says of FIDs, and where it found a line at all."""
    if name in PEERS:
        return estimate_all(PEERS[name], FID(fids.samples, fids.dwell_s))
    said = estimate_line(fids.samples, fids.dwell_s, refine=BATCH_ESTIMATORS[name], network=network)
    return said, np.ones(len(said), bool)


def _chunks(n_fids: int, n_points: int) -> Iterator[int]:
    """Numbers of FIDs that fit into memory together, n_fids in all."""
    rows = max(1, _CHUNK_POINTS // n_points)
    for first in range(0, n_fids, rows):
        yield min(rows, n_fids - first)


def _first(fids: OneLineFIDs, n: int) -> OneLineFIDs:
    """The first n FIDs."""
    return OneLineFIDs(fids.samples[:n], fids.dwell_s, fids.truth[:n], fids.bounds[:n], fids.snr[:n])


def _training(network: LineNetwork, train: bool, progress: Progress | None) -> dict[str, Any]:
    """Time of a training with the recipe of the shipped network, and whether it gave the network that is judged."""
    if not train:
        return {"train_s": None, "train_note": "not trained: run without --no-train", "train_reproduced": None}
    from ..networks.line_training import LineRecipe, train_line_network

    seed = int(network.recipe.get("seed", 1))
    started_s = time.perf_counter()
    trained, _ = train_line_network(
        LineRecipe(),
        seed=seed,
        progress=None if progress is None else lambda *step: progress("line network", *step),
    )
    seconds = time.perf_counter() - started_s
    same = all(
        np.array_equal(ours, theirs)
        for ours, theirs in zip(
            (trained.basis, trained.scales, *trained.weights, *trained.biases),
            (network.basis, network.scales, *network.weights, *network.biases),
            strict=False,
        )
    )
    return {"train_s": seconds, "train_note": f"seed {seed}, {LineRecipe().n_steps} steps", "train_reproduced": same}


def _targets(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the line network has to reach, the worst value found, where, and whether it was reached."""
    targets = []
    for name, limits in (
        ("network", {"rmse_over_bound": 1.10, "bias_over_bound": 0.2}),
        ("refined", {"rmse_over_bound": 1.05}),
    ):
        for score, limit in limits.items():
            text = "|bias|" if score == "bias_over_bound" else "RMSE"
            values = [(abs(value), *where) for value, *where in _judged(results, name, score)]
            targets.append(_target(f"{name}: {text} / bound <= {limit:g}", values, -math.inf, limit))
    covered = _judged(results, "refined", "coverage95")
    targets.append(_target("refined: coverage of the 95 % intervals 0.93 ... 0.97", covered, 0.93, 0.97))
    for name in BATCH_ESTIMATORS:
        rates = [
            (cell["outlier_rate"], cell, "", cell["standard_error"]["outlier_rate"])
            for cell in results.get(name, {}).get("cells", [])
            if cell["snr"][0] >= _LEAST_SNR
        ]
        targets.append(_target(f"{name}: outliers <= 0.001 at SNR >= 20", rates, -math.inf, 0.001))
    trained = [] if results["train_s"] is None else [(results["train_s"], None, "", None)]
    targets.append(_target("training <= 240 s", trained, -math.inf, 240.0))
    return targets


def _judged(results: Mapping[str, Any], name: str, score: str) -> list[tuple[float, Any, str, float]]:
    """(value, cell, parameter, standard error) of a score of all judged cells of an estimator."""
    return [
        (value, cell, parameter, cell["judged"]["standard_error"][score][parameter])
        for cell in results.get(name, {}).get("cells", [])
        if cell["judged"]
        for parameter, value in cell["judged"][score].items()
        if value is not None
    ]


def _target(text: str, values: Sequence[tuple[Any, ...]], least: float, most: float) -> dict[str, Any]:
    """One target, a range: the value farthest out (or nearest to an end) decides; None where there is no value."""
    if not values:
        return {"target": text, "value": None, "standard_error": None, "where": None, "reached": None}
    value, cell, parameter, error = max(values, key=lambda entry: max(entry[0] - most, least - entry[0]))
    return {
        "target": text,
        "value": value,
        "standard_error": error,
        "where": None if cell is None else f"{parameter} {_name(cell)}".strip(),
        "reached": bool(least <= value <= most),
    }


def _name(cell: Mapping[str, Any]) -> str:
    """A cell in words."""
    return "SNR {:g}-{:g}, width {:g}-{:g} bins".format(*cell["snr"], *cell["width_bins"])


def _below(results: Mapping[str, Any], least: float) -> list[dict[str, Any]]:
    """Ratios below the bound: an estimator can be there by a bias only (or by chance), so the bias stands beside."""
    return [
        {
            "estimator": name,
            "snr": cell["snr"],
            "width_bins": cell["width_bins"],
            "parameter": parameter,
            "rmse_over_bound": value,
            "standard_error": error,
            "bias_over_bound": cell["judged"]["bias_over_bound"][parameter],
        }
        for name in ESTIMATORS
        for value, cell, parameter, error in _judged(results, name, "rmse_over_bound")
        if value < least
    ]
