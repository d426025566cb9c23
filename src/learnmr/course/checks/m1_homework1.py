"""Homework 1: a folded line, a plan, counting, gradients, whitening, a network tuned with a log, and a recast.

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

from ...physics import simulate_fid
from ...signals import FID, Resonance
from ..exercises import Exercise, Mistake, Property, Training, close, predictions, register, right_choice
from ..misconceptions import MISCONCEPTIONS
from ..personal import SELF_STUDY, personal_seed, personal_stream
from ..questions.streams import HashStream
from ..tuning import better_than_first, chosen_by, method_properties, tried

Array = NDArray[np.float64]


def number(answer: Any, name: str) -> float:
    """A number of the answer, or an error that says what is missing."""
    if not isinstance(answer, dict):
        raise TypeError(f"a dictionary is expected, got {type(answer).__name__}")
    if name not in answer:
        raise ValueError(f"{name!r} is missing")
    if answer[name] is Ellipsis:
        raise NotImplementedError
    value = float(answer[name])
    if not math.isfinite(value):
        raise ValueError(f"{name!r} must be a finite number, got {value!r}")
    return value


# 1. One line that is folded, and two records of it
@dataclass(frozen=True)
class _Folded:
    """What is hidden in the two records."""

    spectrometer_mhz: float
    carrier_ppm: float
    band_a_hz: float
    band_b_hz: float
    still_hz: float
    folded_hz: float

    @property
    def limit_hz(self) -> float:
        """The filter of the receiver lets pass what is nearer to the carrier than this."""
        return 2.5 * self.band_a_hz

    def ppm(self, frequency_hz: float) -> float:
        return self.carrier_ppm + frequency_hz / self.spectrometer_mhz


def _seen_hz(frequency_hz: float, band_hz: float) -> float:
    return frequency_hz - round(frequency_hz / band_hz) * band_hz


_FOLD = "m1.homework1.folded"


@lru_cache(maxsize=256)
def _folded(key: str) -> _Folded:
    """Two lines whose places in the two records tell one true place only."""
    stream = personal_stream(_FOLD, key)
    while True:
        band_a = stream.on_grid(1600.0, 2400.0, 50.0)
        one = _Folded(
            stream.choice((81.0, 100.6, 121.5, 161.9, 202.5)),
            stream.on_grid(3.0, 20.0, 0.5),
            band_a,
            band_a + stream.on_grid(260.0, 420.0, 20.0),
            stream.choice((-1, 1)) * stream.on_grid(0.10, 0.38, 0.01) * band_a,
            stream.choice((-1, 1)) * stream.on_grid(0.65, 2.30, 0.01) * band_a,
        )
        seen_a, seen_b = _seen_hz(one.folded_hz, one.band_a_hz), _seen_hz(one.folded_hz, one.band_b_hz)
        turns = range(-4, 5)
        alike = sum(
            abs(_seen_hz(seen_a + turn * one.band_a_hz - one.folded_hz, one.band_b_hz)) < 40
            for turn in turns
            if abs(seen_a + turn * one.band_a_hz) < one.limit_hz
        )
        apart = min(abs(seen_a - seen_b), abs(seen_a - one.still_hz), abs(seen_b - one.still_hz))
        mirrored = min(abs(_seen_hz(2 * one.folded_hz, band)) for band in (one.band_a_hz, one.band_b_hz))
        if alike == 1 and apart > 80 and mirrored > 80 and abs(seen_a) > 60 and abs(seen_b) > 60:
            return one


@lru_cache(maxsize=32)
def two_records(key: str = SELF_STUDY) -> tuple[FID, FID]:
    """The same sample, recorded twice with different dwell times; one of its two lines lies outside of both bands."""
    hidden = _folded(key)
    stream = personal_stream(_FOLD + ".widths", key)
    lines = [
        Resonance(hidden.still_hz, stream.on_grid(4.0, 8.0, 0.5), stream.on_grid(0.7, 1.0, 0.05)),
        Resonance(hidden.folded_hz, stream.on_grid(4.0, 8.0, 0.5), stream.on_grid(0.7, 1.0, 0.05)),
    ]
    first, second = (
        simulate_fid(
            lines,
            n_points=round(0.4 * band_hz),
            dwell_s=1 / band_hz,
            noise_sd=0.15,
            seed=personal_seed(_FOLD, key) + number_,
            spectrometer_mhz=hidden.spectrometer_mhz,
            carrier_ppm=hidden.carrier_ppm,
        )
        for number_, band_hz in enumerate((hidden.band_a_hz, hidden.band_b_hz))
    )
    return first, second


def filter_limit_hz(key: str = SELF_STUDY) -> float:
    """What is nearer to the carrier than this passes the receiver."""
    return _folded(key).limit_hz


def _line_there(record: FID, frequency_hz: float) -> bool:
    """The Fourier sum at a frequency, inside the band or not, is as high as that of a line is near its middle."""
    near_hz = frequency_hz + np.linspace(-12, 12, 49)
    sums = np.abs(np.exp(-2j * np.pi * np.outer(near_hz, record.times_s)) @ record.samples)
    noise = float(np.median(np.abs(np.fft.fft(record.samples))))
    return bool(sums[24] > 0.75 * sums.max() and sums[24] > 8 * noise)


def _offset_hz(answer: Any, name: str, record: FID) -> float:
    assert record.spectrometer_mhz is not None
    assert record.carrier_ppm is not None
    return (number(answer, name) - record.carrier_ppm) * record.spectrometer_mhz


def _in_record(name: str, which: int) -> Callable[..., bool | str]:
    def holds(answer: Any, key: str) -> bool | str:
        record = two_records(key)[which]
        place = _offset_hz(answer, name, record)
        seen = _seen_hz(place, 1 / record.dwell_s)
        return _line_there(record, place) or f"it would be seen at {seen:.0f} Hz there, where no line is"

    return holds


def _one_moves(answer: Any, key: str) -> bool | str:
    record = two_records(key)[0]
    half = 0.5 / record.dwell_s
    if abs(_offset_hz(answer, "folded_ppm", record)) <= half:
        return "the line that moves between the records must lie outside of the band of record A"
    return abs(_offset_hz(answer, "still_ppm", record)) <= half or "the line that stays must lie inside of the band"


def folded_answer(key: str = SELF_STUDY, **changes: float) -> dict[str, float]:
    """Both shifts in ppm."""
    hidden = _folded(key)
    return {"still_ppm": hidden.ppm(hidden.still_hz), "folded_ppm": hidden.ppm(hidden.folded_hz)} | changes


register(
    Exercise(
        slug=_FOLD,
        asks='a dictionary with "still_ppm" and "folded_ppm", the true chemical shifts of your two lines',
        properties=(
            Property("the line that stays is seen in record A", _in_record("still_ppm", 0)),
            Property("and at the same place in record B", _in_record("still_ppm", 1)),
            Property("the line that moves has been folded, the other has not", _one_moves),
            Property("folded, it is seen where record A has a line", _in_record("folded_ppm", 0)),
            Property("folded, it is seen where record B has a line", _in_record("folded_ppm", 1)),
            Property(
                "the filter of the receiver lets it pass",
                lambda answer, key: abs(_offset_hz(answer, "folded_ppm", two_records(key)[0])) <= filter_limit_hz(key),
            ),
        ),
        right=lambda key: folded_answer(key),
        mistakes=(
            Mistake(
                "unfolded",
                lambda key: folded_answer(
                    key, folded_ppm=_folded(key).ppm(_seen_hz(_folded(key).folded_hz, _folded(key).band_a_hz))
                ),
            ),
            Mistake(
                "unfolded",
                lambda key: folded_answer(
                    key, folded_ppm=_folded(key).ppm(_seen_hz(_folded(key).folded_hz, _folded(key).band_b_hz))
                ),
            ),
            Mistake(
                "folded_to_wrong_side",
                lambda key: folded_answer(key, folded_ppm=_folded(key).ppm(-_folded(key).folded_hz)),
            ),
            Mistake(
                "ppm_without_field",
                lambda key: folded_answer(
                    key,
                    still_ppm=_folded(key).carrier_ppm + _folded(key).still_hz,
                    folded_ppm=_folded(key).carrier_ppm + _folded(key).folded_hz,
                ),
            ),
            Mistake(
                "carrier_forgotten",
                lambda key: {name: value - _folded(key).carrier_ppm for name, value in folded_answer(key).items()},
            ),
            Mistake(
                "sign_of_shift",
                lambda key: {name: 2 * _folded(key).carrier_ppm - value for name, value in folded_answer(key).items()},
            ),
        ),
        relative_tolerance=1e-4,
        hints=(
            "Find both lines in both spectra, in Hz. One of them stands still.",
            "The other one lies a whole number of bandwidths away from where it is seen: another number, and another "
            "bandwidth, in each record. Write down the candidates of both.",
            "Only one candidate is in both lists and passes the filter. Then from Hz to ppm, from the carrier.",
        ),
        read="Lesson 1, Sampling, and The line",
        personal=True,
    )
)


# 2. A plan with a price
_PLAN = "m1.homework1.plan"


@lru_cache(maxsize=256)
def task(key: str = SELF_STUDY) -> dict[str, float]:
    """What the customer says about the sample; the names say the units."""
    stream = personal_stream(_PLAN, key)
    low = stream.on_grid(0.5, 2.0, 0.5)
    high = low + stream.on_grid(6.0, 10.0, 0.5)
    return {
        "spectrometer_mhz": stream.choice((60.0, 80.0, 250.0, 300.0, 400.0, 500.0)),
        "carrier_ppm": low + stream.on_grid(2.0, 2.5, 0.1),
        "lowest_ppm": low,
        "highest_ppm": high,
        "apart_hz": stream.on_grid(1.0, 4.0, 0.1),
        "snr_of_one_scan": stream.on_grid(3.0, 9.0, 0.5),
        "snr_wanted": stream.on_grid(30.0, 80.0, 1.0),
        "pause_s": stream.on_grid(1.0, 4.0, 0.5),
    }


def plan(key: str = SELF_STUDY, *, band_hz: float | None = None, scans: int | None = None) -> dict[str, float]:
    """The cheapest plan; with another band or number of scans the plan that follows from it."""
    sample = task(key)
    if band_hz is None:
        furthest_ppm = max(abs(sample[end] - sample["carrier_ppm"]) for end in ("lowest_ppm", "highest_ppm"))
        band_hz = 2 * furthest_ppm * sample["spectrometer_mhz"]
    n_points = math.ceil(band_hz / sample["apart_hz"] - 1e-9)
    n_scans = scans or math.ceil((sample["snr_wanted"] / sample["snr_of_one_scan"]) ** 2 - 1e-9)
    return {
        "dwell_s": 1 / band_hz,
        "n_points": n_points,
        "n_scans": n_scans,
        "total_s": n_scans * (n_points / band_hz + sample["pause_s"]),
    }


def _limits_hz(key: str) -> tuple[float, float]:
    sample = task(key)
    low, high = (
        (sample[end] - sample["carrier_ppm"]) * sample["spectrometer_mhz"] for end in ("lowest_ppm", "highest_ppm")
    )
    return low, high


def _nothing_folded(answer: Any, key: str) -> bool | str:
    half = 0.5 / number(answer, "dwell_s")
    outside = [round(limit) for limit in _limits_hz(key) if not abs(limit) <= half * (1 + 1e-6)]
    return not outside or f"the line at {outside[0]} Hz from the carrier is folded"


def _no_wider(answer: Any, key: str) -> bool | str:
    needed = 2 * max(map(abs, _limits_hz(key)))
    part = 1 / number(answer, "dwell_s") / needed
    return part <= 1.05 or f"the band is {part:.3g} times as wide as it must be"


def _separates(answer: Any, key: str) -> bool | str:
    turns = number(answer, "n_points") * number(answer, "dwell_s") * task(key)["apart_hz"]
    if turns < 1 - 1e-6:
        return f"while you record, one arrow gains {turns:.2f} turns on the other; one turn is needed"
    points = (turns - 1) / (number(answer, "dwell_s") * task(key)["apart_hz"])
    return points < 1.5 + 0.01 * number(answer, "n_points") or f"{math.floor(points)} points fewer would do"


def _enough_scans(answer: Any, key: str) -> bool | str:
    sample, scans = task(key), number(answer, "n_scans")
    if scans != round(scans) or scans < 1:
        return "a whole number of scans is needed"
    reached = math.sqrt(scans) * sample["snr_of_one_scan"]
    if reached < sample["snr_wanted"] * (1 - 1e-9):
        return f"{scans:.0f} scans reach {reached:.1f}"
    fewer = math.sqrt(scans - 1) * sample["snr_of_one_scan"]
    return fewer < sample["snr_wanted"] or "fewer scans would do"


def _adds_up(answer: Any, key: str) -> bool:
    record_s = number(answer, "n_points") * number(answer, "dwell_s")
    return close(
        number(answer, "total_s"), number(answer, "n_scans") * (record_s + task(key)["pause_s"]), relative=0.01
    )


def _width_hz(key: str) -> float:
    low, high = _limits_hz(key)
    return high - low


register(
    Exercise(
        slug=_PLAN,
        asks='a dictionary with "dwell_s", "n_points", "n_scans" and "total_s"',
        properties=(
            Property("no line is folded", _nothing_folded),
            Property("the band is not wider than it must be, within 5 %", _no_wider),
            Property("the record is long enough to separate the two lines, and not longer", _separates),
            Property("the scans give the signal-to-noise ratio that is wanted, and one fewer does not", _enough_scans),
            Property("the time adds up", _adds_up),
        ),
        right=lambda key: plan(key),
        mistakes=(
            Mistake("bandwidth_from_width", lambda key: plan(key, band_hz=_width_hz(key))),
            Mistake("bandwidth_from_zero", lambda key: plan(key, band_hz=max(map(abs, _limits_hz(key))))),
            Mistake("bandwidth_doubled", lambda key: plan(key, band_hz=4 * max(map(abs, _limits_hz(key))))),
            Mistake(
                "carrier_forgotten",
                lambda key: plan(key, band_hz=2 * task(key)["highest_ppm"] * task(key)["spectrometer_mhz"]),
            ),
            Mistake(
                "averaging_linear",
                lambda key: plan(key, scans=math.ceil(task(key)["snr_wanted"] / task(key)["snr_of_one_scan"])),
            ),
        ),
        hints=(
            "How far from the carrier, in Hz, does the furthest line lie? The band reaches as far to the other side.",
            "Two lines are told apart once one arrow has gained a turn on the other: that takes 1/distance.",
            "Signal grows with the number of scans, noise with its square root. A scan takes its record and a pause.",
        ),
        read="Lesson 1, Sampling, and Cut off too early",
        personal=True,
    )
)


# 3. Counting
def count(n_points: int, bias: bool, tied: bool) -> tuple[int, int]:
    """Free real weights, and how many training signals determine them."""
    inputs = n_points + bias if tied else 2 * n_points + bias
    return (2 if tied else 1) * inputs * (n_points if tied else 2 * n_points), inputs


def rank_of_weights(n_points: int, bias: bool, tied: bool, n_signals: int) -> tuple[int, int]:
    """Number of unknown weights, and how many of them so many random signals determine: by linear algebra.

    Real unknowns; the equations are those of all outputs of all signals.
    """
    rng = np.random.default_rng(n_signals)
    signals = rng.standard_normal((n_signals, n_points)) + 1j * rng.standard_normal((n_signals, n_points))
    if tied:
        rows = np.hstack([signals, np.ones((n_signals, 1))]) if bias else signals
        # a complex weight a + ib is two real unknowns: its equation in real and imaginary part
        blocks = np.block([[rows.real, -rows.imag], [rows.imag, rows.real]])
        outputs = n_points
    else:
        rows = np.hstack([signals.real, signals.imag])
        blocks = np.hstack([rows, np.ones((n_signals, 1))]) if bias else rows
        outputs = 2 * n_points
    return outputs * blocks.shape[1], outputs * int(np.linalg.matrix_rank(blocks))


_CASES = tuple((n, bias, tied) for n in (3, 1, 6) for bias in (False, True) for tied in (False, True))


def _say_case(n: int, bias: bool, tied: bool) -> str:
    return f"{n} complex samples, {'with' if bias else 'without'} bias, {'tied' if tied else 'not tied'}"


def _weights_counted(answer: Any) -> bool | str:
    for case in _CASES:
        got = answer(*case)[0]
        if not close(got, rank_of_weights(*case, 1)[0], relative=1e-9):
            return f"{_say_case(*case)}: {got} weights is wrong"
    return True


def _signals_counted(answer: Any) -> bool | str:
    for case in _CASES:
        n = int(answer(*case)[1])
        if not 1 <= n <= 100:
            return f"{_say_case(*case)}: {n} signals?"
        unknown, determined = rank_of_weights(*case, n)
        if determined < unknown:
            return f"{_say_case(*case)}: {n} signals leave {unknown - determined} weights undetermined"
        if n > 1 and rank_of_weights(*case, n - 1)[1] == unknown:
            return f"{_say_case(*case)}: fewer than {n} signals would do"
    return True


register(
    Exercise(
        slug="m1.homework1.count",
        asks="a function count(n_points, bias, tied) that returns (free real weights, signals needed)",
        properties=(
            Property(
                "two whole numbers",
                lambda answer: len(answer(4, True, False)) == 2 and all(v == int(v) for v in answer(4, True, False)),
            ),
            Property("as many weights as the layer has", _weights_counted),
            Property("so many random signals determine every weight, and one fewer does not", _signals_counted),
        ),
        right=lambda: count,
        mistakes=(
            Mistake("bias_forgotten", lambda: lambda n, bias, tied: count(n, False, tied)),
            Mistake("real_only", lambda: lambda n, bias, tied: (n * (n + bias), n + bias)),
            Mistake(
                "equations_per_signal",
                lambda: lambda n, bias, tied: (count(n, bias, tied)[0], count(n, bias, tied)[0]),
            ),
            Mistake("tied_ignored", lambda: lambda n, bias, tied: count(n, bias, False)),
        ),
        probes=_CASES,
        relative_tolerance=1e-9,
        hints=(
            "Every signal gives one equation for each output. How many unknowns stand in one of these equations?",
            "Each output has its own weights: it is enough to count the unknowns of one output.",
            "Tied: the layer is a matrix of complex numbers. A complex equation is two real ones, an unknown too.",
        ),
        read="Lesson 3, The network that can be the DFT",
        fresh=lambda stream: (stream.whole(2, 40), stream.choice((True, False)), stream.choice((True, False))),
    )
)

# 4. Back-propagation by hand
#: name -> the activation and its derivative
ACTIVATIONS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "sin(z)": (np.sin, np.cos),
    "arctan(z)": (np.arctan, lambda z: 1 / (1 + z**2)),
    "z / (1 + exp(-z))": (
        lambda z: z / (1 + np.exp(-z)),
        lambda z: (1 + np.exp(-z) + z * np.exp(-z)) / (1 + np.exp(-z)) ** 2,
    ),
    "ln(1 + exp(z))": (lambda z: np.log1p(np.exp(z)), lambda z: 1 / (1 + np.exp(-z))),
    "z / sqrt(1 + z^2)": (lambda z: z / np.sqrt(1 + z**2), lambda z: (1 + z**2) ** -1.5),
    "exp(-z^2)": (lambda z: np.exp(-(z**2)), lambda z: -2 * z * np.exp(-(z**2))),
}
_GRADIENTS = "m1.homework1.gradients"
_NAMES = ("first", "bias", "second", "skip")


def activation_name(key: str = SELF_STUDY) -> str:
    """Which activation is yours."""
    return personal_stream(_GRADIENTS, key).choice(tuple(ACTIVATIONS))


def activation(key: str = SELF_STUDY) -> Callable[[Any], Any]:
    """Your activation, as a function of arrays."""
    return ACTIVATIONS[activation_name(key)][0]


def network_loss(
    key: str, inputs: Array, targets: Array, first: Array, bias: Array, second: Array, skip: Array
) -> float:
    """Mean squared error of the small network with a skip connection."""
    outputs = activation(key)(inputs @ first + bias) @ second + inputs @ skip
    return float(np.mean((outputs - targets) ** 2))


def gradients(
    key: str,
    *,
    at: str = "input",
    factor: float = 1.0,
    mean: bool = True,
    skip_too: bool = True,
    linear: bool = False,
) -> Callable[..., dict[str, Array]]:
    """The gradient of every parameter; the keywords make the mistakes."""
    function, slope = ACTIVATIONS[activation_name(key)]

    def of(inputs: Array, targets: Array, first: Array, bias: Array, second: Array, skip: Array) -> dict[str, Array]:
        before = inputs @ first + bias  # (samples, hidden)
        hidden = function(before)
        residual = hidden @ second + inputs @ skip - targets  # (samples,)
        back = 2 * factor * residual / (len(targets) if mean else 1)
        slopes = np.ones_like(before) if linear else slope(before if at == "input" else hidden)
        error = np.outer(back, second) * slopes  # (samples, hidden)
        return {
            "first": inputs.T @ error,
            "bias": error.sum(axis=0),
            "second": hidden.T @ back,
            "skip": inputs.T @ back if skip_too else np.zeros_like(skip),
        }

    return of


def draw_network(stream: HashStream) -> tuple[Array, ...]:
    """Inputs (samples, 3), targets (samples,), first (3, hidden), bias (hidden,), second (hidden,), skip (3,)."""
    samples, hidden = stream.whole(1, 6), stream.whole(1, 4)

    def numbers(*shape: int) -> Array:
        values = [stream.on_grid(-1.5, 1.5, 0.01) for _ in range(math.prod(shape))]
        return np.array(values).reshape(shape)

    return (
        numbers(samples, 3),
        numbers(samples),
        numbers(3, hidden),
        numbers(hidden),
        numbers(hidden),
        numbers(3),
    )


_NETWORKS = tuple(draw_network(personal_stream(_GRADIENTS + ".probes", str(n))) for n in range(3))


def _slopes(name: str) -> Callable[..., bool | str]:
    """The gradient by differences: move one number a little, look at the loss."""

    def holds(answer: Any, key: str) -> bool | str:
        place = 2 + _NAMES.index(name)
        for network in _NETWORKS:
            got = np.asarray(answer(*(part.copy() for part in network))[name], dtype=float)
            if got.shape != network[place].shape:
                return f"its shape must be that of {name}, {network[place].shape}, got {got.shape}"
            measured = np.zeros(network[place].shape)
            for index in np.ndindex(measured.shape):
                losses = []
                for step in (1e-5, -1e-5):
                    moved = [part.copy() for part in network]
                    moved[place][index] += step
                    losses.append(network_loss(key, *moved))
                measured[index] = (losses[0] - losses[1]) / 2e-5
            if not close(got, measured, relative=1e-4, absolute=1e-6):
                ratio = float(np.sum(got * measured) / np.sum(measured**2))
                at_all = f" (in the mean {ratio:.3g} times it)" if math.isfinite(ratio) else ""
                return f"{len(network[1])} samples: not the slope of the loss{at_all}"
        return True

    return holds


def _goes_down(answer: Any, key: str) -> bool | str:
    """A small step against the gradient lowers the loss."""
    network = _NETWORKS[0]
    found = answer(*(part.copy() for part in network))
    moved = [part - 1e-3 * np.asarray(found[name]) for name, part in zip(_NAMES, network[2:], strict=True)]
    return network_loss(key, *network[:2], *moved) < network_loss(key, *network)


register(
    Exercise(
        slug=_GRADIENTS,
        asks="a function gradients(inputs, targets, first, bias, second, skip) giving a dictionary of four gradients",
        properties=(
            Property("a small step against the gradients lowers the loss", _goes_down),
            Property("skip: the gradient is the slope of the loss", _slopes("skip")),
            Property("second: the gradient is the slope of the loss", _slopes("second")),
            Property("bias: the gradient is the slope of the loss", _slopes("bias")),
            Property("first: the gradient is the slope of the loss", _slopes("first")),
        ),
        right=lambda key: gradients(key),
        mistakes=(
            Mistake("derivative_of_output", lambda key: gradients(key, at="output")),
            Mistake("activation_forgotten", lambda key: gradients(key, linear=True)),
            Mistake("gradient_ascent", lambda key: gradients(key, factor=-1.0)),
            Mistake("half_in_loss", lambda key: gradients(key, factor=0.5)),
            Mistake("sum_for_mean", lambda key: gradients(key, mean=False)),
            Mistake("skip_forgotten", lambda key: gradients(key, skip_too=False)),
        ),
        probes=_NETWORKS,
        relative_tolerance=1e-6,
        hints=(
            "Begin at the end: how does the mean squared error change with each output?",
            "The output is a sum of two roads. What comes back through the hidden road meets the slope of the "
            "activation, at what went into it.",
            "Test yourself: add 0.00001 to one weight and look at the loss.",
        ),
        read="Lesson 2, Back-propagation",
        personal=True,
        fresh=draw_network,
    )
)


# 5. Whitening
def whitener(inputs: Array, power: float = -0.5) -> Array:
    """The symmetric matrix C^power, C the mean of x^T x."""
    values, directions = np.linalg.eigh(inputs.T @ inputs / len(inputs))
    return np.asarray((directions * values**power) @ directions.T, dtype=float)


def _inputs(seed: int, n: int = 200, sizes: tuple[float, ...] = (3.0, 1.0, 0.4, 0.1)) -> Array:
    """Correlated inputs, and not centred."""
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(rng.standard_normal((len(sizes), len(sizes))))[0]
    return np.asarray((rng.standard_normal((n, len(sizes))) * sizes + 0.3) @ turn, dtype=float)


def _drawn_inputs(stream: HashStream) -> tuple[Array]:
    sizes = tuple(stream.on_grid(0.2, 4.0, 0.1) for _ in range(stream.whole(2, 6)))
    return (_inputs(stream.whole(1, 10**6), 60, sizes),)


def _moments(answer: Any) -> bool | str:
    for seed in (1, 2):
        inputs = _inputs(seed)
        white = inputs @ np.asarray(answer(inputs.copy()), dtype=float)
        moments = white.T @ white / len(white)
        beside = moments - np.diag(np.diag(moments))
        if np.max(np.abs(beside)) > 1e-6:
            return f"two of the new inputs still go together: their mean product is {np.max(np.abs(beside)):.3g}"
        if not close(np.diag(moments), np.ones(len(moments)), absolute=1e-6):
            return f"the mean square of a new input is {np.diag(moments).max():.3g} and not 1"
    return True


def _one_step(answer: Any) -> bool | str:
    """With rate 1 gradient descent is there after one step: targets of any linear map."""
    inputs = _inputs(3)
    wanted = np.random.default_rng(4).standard_normal((4, 2))
    matrix = np.asarray(answer(inputs.copy()), dtype=float)
    white = inputs @ matrix
    weights = white.T @ (inputs @ wanted) / len(white)  # one step from zero, rate 1
    left = float(np.linalg.norm(matrix @ weights - wanted) / np.linalg.norm(wanted))
    return left < 1e-6 or f"after one step {100 * left:.3g} % of the map is still to be learned"


register(
    Exercise(
        slug="m1.homework1.whiten",
        asks="a function whiten(inputs) that returns a symmetric matrix, for inputs of shape (samples, numbers)",
        properties=(
            Property(
                "a square, symmetric, finite matrix",
                lambda answer: close(answer(_inputs(1)), np.asarray(answer(_inputs(1))).T, absolute=1e-9)
                and np.shape(answer(_inputs(1))) == (4, 4),
            ),
            Property("the new inputs have the mean square 1 and do not go together", _moments),
            Property("louder inputs give the same new inputs", lambda answer: close(
                5 * np.asarray(answer(5 * _inputs(2))), answer(_inputs(2)), absolute=1e-9)),
            Property("gradient descent with the rate 1 needs a single step", _one_step),
        ),
        right=lambda: whitener,
        mistakes=(
            Mistake("standardised_not_whitened", lambda: lambda x: np.diag(1 / np.sqrt(np.mean(x**2, axis=0)))),
            Mistake("standardised_not_whitened", lambda: lambda x: np.diag(1 / np.std(x, axis=0))),
            Mistake("variance_for_deviation", lambda: lambda x: whitener(x, -1.0)),
            Mistake("whitening_inverted", lambda: lambda x: whitener(x, 0.5)),
            Mistake("sum_for_mean", lambda: lambda x: whitener(x * math.sqrt(len(x)))),
        ),
        probes=((_inputs(5),), (_inputs(6, 50, (2.0, 0.7)),)),
        relative_tolerance=1e-6,
        hints=(
            "C, the mean of the products of any two inputs, is a symmetric matrix: it has directions and eigenvalues.",
            "Along a direction of the eigenvalue v the inputs have the mean square v. By what must they be divided?",
            "np.linalg.eigh gives both. Turn into the directions, scale, turn back.",
        ),
        read="Lesson 3, Why FIDs teach it slowly",
        fresh=_drawn_inputs,
    )
)  # fmt: skip

# 6. One line or two: a network, tuned with a log
N_SAMPLES, HALF_WIDTH = 32, 8
_TUNE = "m1.homework1.tune"


def draw_decays(n: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Decays of one line (even rows) or two lines (odd rows), 32 complex samples each.

    Parameters
    ----------
    n : int
        Number of decays.
    seed : int
        Another seed, other decays.

    Returns
    -------
    decays : numpy.ndarray, shape (n, 64)
        Real parts, then imaginary parts.
    two : numpy.ndarray, shape (n,)
        1 where there are two lines.

    Examples
    --------
    >>> [part.shape for part in draw_decays(10, seed=1)]
    [(10, 64), (10,)]
    """
    rng = np.random.default_rng([seed, 71])
    two = np.arange(n) % 2 == 1
    times = np.arange(N_SAMPLES)
    centre, apart = rng.uniform(-0.3, 0.3, n), rng.choice([-1, 1], n) * rng.uniform(1.0, 3.0, n) / N_SAMPLES
    width = np.exp(rng.uniform(np.log(0.3), np.log(1.5), (2, n))) / N_SAMPLES
    second = np.where(two, rng.uniform(0.4, 1.0, n), 0.0)
    samples = np.exp(np.outer(2j * np.pi * centre - np.pi * width[0], times))  # (n, samples)
    samples += second[:, None] * np.exp(np.outer(2j * np.pi * (centre + apart) - np.pi * width[1], times))
    samples *= np.exp(1j * rng.uniform(-np.pi, np.pi, n))[:, None]
    samples += 0.1 * (rng.standard_normal(samples.shape) + 1j * rng.standard_normal(samples.shape))
    samples *= rng.uniform(0.5, 2.0, n)[:, None]  # the gain of the receiver
    return _stacked(samples), two.astype(np.float32)


def _stacked(values: NDArray[Any]) -> NDArray[np.float32]:
    return np.concatenate([values.real, values.imag], axis=-1).astype(np.float32)


def _complex(decays: NDArray[Any]) -> NDArray[np.complex128]:
    return np.asarray(decays[:, :N_SAMPLES] + 1j * decays[:, N_SAMPLES:], dtype=complex)


def _spectra(decays: NDArray[Any], n_bins: int) -> NDArray[np.complex128]:
    samples = _complex(decays)
    samples[:, 0] /= 2
    return np.asarray(np.fft.fft(samples, n_bins) / math.sqrt(N_SAMPLES), dtype=complex)


def _window(decays: NDArray[Any]) -> NDArray[np.float32]:
    spectra = _spectra(decays, 2 * N_SAMPLES)
    peak = np.abs(spectra).argmax(axis=1)
    places = (peak[:, None] + np.arange(-HALF_WIDTH, HALF_WIDTH + 1)) % (2 * N_SAMPLES)
    window = np.take_along_axis(spectra, places, axis=1)
    return _stacked(window / window[:, HALF_WIDTH : HALF_WIDTH + 1])


#: name -> how the decays look to the network; each is exact and costs next to nothing
VIEWS: dict[str, Callable[[NDArray[Any]], NDArray[np.float32]]] = {
    "decay": lambda decays: decays.astype(np.float32),
    "spectrum": lambda decays: _stacked(_spectra(decays, N_SAMPLES)),
    "magnitude": lambda decays: np.abs(_spectra(decays, 2 * N_SAMPLES)).astype(np.float32),
    "window": _window,
}


class Reader:
    """A view and a network behind it: ``predict`` takes decays, shape (n, 64), and gives probabilities, shape (n,).

    Parameters
    ----------
    view : str
        A key of :data:`VIEWS`.
    network : object with predict
        A network for what the view gives.
    """

    def __init__(self, view: str, network: Any) -> None:
        if view not in VIEWS:
            raise ValueError(f"view must be among {', '.join(VIEWS)}, got {view!r}")
        self.view, self.network = view, network

    def predict(self, decays: NDArray[Any], verbose: int = 0) -> NDArray[np.float64]:
        """Probability of two lines, shape (n,)."""
        return predictions(self.network, VIEWS[self.view](np.asarray(decays))).reshape(len(decays)).astype(float)


def training_decays(key: str = SELF_STUDY) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Your 2000 decays to train with."""
    return draw_decays(2000, personal_seed(_TUNE, key))


def validation_decays(key: str = SELF_STUDY) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Your 1000 decays to choose by."""
    return draw_decays(1000, personal_seed(_TUNE + ".validation", key))


def cross_entropy(network: Any, decays: NDArray[Any], two: NDArray[Any]) -> float:
    """Mean of -ln of the probability that the network gave to what was true."""
    probability = np.clip(_probabilities(network, decays), 1e-7, 1 - 1e-7)
    return float(-np.mean(np.where(two > 0.5, np.log(probability), np.log(1 - probability))))


def _probabilities(network: Any, decays: NDArray[Any]) -> Array:
    answers = np.squeeze(predictions(network, decays).astype(float))
    if answers.shape != (len(decays),) or np.any(answers < -1e-6) or np.any(answers > 1 + 1e-6):
        raise ValueError("predict must give one probability, from 0 to 1, for each decay")
    return np.asarray(answers, dtype=float)


def wrong_part(network: Any) -> float:
    """Part of fresh decays, half of them with two lines, that the network takes for the other kind."""
    decays, two = draw_decays(4000, 20261129)
    return float(np.mean((_probabilities(network, decays) > 0.5) != (two > 0.5)))


def width_rule() -> Callable[[NDArray[Any]], Array]:
    """A rule without learning: two lines make a broader hump. Its only number is set on decays of its own."""

    def breadth(decays: NDArray[Any]) -> Array:
        return np.asarray(np.abs(_complex_window(decays)).sum(axis=1), dtype=float)

    decays, two = draw_decays(2000, 20261130)
    values = breadth(decays)
    limits = np.quantile(values, np.linspace(0.05, 0.95, 91))
    best = limits[np.argmin([np.mean((values > limit) != (two > 0.5)) for limit in limits])]
    return lambda fresh: (breadth(fresh) > best).astype(float)


def _complex_window(decays: NDArray[Any]) -> NDArray[np.complex128]:
    window = _window(decays)
    half = window.shape[1] // 2
    return np.asarray(window[:, :half] + 1j * window[:, half:], dtype=complex)


def train_reader(
    seed: int,
    *,
    view: str = "window",
    layers: tuple[int, ...] = (64, 64),
    activation: str = "relu",
    l2: float = 0.0,
    dropout: float = 0.0,
    rate: float = 0.003,
    data: tuple[NDArray[Any], NDArray[Any]] | None = None,
) -> Any:
    """Train as the solution of the homework does."""
    from ...networks.backend import import_keras

    keras = import_keras()
    keras.utils.set_random_seed(seed)
    decays, two = draw_decays(2000, seed) if data is None else data
    seen = VIEWS[view](decays)
    network = keras.Sequential([keras.Input((seen.shape[1],))])
    for units in layers:
        network.add(keras.layers.Dense(units, activation, kernel_regularizer=keras.regularizers.L2(l2) if l2 else None))
        if dropout:
            network.add(keras.layers.Dropout(dropout))
    network.add(keras.layers.Dense(1, "sigmoid"))
    network.compile(optimizer=keras.optimizers.Adam(rate), loss="binary_crossentropy")
    network.fit(seen, two, batch_size=100, epochs=10, verbose=0)
    return Reader(view, network)


#: trials: at least, and at most
LEAST, BUDGET = 8, 12
_TRAINING = Training(train=train_reader, measure=wrong_part, threshold=0.03, failures=0, runs=30)


def _reads(answer: Any, key: str) -> bool | str:
    part = wrong_part(answer["network"])
    return part <= _TRAINING.threshold or (
        f"{100 * part:.1f} % of fresh decays are taken for the other kind, "
        f"{100 * _TRAINING.threshold:.0f} % are allowed"
    )


def _same_network(answer: Any, key: str) -> bool | str:
    return chosen_by(answer["trials"], cross_entropy(answer["network"], *validation_decays(key)))


def _many_views(answer: Any, key: str) -> bool | str:
    seen = {repr(trial.settings.get("view")) for trial in tried(answer["trials"])}
    return len(seen) >= 3 or "look at the decays in at least three ways: the setting view"


register(
    Exercise(
        slug=_TUNE,
        asks='a dictionary with "trials", your log, and "network", the reader with the best settings of the log',
        properties=(
            *method_properties(least=LEAST, budget=BUDGET),
            Property("the inputs were a setting too", _many_views),
            Property("the search led somewhere", lambda answer, key: better_than_first(answer["trials"], 2.0)),
            Property("the network is the one that val_loss chose", _same_network),
            Property("it tells one line from two, on fresh decays", _reads),
        ),
        right=lambda key: {"trials": [], "network": train_reader(1)},
        hints=(
            "Begin with the settings as they are: what you compare with belongs in the log.",
            "Change one thing, keep it if val_loss says so, go on from there. Repeat the best with another seed.",
            "Which exact, cheap step of lessons 1 and 3 would you take before the network? What are gain, phase and "
            "place of the lines to the question?",
        ),
        read="Lesson 3, Tuning",
        personal=True,
        training=_TRAINING,
    )
)

# 7. The recast
RECAST_OPTIONS = {
    "output": (
        "pure or not pure, as the chemist would say",
        "the picture with the impurity circled",
        "the part of the impurity in per cent, with an error bar",
    ),
    "input": (
        "a screenshot of the spectrum, 256 x 256 pixels",
        "the complex spectrum in bins, over its tallest line",
    ),
    "labels": (
        "the judgement of one chemist",
        "the majority of three chemists",
        "mixtures weighed on a balance, and simulated ones",
    ),
    "test": (
        "every tenth spectrum of the same list",
        "other spectrometers and days, impurities from none to many",
    ),
    "score": (
        "accuracy",
        "error of the part, false alarms and misses at each part",
    ),
    "baseline": (
        "none",
        "a deeper network",
        "the integral at the known place, and always saying pure",
    ),
}
_GOOD = {part: options[-1] for part, options in RECAST_OPTIONS.items()}
_RECAST = "m1.homework1.recast"
#: what is wrong with an option, for those that are
_OBJECTIONS = {
    "pure or not pure, as the chemist would say": "what is pure for one customer is not for the next: whose limit?",
    "the picture with the impurity circled": "somebody still has to read an amount off it",
    "a screenshot of the spectrum, 256 x 256 pixels": "what the screen cannot show, no network sees: how many grey "
    "values has a line of 0.1 %?",
    "the judgement of one chemist": MISCONCEPTIONS["no_truth"],
    "the majority of three chemists": "three who look at the same screenshot agree on the same error",
    "every tenth spectrum of the same list": MISCONCEPTIONS["outside_training_range"],
    "accuracy": "say pure every time, and look at the accuracy again",
    "none": MISCONCEPTIONS["accuracy_without_baseline"],
    "a deeper network": "another network is not the method that people use today",
}


@lru_cache(maxsize=256)
def purity_report(key: str = SELF_STUDY) -> dict[str, int]:
    """What the report on PureOrNot says about its test: numbers of spectra."""
    stream = personal_stream(_RECAST, key)
    spectra = stream.on_grid(200, 600, 20)
    impure = stream.whole(9, 19)
    return {"spectra": int(spectra), "impure": impure, "wrong": impure - stream.whole(1, 5)}


def recast(key: str, **changes: Any) -> dict[str, Any]:
    """The good choice."""
    report = purity_report(key)
    return _GOOD | {"always_pure": 1 - report["impure"] / report["spectra"]} | changes


def _chosen(part: str) -> Callable[..., bool | str]:
    return right_choice(part, RECAST_OPTIONS, _GOOD, _OBJECTIONS)


def _always_pure(answer: Any, key: str) -> bool | str:
    report, value = purity_report(key), number(answer, "always_pure")
    right = int(np.sum(np.arange(report["spectra"]) >= report["impure"]))  # says pure to all: right where pure
    return close(value * report["spectra"], right, relative=1e-3) or "count the spectra about which it would be right"


register(
    Exercise(
        slug=_RECAST,
        asks='a dictionary with "always_pure", and one of the OPTIONS for each part',
        properties=(
            Property("the accuracy of always saying pure", _always_pure),
            Property("the answer is a number that each customer can use", _chosen("output")),
            Property("what is asked for is in the input", _chosen("input")),
            Property("the labels are true", _chosen("labels")),
            Property("the test is as hard as the world", _chosen("test")),
            Property("the score sees what matters", _chosen("score")),
            Property("it is compared with what people use", _chosen("baseline")),
        ),
        right=lambda key: recast(key),
        mistakes=(
            Mistake(
                "problem_unchanged",
                lambda key: recast(key) | {part: options[0] for part, options in RECAST_OPTIONS.items()},
            ),
            Mistake("no_truth", lambda key: recast(key, labels=RECAST_OPTIONS["labels"][0])),
            Mistake("no_truth", lambda key: recast(key, labels=RECAST_OPTIONS["labels"][1])),
            Mistake("outside_training_range", lambda key: recast(key, test=RECAST_OPTIONS["test"][0])),
            Mistake("accuracy_without_baseline", lambda key: recast(key, baseline="none")),
            Mistake("accuracy_without_baseline", lambda key: recast(key, score="accuracy")),
            Mistake("more_layers_cure", lambda key: recast(key, baseline="a deeper network")),
            Mistake(
                "inside_for_outside",
                lambda key: recast(key, always_pure=purity_report(key)["impure"] / purity_report(key)["spectra"]),
            ),
        ),
        relative_tolerance=1e-6,
        hints=(
            "Whoever always says pure is wrong about the impure ones only.",
            "Go through the six criteria: who wants the answer, is it in the input, are the labels true?",
            "A chemist can weigh. What would a balance do for the labels?",
        ),
        read="Lesson 1, What problem am I solving?",
        personal=True,
    )
)
