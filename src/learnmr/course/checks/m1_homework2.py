"""Homework 2: how many lines, the bound, a fault to find, few data, error bars, trust, luck, and a recast.

Most numbers are personal: they come from the key of the notebook (:mod:`learnmr.course.personal`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...classical import least_squares, matched_peak
from ...decomposition import estimate_line
from ...physics import amplitude_for_snr, cramer_rao, cramer_rao_line, simulate_fid, simulate_lines
from ...physics.synthesis import synthesise
from ...signals import FID, LINE_FIELDS, Resonance, ResonanceTable
from ..exercises import Exercise, Mistake, Property, Training, close, predictions, register, right_choice
from ..misconceptions import MISCONCEPTIONS
from ..personal import SELF_STUDY, personal_seed, personal_stream
from ..tuning import better_than_first, chosen_by, method_properties, tried
from .m1_homework1 import number
from .m1_parameters import draw_windows, error_in_bounds, misfit

Array = NDArray[np.float64]

# 1. How many lines?
_LINES = "m1.homework2.lines"
#: of one channel; the student is told
NOISE_SD = 0.05
_MOST = 4


@lru_cache(maxsize=256)
def _hidden_lines(key: str) -> tuple[Resonance, ...]:
    """Two or three lines under one hump."""
    stream = personal_stream(_LINES, key)
    frequency_hz = stream.on_grid(-200.0, 200.0, 0.5)
    phase_rad = stream.on_grid(-3.0, 3.0, 0.1)
    lines = []
    for _ in range(stream.whole(2, 3)):
        lines.append(Resonance(frequency_hz, stream.on_grid(1.0, 2.0, 0.1), stream.on_grid(0.6, 1.0, 0.05), phase_rad))
        frequency_hz += stream.on_grid(1.6, 2.4, 0.1)
    return tuple(lines)


@lru_cache(maxsize=32)
def hump(key: str = SELF_STUDY) -> FID:
    """Your decay: two or three lines close together."""
    return simulate_fid(
        _hidden_lines(key), n_points=1024, dwell_s=1e-3, noise_sd=NOISE_SD, seed=personal_seed(_LINES, key)
    )


def fit_lines(fid: FID, n_lines: int) -> ResonanceTable:
    """Fit so many lines, one after the other: the next one begins at the peak of what the others left."""
    found: list[Resonance] = []
    table = ResonanceTable.of([])
    for _ in range(n_lines):
        left = fid.samples - synthesise(found, fid.n_points, fid.dwell_s) if found else fid.samples
        found.append(matched_peak(fid.with_samples(left)).line(0))
        table = least_squares(fid, start=ResonanceTable.of(found))
        found = list(table)
    return table


def as_lists(table: ResonanceTable) -> dict[str, list[float]]:
    """The four parameters of each line and the standard deviations of the frequencies, sorted by frequency."""
    order = np.argsort(table.frequency_hz)
    names = (*LINE_FIELDS, "frequency_hz_sd")
    return {name: [float(value) for value in np.asarray(getattr(table, name))[order]] for name in names}


def _misfit_of(lines: list[Resonance], fid: FID) -> float:
    left = fid.samples - synthesise(lines, fid.n_points, fid.dwell_s)
    return misfit(np.asarray(left, dtype=complex), NOISE_SD, 4 * len(lines))


@lru_cache(maxsize=64)
def _fits(key: str) -> tuple[tuple[ResonanceTable, ...], tuple[float, ...]]:
    """Fits with 1 to 4 lines, and their misfits."""
    fid = hump(key)
    tables = tuple(fit_lines(fid, n) for n in range(1, _MOST + 1))
    return tables, tuple(_misfit_of(list(table), fid) for table in tables)


def lines_answer(key: str, n_lines: int | None = None) -> dict[str, Any]:
    """What is handed in, with the right or another number of lines."""
    tables, misfits = _fits(key)
    n_lines = n_lines or len(_hidden_lines(key))
    return {"misfits": list(misfits), "n_lines": n_lines, **as_lists(tables[n_lines - 1])}


def _lines_of(answer: Any) -> list[Resonance]:
    columns = [np.atleast_1d(np.asarray(answer[name], dtype=float)) for name in LINE_FIELDS]
    if len({len(column) for column in columns}) != 1 or len(columns[0]) != int(number(answer, "n_lines")):
        raise ValueError('every list must have one value for each of the "n_lines" lines')
    return [Resonance(*map(float, values)) for values in zip(*columns, strict=True)]


def _chance(n_lines: int, n_points: int = 1024) -> float:
    """Standard deviation of the misfit, where only noise is left."""
    return math.sqrt(2 / (2 * n_points - 4 * n_lines))


def _misfits_fall(answer: Any, key: str) -> bool | str:
    values = np.asarray(answer["misfits"], dtype=float)
    if values.shape != (_MOST,) or not np.all(np.isfinite(values)):
        return f'"misfits" must hold {_MOST} numbers: for 1, 2, 3 and {_MOST} lines'
    rises = values[1:] > values[:-1] * (1 + _chance(_MOST) / 2)
    return not rises.any() or f"{int(np.argmax(rises)) + 2} lines leave more than one fewer: did the fit get stuck?"


def _leaves_noise(answer: Any, key: str) -> bool | str:
    lines = _lines_of(answer)
    left = _misfit_of(lines, hump(key))
    if abs(left - 1) > 4.5 * _chance(len(lines)):
        return f"the misfit of the lines that you hand in is {left:.3g}"
    stated = float(np.asarray(answer["misfits"], dtype=float)[len(lines) - 1])
    return abs(stated - left) < _chance(len(lines)) or f"their misfit is {left:.3g}, you say {stated:.3g}"


def _none_to_spare(answer: Any, key: str) -> bool | str:
    n_lines = int(number(answer, "n_lines"))
    if n_lines == 1:
        return True
    if n_lines > _MOST:
        return f"more than {_MOST} lines"
    fewer = _fits(key)[1][n_lines - 2]
    return fewer > 1 + 4.5 * _chance(n_lines - 1) or "with one line fewer nothing but noise is left, too"


def _bars_right(answer: Any, key: str) -> bool | str:
    lines = _lines_of(answer)
    bound = cramer_rao(lines, n_points=1024, dwell_s=1e-3, noise_sd=NOISE_SD)[:, 0]
    ratio = np.asarray(answer["frequency_hz_sd"], dtype=float) / bound
    if ratio.shape != bound.shape or not np.all(np.isfinite(ratio)):
        return "one standard deviation is needed for each line"
    worst = float(ratio[np.argmax(np.abs(np.log(np.maximum(ratio, 1e-12))))])
    return 0.8 < worst < 1.25 or f"a frequency's standard deviation is {worst:.3g} times what these lines allow"


register(
    Exercise(
        slug=_LINES,
        asks='a dictionary with "misfits" (of 1 to 4 lines), "n_lines", and lists of the lines\' parameters',
        properties=(
            Property("another line never leaves more", _misfits_fall),
            Property("the lines leave nothing but noise", _leaves_noise),
            Property("none of them could be spared", _none_to_spare),
            Property("the error bars are as long as the noise and the overlap make them", _bars_right),
        ),
        right=lambda key: lines_answer(key),
        mistakes=(
            Mistake("line_too_few", lambda key: lines_answer(key, len(_hidden_lines(key)) - 1)),
            Mistake("line_too_many", lambda key: lines_answer(key, len(_hidden_lines(key)) + 1)),
            Mistake(
                "variance_for_deviation",
                lambda key: (
                    lines_answer(key)
                    | {"frequency_hz_sd": [value**2 for value in lines_answer(key)["frequency_hz_sd"]]}
                ),
            ),
            Mistake(
                "hwhm_for_fwhm",
                lambda key: lines_answer(key) | {"fwhm_hz": [value / 2 for value in lines_answer(key)["fwhm_hz"]]},
            ),
            Mistake(
                "noise_of_both_channels",
                lambda key: lines_answer(key) | {"misfits": [2 * value for value in lines_answer(key)["misfits"]]},
            ),
        ),
        hints=(
            "Fit one line and look at what it leaves: where is its peak? Begin the next line there, fit all together.",
            "Where nothing but noise is left the misfit is 1, give or take sqrt(2 / numbers left).",
            "A further line always lowers the misfit a little. Ask whether the drop is more than chance.",
        ),
        read="Lesson 4, What is left over",
        personal=True,
    )
)

# 2. Predicted and measured
_BOUND = "m1.homework2.bound"


@lru_cache(maxsize=256)
def experiment(key: str = SELF_STUDY) -> dict[str, float]:
    """One line, its noise, its sampling; the names say the units."""
    stream = personal_stream(_BOUND, key)
    n_points, dwell_s = stream.choice((256, 384, 512)), stream.choice((1e-3, 2e-3))
    # width in bins; between these two a longer record gains about as much as a second scan, and tells nothing
    turns = stream.choice((stream.on_grid(0.15, 0.35, 0.05), stream.on_grid(0.6, 1.0, 0.05)))
    fwhm_hz = round(turns / (n_points * dwell_s), 3)
    snr = stream.on_grid(25.0, 60.0, 5.0)
    amplitude = float(amplitude_for_snr([snr], [fwhm_hz], n_points=n_points, dwell_s=dwell_s, noise_sd=1.0)[0])
    return {
        "frequency_hz": stream.on_grid(-100.0, 100.0, 0.1),
        "fwhm_hz": fwhm_hz,
        "amplitude": round(amplitude, 2),
        "noise_sd": 1.0,
        "n_points": n_points,
        "dwell_s": dwell_s,
    }


def draw_experiments(key: str, n: int, seed: int) -> NDArray[np.complex128]:
    """The experiment, so many times with fresh noise, shape (n, n_points)."""
    one = experiment(key)
    samples = simulate_lines(
        np.full(n, one["frequency_hz"]),
        one["fwhm_hz"],
        one["amplitude"],
        0.3,
        n_points=int(one["n_points"]),
        dwell_s=one["dwell_s"],
        noise_sd=one["noise_sd"],
        seed=np.random.default_rng(seed),
        dtype=complex,
    )
    return np.asarray(samples, dtype=complex)


def predicted_sd_hz(key: str, *, longer: int = 1, scans: int = 1) -> float:
    """The bound of the frequency; with a longer record, or more scans."""
    one = experiment(key)
    return float(
        cramer_rao_line(
            [one["fwhm_hz"]],
            [one["amplitude"]],
            n_points=longer * int(one["n_points"]),
            dwell_s=one["dwell_s"],
            noise_sd=one["noise_sd"] / math.sqrt(scans),
        )[0, 0]
    )


@lru_cache(maxsize=64)
def _measured_sd_hz(key: str) -> float:
    found = estimate_line(draw_experiments(key, 400, seed=7), experiment(key)["dwell_s"])
    return float(np.std(found.frequency_hz, ddof=1))


def bound_answer(key: str, **changes: float) -> dict[str, float]:
    """All four numbers."""
    now = predicted_sd_hz(key)
    return {
        "predicted_hz": now,
        "measured_hz": _measured_sd_hz(key),
        "gain_longer": now / predicted_sd_hz(key, longer=2),
        "gain_scans": now / predicted_sd_hz(key, scans=2),
    } | changes


def _fisher_sd_hz(key: str, longer: int = 1) -> float:
    """The bound by the Fisher matrix, with slopes by differences: no formula of the lesson in it."""
    one = experiment(key)
    times_s = np.arange(longer * int(one["n_points"])) * one["dwell_s"]

    def model(values: Array) -> NDArray[np.complex128]:
        frequency, fwhm, amplitude, phase = values
        line = amplitude * np.exp(1j * phase + (2j * np.pi * frequency - np.pi * fwhm) * times_s)
        return np.asarray(line, dtype=complex)

    centre = np.array([one["frequency_hz"], one["fwhm_hz"], one["amplitude"], 0.3])
    slopes = []
    for place, step in enumerate((1e-5, 1e-5, 1e-4, 1e-5)):
        up, down = centre.copy(), centre.copy()
        up[place] += step
        down[place] -= step
        slopes.append((model(up) - model(down)) / (2 * step))
    jacobian = np.stack(slopes, axis=1)
    covariance = np.linalg.inv((jacobian.conj().T @ jacobian).real) * one["noise_sd"] ** 2
    return float(np.sqrt(covariance[0, 0]))


def _predicted(answer: Any, key: str) -> bool | str:
    ratio = number(answer, "predicted_hz") / _fisher_sd_hz(key)
    return abs(ratio - 1) < 0.01 or f"what you predict is {ratio:.3g} times the root of the inverse Fisher matrix"


def _measured(answer: Any, key: str) -> bool | str:
    """A standard deviation of 300 values is uncertain by 4 %; four of these, and the estimator is at the bound."""
    value = number(answer, "measured_hz")
    if close(value, number(answer, "predicted_hz"), relative=1e-6):
        return MISCONCEPTIONS["bound_as_error"]
    ratio = value / _fisher_sd_hz(key)
    return abs(ratio - 1) < 0.18 or f"you measure {ratio:.3g} times the bound"


def _adds_scans(answer: Any, key: str) -> bool:
    return close(number(answer, "gain_scans") ** 2, 2.0, relative=0.02)


def _longer(answer: Any, key: str) -> bool | str:
    gain = _fisher_sd_hz(key) / _fisher_sd_hz(key, longer=2)
    return abs(number(answer, "gain_longer") / gain - 1) < 0.02 or (
        "compare the bound of twice as many points, with the same dwell time, noise and line"
    )


register(
    Exercise(
        slug=_BOUND,
        asks='a dictionary with "predicted_hz", "measured_hz", "gain_longer" and "gain_scans"',
        properties=(
            Property("the prediction is what the Fisher matrix says", _predicted),
            Property("the measurement is one, and agrees with it within its own uncertainty", _measured),
            Property("two scans: half the variance", _adds_scans),
            Property("twice the record: the gain that this very line allows", _longer),
        ),
        right=lambda key: bound_answer(key),
        mistakes=(
            Mistake("bound_as_error", lambda key: bound_answer(key, measured_hz=predicted_sd_hz(key))),
            Mistake(
                "noise_of_both_channels",
                lambda key: bound_answer(key, predicted_hz=math.sqrt(2) * predicted_sd_hz(key)),
            ),
            Mistake(
                "variance_for_deviation",
                lambda key: {name: value**2 for name, value in bound_answer(key).items()},
            ),
            Mistake("averaging_linear", lambda key: bound_answer(key, gain_scans=2.0)),
            Mistake("record_as_scans", lambda key: bound_answer(key, gain_longer=math.sqrt(2))),
            Mistake(
                "angular_for_ordinary",
                lambda key: bound_answer(
                    key,
                    predicted_hz=2 * math.pi * predicted_sd_hz(key),
                    measured_hz=2 * math.pi * _measured_sd_hz(key),
                ),
            ),
        ),
        hints=(
            "cramer_rao_line gives the four bounds of a line: frequency, width, amplitude, phase.",
            "Estimate the frequency of at least 300 decays with fresh noise. How do the values scatter?",
            "A gain is the standard deviation now over the one after the change. A longer record brings more than "
            "more points: think of an arrow that turns, seen twice as late.",
        ),
        read="Lesson 4, The bound, and Met by Monte Carlo",
        personal=True,
    )
)

# 3. Four scripts, three faults
_FAULT = "m1.homework2.fault"
#: what may be wrong with a script
FAULTS = {
    "labels": "its labels are wrong by a constant factor",
    "leak": "test windows are among its training windows",
    "range": "it has seen, and was tested on, narrow lines only",
    "none": "nothing is wrong",
}


@dataclass(frozen=True, eq=False)
class Suspect:
    """A script as its author hands it over: the data that it used, the error that it reports, and what it learned.

    Parameters
    ----------
    train_inputs, train_labels : numpy.ndarray, shape (n, 18) and (n,)
        Windows and logarithms of widths that it learned from.
    test_inputs, test_labels : numpy.ndarray, shape (n, 18) and (n,)
        Those that it was tested on.
    reported : float
        Root mean square error that it reports: of the logarithm of the width, on its test.
    predict : callable
        From windows, shape (n, 18), to logarithms of widths, shape (n,).
    """

    train_inputs: NDArray[np.float32]
    train_labels: Array
    test_inputs: NDArray[np.float32]
    test_labels: Array
    reported: float
    predict: Callable[[Any], Array]


#: logarithm of the width in bins below which a line is called narrow
_NARROW = -0.2


def _learned(inputs: NDArray[Any], labels: Array, seed: int) -> Callable[[Any], Array]:
    """A network whose hidden layer stays random; the last layer is solved for."""
    rng = np.random.default_rng(seed)
    first, bias = rng.standard_normal((18, 250)) / 4, rng.uniform(-1, 1, 250)

    def hidden(values: NDArray[Any]) -> Array:
        values = np.asarray(values, dtype=float)
        return np.hstack([np.tanh(values @ first + bias), np.ones((len(values), 1))])

    seen = hidden(inputs)
    weights = np.linalg.solve(seen.T @ seen + 0.1 * np.eye(seen.shape[1]), seen.T @ labels)
    return lambda values: np.asarray(hidden(values) @ weights, dtype=float)


def _nearest(inputs: NDArray[Any], labels: Array) -> Callable[[Any], Array]:
    """Answers with the label of the most similar window that it has seen."""
    known = np.asarray(inputs, dtype=float)

    def answer(values: NDArray[Any]) -> Array:
        values = np.asarray(values, dtype=float)
        distance = (known**2).sum(axis=1) - 2 * values @ known.T
        return np.asarray(labels[np.argmin(distance, axis=1)], dtype=float)

    return answer


@lru_cache(maxsize=256)
def _arrangement(key: str) -> tuple[dict[str, str], float]:
    """Which script has which fault, and the factor of the wrong labels."""
    stream = personal_stream(_FAULT, key)
    faults = dict(zip("ABCD", stream.shuffled(tuple(FAULTS)), strict=True))
    return faults, stream.choice((0.5, 0.6, 0.7, 1.4, 1.6, 1.73, 1.9))


@lru_cache(maxsize=16)
def suspects(key: str = SELF_STUDY) -> dict[str, Suspect]:
    """The four scripts, A to D."""
    faults, factor = _arrangement(key)
    found = {}
    for place, (name, fault) in enumerate(faults.items()):
        seed = personal_seed(_FAULT, key) // 8 + 10 * place
        inputs, targets, _ = draw_windows(3000, seed)
        labels = targets[:, 1].astype(float)
        test_inputs, test_targets, _ = draw_windows(600, seed + 1)
        test_labels = test_targets[:, 1].astype(float)
        if fault == "labels":
            labels, test_labels = labels + math.log(factor), test_labels + math.log(factor)
        elif fault == "range":
            kept, kept_test = labels < _NARROW, test_labels < _NARROW
            inputs, labels = inputs[kept], labels[kept]
            test_inputs, test_labels = test_inputs[kept_test], test_labels[kept_test]
        elif fault == "leak":
            order = np.random.default_rng(seed).permutation(3000)
            inputs = np.concatenate([inputs[:2430], test_inputs[:570]])[order]
            labels = np.concatenate([labels[:2430], test_labels[:570]])[order]
        predict = _nearest(inputs, labels) if fault == "leak" else _learned(inputs, labels, seed)
        reported = float(np.sqrt(np.mean((predict(test_inputs) - test_labels) ** 2)))
        found[name] = Suspect(inputs, labels, test_inputs, test_labels, reported, predict)
    return found


def fault_answer(key: str, *, instead: dict[str, str] | None = None, factor: float | None = None) -> dict[str, Any]:
    """What each script suffers from; ``instead`` confuses faults."""
    faults, true_factor = _arrangement(key)
    named = {name: (instead or {}).get(fault, fault) for name, fault in faults.items()}
    return {**named, "factor": true_factor if factor is None else factor}


def _diagnosis(answer: Any, name: str) -> str:
    chosen = answer[name]
    if chosen not in FAULTS:
        raise ValueError(f"{name!r} must be one of {', '.join(FAULTS)}, got {chosen!r}")
    return str(chosen)


def _named(fault: str, answer: Any) -> list[str]:
    return [name for name in "ABCD" if _diagnosis(answer, name) == fault]


def _each_once(answer: Any, key: str) -> bool | str:
    missing = [fault for fault in FAULTS if len(_named(fault, answer)) != 1]
    return not missing or f"each diagnosis belongs to one script; not so: {', '.join(missing)}"


def _holds_copies(answer: Any, key: str) -> bool | str:
    """Windows of the test are among those of the training."""
    for name in _named("leak", answer):
        one = suspects(key)[name]
        known = {row.tobytes() for row in one.train_inputs}
        if not any(row.tobytes() in known for row in one.test_inputs):
            return f"none of the test windows of {name} is among its training windows"
    return bool(_named("leak", answer)) or "somebody's test windows are among the training windows"


def _sees_narrow(answer: Any, key: str) -> bool | str:
    for name in _named("range", answer):
        one = suspects(key)[name]
        fresh, targets, _ = draw_windows(2000, 77)
        squares = (one.predict(fresh) - targets[:, 1]) ** 2
        if not np.mean(squares[targets[:, 1] > 0.7]) > 2.5 * np.mean(squares[targets[:, 1] < _NARROW]):
            return f"{name} reads wide lines as well as narrow ones"
    return bool(_named("range", answer)) or "one of the scripts fails on wide lines"


def _same_shift(answer: Any, key: str) -> bool | str:
    for name in _named("labels", answer):
        fresh, targets, _ = draw_windows(2000, 78)
        errors = suspects(key)[name].predict(fresh) - targets[:, 1]
        if not abs(errors.mean()) > 2 * errors.std():
            return f"the widths of {name} are right in the mean"
    return bool(_named("labels", answer)) or "the widths of one of the scripts are all wrong by the same factor"


def _factor_right(answer: Any, key: str) -> bool | str:
    """The factor by which it moves the mean of fresh windows."""
    fresh, targets, _ = draw_windows(4000, 79)
    shifts = {
        name: float(np.mean(one.predict(fresh) - targets[:, 1]))
        for name, one in suspects(key).items()
        if _arrangement(key)[0][name] == "labels"
    }
    measured = math.exp(next(iter(shifts.values())))
    return close(number(answer, "factor"), measured, relative=0.03) or "compare predicted and true widths in the mean"


register(
    Exercise(
        slug=_FAULT,
        asks='a dictionary with a diagnosis for each of "A" to "D", and the "factor" of the wrong labels',
        properties=(
            Property("every diagnosis is made once", _each_once),
            Property("the one with a leak: look at its data", _holds_copies),
            Property("the one with a narrow range: look at its errors against the width", _sees_narrow),
            Property("the one with wrong labels: look at the mean of its errors", _same_shift),
            Property("predicted widths are so many times the true ones, within 3 %", _factor_right),
        ),
        right=lambda key: fault_answer(key),
        mistakes=(
            Mistake(
                "label_from_wrong_fit", lambda key: fault_answer(key, instead={"labels": "none", "none": "labels"})
            ),
            Mistake("test_seen_in_training", lambda key: fault_answer(key, instead={"leak": "none", "none": "leak"})),
            Mistake(
                "outside_training_range", lambda key: fault_answer(key, instead={"range": "none", "none": "range"})
            ),
            Mistake(
                "outside_training_range", lambda key: fault_answer(key, instead={"range": "labels", "labels": "range"})
            ),
            Mistake("factor_turned", lambda key: fault_answer(key, factor=1 / _arrangement(key)[1])),
            Mistake("logarithm_kept", lambda key: fault_answer(key, factor=math.log(_arrangement(key)[1]))),
        ),
        hints=(
            "Fresh windows cost nothing: draw_windows(n, seed). What are bias and spread of each script there?",
            "Plot error against true width. And are rows of test_inputs to be found in train_inputs?",
            "The labels are logarithms: a factor is a shift.",
        ),
        read="Lesson 5, The labels are wrong, and Overfitting",
        personal=True,
    )
)

# 4. Few data, and a log
_CURE = "m1.homework2.few"
N_WINDOWS, N_VALIDATION, LEAST, BUDGET = 100, 300, 8, 14


def training_windows(key: str = SELF_STUDY) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Your 100 windows: inputs (100, 18), offset and logarithm of the width (100, 2). There are no more."""
    return draw_windows(N_WINDOWS, personal_seed(_CURE, key))[:2]


def validation_windows(key: str = SELF_STUDY) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Your 300 windows to choose by."""
    return draw_windows(N_VALIDATION, personal_seed(_CURE + ".validation", key))[:2]


def mean_square(network: Any, inputs: NDArray[Any], targets: NDArray[Any]) -> float:
    """Mean squared error of offset and logarithm of the width."""
    answers = predictions(network, inputs)
    if answers.shape != targets.shape:
        raise ValueError(f"predict must give offset and log width, shape {targets.shape}, got {answers.shape}")
    return float(np.mean((answers - targets) ** 2))


def train_few(
    seed: int,
    *,
    layers: tuple[int, ...] = (64, 64),
    activation: str = "silu",
    l2: float = 0.0,
    dropout: float = 0.0,
    jitter: float = 0.2,
    rate: float = 0.005,
    stop: bool = True,
) -> Any:
    """Train with few windows as the solution of the homework does."""
    from ...networks.backend import import_keras

    keras = import_keras()
    keras.utils.set_random_seed(seed)
    network = keras.Sequential([keras.Input((18,))])
    if jitter:
        network.add(keras.layers.GaussianNoise(jitter))
    for units in layers:
        network.add(keras.layers.Dense(units, activation, kernel_regularizer=keras.regularizers.L2(l2) if l2 else None))
        if dropout:
            network.add(keras.layers.Dropout(dropout))
    network.add(keras.layers.Dense(2))
    network.compile(optimizer=keras.optimizers.Adam(rate), loss="mse")
    watch = keras.callbacks.EarlyStopping(monitor="val_loss", patience=4, restore_best_weights=True)
    inputs, targets, _ = draw_windows(N_WINDOWS, 100 * seed)
    network.fit(
        np.tile(inputs, (20, 1)),  # an epoch shows each window twenty times, with other jitter
        np.tile(targets, (20, 1)),
        validation_data=draw_windows(N_VALIDATION, 100 * seed + 1)[:2],
        batch_size=100,
        validation_batch_size=N_VALIDATION,
        epochs=12,
        callbacks=[watch] if stop else [],
        verbose=0,
    )
    return network


# how good one can get depends on the hundred windows: the search is judged against its own first trial, this only
# keeps out what has learned nothing
_TRAINING = Training(train=train_few, measure=error_in_bounds, threshold=1.9, failures=0, runs=30)


def _reads(answer: Any, key: str) -> bool | str:
    error = error_in_bounds(answer["network"])
    if error <= _TRAINING.threshold:
        return True
    known = mean_square(answer["network"], *training_windows(key))
    fresh = mean_square(answer["network"], *draw_windows(2000, 20261128)[:2])
    found = f"{error:.2f} bounds on fresh windows, allowed are {_TRAINING.threshold}"
    return f"{found}. {MISCONCEPTIONS['training_loss_monitored']}" if known < 0.5 * fresh else found


def _same_network(answer: Any, key: str) -> bool | str:
    return chosen_by(answer["trials"], mean_square(answer["network"], *validation_windows(key)))


def _several_cures(answer: Any, key: str) -> bool | str:
    trials = tried(answer["trials"])
    turned = {
        name
        for trial in trials[1:]
        for name, value in trial.settings.items()
        if name != "seed" and repr(value) != repr(trials[0].settings.get(name))
    }
    return len(turned) >= 4 or f"turned were only: {', '.join(sorted(turned)) or 'none'}; try four settings"


register(
    Exercise(
        slug=_CURE,
        asks='a dictionary with "trials", your log, and "network", the one with the best settings of the log',
        properties=(
            *method_properties(least=LEAST, budget=BUDGET),
            Property("at least four cures were tried", _several_cures),
            Property("the search led somewhere", lambda answer, key: better_than_first(answer["trials"], 1.1)),
            Property("the network is the one that val_loss chose", _same_network),
            Property("it reads fresh windows", _reads),
        ),
        right=lambda key: {"trials": [], "network": train_few(1)},
        hints=(
            "Look at the first curves: where does val_loss turn? What may stop there?",
            "The windows cannot be more, but each can be shown with other noise: the setting jitter.",
            "A cure too many is an illness: try each alone before you add them. Repeat the best with another seed.",
        ),
        read="Lesson 5, Overfitting",
        personal=True,
        training=_TRAINING,
    )
)

# 5. Error bars that hold what they promise


def calibrate(estimates: Array, deviations: Array, truth: Array) -> tuple[float, float]:
    """Shift, in deviations, and factor of the error bars, so that they hold the truth in 68.3 % of cases."""
    pulls = (estimates - truth) / deviations
    shift = float(np.median(pulls))
    return shift, float(np.quantile(np.abs(pulls - shift), 0.683))


def measured(
    seed: int, *, n: int = 4000, shift: float = 0.6, factor: float = 1.7, wild: float = 0.03
) -> tuple[Array, Array, Array]:
    """Estimates, stated deviations and truth; a few estimates are wild."""
    rng = np.random.default_rng(seed)
    truth, deviations = rng.uniform(-100, 100, n), np.exp(rng.uniform(-3, 0, n))
    pulls = shift + factor * rng.standard_normal(n) * np.where(rng.random(n) < wild, 12, 1)
    return truth + deviations * pulls, deviations, truth


def _covers_fresh(answer: Any) -> bool | str:
    """Calibrated on some, counted on others; 8000 cases, so by chance 68.3 +- 0.5 %."""
    cases: tuple[dict[str, Any], ...] = ({}, {"shift": -1.0, "factor": 0.5}, {"factor": 3.0, "wild": 0.0})
    for number_, case in enumerate(cases):
        shift, factor = map(float, answer(*measured(10 + number_, **case)))
        estimates, deviations, truth = measured(20 + number_, n=8000, **case)
        inside = np.abs(estimates - shift * deviations - truth) <= factor * deviations
        if abs(inside.mean() - 0.683) > 0.025:
            return f"on fresh estimates your bars hold the truth in {100 * inside.mean():.1f} %"
    return True


def _centred(answer: Any) -> bool | str:
    estimates, deviations, truth = measured(31)
    shift = float(answer(estimates, deviations, truth)[0])
    above = float(np.mean(estimates - shift * deviations > truth))
    return abs(above - 0.5) < 0.01 or f"after the shift {100 * above:.1f} % of the estimates lie above the truth"


register(
    Exercise(
        slug="m1.homework2.bars",
        asks="a function calibrate(estimates, deviations, truth) giving (shift, factor), both in units of deviations",
        properties=(
            Property(
                "Hz or mHz makes no difference",
                lambda answer: close(
                    answer(*(1e3 * part for part in measured(3))), answer(*measured(3)), relative=1e-6, absolute=1e-9
                ),
            ),
            Property(
                "bars that are stated twice as long need half the factor",
                lambda answer: close(
                    2 * float(answer(measured(3)[0], 2 * measured(3)[1], measured(3)[2])[1]),
                    float(answer(*measured(3))[1]),
                    relative=1e-6,
                ),
            ),
            Property("after the shift as many estimates lie above the truth as below", _centred),
            Property("on fresh estimates the new bars hold the truth in 68.3 %, within 2.5 %", _covers_fresh),
        ),
        right=lambda: calibrate,
        mistakes=(
            Mistake(
                "bias_ignored",
                lambda: lambda e, d, t: (0.0, float(np.quantile(np.abs(e - t) / d, 0.683))),
            ),
            Mistake(
                "outliers_rule",
                lambda: lambda e, d, t: (float(np.mean((e - t) / d)), float(np.std((e - t) / d))),
            ),
            Mistake(
                "outliers_rule",
                lambda: lambda e, d, t: (float(np.median((e - t) / d)), float(np.std((e - t) / d))),
            ),
            Mistake(
                "two_deviations",
                lambda: (
                    lambda e, d, t: (
                        calibrate(e, d, t)[0],
                        float(np.quantile(np.abs((e - t) / d - calibrate(e, d, t)[0]), 0.954)),
                    )
                ),
            ),
            Mistake(
                "bars_not_relative",
                lambda: (
                    lambda e, d, t: (
                        float(np.median(e - t)),
                        float(np.quantile(np.abs(e - t - np.median(e - t)), 0.683)),
                    )
                ),
            ),
        ),
        probes=(measured(41, n=300), measured(42, n=300, shift=-0.8, factor=0.6)),
        relative_tolerance=0.02,  # there are several ways to a quantile of 300 values
        hints=(
            "Divide each error by its own stated deviation. What should these numbers look like, if all were well?",
            "In a few cases the estimate is wild. Which measures of middle and spread do not care about a few?",
            "np.quantile(np.abs(...), 0.683) is the length that holds 68.3 % of them.",
        ),
        read="Lesson 5, Error bars",
        fresh=lambda stream: measured(
            stream.whole(1, 10**6),
            n=500,
            shift=stream.choice((-1, 1)) * stream.on_grid(0.5, 1.5, 0.1),
            factor=stream.on_grid(0.5, 3.0, 0.1),
        ),
    )
)

# 6. When not to trust a network


def trusted(samples: NDArray[Any], dwell_s: float, noise_sd: float, parameters: Array) -> NDArray[np.bool_]:
    """Whether residual and amplitude allow to believe in one line with these parameters."""
    _, n_points = samples.shape
    times_s = np.arange(n_points) * dwell_s
    frequency_hz, fwhm_hz, amplitude, phase_rad = parameters.T
    decay = np.exp(np.outer(2j * np.pi * frequency_hz - np.pi * fwhm_hz, times_s))
    left = samples - (amplitude * np.exp(1j * phase_rad))[:, None] * decay
    numbers = 2 * n_points - 4
    chi_square = np.sum(np.abs(left) ** 2, axis=1) / noise_sd**2 / numbers
    snr = amplitude * np.sqrt(np.sum(np.abs(decay) ** 2, axis=1)) / noise_sd
    return np.asarray((np.abs(chi_square - 1) < 4 * math.sqrt(2 / numbers)) & (snr > 7), dtype=bool)


_DWELL_S, _N_POINTS = 1e-3, 256
#: kind -> what a network for one line is given
KINDS = ("one line", "two lines", "no line", "a line whose phase jumps", "another decay's answer")


def draw_cases(kind: str, n: int, seed: int, *, noise_sd: float = 1.0) -> tuple[NDArray[np.complex128], Array]:
    """Decays of a kind, and what the network answers.

    Parameters
    ----------
    kind : str
        One of :data:`KINDS`.
    n : int
        Number of decays.
    seed : int
        Another seed, other decays.
    noise_sd : float
        Of one channel.

    Returns
    -------
    samples : numpy.ndarray of complex, shape (n, 256)
        1 ms apart.
    parameters : numpy.ndarray, shape (n, 4)
        frequency_hz, fwhm_hz, amplitude, phase_rad: the answer of the shipped network and a few Gauss-Newton steps.
    """
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    width_hz = np.exp(rng.uniform(np.log(2), np.log(12), n))
    frequency_hz, phase_rad = rng.uniform(-300, 300, n), rng.uniform(-np.pi, np.pi, n)
    size = {"n_points": _N_POINTS, "dwell_s": _DWELL_S}
    snr = np.exp(rng.uniform(np.log(25), np.log(80), n))
    amplitude = amplitude_for_snr(snr, width_hz, noise_sd=noise_sd, **size)
    clean: dict[str, Any] = {"dtype": complex, **size}
    samples = np.array(simulate_lines(frequency_hz, width_hz, amplitude, phase_rad, **clean))
    if kind == "two lines":
        beside = frequency_hz + rng.choice([-1, 1], n) * rng.uniform(8, 60, n)
        samples = samples + simulate_lines(beside, width_hz, 0.8 * amplitude, phase_rad, **clean)
    elif kind == "no line":
        samples = np.zeros_like(samples)
    elif kind == "a line whose phase jumps":
        samples[:, 20:] *= np.exp(1j * rng.choice([-1, 1], n) * rng.uniform(1.5, 3.0, n))[:, None]  # after 20 ms
    noise = rng.standard_normal((n, _N_POINTS)) + 1j * rng.standard_normal((n, _N_POINTS))
    samples = np.asarray(samples + noise_sd * noise, dtype=complex)
    found = estimate_line(samples, _DWELL_S)
    parameters = np.column_stack([getattr(found, name) for name in LINE_FIELDS])
    return samples, np.roll(parameters, 1, axis=0) if kind == KINDS[4] else parameters


@lru_cache(maxsize=16)
def _cases(kind: str) -> tuple[NDArray[np.complex128], Array]:
    return draw_cases(kind, 500, 20261127)


def _verdicts(answer: Any, kind: str) -> NDArray[np.bool_]:
    samples, parameters = _cases(kind)
    got = np.asarray(answer(samples.copy(), _DWELL_S, 1.0, parameters.copy()))
    if got.shape != (len(samples),) or got.dtype != bool:
        raise ValueError(f"one True or False for each decay is expected, got {got.dtype} of shape {got.shape}")
    return got


def _believes(answer: Any) -> bool | str:
    part = float(np.mean(~_verdicts(answer, "one line")))
    return part <= 0.02 or f"{100 * part:.1f} % of the honest single lines are mistrusted"


def _mistrusts(kind: str) -> Callable[[Any], bool | str]:
    def holds(answer: Any) -> bool | str:
        part = float(np.mean(_verdicts(answer, kind)))
        if np.all(_verdicts(answer, "one line")) and part == 1:
            return "everything is trusted"
        return part <= 0.05 or f"{100 * part:.0f} % of these answers are trusted"

    return holds


def _any_gain(answer: Any) -> bool:
    samples, parameters = _cases("two lines")
    louder = parameters * np.array([1, 1, 10, 1])
    return bool(np.all(np.asarray(answer(10 * samples, _DWELL_S, 10.0, louder)) == _verdicts(answer, "two lines")))


def _only_residual(factor: float = 1.0, real: bool = False) -> Callable[..., NDArray[np.bool_]]:
    """Looks at the residual and at nothing else."""

    def of(samples: NDArray[Any], dwell_s: float, noise_sd: float, parameters: Array) -> NDArray[np.bool_]:
        times_s = np.arange(samples.shape[1]) * dwell_s
        f, w, a, phase = parameters.T
        left = samples - (a * np.exp(1j * phase))[:, None] * np.exp(np.outer(2j * np.pi * f - np.pi * w, times_s))
        squares = np.sum(left.real**2 if real else np.abs(left) ** 2, axis=1)
        numbers = 2 * samples.shape[1] - 4
        return np.asarray(np.abs(factor * squares / noise_sd**2 / numbers - 1) < 4 * math.sqrt(2 / numbers))

    return of


def _only_amplitude(samples: NDArray[Any], dwell_s: float, noise_sd: float, parameters: Array) -> NDArray[np.bool_]:
    times_s = np.arange(samples.shape[1]) * dwell_s
    energy = np.exp(-2 * np.pi * np.outer(parameters[:, 1], times_s)).sum(axis=1)
    return np.asarray(parameters[:, 2] * np.sqrt(energy) / noise_sd > 7)


_PROBES = tuple(
    (samples[:40], _DWELL_S, 1.0, parameters[:40]) for samples, parameters in (
        draw_cases(kind, 40, 5) for kind in KINDS
    )
)  # fmt: skip

register(
    Exercise(
        slug="m1.homework2.trust",
        asks="a function trusted(samples, dwell_s, noise_sd, parameters) giving one True or False for each decay",
        properties=(
            Property("the gain of the receiver makes no difference", _any_gain),
            Property("at least 98 % of honest single lines are trusted", _believes),
            Property("two lines: at least 95 % are noticed", _mistrusts("two lines")),
            Property("no line at all: at least 95 % are noticed", _mistrusts("no line")),
            Property("a phase that jumps: at least 95 % are noticed", _mistrusts("a line whose phase jumps")),
            Property("the answer to another decay: at least 95 % are noticed", _mistrusts("another decay's answer")),
        ),
        right=lambda: trusted,
        mistakes=(
            Mistake("silence_trusted", lambda: _only_residual()),
            Mistake("residual_unread", lambda: _only_amplitude),
            Mistake("noise_of_both_channels", lambda: _only_residual(factor=2.0)),
            Mistake(
                "deviation_as_limit",
                lambda: (
                    lambda samples, dwell_s, noise_sd, parameters: (
                        trusted(samples, dwell_s, noise_sd, parameters)
                        & (
                            np.abs(_chi_square(samples, dwell_s, noise_sd, parameters) - 1)
                            < math.sqrt(2 / (2 * 256 - 4))
                        )
                    )
                ),
            ),
        ),
        probes=_PROBES,
        hints=(
            "Make the line that the network claims, take it off, and compare what is left with the noise.",
            "By how much does the misfit of honest lines differ from 1, by chance? Leave room for four times that.",
            "Pure noise is fitted well by any small line. What else would you ask of a line before you believe in it?",
        ),
        read="Lesson 5, Think 3, and Is the line shape a hyper-parameter?",
    )
)


def _chi_square(samples: NDArray[Any], dwell_s: float, noise_sd: float, parameters: Array) -> Array:
    """The misfit of each decay."""
    times_s = np.arange(samples.shape[1]) * dwell_s
    f, w, a, phase = parameters.T
    left = samples - (a * np.exp(1j * phase))[:, None] * np.exp(np.outer(2j * np.pi * f - np.pi * w, times_s))
    return np.asarray(np.sum(np.abs(left) ** 2, axis=1) / noise_sd**2 / (2 * samples.shape[1] - 4), dtype=float)


# 7. Better, or lucky?


def compare(first: Array, second: Array) -> tuple[float, float]:
    """Difference of the means, second minus first, and its standard error."""
    error = np.sqrt(np.var(first, ddof=1) / len(first) + np.var(second, ddof=1) / len(second))
    return float(np.mean(second) - np.mean(first)), float(error)


def seed_scores(seed: int, n_first: int, n_second: int, gap: float = 0.3) -> tuple[Array, Array]:
    """Scores of two settings over some seeds, with unequal spread."""
    rng = np.random.default_rng([seed, 11])
    return 1.0 + 0.2 * rng.standard_normal(n_first), 1.0 + gap + 0.4 * rng.standard_normal(n_second)


def _pulls(answer: Any) -> bool | str:
    """Without a true difference, difference over error scatters by about 1: 200 pairs of 12 and 20 seeds."""
    pairs = np.array([answer(*seed_scores(seed, 12, 20, gap=0.0)) for seed in range(200)], dtype=float)
    pulls = pairs[:, 0] / pairs[:, 1]
    spread = float(np.std(pulls))
    # t distribution with about 30 degrees of freedom: 1.035; by chance 0.05
    return abs(spread - 1.035) < 0.15 or f"where nothing differs, differences are {spread:.3g} times your errors"


def _unbiased(answer: Any) -> bool | str:
    """The mean of the squared errors is the variance of the difference: 500 pairs of three seeds, by chance 7 %."""
    pairs = np.array([answer(*seed_scores(seed, 3, 3, gap=0.0)) for seed in range(500)], dtype=float)
    ratio = float(np.mean(pairs[:, 1] ** 2) / np.var(pairs[:, 0]))
    return abs(ratio - 1) < 0.2 or f"with three seeds each, your squared error is in the mean {ratio:.3g} times that"


_TWO = seed_scores(1, 8, 5)

register(
    Exercise(
        slug="m1.homework2.luck",
        asks="a function compare(first, second) giving (difference of the means, its standard error)",
        properties=(
            Property(
                "the other way round, the difference changes its sign and the error stays",
                lambda answer: close(
                    np.array(answer(*_TWO[::-1])) * [-1, 1], np.array(answer(*_TWO)), relative=1e-9, absolute=1e-12
                ),
            ),
            Property("the order of the seeds makes no difference", lambda answer: close(
                answer(_TWO[0][::-1].copy(), _TWO[1]), answer(*_TWO), relative=1e-9)),
            Property("the difference is what was added", lambda answer: close(
                answer(_TWO[0], _TWO[0] + 0.25)[0], 0.25, relative=1e-9)),
            Property("where nothing differs, differences are as large as the error says", _pulls),
            Property("the squared error is the variance of the difference, also of very few seeds", _unbiased),
        ),
        right=lambda: compare,
        mistakes=(
            Mistake(
                "spread_for_error",
                lambda: lambda a, b: (compare(a, b)[0], float(np.sqrt(np.var(a, ddof=1) + np.var(b, ddof=1)))),
            ),
            Mistake("variance_for_deviation", lambda: lambda a, b: (compare(a, b)[0], compare(a, b)[1] ** 2)),
            Mistake(
                "mean_of_the_same",
                lambda: lambda a, b: (compare(a, b)[0], float(np.sqrt(np.var(a) / len(a) + np.var(b) / len(b)))),
            ),
            Mistake(
                "errors_added",
                lambda: lambda a, b: (
                    compare(a, b)[0],
                    float(np.std(a, ddof=1) / np.sqrt(len(a)) + np.std(b, ddof=1) / np.sqrt(len(b))),
                ),
            ),
            Mistake(
                "best_of_each",
                lambda: lambda a, b: (float(np.min(b) - np.min(a)), compare(a, b)[1]),
            ),
            Mistake("sign_of_difference", lambda: lambda a, b: (-compare(a, b)[0], compare(a, b)[1])),
        ),
        probes=(_TWO, seed_scores(2, 4, 9)),
        relative_tolerance=1e-6,
        hints=(
            "How uncertain is the mean of n values that scatter by s? How do the errors of two means combine?",
            "The spread of the seeds is that of one training; the mean of n of them is known better.",
            "np.std(values, ddof=1): the mean was estimated from the same values.",
        ),
        read="Homework 2, Better, or lucky?",
        fresh=lambda stream: seed_scores(stream.whole(1, 10**6), stream.whole(3, 20), stream.whole(3, 20)),
    )
)  # fmt: skip

# 8. The recast
RECAST_OPTIONS = {
    "output": (
        "the smoothed curve, 200 points",
        "half-lives, by a classifier: fast, medium, slow",
        "the rate constant, with its error bar",
    ),
    "labels": (
        "curves smoothed by the program in use",
        "rates that the program in use has fitted",
        "rates drawn for simulated runs, checked on runs with weighed amounts of enzyme",
    ),
    "split": (
        "time points drawn at random from all runs",
        "runs drawn at random, of the same week",
        "whole runs: other days and other reactors",
    ),
    "units": (
        "concentrations in mM, times in s",
        "both divided by their own scale: the change, and the length of the run",
    ),
    "score": (
        "R squared of the curve",
        "error of the rate in its own error bars, their coverage, and the bound beside it",
    ),
    "baseline": (
        "the same network, untrained",
        "least squares with the rate law",
    ),
}
_GOOD = {part: options[-1] for part, options in RECAST_OPTIONS.items()}
_OBJECTIONS = {
    "the smoothed curve, 200 points": "a rate must still be read off it: this is a step on the way",
    "half-lives, by a classifier: fast, medium, slow": "three drawers for a number: what is written in the report?",
    "curves smoothed by the program in use": MISCONCEPTIONS["label_from_wrong_fit"],
    "rates that the program in use has fitted": MISCONCEPTIONS["label_from_wrong_fit"],
    "time points drawn at random from all runs": MISCONCEPTIONS["neighbours_in_test"],
    "runs drawn at random, of the same week": MISCONCEPTIONS["outside_training_range"],
    "concentrations in mM, times in s": MISCONCEPTIONS["units_in_the_network"],
    "R squared of the curve": MISCONCEPTIONS["metric_not_physical"],
    "the same network, untrained": MISCONCEPTIONS["accuracy_without_baseline"],
}


def _chosen(part: str) -> Callable[..., bool | str]:
    return right_choice(part, RECAST_OPTIONS, _GOOD, _OBJECTIONS)


def _with(part: str, place: int) -> dict[str, str]:
    return _GOOD | {part: RECAST_OPTIONS[part][place]}


register(
    Exercise(
        slug="m1.homework2.recast",
        asks="a dictionary with one of the OPTIONS for each part: output, labels, split, units, score, baseline",
        properties=(
            Property("the answer is the number that the biochemist reports", _chosen("output")),
            Property("the labels are true", _chosen("labels")),
            Property("what is tested on is new", _chosen("split")),
            Property("a run that is ten times as slow is the same problem", _chosen("units")),
            Property("the score says how wrong the rate is, and whether one could know", _chosen("score")),
            Property("it is compared with what people use", _chosen("baseline")),
        ),
        right=lambda: dict(_GOOD),
        mistakes=(
            Mistake("problem_unchanged", lambda: {part: options[0] for part, options in RECAST_OPTIONS.items()}),
            Mistake("label_from_wrong_fit", lambda: _with("labels", 0)),
            Mistake("label_from_wrong_fit", lambda: _with("labels", 1)),
            Mistake("neighbours_in_test", lambda: _with("split", 0)),
            Mistake("outside_training_range", lambda: _with("split", 1)),
            Mistake("units_in_the_network", lambda: _with("units", 0)),
            Mistake("metric_not_physical", lambda: _with("score", 0)),
            Mistake("accuracy_without_baseline", lambda: _with("baseline", 0)),
        ),
        hints=(
            "Which number stands in the report at the end, and with what beside it?",
            "Two neighbouring points of a run differ by noise only. What does a test on one of them say?",
            "What do you know for certain: what you drew, or what you weighed?",
        ),
        read="Lesson 5, The recast, and An enzyme at work",
    )
)
