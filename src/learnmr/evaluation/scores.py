r"""Scores of estimators against the truth, in units of the Cramér-Rao bound.

Errors: frequency and FWHM linear in Hz, amplitude in its own unit over a bound in the same unit (so relative or not is
one), phase wrapped to (-pi, pi]. An FID is an outlier where no line was found or the frequency is off by more than one
true FWHM plus one bin; outliers are counted and left out of everything else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..signals import LINE_FIELDS, LineEstimates, ResonanceTable
from .matching import match_lines

__all__ = ["CellScore", "TableScore", "normalised_errors", "score_lines", "score_table"]

#: names of the four parameters in scores, in the order of LINE_FIELDS
_NAMES = ("frequency", "fwhm", "amplitude", "phase")
#: half width of the interval that holds 95 % of a Gaussian, in standard deviations
_TWO_SIDED_95 = 1.959963984540054


@dataclass(frozen=True)
class CellScore:
    """How an estimator did on FIDs of one cell (range of SNR, range of width).

    Parameters
    ----------
    snr, width_bins : tuple of 2 floats
        The ranges of the cell, lower and upper end; NaN where not given.
    n : int
        Number of FIDs, outliers included.
    rmse_over_bound, bias_over_bound : dict of str to float
        Root mean square and mean of error / bound for frequency, fwhm, amplitude, phase. NaN without any inlier.
    outlier_rate : float
        Part of the FIDs that are outliers.
    coverage95 : dict of str to float
        Part of the inliers whose 95 % interval holds the truth; NaN where the estimator gives no error bars.
    standard_error : dict
        Standard errors of all of these, in the same form.
    """

    snr: tuple[float, float]
    width_bins: tuple[float, float]
    n: int
    rmse_over_bound: dict[str, float]
    bias_over_bound: dict[str, float]
    outlier_rate: float
    coverage95: dict[str, float]
    standard_error: dict[str, Any]

    @property
    def spread_over_bound(self) -> dict[str, float]:
        """Standard deviation of error / bound: what remains of the RMSE without the bias."""
        return {
            name: math.sqrt(max(rmse**2 - self.bias_over_bound[name] ** 2, 0.0)) if rmse == rmse else math.nan
            for name, rmse in self.rmse_over_bound.items()
        }

    def to_dict(self) -> dict[str, Any]:
        """The cell as plain lists, numbers and dictionaries for JSON, NaN as None."""
        return {
            "snr": [_plain(v) for v in self.snr],
            "width_bins": [_plain(v) for v in self.width_bins],
            "n": self.n,
            "rmse_over_bound": _plain(self.rmse_over_bound),
            "bias_over_bound": _plain(self.bias_over_bound),
            "outlier_rate": _plain(self.outlier_rate),
            "coverage95": _plain(self.coverage95),
            "standard_error": _plain(self.standard_error),
        }


def normalised_errors(estimates: LineEstimates, truth: LineEstimates, bounds: ArrayLike) -> NDArray[np.float64]:
    """Errors in units of the bound, phase wrapped.

    Parameters
    ----------
    estimates, truth : LineEstimates, length batch
        Found and true lines.
    bounds : array_like, shape (batch, 4)
        Bounds (standard deviations) in the order of LINE_FIELDS, in Hz, Hz, the unit of the amplitude, and radians.

    Returns
    -------
    numpy.ndarray, shape (batch, 4)
        (estimate - truth) / bound.

    Raises
    ------
    ValueError
        If the lengths differ or a bound is not positive.

    Examples
    --------
    >>> found = LineEstimates([1.0], [1.0], [1.0], [3.1])
    >>> normalised_errors(found, LineEstimates([0.9], [1.0], [1.0], [-3.1]), [[0.1, 1, 1, 1]]).round(3)
    array([[ 1.   ,  0.   ,  0.   , -0.083]])
    """
    deviations = np.asarray(bounds, float)
    if deviations.shape != (len(truth), 4) or len(estimates) != len(truth):
        raise ValueError(
            f"bounds must have shape ({len(truth)}, 4) and estimates length {len(truth)} like truth, "
            f"got {deviations.shape} and {len(estimates)}"
        )
    if not np.all(deviations > 0):
        raise ValueError(f"bounds must be > 0, got {deviations[~(deviations > 0)][0]!r}")
    return _errors(estimates, truth) / deviations


def score_lines(
    estimates: LineEstimates,
    truth: LineEstimates,
    bounds: ArrayLike,
    *,
    bin_hz: ArrayLike,
    found: ArrayLike | None = None,
    snr: tuple[float, float] = (math.nan, math.nan),
    width_bins: tuple[float, float] = (math.nan, math.nan),
) -> CellScore:
    r"""Score one-line estimates of a batch of FIDs.

    Parameters
    ----------
    estimates, truth : LineEstimates, length batch
        Found and true lines.
    bounds : array_like, shape (batch, 4)
        Cramér-Rao bounds (standard deviations) at the truth, in the order of LINE_FIELDS; that of the amplitude in
        the unit of the amplitude.
    bin_hz : float or array_like, shape (batch,)
        Width of one bin of the un-padded DFT.
    found : array_like of bool, shape (batch,), optional
        Where a line was found at all. Default: everywhere.
    snr, width_bins : tuple of 2 floats, optional
        The ranges of the cell; only copied into the result.

    Returns
    -------
    CellScore
        The score.

    Raises
    ------
    ValueError
        If the lengths differ, the batch is empty, or a bound is not positive.

    Notes
    -----
    Standard errors: of a mean ``sd / sqrt(n)``; of an RMSE ``sd(r^2) / (2 rmse sqrt(n))`` (r = error / bound); of a
    rate p that of a binomial with one success and one failure added, so that it is never zero.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> truth = LineEstimates(*np.ones((4, 1000)))
    >>> noisy = LineEstimates(*(1 + 0.01 * rng.standard_normal((4, 1000))), *np.full((4, 1000), 0.01))
    >>> score = score_lines(noisy, truth, np.full((1000, 4), 0.01), bin_hz=1.0)
    >>> round(score.rmse_over_bound["frequency"], 1), score.coverage95["phase"] > 0.93, score.outlier_rate
    (1.0, True, 0.0)
    """
    n = len(truth)
    if n == 0:
        raise ValueError("truth must hold at least one line, got none")
    ratios = normalised_errors(estimates, truth, bounds)  # (n, 4)
    detected = np.ones(n, bool) if found is None else np.asarray(found, bool)
    reach_hz = truth.fwhm_hz + np.asarray(bin_hz, float)
    inlier = detected & (np.abs(estimates.frequency_hz - truth.frequency_hz) <= reach_hz)
    rmse, bias, coverage = {}, {}, {}
    error: dict[str, Any] = {"rmse_over_bound": {}, "bias_over_bound": {}, "coverage95": {}}
    pulls = _pulls(estimates, truth)
    for column, name in enumerate(_NAMES):
        r = ratios[inlier, column]
        rmse[name] = math.sqrt(np.mean(r**2)) if r.size else math.nan
        bias[name] = float(np.mean(r)) if r.size else math.nan
        error["bias_over_bound"][name] = float(np.std(r, ddof=1)) / math.sqrt(r.size) if r.size > 1 else math.nan
        error["rmse_over_bound"][name] = (
            float(np.std(r**2, ddof=1)) / (2 * rmse[name] * math.sqrt(r.size))
            if r.size > 1 and rmse[name] > 0
            else math.nan
        )
        pull = pulls[inlier, column]
        pull = pull[np.isfinite(pull)]
        covered = int(np.sum(np.abs(pull) <= _TWO_SIDED_95))
        coverage[name] = covered / pull.size if pull.size else math.nan
        error["coverage95"][name] = _rate_error(covered, pull.size)
    n_outliers = n - int(inlier.sum())
    error["outlier_rate"] = _rate_error(n_outliers, n)
    return CellScore((snr[0], snr[1]), (width_bins[0], width_bins[1]), n, rmse, bias, n_outliers / n, coverage, error)


@dataclass(frozen=True)
class TableScore:
    """How a table of lines compares with the true one.

    Parameters
    ----------
    n_true, n_found, n_matched : int
        Numbers of lines.
    rmse : dict of str to float
        Root mean square error of the matched lines: frequency and fwhm in Hz, amplitude relative, phase in radians.
        NaN without a match.
    coverage95 : dict of str to float
        Part of the matched lines whose 95 % interval holds the truth; NaN without error bars.
    """

    n_true: int
    n_found: int
    n_matched: int
    rmse: dict[str, float]
    coverage95: dict[str, float]

    @property
    def recall(self) -> float:
        """Part of the true lines that were found; NaN where there are none."""
        return self.n_matched / self.n_true if self.n_true else math.nan

    @property
    def false_positives(self) -> int:
        """Found lines without a true partner."""
        return self.n_found - self.n_matched

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers and dictionaries for JSON, NaN as None."""
        return {
            "n_true": self.n_true,
            "n_found": self.n_found,
            "n_matched": self.n_matched,
            "recall": _plain(self.recall),
            "false_positives": self.false_positives,
            "rmse": _plain(self.rmse),
            "coverage95": _plain(self.coverage95),
        }


def score_table(found: ResonanceTable, truth: ResonanceTable, *, bin_hz: float) -> TableScore:
    """Score a table of several lines: recall, false positives, errors of the matched ones.

    Parameters
    ----------
    found, truth : ResonanceTable
        Found and true lines, of one FID or of an array; lines are matched within their FID.
    bin_hz : float
        Width of one bin of the un-padded DFT. A pair may lie one true FWHM plus one bin apart.

    Returns
    -------
    TableScore
        The score.

    Examples
    --------
    >>> truth = ResonanceTable([10.0, 20.0], [1.0, 1.0], [1.0, 2.0], [0.0, 0.0])
    >>> score = score_table(ResonanceTable([10.1, 50.0], [1.0, 1.0], [1.0, 1.0], [0.0, 0.0]), truth, bin_hz=0.5)
    >>> score.recall, score.false_positives, round(score.rmse["frequency"], 3)
    (0.5, 1, 0.1)
    """
    found_index, true_index = np.asarray(found.fid_index), np.asarray(truth.fid_index)
    chosen_found: list[int] = []
    chosen_true: list[int] = []
    for fid in np.unique(true_index):
        of_found, of_true = np.flatnonzero(found_index == fid), np.flatnonzero(true_index == fid)
        pairs = match_lines(found.frequency_hz[of_found], truth.frequency_hz[of_true], truth.fwhm_hz[of_true] + bin_hz)
        chosen_found += of_found[pairs.found].tolist()
        chosen_true += of_true[pairs.true].tolist()
    pair_found = found.select(np.array(chosen_found, int))
    pair_true = truth.select(np.array(chosen_true, int))
    errors, pulls = _errors(pair_found, pair_true), _pulls(pair_found, pair_true)
    errors[:, 2] /= np.where(pair_true.amplitude == 0, np.nan, pair_true.amplitude)
    rmse, coverage = {}, {}
    for column, name in enumerate(_NAMES):
        rmse[name] = math.sqrt(np.mean(errors[:, column] ** 2)) if errors.shape[0] else math.nan
        pull = pulls[np.isfinite(pulls[:, column]), column]
        coverage[name] = float(np.mean(np.abs(pull) <= _TWO_SIDED_95)) if pull.size else math.nan
    return TableScore(len(truth), len(found), len(chosen_true), rmse, coverage)


def _errors(estimates: LineEstimates | ResonanceTable, truth: LineEstimates | ResonanceTable) -> NDArray[np.float64]:
    """Estimate minus truth, phase wrapped, shape (batch, 4)."""
    errors = np.stack([getattr(estimates, name) - getattr(truth, name) for name in LINE_FIELDS], axis=-1)
    errors[:, 3] = np.angle(np.exp(1j * errors[:, 3]))
    return errors


def _pulls(estimates: LineEstimates | ResonanceTable, truth: LineEstimates | ResonanceTable) -> NDArray[np.float64]:
    """Errors over the estimator's own standard deviations, NaN where it gives none, shape (batch, 4)."""
    deviations = np.stack([getattr(estimates, f"{name}_sd") for name in LINE_FIELDS], axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.isnan(deviations), np.nan, _errors(estimates, truth) / deviations)


def _rate_error(successes: int, trials: int) -> float:
    """Standard error of a rate; one success and one failure added keep it above zero."""
    if trials == 0:
        return math.nan
    rate = (successes + 1) / (trials + 2)
    return math.sqrt(rate * (1 - rate) / (trials + 2))


def _plain(value: Any) -> Any:
    """Numbers for JSON: NaN as None, in dictionaries too."""
    if isinstance(value, dict):
        return {name: _plain(entry) for name, entry in value.items()}
    return None if not math.isfinite(value) else float(value)
