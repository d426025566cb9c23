"""Checks of the lesson Learning the parameters: wrong labels, bins, layers, overfitting, error bars, misfit, a rate."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...classical import magnitude_fit
from ...networks.line_network import line_features
from ...physics import draw_lines, simulate_fid, window_basis
from ...signals import FID, Resonance
from ..exercises import Exercise, Mistake, Property, Training, close, predictions, register, right_choice
from ..misconceptions import MISCONCEPTIONS
from ..questions.streams import HashStream

# 1. How wrong the labels are: the fitted width over the true one.


def _line(t2_star_s: float, acquisition_s: float, seed: int = 5) -> FID:
    """One line of 1000 points with little noise."""
    dwell_s = acquisition_s / 1000
    line = Resonance(0.11 / dwell_s, 1 / (math.pi * t2_star_s))
    return simulate_fid([line], n_points=1000, dwell_s=dwell_s, noise_sd=0.005, seed=seed)


def _drawn_line(stream: HashStream) -> tuple[FID, float]:
    """A decay that is cut off or seen to its end, and its time constant."""
    t2_star_s = stream.on_grid(0.05, 3.0, 0.01)
    return _line(t2_star_s, stream.on_grid(0.5, 2.0, 0.1), seed=stream.below(1 << 32)), t2_star_s


def label_factor(fid: FID, t2_star_s: float) -> float:
    """Fitted full width over true full width."""
    return float(magnitude_fit(fid).fwhm_hz[0]) * math.pi * t2_star_s


def _factor(answer: Any, t2_star_s: float, acquisition_s: float) -> bool | str:
    """Recomputation on one decay."""
    value = float(np.squeeze(answer(_line(t2_star_s, acquisition_s), t2_star_s)))
    right = label_factor(_line(t2_star_s, acquisition_s), t2_star_s)
    if close(value, right, relative=0.01):
        return True
    return f"T2* {t2_star_s} s, record {acquisition_s} s: you find a factor of {value:.3g}"


register(
    Exercise(
        slug="m1.parameters.label_factor",
        asks="a function label_factor(fid, t2_star_s): fitted full width over true full width",
        properties=(
            Property("a label is never too narrow", lambda answer: answer(_line(0.2, 1.0), 0.2) > 1),
            Property(
                "the factor has no unit: a line 10 times as slow in a record 10 times as long has the same",
                lambda answer: close(answer(_line(0.3, 1.0), 0.3), answer(_line(3.0, 10.0), 3.0), relative=0.01),
            ),
            Property("a decay that is cut off early", lambda answer: _factor(answer, 2.0, 1.0)),
            Property("a decay that is seen to its end", lambda answer: _factor(answer, 0.05, 1.0)),
        ),
        right=lambda: label_factor,
        mistakes=(
            Mistake("hwhm_for_fwhm", lambda: lambda fid, t2_star_s: label_factor(fid, t2_star_s) / 2),
            Mistake("hwhm_for_fwhm", lambda: lambda fid, t2_star_s: label_factor(fid, t2_star_s) * 2),
            Mistake("missing_pi", lambda: lambda fid, t2_star_s: label_factor(fid, t2_star_s) / math.pi),
            Mistake(
                "width_grows_with_t2",
                lambda: lambda fid, t2_star_s: float(magnitude_fit(fid).fwhm_hz[0]) / (math.pi * t2_star_s),
            ),
        ),
        probes=((_line(2.0, 1.0), 2.0), (_line(0.1, 1.0), 0.1)),
        fresh=_drawn_line,
        hints=(
            "How wide, in Hz, is the absorption line of a decay with the time constant T2*?",
            "magnitude_fit(fid).fwhm_hz[0] is a full width. Is what you divide by one too?",
        ),
        read="Lesson 5, The labels are wrong",
    )
)

# 2. Units leave: a line in bins.


def to_bins(frequency_hz: float, fwhm_hz: float, n_points: int, dwell_s: float) -> tuple[float, float]:
    """Offset from the nearest bin and width, both in bins."""
    acquisition_s = n_points * dwell_s
    place = frequency_hz * acquisition_s
    return place - round(place), fwhm_hz * acquisition_s


_IN_BINS = ((103.4, 1.7, 2048, 5e-4), (-777.7, 0.4, 8192, 1.25e-4), (12.04, 5.0, 512, 2e-3))


def _drawn_in_bins(stream: HashStream) -> tuple[float, float, int, float]:
    """A line well beside the middle between two bins, where either would be the nearest."""
    n_points, dwell_s = 2 ** stream.whole(8, 14), stream.choice((5e-5, 1.25e-4, 5e-4, 2e-3))
    place = stream.whole(-100, 100) + stream.on_grid(-0.45, 0.45, 0.01)
    acquisition_s = n_points * dwell_s
    return place / acquisition_s, stream.on_grid(0.2, 6.0, 0.1) / acquisition_s, n_points, dwell_s


def _stretched(answer: Any) -> bool:
    """A spectrometer that does everything three times as slowly."""
    return all(
        close(answer(f / 3, w / 3, n, 3 * d), answer(f, w, n, d), relative=1e-6, absolute=1e-6)
        for f, w, n, d in _IN_BINS
    )


def _within_half_a_bin(answer: Any) -> bool | str:
    """The nearest bin was taken."""
    furthest = max((float(answer(*arguments)[0]) for arguments in _IN_BINS), key=abs)
    return abs(furthest) <= 0.5 + 1e-9 or f"one of your offsets is {furthest:.3g}"


def _as_transform_says(answer: Any) -> bool:
    """The nearest bin is where the FFT of the line is highest."""
    for frequency_hz, fwhm_hz, n_points, dwell_s in _IN_BINS:
        samples = simulate_fid([Resonance(frequency_hz, fwhm_hz)], n_points=n_points, dwell_s=dwell_s).samples
        bin_hz = 1 / (n_points * dwell_s)
        highest_hz = np.fft.fftfreq(n_points, dwell_s)[np.argmax(np.abs(np.fft.fft(samples)))]
        if not close(answer(frequency_hz, fwhm_hz, n_points, dwell_s)[0] * bin_hz, frequency_hz - highest_hz,
                     absolute=1e-6):  # fmt: skip
            return False
    return True


register(
    Exercise(
        slug="m1.parameters.bins",
        asks="a function to_bins(frequency_hz, fwhm_hz, n_points, dwell_s) giving (offset from the nearest bin, width)",
        properties=(
            Property("a spectrometer that is three times as slow has the same line", _stretched),
            Property("the offset is at most half a bin", _within_half_a_bin),
            Property("the nearest bin is where the transform is highest", _as_transform_says),
            Property(
                "the width in bins gives the width in Hz back",
                lambda answer: all(close(answer(f, w, n, d)[1] / (n * d), w) for f, w, n, d in _IN_BINS),
            ),
        ),
        right=lambda: to_bins,
        mistakes=(
            Mistake(
                "units_in_the_network",
                lambda: lambda f, w, n, d: (f - round(f * n * d) / (n * d), w),
            ),
            Mistake("hwhm_for_fwhm", lambda: lambda f, w, n, d: (to_bins(f, w, n, d)[0], w * n * d / 2)),
            Mistake("dwell_for_acquisition", lambda: lambda f, w, n, d: (f * d - round(f * d), w * d)),
            Mistake("zero_filling_resolves", lambda: lambda f, w, n, d: to_bins(f, w, 2 * n, d)),
            Mistake("angular_for_ordinary", lambda: lambda f, w, n, d: to_bins(2 * math.pi * f, 2 * math.pi * w, n, d)),
        ),
        probes=_IN_BINS,
        fresh=_drawn_in_bins,
        hints=(
            "How many hertz lie between two bins of the transform, if nothing is appended?",
            "A bin is 1/(acquisition time). Divide both numbers by it, then take the nearest whole number off one.",
        ),
        read="Lesson 5, Take the units out",
    )
)

# 3. Without activations: one layer.


def one_layer(
    weights_1: NDArray[Any], bias_1: NDArray[Any], weights_2: NDArray[Any], bias_2: NDArray[Any]
) -> dict[str, NDArray[Any]]:
    """The one layer that two linear ones are."""
    return {"weights": weights_1 @ weights_2, "bias": bias_1 @ weights_2 + bias_2}


def _layers(seed: int, sizes: tuple[int, int, int] = (5, 7, 2)) -> tuple[NDArray[np.float64], ...]:
    """Weights and biases of two layers."""
    rng = np.random.default_rng(seed)
    a, b, c = sizes
    return (rng.standard_normal((a, b)), rng.standard_normal(b), rng.standard_normal((b, c)), rng.standard_normal(c))


def _parts(answer: Any, layers: tuple[NDArray[np.float64], ...]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Weights and bias of the answer."""
    one = answer(*layers)
    if not isinstance(one, dict):
        raise TypeError(f'a dictionary with "weights" and "bias" is expected, got {type(one).__name__}')
    return np.asarray(one["weights"]), np.asarray(one["bias"])


def _has_shape(answer: Any) -> bool:
    """Five inputs, two outputs."""
    return [part.shape for part in _parts(answer, _layers(1))] == [(5, 2), (2,)]


def _same_map(answer: Any, seed: int, sizes: tuple[int, int, int]) -> bool:
    """One layer does what two did, on random inputs."""
    layers = _layers(seed, sizes)
    inputs = np.random.default_rng(seed + 1).standard_normal((50, sizes[0]))
    weights, bias = _parts(answer, layers)
    two = (inputs @ layers[0] + layers[1]) @ layers[2] + layers[3]
    return close(inputs @ weights + bias, two, relative=1e-6, absolute=1e-9)


def _no_input(answer: Any) -> bool:
    """What comes out for an input of zeros."""
    layers = _layers(3)
    return close(_parts(answer, layers)[1], layers[1] @ layers[2] + layers[3], absolute=1e-9)


register(
    Exercise(
        slug="m1.parameters.one_layer",
        asks="a function one_layer(weights_1, bias_1, weights_2, bias_2) giving {'weights': ..., 'bias': ...}",
        properties=(
            Property("the answer has the shape of one layer", _has_shape),
            Property("an input of zeros gives the same output as before", _no_input),
            Property("any input gives the same output as before", lambda answer: _same_map(answer, 1, (5, 7, 2))),
            Property("also for layers of other sizes", lambda answer: _same_map(answer, 2, (18, 3, 4))),
        ),
        right=lambda: one_layer,
        mistakes=(
            Mistake("bias_forgotten", lambda: lambda w1, b1, w2, b2: {"weights": w1 @ w2, "bias": b2}),
            Mistake("bias_forgotten", lambda: lambda w1, b1, w2, b2: {"weights": w1 @ w2, "bias": b1 @ w2}),
            Mistake("bias_forgotten", lambda: lambda w1, b1, w2, b2: {"weights": w1 @ w2, "bias": 0 * b2}),
        ),
        probes=(_layers(1), _layers(4, (3, 4, 2))),
        fresh=lambda stream: _layers(
            stream.below(1 << 32), (stream.whole(1, 9), stream.whole(1, 9), stream.whole(1, 5))
        ),
        hints=(
            "Write (x W1 + b1) W2 + b2 and multiply out.",
            "Which terms hold x? The rest is the bias. Both biases are in it.",
        ),
        read="Lesson 5, What activations are for",
    )
)  # fmt: skip

# 4. Overfitting, cured: a network on windows at a fixed signal-to-noise ratio.

_WIDTHS, _HALF_WIDTH, _DIRECTIONS, _SNR = (0.3, 4.0), 32, 9, 30.0


@lru_cache(maxsize=1)
def _basis_and_scales() -> tuple[NDArray[np.complex128], NDArray[np.float64]]:
    """The directions of the windows, and the size of the projections on them."""
    basis = window_basis(_HALF_WIDTH, _DIRECTIONS, width_range=_WIDTHS)
    drawn = draw_lines(
        np.random.default_rng(0), 2000, basis, width_range=_WIDTHS, snr_range=(_SNR, 1.01 * _SNR),
        points_range=(1024, 4096),
    )  # fmt: skip
    relative = np.abs(drawn.projections[:, 1:] / drawn.projections[:, :1])
    return basis, np.maximum(np.sqrt(np.mean(relative**2, axis=0) / 2), 0.15)


def draw_windows(n: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Windows of fresh lines of signal-to-noise ratio 30, 0.3 to 4 bins wide.

    Parameters
    ----------
    n : int
        Number of windows.
    seed : int
        Seed: another seed, other lines and other noise.

    Returns
    -------
    inputs : numpy.ndarray, shape (n, 18)
        What the network sees.
    targets : numpy.ndarray, shape (n, 2)
        Offset in bins and logarithm of the width in bins: the truth.
    bounds : numpy.ndarray, shape (n, 2)
        Cramér-Rao bounds of the two.

    Examples
    --------
    >>> [part.shape for part in draw_windows(10, seed=1)]
    [(10, 18), (10, 2), (10, 2)]
    """
    basis, scales = _basis_and_scales()
    drawn = draw_lines(
        np.random.default_rng([seed, 5]), n, basis, width_range=_WIDTHS, snr_range=(_SNR, 1.01 * _SNR),
        points_range=(1024, 4096),
    )  # fmt: skip
    inputs = line_features(drawn.projections, drawn.noise, drawn.n_points, scales)
    width = drawn.truth[:, 1]
    targets = np.column_stack([drawn.truth[:, 0], np.log(width)])
    bounds = np.column_stack([drawn.bound[:, 0], drawn.bound[:, 1] / width])
    return inputs, targets.astype(np.float32), bounds.astype(np.float32)


def error_in_bounds(network: Any, seed: int = 2_000_005) -> float:
    """Root mean square error of a network on fresh windows, in Cramér-Rao bounds: 1 is perfect.

    Parameters
    ----------
    network : object with predict, or callable
        Takes (n, 18), gives (n, 2).
    seed : int
        Seed of the windows.

    Returns
    -------
    float
        Over offset and width together.

    Raises
    ------
    ValueError
        If the answers have another shape.
    """
    inputs, targets, bounds = draw_windows(2000, seed)
    answers = predictions(network, inputs)
    if answers.shape != targets.shape:
        raise ValueError(f"predict must give offset and log width, shape {targets.shape}, got {answers.shape}")
    return float(np.sqrt(np.mean(((answers - targets) / bounds) ** 2)))


def train_cured(seed: int) -> Any:
    """What the lesson's solution does: many windows, and a stop by val_loss."""
    from ...networks.backend import import_keras

    keras = import_keras()
    keras.utils.set_random_seed(seed)
    inputs, targets, _ = draw_windows(6000, seed)
    network = keras.Sequential(
        [
            keras.Input((18,)),
            keras.layers.Dense(64, "silu"),
            keras.layers.Dense(64, "silu"),
            keras.layers.Dense(2),
        ]
    )
    network.compile(optimizer=keras.optimizers.Adam(0.003), loss="mse")
    stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=4, restore_best_weights=True)
    network.fit(
        inputs, targets, validation_data=draw_windows(1000, seed + 1)[:2], batch_size=128, epochs=12,
        callbacks=[stop], verbose=0,
    )  # fmt: skip
    return network


def _is_affine(network: Any) -> bool:
    """Whether the answer to a mean of two inputs is the mean of the answers: no activation does anything."""
    inputs = draw_windows(200, 11)[0]
    first, second = inputs[:100], inputs[100:]
    mean = (predictions(network, first) + predictions(network, second)) / 2
    between = predictions(network, (first + second) / 2)
    return close(between, mean, absolute=1e-3)


def _generalises(network: Any) -> bool | str:
    """The check on fresh windows, and why it fails."""
    error = error_in_bounds(network)
    if error <= _THRESHOLD:
        return True
    inputs, targets, bounds = draw_windows(N_FEW, FEW_SEED)
    known = float(np.sqrt(np.mean(((predictions(network, inputs) - targets) / bounds) ** 2)))
    found = f"{error:.2f} bounds on fresh windows, allowed are {_THRESHOLD}"
    if _is_affine(network):
        return f"{found}. {MISCONCEPTIONS['activation_forgotten']}"
    if known < 0.7 * error:
        return f"{found}, yet {known:.2f} on the {N_FEW} of the lesson. {MISCONCEPTIONS['training_loss_monitored']}"
    return found


#: the small, fixed data set of the lesson
N_FEW, FEW_SEED = 200, 1
#: 30 seeded trainings of the solution gave 1.28 at most; 200 windows without a stop give about 2, no activation 1.85
_THRESHOLD = 1.4

register(
    Exercise(
        slug="m1.parameters.cure",
        asks="a trained network whose predict takes (n, 18) and gives (n, 2): offset and logarithm of the width",
        properties=(
            Property("one offset and one logarithm of the width for each window", lambda network: predictions(
                network, draw_windows(10, 3)[0]).shape == (10, 2)),
            Property("on fresh windows the error is near the bound", _generalises),
        ),
        right=lambda: train_cured(1),
        hints=(
            "Look at val_loss, not at loss. Where was it smallest? Can a callback of Keras stop there?",
            "Windows cost nothing: draw_windows(n, seed) with a larger n.",
            "EarlyStopping(monitor='val_loss', restore_best_weights=True) and some thousand windows, with activations.",
        ),
        read="Lesson 5, Overfitting",
        training=Training(train_cured, error_in_bounds, threshold=_THRESHOLD, failures=0, runs=30),
    )
)  # fmt: skip

# 5. Error bars: how many hold the truth.


def coverage(estimates: NDArray[Any], deviations: NDArray[Any], truth: NDArray[Any]) -> float:
    """Part of the error bars of one standard deviation that hold the truth."""
    return float(np.mean(np.abs(estimates - truth) <= deviations))


def _measured(bias: float = 0.0, bars: float = 1.0, n: int = 20_000, seed: int = 17) -> tuple[NDArray[np.float64], ...]:
    """Estimates, error bars, truth: errors in units of the true deviation are Gaussian with this bias."""
    rng = np.random.default_rng(seed)
    truth, deviation = rng.uniform(-50, 50, n), np.exp(rng.uniform(-4, 1, n))
    return truth + deviation * (bias + rng.standard_normal(n)), bars * deviation, truth


def _covers(bias: float, bars: float) -> Callable[[Any], bool]:
    """The value, recomputed on the same data."""
    return lambda answer: close(answer(*_measured(bias, bars)), coverage(*_measured(bias, bars)), absolute=1e-6)


def _any_unit(answer: Any) -> bool:
    """Hz or mHz."""
    estimates, deviations, truth = _measured(0.5)
    return close(answer(1e3 * estimates, 1e3 * deviations, 1e3 * truth), answer(estimates, deviations, truth))


register(
    Exercise(
        slug="m1.parameters.coverage",
        asks="a function coverage(estimates, deviations, truth): the part of the bars that hold the truth, 0 to 1",
        properties=(
            Property("Hz or mHz makes no difference", _any_unit),
            Property(
                "estimates that are all true are all covered",
                lambda answer: close(answer(np.arange(9.0), np.full(9, 0.1), np.arange(9.0)), 1.0),
            ),
            Property("honest Gaussian error bars", _covers(0.0, 1.0)),
            Property("error bars that are too short", _covers(0.0, 0.4)),
            Property("estimates that all lie on one side of the truth", _covers(3.0, 1.0)),
        ),
        right=lambda: coverage,
        mistakes=(
            Mistake("two_deviations", lambda: lambda e, d, t: float(np.mean(np.abs(e - t) <= 2 * d))),
            Mistake("two_deviations", lambda: lambda e, d, t: float(np.mean(np.abs(e - t) <= 1.96 * d))),
            Mistake("variance_for_deviation", lambda: lambda e, d, t: float(np.mean(np.abs(e - t) <= d**2))),
            Mistake("bias_ignored", lambda: lambda e, d, t: float(np.mean(np.abs(e - t - np.mean(e - t)) <= d))),
        ),
        probes=(_measured(3.0), _measured(0.0, 0.4)),
        fresh=lambda stream: _measured(
            stream.on_grid(-2.0, 2.0, 0.1), stream.on_grid(0.3, 2.0, 0.1), 400, seed=stream.below(1 << 32)
        ),
        relative_tolerance=1e-6,
        hints=(
            "An error bar reaches from estimate minus deviation to estimate plus deviation. When is the truth in it?",
            "Count the cases where the distance from the truth is at most the deviation.",
        ),
        read="Lesson 5, Error bars",
    )
)

# 6. Does the line shape fit? Residual against noise.


def misfit(residual: NDArray[Any], noise_sd: float, n_parameters: int) -> float:
    """Reduced chi-square of a complex residual: about 1 where the model leaves nothing but noise."""
    return float(np.sum(np.abs(residual) ** 2) / noise_sd**2 / (2 * residual.size - n_parameters))


_NOISE_SD = 0.3


def _noise(n: int, seed: int = 23) -> NDArray[np.complex128]:
    """Complex noise."""
    rng = np.random.default_rng(seed)
    return np.asarray(_NOISE_SD * (rng.standard_normal(n) + 1j * rng.standard_normal(n)), complex)


def _fitted(n: int, n_complex: int) -> NDArray[np.complex128]:
    """Residual of noise after a linear fit of n_complex complex amplitudes: 2 n_complex real parameters."""
    columns = np.exp(2j * math.pi * np.outer(np.arange(n), np.arange(n_complex)) / n) / math.sqrt(n)
    noise = _noise(n)
    return np.asarray(noise - columns @ (columns.conj().T @ noise), complex)


def _counts_parameters(answer: Any) -> bool | str:
    """Many parameters leave less; counted, they leave the same. Standard deviation of chi-square: sqrt(2 / freedom)."""
    value = float(answer(_fitted(1000, 700), _NOISE_SD, 1400))
    return abs(value - 1) < 4 * math.sqrt(2 / 600) or f"1400 parameters on 1000 complex points: you find {value:.3g}"


def _channels_alike(answer: Any) -> bool:
    """Turning the phase of the residual changes nothing."""
    residual = _noise(500) + 0.4j
    return close(answer(residual * 1j, _NOISE_SD, 4), answer(residual, _NOISE_SD, 4), relative=1e-6)


register(
    Exercise(
        slug="m1.parameters.misfit",
        asks="a function misfit(residual, noise_sd, n_parameters): about 1 where the complex residual is only noise",
        properties=(
            Property("a turn of the phase changes nothing", _channels_alike),
            Property(
                "twice the residual, four times the misfit",
                lambda answer: close(answer(2 * _noise(300), _NOISE_SD, 4), 4 * answer(_noise(300), _NOISE_SD, 4)),
            ),
            Property(
                "pure noise gives one",
                lambda answer: abs(float(answer(_noise(20_000), _NOISE_SD, 4)) - 1) < 4 * math.sqrt(2 / 40_000),
            ),
            Property("parameters that were fitted are counted", _counts_parameters),
        ),
        right=lambda: misfit,
        mistakes=(
            Mistake(
                "noise_of_both_channels",
                lambda: lambda r, s, p: float(np.sum(np.abs(r) ** 2) / s**2 / (r.size - p)),
            ),
            Mistake("real_only", lambda: lambda r, s, p: float(np.sum(r.real**2) / s**2 / (r.size - p))),
            Mistake(
                "variance_for_deviation",
                lambda: lambda r, s, p: float(np.sum(np.abs(r) ** 2) / s / (2 * r.size - p)),
            ),
        ),
        probes=((_noise(300) + 0.3j, _NOISE_SD, 4), (_fitted(100, 10), _NOISE_SD, 20)),
        fresh=lambda stream: (
            _noise(stream.whole(20, 300), stream.below(1 << 32)),
            stream.on_grid(0.1, 2.0, 0.1),
            stream.whole(2, 12),
        ),
        hints=(
            "How many real numbers are in N complex samples? What is the mean square of each, if it is noise?",
            "Sum the squares of both channels over the variance of one; divide by the numbers left after the fit.",
        ),
        read="Lesson 5, Is the line shape a hyper-parameter?",
    )
)

# 7. From concentrations to a rate.


def rate_law(times_s: NDArray[Any], values: NDArray[Any], deviations: NDArray[Any]) -> tuple[float, float]:
    """Rate of a first-order approach to equilibrium, and its standard deviation, in 1/s."""
    from scipy.optimize import curve_fit

    def approach(time_s: Any, end: float, change: float, rate: float) -> Any:
        return end + change * np.exp(-rate * time_s)

    span = float(times_s[-1] - times_s[0])
    start = (values[-1], values[0] - values[-1], 4 / span)
    best, covariance = curve_fit(approach, times_s, values, p0=start, sigma=deviations, absolute_sigma=True)
    return float(best[2]), float(np.sqrt(covariance[2, 2]))


def _course(seed: int, deviation: float = 0.12, rate: float = 1 / 400) -> tuple[NDArray[Any], ...]:
    """Times, concentrations, error bars of an approach to equilibrium; rate in 1/s."""
    times_s = 139.0 * np.arange(24) + 70.0
    noise = deviation * np.random.default_rng(seed).standard_normal(24)
    return times_s, 1.4 + 6.0 * np.exp(-rate * times_s) + noise, np.full(24, deviation)


def _finds_rate(answer: Any) -> bool | str:
    """Nearly without noise."""
    rate = float(answer(*_course(3, 1e-5))[0])
    return close(rate, 1 / 400, relative=1e-3) or f"for a rate of 1/400 a second you find {rate:.3g}"


def _honest_bars(answer: Any) -> bool | str:
    """Errors over error bars scatter by 1; over 60 courses by 1 +- 0.1."""
    pulls = np.array([(np.asarray(answer(*_course(seed))) - [1 / 400, 0]) for seed in range(60)])
    spread = float(np.sqrt(np.mean((pulls[:, 0] / pulls[:, 1]) ** 2)))
    return 0.65 < spread < 1.4 or f"the errors are {spread:.3g} times your error bars"


def _less_noise(answer: Any) -> bool:
    """The same values said to be ten times as precise."""
    times_s, values, deviations = _course(5)
    return close(answer(times_s, values, deviations / 10)[1], answer(times_s, values, deviations)[1] / 10)


register(
    Exercise(
        slug="m1.parameters.rate",
        asks="a function rate_law(times_s, values, deviations) giving (rate, its standard deviation), both in 1/s",
        properties=(
            Property("the rate of a course that ends in equilibrium, not at zero", _finds_rate),
            Property(
                "mM or M makes no difference",
                lambda answer: close(
                    answer(_course(4)[0], _course(4)[1] / 1e3, _course(4)[2] / 1e3), answer(*_course(4)), relative=1e-2
                ),
            ),
            Property("error bars of the values make that of the rate", _less_noise),
            Property("over many courses the errors are as large as the error bars say", _honest_bars),
        ),
        right=lambda: rate_law,
        mistakes=(
            Mistake(
                "variance_for_deviation", lambda: lambda t, v, d: (rate_law(t, v, d)[0], rate_law(t, v, d)[1] ** 2)
            ),
        ),
        probes=(_course(1), _course(2)),
        fresh=lambda stream: _course(
            stream.below(1 << 32), stream.on_grid(0.02, 0.1, 0.01), rate=1 / stream.on_grid(250.0, 600.0, 10.0)
        ),
        hints=(
            "Three unknowns: where it ends, how far it has to go, how fast. curve_fit needs a start for each.",
            "curve_fit(..., sigma=deviations, absolute_sigma=True); without the second, only ratios of sigma count.",
            "The diagonal of the covariance holds squares.",
        ),
        read="Lesson 5, An enzyme at work",
    )
)

# 8. The original's problem, recast.

RECAST_OPTIONS = {
    "input": (
        "the 4000 samples of the FID",
        "the magnitude spectrum, in Hz",
        "the complex window around the peak, in bins, over its peak",
    ),
    "labels": (
        "a Lorentzian fitted to the magnitude spectrum",
        "the mean of ten such fits",
        "the parameters that were drawn for the simulation",
    ),
    "data": ("1250 FIDs on a grid, used for 300 epochs", "fresh lines and fresh noise in every batch"),
    "loss": (
        "squared error, Hz and volts added up",
        "error of each parameter over its Cramér-Rao bound",
    ),
    "test": (
        "FIDs of the same grid",
        "fresh FIDs between the grid points and real ones: bias, spread, coverage",
    ),
    "baseline": ("one picture, judged by eye", "a network with more layers", "least squares and the bound"),
}

_RECAST = {part: options[-1] for part, options in RECAST_OPTIONS.items()}

#: what is wrong with an option, for those that are
_OBJECTIONS = {
    "the 4000 samples of the FID": MISCONCEPTIONS["units_in_the_network"],
    "the magnitude spectrum, in Hz": "the phase is lost, the noise no longer Gaussian, and the units are still in it",
    "a Lorentzian fitted to the magnitude spectrum": MISCONCEPTIONS["label_from_wrong_fit"],
    "the mean of ten such fits": "the mean of ten fits has less spread, and the same bias",
    "1250 FIDs on a grid, used for 300 epochs": "what has been seen 300 times is remembered, noise included",
    "squared error, Hz and volts added up": MISCONCEPTIONS["metric_not_physical"],
    "FIDs of the same grid": MISCONCEPTIONS["test_seen_in_training"],
    "one picture, judged by eye": MISCONCEPTIONS["accuracy_without_baseline"],
    "a network with more layers": "another network is not the method that people use today",
}


def _chosen(part: str) -> Callable[..., bool | str]:
    return right_choice(part, RECAST_OPTIONS, _RECAST, _OBJECTIONS)


def _with(part: str, number: int) -> dict[str, str]:
    return _RECAST | {part: RECAST_OPTIONS[part][number]}


register(
    Exercise(
        slug="m1.parameters.recast",
        asks='a dictionary with one of the OPTIONS for each of "input", "labels", "data", "loss", "test", "baseline"',
        properties=(
            Property("one network serves every spectrometer", _chosen("input")),
            Property("the labels are true", _chosen("labels")),
            Property("there is no noise to be learnt by heart", _chosen("data")),
            Property("every parameter counts, at every signal-to-noise ratio", _chosen("loss")),
            Property("the test is new, and says how wrong", _chosen("test")),
            Property("it is compared with the best there is", _chosen("baseline")),
        ),
        right=lambda: dict(_RECAST),
        mistakes=(
            Mistake("problem_unchanged", lambda: {part: options[0] for part, options in RECAST_OPTIONS.items()}),
            Mistake("units_in_the_network", lambda: _with("input", 0)),
            Mistake("label_from_wrong_fit", lambda: _with("labels", 0)),
            Mistake("label_from_wrong_fit", lambda: _with("labels", 1)),
            Mistake("metric_not_physical", lambda: _with("loss", 0)),
            Mistake("test_seen_in_training", lambda: _with("test", 0)),
            Mistake("accuracy_without_baseline", lambda: _with("baseline", 0)),
            Mistake("more_layers_cure", lambda: _with("baseline", 1)),
        ),
        hints=(
            "Each part of the proposal fails one of the criteria of lesson 1. Which?",
            "What do you know for certain, because you drew it yourself? What has no unit?",
        ),
        read="Lesson 5, The recast",
    )
)
