"""Checks of the lesson Networks: sets, activations, gradients, momentum, clipping, penalties, a network, the recast."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..exercises import Exercise, Mistake, Property, Training, close, predictions, register, right_choice
from ..misconceptions import MISCONCEPTIONS

Gradients = dict[str, NDArray[np.float64]]

# The laboratory of the lesson: the decay of one line at the carrier, one channel, 32 samples.

#: when the samples are taken, in ms
TIMES_MS = 2.0 * np.arange(32)
#: standard deviation of the noise of a sample; amplitudes are 0.5 to 2
NOISE_SD = 0.05
#: the range of T2*, in ms, and the unit of the target, near its geometric mean
T2_RANGE_MS, UNIT_MS = (5.0, 50.0), 16.0


def draw_decays(n: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float64]]:
    """Short noisy decays ``A exp(-t / T2*)``, and what a network shall read from them.

    Parameters
    ----------
    n : int
        Number of decays.
    seed : int
        Seed: another seed, other decays and other noise.

    Returns
    -------
    decays : numpy.ndarray, shape (n, 32)
        The samples; amplitudes of 0.5 to 2, T2* of 5 to 50 ms, noise of 0.05.
    targets : numpy.ndarray, shape (n, 1)
        ``ln(T2* / 16 ms)``, the truth.
    bounds : numpy.ndarray, shape (n, 1)
        The Cramér-Rao bound of the target: the least spread of an unbiased estimator that does not know A.

    Examples
    --------
    >>> [part.shape for part in draw_decays(10, seed=1)]
    [(10, 32), (10, 1), (10, 1)]
    """
    rng = np.random.default_rng([seed, 2])
    t2_ms = np.exp(rng.uniform(math.log(T2_RANGE_MS[0]), math.log(T2_RANGE_MS[1]), n))
    amplitude = np.exp(rng.uniform(np.log(0.5), np.log(2.0), n))
    decays = amplitude[:, None] * np.exp(-TIMES_MS / t2_ms[:, None]) + NOISE_SD * rng.standard_normal((n, 32))
    return (
        decays.astype(np.float32),
        np.log(t2_ms / UNIT_MS)[:, None].astype(np.float32),
        log_t2_bound(t2_ms, amplitude)[:, None],
    )


def log_t2_bound(t2_ms: ArrayLike, amplitude: ArrayLike) -> NDArray[np.float64]:
    """Cramér-Rao bound of ln T2* for a decay of unknown amplitude.

    Parameters
    ----------
    t2_ms, amplitude : array_like, shape (n,)
        T2* in ms, and the amplitude.

    Returns
    -------
    numpy.ndarray, shape (n,)
        Standard deviation.

    Notes
    -----
    With ``x = t / T2*`` and ``S_k = sum x^k exp(-2x)`` the Fisher information of (A, ln T2*) is
    ``[[S_0, A S_1], [A S_1, A^2 S_2]] / sigma^2``; its inverse gives ``sigma^2 S_0 / (A^2 (S_0 S_2 - S_1^2))``.
    """
    x = TIMES_MS / np.asarray(t2_ms, float)[:, None]
    s0, s1, s2 = (np.sum(x**k * np.exp(-2 * x), axis=1) for k in range(3))
    return np.asarray(NOISE_SD / np.asarray(amplitude, float) * np.sqrt(s0 / (s0 * s2 - s1**2)))


def error_in_bounds(network: Any, seed: int = 2_000_002) -> float:
    """Root mean square error of a network on fresh decays, in Cramér-Rao bounds: 1 is the best possible.

    Parameters
    ----------
    network : object with predict, or callable
        Takes (n, 32), gives (n, 1).
    seed : int
        Seed of the decays.

    Returns
    -------
    float
        The error.

    Raises
    ------
    ValueError
        If the network does not give one number for each decay.
    """
    decays, targets, bounds = draw_decays(4000, seed)
    answers = predictions(network, decays)
    if answers.size != targets.size:
        raise ValueError(f"predict must give one number for each decay, shape {targets.shape}, got {answers.shape}")
    return float(np.sqrt(np.mean(((answers.reshape(targets.shape) - targets) / bounds) ** 2)))


# 1. Sets that do not know each other.

_N_TUBES, _N_SCANS = 100, 4


def _tubes() -> NDArray[np.int64]:
    """The tube of each record: measured one after the other, by growing concentration."""
    return np.repeat(np.arange(_N_TUBES), _N_SCANS)


def split_by_tube(tubes: NDArray[Any], seed: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Records of 60 %, 20 % and 20 % of the tubes, drawn by chance."""
    names = np.random.default_rng(seed).permutation(np.unique(tubes))
    first, second = round(0.6 * len(names)), round(0.8 * len(names))
    parts = (names[:first], names[first:second], names[second:])
    return tuple(np.flatnonzero(np.isin(tubes, part)) for part in parts)  # type: ignore[return-value]


def _three(answer: Any, seed: int = 1) -> list[NDArray[np.int64]]:
    """What the student's function gives, as whole numbers."""
    sets = [np.asarray(part, int).ravel() for part in answer(_tubes(), seed)]
    if len(sets) != 3:
        raise ValueError(f"three sets of indices are expected, got {len(sets)}")
    return sets


def _each_once(answer: Any) -> bool | str:
    used = np.concatenate(_three(answer))
    if used.size != np.unique(used).size:
        return "some records are in two sets"
    return bool(np.array_equal(np.sort(used), np.arange(_N_TUBES * _N_SCANS))) or "some records are in no set"


def _tubes_apart(answer: Any) -> bool | str:
    names = [set(_tubes()[part].tolist()) for part in _three(answer)]
    shared = (names[0] & names[1]) | (names[0] & names[2]) | (names[1] & names[2])
    return not shared or f"{len(shared)} of {_N_TUBES} tubes are in more than one set"


def _sizes(answer: Any) -> bool | str:
    sizes = [part.size / (_N_TUBES * _N_SCANS) for part in _three(answer)]
    told = ", ".join(f"{100 * size:.0f} %" for size in sizes)
    return close(sizes, [0.6, 0.2, 0.2], absolute=0.03) or f"your sets hold {told} of the records"


def _by_chance(answer: Any) -> bool | str:
    """All concentrations are in each set, another seed gives other sets, the same seed the same."""
    sets, again, other = _three(answer, 1), _three(answer, 1), _three(answer, 2)
    if not all(np.array_equal(np.sort(a), np.sort(b)) for a, b in zip(sets, again, strict=True)):
        return "the same seed must give the same sets"
    if np.array_equal(np.sort(sets[2]), np.sort(other[2])):
        return "another seed must give other sets"
    for name, part in zip(("training", "validation", "test"), sets, strict=True):
        if part.size and np.ptp(_tubes()[part]) < 0.5 * _N_TUBES:
            return f"the {name} set has neighbouring concentrations only"
    return True


register(
    Exercise(
        slug="m1.networks.split",
        asks="a function split(tubes, seed) that gives three arrays of indices: training, validation, test",
        properties=(
            Property("every record is in one set, and in one only", _each_once),
            Property("60, 20 and 20 percent", _sizes),
            Property("chance decides, and the seed decides chance", _by_chance),
            Property("no set knows anything of another", _tubes_apart),
        ),
        right=lambda: split_by_tube,
        mistakes=(
            Mistake("scans_for_tubes", lambda: lambda tubes, seed: _cut(_permuted(len(tubes), seed))),
            Mistake("sets_not_drawn", lambda: lambda tubes, seed: _cut(np.arange(len(tubes)))),
            Mistake(
                "test_seen_in_training",
                lambda: lambda tubes, seed: (np.arange(len(tubes)), *_cut(_permuted(len(tubes), seed))[1:]),
            ),
        ),
        probes=((_tubes(), 1), (_tubes(), 5)),
        hints=(
            "What would the network have to have seen, to know a test record by heart?",
            "Draw lots for tubes, not for records: np.unique(tubes), then a permutation of these.",
            "np.flatnonzero(np.isin(tubes, chosen)) gives the records of the chosen tubes.",
        ),
        read="Lesson 2, Data",
    )
)


def _permuted(n: int, seed: int) -> NDArray[np.int64]:
    return np.random.default_rng(seed).permutation(n)


def _cut(order: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    first, second = round(0.6 * len(order)), round(0.8 * len(order))
    return order[:first], order[first:second], order[second:]


# 2. An activation and its slope.

_Z = np.array([-30.0, -4.0, -1.3, -0.2, 0.0, 0.4, 1.0, 2.6, 5.0, 30.0])


def _sigmoid(z: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(0.5 * (1 + np.tanh(np.asarray(z, float) / 2)))


def silu(z: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The input times its sigmoid, and the derivative."""
    gate = _sigmoid(z)
    return z * gate, gate + z * gate * (1 - gate)


def _values_and_slopes(answer: Any, z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Both arrays, (2, n), or an error that says what was handed in instead."""
    both = answer(z.copy())
    if np.shape(both) != (2, *z.shape):
        raise ValueError(f"for an input of shape {z.shape} two arrays of this shape are expected, got {np.shape(both)}")
    return np.asarray(both, float)


def _slope_is_derivative(answer: Any) -> bool | str:
    """Against central differences of the student's own values."""
    step = 1e-5
    numeric = (_values_and_slopes(answer, _Z + step)[0] - _values_and_slopes(answer, _Z - step)[0]) / (2 * step)
    slope = _values_and_slopes(answer, _Z)[1]
    worst = int(np.argmax(np.abs(slope - numeric)))
    if close(slope, numeric, absolute=1e-5):
        return True
    return f"at z = {_Z[worst]:g} your values rise by {numeric[worst]:.3g} per unit, your slope says {slope[worst]:.3g}"


register(
    Exercise(
        slug="m1.networks.silu",
        asks="a function silu(z) that gives two arrays of the shape of z: the values and their slopes",
        properties=(
            Property(
                "far to the right it is the identity, far to the left it is off",
                lambda answer: close(_values_and_slopes(answer, np.array([-80.0, 80.0]))[0], [0, 80], absolute=1e-9),
            ),
            Property(
                "even and odd: silu(z) - silu(-z) = z",
                lambda answer: close(
                    _values_and_slopes(answer, _Z)[0] - _values_and_slopes(answer, -_Z)[0], _Z, absolute=1e-9
                ),
            ),
            Property("the slope is the derivative of the values", _slope_is_derivative),
            Property(
                "at z = 1 it is the sigmoid of 1",
                lambda answer: close(_values_and_slopes(answer, np.ones(2))[0], _sigmoid(np.ones(2)))
            ),
        ),
        right=lambda: silu,
        mistakes=(
            Mistake("product_rule_forgotten", lambda: lambda z: (silu(z)[0], _sigmoid(z))),
            Mistake("product_rule_forgotten", lambda: lambda z: (silu(z)[0], z * _sigmoid(z) * (1 - _sigmoid(z)))),
            Mistake("product_rule_forgotten", lambda: lambda z: (silu(z)[0], _sigmoid(z) * (1 - _sigmoid(z)))),
            Mistake("gate_without_input", lambda: lambda z: (_sigmoid(z), _sigmoid(z) * (1 - _sigmoid(z)))),
            Mistake("derivative_of_output", lambda: lambda z: (silu(z)[0], silu(silu(z)[0])[1])),
        ),
        probes=((_Z,), (np.linspace(-2, 2, 7),)),
        hints=(
            "The derivative of sigmoid(z) is sigmoid(z) (1 - sigmoid(z)).",
            "z sigmoid(z) is a product of two things that both depend on z.",
        ),
        read="Lesson 2, Activations",
    )
)  # fmt: skip


# 3. Softmax: scores to probabilities.

_SCORES = np.array([[0.3, -1.2, 2.0, 0.0], [1.5, 1.5, -0.5, 0.2], [-3.0, 0.1, 0.7, 4.0]])
_CONSTANTS = np.array([[5.0], [-2.0], [0.3]])


def softmax(scores: NDArray[Any]) -> NDArray[np.float64]:
    """Probabilities, a row at a time."""
    powers = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    return np.asarray(powers / np.sum(powers, axis=-1, keepdims=True))


def _adds_up(answer: Any) -> bool | str:
    parts = np.asarray(answer(_SCORES.copy()), float)
    if parts.shape != _SCORES.shape:
        return f"a probability for each score is expected, shape {_SCORES.shape}, got {parts.shape}"
    if np.any(parts < 0):
        return "a probability is negative"
    sums = ", ".join(f"{total:.3g}" for total in parts.sum(axis=1))
    return close(parts.sum(axis=1), np.ones(3), relative=1e-6) or f"three decays: the sums are {sums}"


def _survives(answer: Any) -> bool | str:
    parts = np.asarray(answer(np.array([[1000.0, 1001.0], [-1000.0, -1001.0]])), float)
    if not np.all(np.isfinite(parts)):
        return "scores of 1000 give nan: exp(1000) is too large for a computer"
    return close(parts, softmax(np.array([[0.0, 1.0], [0.0, -1.0]])))


register(
    Exercise(
        slug="m1.networks.softmax",
        asks="a function softmax(scores): scores of shape (decays, classes) to probabilities of the same shape",
        properties=(
            Property("the probabilities of each decay add up to one", _adds_up),
            Property(
                "a constant added to all scores of a decay changes nothing",
                lambda answer: close(answer(_SCORES + _CONSTANTS), answer(_SCORES.copy()), absolute=1e-9),
            ),
            Property(
                "log of a ratio of two probabilities = difference of their scores",
                lambda answer: close(np.diff(np.log(answer(_SCORES.copy()))), np.diff(_SCORES), absolute=1e-6),
            ),
            Property(
                "of two classes, the second has the sigmoid of the difference",
                lambda answer: close(np.asarray(answer(_SCORES[:, :2]))[:, 1], _sigmoid(np.diff(_SCORES[:, :2])[:, 0])),
            ),
            Property("very large scores do no harm", _survives),
        ),
        right=lambda: softmax,
        mistakes=(
            Mistake("softmax_over_batch", lambda: lambda scores: np.exp(scores) / np.sum(np.exp(scores))),
            Mistake("softmax_over_batch", lambda: lambda scores: np.exp(scores) / np.sum(np.exp(scores), axis=0)),
            Mistake("scores_not_exponentiated", lambda: lambda scores: scores / np.sum(scores, axis=1, keepdims=True)),
            Mistake("sigmoid_for_softmax", lambda: _sigmoid),
        ),
        probes=((_SCORES,),),
        hints=(
            "Exponentials first: they are positive. Then divide, so that each row adds up to one.",
            "np.sum(..., axis=-1, keepdims=True) sums over classes and keeps the shape fit for a division.",
            "Which constant may you take away from a row, so that no exponential is larger than 1?",
        ),
        read="Lesson 2, Activations",
    )
)


# 4. Back-propagation through two layers.


def two_layers(seed: int, n: int = 6, sizes: tuple[int, int, int] = (5, 4, 2)) -> tuple[NDArray[np.float64], ...]:
    """A batch and a network for it.

    Parameters
    ----------
    seed : int
        Seed.
    n : int
        Samples.
    sizes : tuple of 3 int
        Inputs, hidden nodes, outputs.

    Returns
    -------
    tuple of 6 numpy.ndarray
        inputs, targets, weights_1, bias_1, weights_2, bias_2.
    """
    rng = np.random.default_rng([seed, 4])
    a, b, c = sizes
    shapes = ((n, a), (n, c), (a, b), (b,), (b, c), (c,))
    return tuple(0.8 * rng.standard_normal(shape) for shape in shapes)


def loss_of_two_layers(
    inputs: NDArray[Any],
    targets: NDArray[Any],
    weights_1: NDArray[Any],
    bias_1: NDArray[Any],
    weights_2: NDArray[Any],
    bias_2: NDArray[Any],
) -> float:
    """Mean squared error of outputs = tanh(inputs W1 + b1) W2 + b2, over samples and outputs."""
    outputs = np.tanh(inputs @ weights_1 + bias_1) @ weights_2 + bias_2
    return float(np.mean((outputs - targets) ** 2))


def gradients(
    inputs: NDArray[Any],
    targets: NDArray[Any],
    weights_1: NDArray[Any],
    bias_1: NDArray[Any],
    weights_2: NDArray[Any],
    bias_2: NDArray[Any],
) -> Gradients:
    """Derivatives of the mean squared error by all weights and biases."""
    hidden = np.tanh(inputs @ weights_1 + bias_1)
    outputs = hidden @ weights_2 + bias_2
    delta_2 = 2 * (outputs - targets) / targets.size
    return _carried_back(inputs, hidden, weights_2, delta_2, 1 - hidden**2)


def _carried_back(
    inputs: NDArray[Any], hidden: NDArray[Any], weights_2: NDArray[Any], delta_2: NDArray[Any], slope: NDArray[Any]
) -> Gradients:
    """The last three lines of back-propagation, with any slope."""
    delta_1 = (delta_2 @ weights_2.T) * slope
    return {
        "weights_1": inputs.T @ delta_1,
        "bias_1": delta_1.sum(axis=0),
        "weights_2": hidden.T @ delta_2,
        "bias_2": delta_2.sum(axis=0),
    }


_NAMES = ("weights_1", "bias_1", "weights_2", "bias_2")


def numerical_gradients(parts: tuple[NDArray[np.float64], ...], step: float = 1e-5) -> Gradients:
    """The same by central differences of the loss: slow, and right.

    Parameters
    ----------
    parts : tuple of 6 numpy.ndarray
        As :func:`two_layers` gives them.
    step : float
        Change of a weight.

    Returns
    -------
    dict of str to numpy.ndarray
        By the name of the weights.
    """
    found = {}
    for place, name in enumerate(_NAMES, start=2):
        slope = np.zeros_like(parts[place])
        for index in np.ndindex(slope.shape):
            values = []
            for sign in (1, -1):
                moved = [part.copy() for part in parts]
                moved[place][index] += sign * step
                values.append(loss_of_two_layers(*moved))
            slope[index] = (values[0] - values[1]) / (2 * step)
        found[name] = slope
    return found


def _same_as_numeric(*names: str) -> Callable[[Any], bool | str]:
    def holds(answer: Any) -> bool | str:
        parts = two_layers(1)
        found, numeric = answer(*(part.copy() for part in parts)), numerical_gradients(parts)
        for name in names:
            got = np.asarray(found[name], float)
            if got.shape != numeric[name].shape:
                return f"{name} has shape {numeric[name].shape}, your gradient {got.shape}"
            if not close(got, numeric[name], absolute=1e-6):
                return f"{name}: the loss rises by {numeric[name].flat[0]:.4g} per unit, yours is {got.flat[0]:.4g}"
        return True

    return holds


def _batch_twice(answer: Any) -> bool:
    """A batch that holds each sample twice has the same mean."""
    parts = two_layers(2)
    once = answer(*(part.copy() for part in parts))
    twice = answer(np.tile(parts[0], (2, 1)), np.tile(parts[1], (2, 1)), *(part.copy() for part in parts[2:]))
    return all(close(twice[name], once[name], absolute=1e-9) for name in _NAMES)


def _goes_down(answer: Any) -> bool | str:
    """A small step against the gradient."""
    parts = two_layers(3)
    found = answer(*(part.copy() for part in parts))
    moved = [part - 1e-3 * np.asarray(found[name]) for part, name in zip(parts[2:], _NAMES, strict=True)]
    change = loss_of_two_layers(*parts[:2], *moved) - loss_of_two_layers(*parts)
    return change < 0 or f"a small step against your gradient changes the loss by {change:+.2g}"


def _wrong_gradients(kind: str) -> Callable[..., Gradients]:
    """Gradients of somebody who takes a wrong path."""

    def wrong(*parts: NDArray[Any]) -> Gradients:
        inputs, targets, weights_1, bias_1, weights_2, bias_2 = parts
        hidden = np.tanh(inputs @ weights_1 + bias_1)
        delta_2 = 2 * (hidden @ weights_2 + bias_2 - targets) / targets.size
        slope = {"none": np.ones_like(hidden), "of output": 1 - np.tanh(hidden) ** 2}.get(kind, 1 - hidden**2)
        factor = {"sum": targets.size, "samples": targets.shape[1], "half": 0.5, "up": -1.0}.get(kind, 1.0)
        found = _carried_back(inputs, hidden, weights_2, factor * delta_2, slope)
        if kind == "no bias":
            found |= {name: np.zeros_like(found[name]) for name in ("bias_1", "bias_2")}
        return found

    return wrong


register(
    Exercise(
        slug="m1.networks.backprop",
        asks='a function gradients(...) that gives a dictionary with "weights_1", "bias_1", "weights_2", "bias_2"',
        properties=(
            Property("a step against the gradient goes down", _goes_down),
            Property("each sample shown twice: the same mean, the same gradient", _batch_twice),
            Property(
                "output layer: equal to the numerical derivative of the loss", _same_as_numeric("weights_2", "bias_2")
            ),
            Property(
                "hidden layer: equal to the numerical derivative of the loss", _same_as_numeric("weights_1", "bias_1")
            ),
        ),
        right=lambda: gradients,
        mistakes=(
            Mistake("slope_forgotten", lambda: _wrong_gradients("none")),
            Mistake("derivative_of_output", lambda: _wrong_gradients("of output")),
            Mistake("sum_for_mean", lambda: _wrong_gradients("sum")),
            Mistake("outputs_not_averaged", lambda: _wrong_gradients("samples")),
            Mistake("half_in_loss", lambda: _wrong_gradients("half")),
            Mistake("gradient_ascent", lambda: _wrong_gradients("up")),
            Mistake("bias_forgotten", lambda: _wrong_gradients("no bias")),
        ),
        probes=(two_layers(1), two_layers(5, 7, (3, 6, 2))),
        hints=(
            "Begin at the end: the derivative of the mean of squares by each output. The mean of how many numbers?",
            "What comes back to the hidden layer is delta_2 @ weights_2.T, times the slope of tanh: 1 - hidden**2.",
            "A weight's gradient is (what went in, transposed) @ (what comes back); a bias sums what comes back.",
        ),
        read="Lesson 2, Back-propagation",
    )
)


# 5. Momentum: the damped oscillator.


def critical_momentum(rate: float, curvature: float) -> float:
    """The momentum at which both roots of z^2 - (1 + momentum - rate curvature) z + momentum coincide."""
    return float((1 - math.sqrt(rate * curvature)) ** 2)


_BOWLS = ((0.1, 1.0), (0.02, 2.5), (0.5, 0.5), (0.01, 0.3))


def _path(rate: float, curvature: float, momentum: float, n_steps: int) -> NDArray[np.float64]:
    """Weights on the way down from 1, at rest."""
    weight, velocity, path = 1.0, 0.0, []
    for _ in range(n_steps):
        velocity = momentum * velocity - rate * curvature * weight
        weight += velocity
        path.append(weight)
    return np.array(path)


def _larger_root(rate: float, curvature: float, momentum: float) -> float:
    """Factor per step by which the slower part of the motion dies out."""
    return float(np.max(np.abs(np.roots([1.0, rate * curvature - 1 - momentum, momentum]))))


def _no_swing(answer: Any) -> bool | str:
    for rate, curvature in _BOWLS:
        momentum = float(answer(rate, curvature))
        if np.any(_path(rate, curvature, 0.999 * momentum, 300) < -1e-12):
            return f"rate {rate}, curvature {curvature}: with {momentum:.3f} the weight swings through the minimum"
        if not np.any(_path(rate, curvature, momentum + 0.02, 600) < 0):
            return f"rate {rate}, curvature {curvature}: even with {momentum + 0.02:.3f} it does not swing"
    return True


def _fastest(answer: Any) -> bool | str:
    for rate, curvature in _BOWLS:
        momentum = float(answer(rate, curvature))
        here = _larger_root(rate, curvature, momentum)
        for other in (momentum - 0.01, momentum + 0.01):
            if _larger_root(rate, curvature, other) < here - 1e-9:
                return f"rate {rate}, curvature {curvature}: {other:.3f} is faster than your {momentum:.3f}"
    return True


register(
    Exercise(
        slug="m1.networks.momentum",
        asks="a function critical_momentum(rate, curvature) that returns one number",
        properties=(
            Property(
                "only rate times curvature matters",
                lambda answer: close(answer(0.2, 0.6), answer(0.4, 0.3), relative=1e-6)
                and (0 < float(answer(0.2, 0.6)) < 1 or "a momentum lies between 0 and 1"),
            ),
            Property(
                "where one plain step reaches the minimum, no momentum is wanted",
                lambda answer: close(answer(0.25, 4.0), 0.0, absolute=1e-9),
            ),
            Property("no swing, but with a little more there is one", _no_swing),
            Property("neither less nor more is faster", _fastest),
        ),
        right=lambda: critical_momentum,
        mistakes=(
            Mistake("continuum_for_steps", lambda: lambda rate, curvature: 1 - 2 * math.sqrt(rate * curvature)),
            Mistake("frequency_squared", lambda: lambda rate, curvature: (1 - rate * curvature) ** 2),
            Mistake("factor_for_momentum", lambda: lambda rate, curvature: 1 - math.sqrt(rate * curvature)),
        ),
        probes=_BOWLS,
        hints=(
            "Put w_n = z^n into the equation of motion. Which quadratic equation must z satisfy?",
            "Critical: its two roots are equal. Set the discriminant to zero.",
            "(1 + b - a)^2 = 4 b, with a = rate times curvature. Take the root on both sides, then complete a square.",
        ),
        read="Lesson 2, Momentum",
    )
)  # fmt: skip


# 6. Clipping.


def clip(all_gradients: Mapping[str, NDArray[Any]], limit: float) -> Gradients:
    """All gradients, shortened by one factor where together they are longer than the limit."""
    length = math.sqrt(sum(float(np.sum(np.square(one))) for one in all_gradients.values()))
    factor = min(1.0, limit / length) if length else 1.0
    return {name: factor * np.asarray(one, float) for name, one in all_gradients.items()}


def some_gradients(size: float, seed: int = 6) -> Gradients:
    """Gradients of a small network, together as long as ``size``; one array is much larger than the others."""
    rng = np.random.default_rng(seed)
    drawn = {"weights_1": 5 * rng.standard_normal((4, 3)), "bias_1": rng.standard_normal(3),
             "weights_2": 0.3 * rng.standard_normal((3, 2)), "bias_2": rng.standard_normal(2)}  # fmt: skip
    length = math.sqrt(sum(float(np.sum(one**2)) for one in drawn.values()))
    return {name: one * size / length for name, one in drawn.items()}


def _flat(all_gradients: Mapping[str, Any]) -> NDArray[np.float64]:
    return np.concatenate([np.ravel(np.asarray(all_gradients[name], float)) for name in _NAMES])


def _keeps_direction(answer: Any) -> bool | str:
    given, got = _flat(some_gradients(40.0)), _flat(answer(some_gradients(40.0), 2.0))
    if not np.linalg.norm(got) > 0:
        return "nothing is left of the gradient"
    cosine = float(got @ given / np.linalg.norm(got) / np.linalg.norm(given))
    return cosine > 1 - 1e-9 or f"the step was turned by {math.degrees(math.acos(min(1.0, cosine))):.0f} degrees"


def _has_limit(answer: Any) -> bool | str:
    length = float(np.linalg.norm(_flat(answer(some_gradients(40.0), 2.0))))
    return close(length, 2.0) or f"of length 40 with limit 2 became length {length:.3g}"


def _each_array(all_gradients: Mapping[str, NDArray[Any]], limit: float) -> Gradients:
    return {name: one * min(1.0, limit / float(np.linalg.norm(one))) for name, one in all_gradients.items()}


def _rescaled(all_gradients: Mapping[str, NDArray[Any]], limit: float) -> Gradients:
    return {name: one * limit / float(np.linalg.norm(_flat(all_gradients))) for name, one in all_gradients.items()}


def _by_sum(all_gradients: Mapping[str, NDArray[Any]], limit: float) -> Gradients:
    factor = min(1.0, limit / float(np.sum(np.abs(_flat(all_gradients)))))
    return {name: factor * one for name, one in all_gradients.items()}


register(
    Exercise(
        slug="m1.networks.clip",
        asks="a function clip(gradients, limit): a dictionary of arrays to one of the same names and shapes",
        properties=(
            Property("the direction is kept, over all arrays together", _keeps_direction),
            Property("what was too long is as long as the limit", _has_limit),
            Property(
                "what is short enough is not touched",
                lambda answer: close(_flat(answer(some_gradients(1.5), 2.0)), _flat(some_gradients(1.5))),
            ),
            Property(
                "a gradient of zero stays zero",
                lambda answer: close(_flat(answer(some_gradients(0.0), 2.0)), np.zeros(23)),
            ),
        ),
        right=lambda: clip,
        mistakes=(
            Mistake(
                "clipped_each_number",
                lambda: lambda all_gradients, limit: {k: np.clip(g, -limit, limit) for k, g in all_gradients.items()},
            ),
            Mistake("clipped_each_array", lambda: _each_array),
            Mistake("always_rescaled", lambda: _rescaled),
            Mistake("l1_for_l2", lambda: _by_sum),
        ),
        probes=((some_gradients(40.0), 2.0), (some_gradients(9.0), 1.0), (some_gradients(1.5), 2.0)),
        hints=(
            "One arrow holds all numbers of all arrays. How long is it?",
            "One factor for everything: limit over length. When must it be 1?",
            "And what is 0/0?",
        ),
        read="Lesson 2, Gradients that vanish or explode",
    )
)  # fmt: skip


# 7. Penalties: where the minimum goes.


def pulled(optimum: float, curvature: float, l1: float, l2: float) -> float:
    """Where curvature/2 (w - optimum)^2 + l1 |w| + l2 w^2 is smallest."""
    force = curvature * abs(optimum)
    return math.copysign(max(0.0, force - l1) / (curvature + 2 * l2), optimum)


_PENALTIES = (
    (1.5, 2.0, 0.7, 0.4),
    (-0.8, 3.0, 0.5, 1.1),
    (0.6, 0.5, 0.2, 0.0),
    (2.0, 1.0, 0.0, 0.8),
    (-0.4, 1.0, 0.1, 0.3),
)


def _cost(weight: float, optimum: float, curvature: float, l1: float, l2: float) -> float:
    return curvature / 2 * (weight - optimum) ** 2 + l1 * abs(weight) + l2 * weight**2


def _is_minimum(answer: Any) -> bool | str:
    for bowl in _PENALTIES:
        weight = float(answer(*bowl))
        for way, step in (("smaller", -1e-3), ("larger", 1e-3)):
            if _cost(weight + step, *bowl) < _cost(weight, *bowl):
                told = "optimum {}, curvature {}, l1 {}, l2 {}".format(*bowl)
                return f"{told}: from your {weight:.3f} the loss still falls toward {way} weights"
    return True


register(
    Exercise(
        slug="m1.networks.penalty",
        asks="a function pulled(optimum, curvature, l1, l2) that gives the weight where loss and penalty are smallest",
        properties=(
            Property("without a penalty it stays", lambda answer: close(answer(-1.3, 2.0, 0.0, 0.0), -1.3)),
            Property(
                "L2 alone shrinks by a factor that does not depend on the weight",
                lambda answer: close(
                    float(answer(3.0, 2.0, 0.0, 0.7)) / 3.0, float(answer(-0.1, 2.0, 0.0, 0.7)) / -0.1, relative=1e-6
                ),
            ),
            Property(
                "L1 sets a weak weight to zero, exactly",
                lambda answer: float(answer(0.2, 1.0, 0.5, 0.0)) == 0.0 and float(answer(-0.2, 1.0, 0.5, 0.3)) == 0.0,
            ),
            Property("no weight beside it is better", _is_minimum),
        ),
        right=lambda: pulled,
        mistakes=(
            Mistake("half_in_loss", lambda: lambda w, c, l1, l2: math.copysign(max(0, c * abs(w) - l1) / (c + l2), w)),
            Mistake("penalties_exchanged", lambda: lambda w, c, l1, l2: pulled(w, c, l2, l1)),
            Mistake("pulled_through_zero", lambda: lambda w, c, l1, l2: (c * w - math.copysign(l1, w)) / (c + 2 * l2)),
            Mistake("threshold_without_curvature", lambda: lambda w, c, l1, l2: math.copysign(
                max(0, abs(w) - l1) * c / (c + 2 * l2), w)),
        ),
        probes=(*_PENALTIES, (0.2, 1.0, 0.5, 0.0), (-0.2, 2.0, 1.0, 0.3)),
        hints=(
            "Take optimum > 0 and suppose that the answer is > 0 too: there |w| is just w. Set the derivative to zero.",
            "If that answer comes out negative, the supposition was wrong. Where is the minimum then?",
            "The derivative of l2 w^2 has a factor of 2. For a negative optimum use the mirror image.",
        ),
        read="Lesson 2, Regularisation",
    )
)  # fmt: skip


# 8. A network that reads T2*.


def train_reader(seed: int, callbacks: Sequence[Any] = ()) -> Any:
    """What the lesson's solution does: two hidden layers, a rate that falls to zero, fresh orders.

    Parameters
    ----------
    seed : int
        Seed of the weights, the decays and the orders.
    callbacks : sequence of keras.callbacks.Callback
        To watch the training.

    Returns
    -------
    keras.Model
        The trained network.
    """
    from ...networks.backend import import_keras

    keras = import_keras()
    keras.utils.set_random_seed(seed)
    decays, targets, _ = draw_decays(6000, seed)
    network = keras.Sequential(
        [
            keras.Input((32,)),
            keras.layers.Dense(32, "tanh"),
            keras.layers.Dense(32, "tanh"),
            keras.layers.Dense(1),
        ]
    )
    rate = keras.optimizers.schedules.CosineDecay(0.02, decay_steps=10 * 47)
    network.compile(optimizer=keras.optimizers.Adam(rate), loss="mse")
    network.fit(shuffled(decays, targets, batch_size=128, seed=seed), epochs=10, callbacks=list(callbacks), verbose=0)
    return network


def shuffled(inputs: NDArray[Any], targets: NDArray[Any], *, batch_size: int, seed: int) -> Any:
    """Batches for Keras' ``fit``, in a new order in each epoch whatever the backend.

    Parameters
    ----------
    inputs, targets : numpy.ndarray, shape (n, ...)
        The data.
    batch_size : int
        Samples a batch; the last may be smaller.
    seed : int
        Seed of the orders.

    Returns
    -------
    keras.utils.PyDataset
        What ``fit`` takes in place of arrays.
    """
    from ...networks.backend import import_keras

    keras = import_keras()

    class Shuffled(keras.utils.PyDataset):  # type: ignore[name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.rng = np.random.default_rng(seed)
            self.on_epoch_end()

        def __len__(self) -> int:
            return -(-len(inputs) // batch_size)

        def __getitem__(self, number: int) -> tuple[NDArray[Any], NDArray[Any]]:
            chosen = self.order[number * batch_size : (number + 1) * batch_size]
            return inputs[chosen], targets[chosen]

        def on_epoch_end(self) -> None:
            self.order = self.rng.permutation(len(inputs))

    return Shuffled()


def _is_affine(network: Any) -> bool:
    """Whether the answer to the mean of two decays is the mean of the answers: no activation does anything."""
    decays = draw_decays(200, 11)[0]
    first, second = decays[:100], decays[100:]
    mean = (predictions(network, first) + predictions(network, second)) / 2
    return close(predictions(network, (first + second) / 2), mean, absolute=1e-3)


def _reads(network: Any) -> bool | str:
    """The check on fresh decays, and why it fails."""
    error = error_in_bounds(network)
    if error <= _THRESHOLD:
        return True
    found = f"{error:.2f} bounds on fresh decays, allowed are {_THRESHOLD}"
    if error_in_bounds(lambda decays: _as_logarithm(predictions(network, decays))) < 0.5 * error:
        return f"{found}. These look like milliseconds, asked is a logarithm"
    if error < 0.9 * _error_of_mean() and _is_affine(network):
        return f"{found}. {MISCONCEPTIONS['activation_forgotten']}"
    return found


def _as_logarithm(milliseconds: NDArray[Any]) -> NDArray[np.float64]:
    """What would be meant if the answers were T2* in ms."""
    return np.log(np.clip(milliseconds, 1e-3, None) / UNIT_MS)


def _error_of_mean() -> float:
    """Error of who always answers 16 ms, in bounds."""
    return error_in_bounds(lambda decays: np.zeros(len(decays)))


def _better_than_mean(network: Any) -> bool | str:
    always_the_mean, error = _error_of_mean(), error_in_bounds(network)
    return error < 0.9 * always_the_mean or f"{error:.1f} bounds; who always answers 16 ms has {always_the_mean:.1f}"


#: 30 seeded trainings of the solution gave 1.27 at most; the best linear network has 5.5
_THRESHOLD = 1.6

register(
    Exercise(
        slug="m1.networks.reader",
        asks="a trained network whose predict takes (n, 32) decays and gives (n, 1): ln(T2* / 16 ms)",
        properties=(
            Property("better than one who always answers the same", _better_than_mean),
            Property("on fresh decays the error is near the bound", _reads),
        ),
        right=lambda: train_reader(1),
        hints=(
            "The best straight line through these data misses by more than five bounds. What makes a network curved?",
            "Decays cost nothing: draw_decays(n, seed) with some thousands. A few hundred steps are needed.",
            "Adam at a rate of about 0.01 that falls in the end, two hidden layers of 32 nodes, ten epochs.",
        ),
        read="Lesson 2, All of it in Keras",
        training=Training(train_reader, error_in_bounds, threshold=_THRESHOLD, failures=0, runs=30),
    )
)

# 9. The recast: is the line there?

RECAST_OPTIONS = {
    "output": ("yes or no", "the amplitude spectrum, cleaned of noise", "the probability that the line is there"),
    "labels": (
        "what a physician sees in the same noisy spectrum",
        "what a threshold on the peak height says",
        "a blood test of the same day, and simulated lines of known height",
    ),
    "split": ("scans, drawn by chance", "patients, drawn by chance"),
    "score": (
        "accuracy",
        "accuracy on as many sick as healthy",
        "how many of the sick are found when 1 % of the healthy are alarmed",
    ),
    "baseline": ("none", "a deeper network", "the matched filter"),
}

_RECAST = {part: options[-1] for part, options in RECAST_OPTIONS.items()}

#: what is wrong with an option, for those that are
_OBJECTIONS = {
    "yes or no": "0.51 and 0.99 are the same answer then; who treats has other costs than who screens",
    "the amplitude spectrum, cleaned of noise": "somebody still has to decide; what is asked is one number",
    "what a physician sees in the same noisy spectrum": "where the noise hides the line, the label is a guess",
    "what a threshold on the peak height says": MISCONCEPTIONS["label_from_wrong_fit"],
    "scans, drawn by chance": MISCONCEPTIONS["scans_for_tubes"],
    "accuracy": MISCONCEPTIONS["rare_class_ignored"],
    "accuracy on as many sick as healthy": "the clinic sees fifty healthy for one sick: false alarms would flood it",
    "none": MISCONCEPTIONS["accuracy_without_baseline"],
    "a deeper network": "another network is not the method that people use today",
}


def _chosen(part: str) -> Callable[..., bool | str]:
    return right_choice(part, RECAST_OPTIONS, _RECAST, _OBJECTIONS)


def _with(part: str, number: int) -> dict[str, str]:
    return _RECAST | {part: RECAST_OPTIONS[part][number]}


register(
    Exercise(
        slug="m1.networks.recast",
        asks='a dictionary with one of the OPTIONS for each of "output", "labels", "split", "score", "baseline"',
        properties=(
            Property("the output is what the physician needs, doubt included", _chosen("output")),
            Property("the labels know more than the spectrum", _chosen("labels")),
            Property("the test is on people whom the network has never seen", _chosen("split")),
            Property("who always says healthy gets a bad score", _chosen("score")),
            Property("it is compared with the best that is known", _chosen("baseline")),
        ),
        right=lambda: dict(_RECAST),
        mistakes=(
            Mistake("problem_unchanged", lambda: {part: options[0] for part, options in RECAST_OPTIONS.items()}),
            Mistake("probability_thrown_away", lambda: _with("output", 0)),
            Mistake("no_truth", lambda: _with("labels", 0)),
            Mistake("label_from_wrong_fit", lambda: _with("labels", 1)),
            Mistake("scans_for_tubes", lambda: _with("split", 0)),
            Mistake("rare_class_ignored", lambda: _with("score", 0)),
            Mistake("rare_class_ignored", lambda: _with("score", 1)),
            Mistake("accuracy_without_baseline", lambda: _with("baseline", 0)),
            Mistake("more_layers_cure", lambda: _with("baseline", 1)),
        ),
        hints=(
            "Ask the criteria of lesson 1, one for each part.",
            "Two in a hundred are sick. Which score does a machine get that never looks?",
            "Eight scans of one head are alike. What does a network that knows seven of them know about the eighth?",
        ),
        read="Lesson 2, What problem am I solving?",
    )
)
