r"""A network that learns the discrete Fourier transform: exactly, or hardly at all, depending on what it is shown.

The DFT is linear, so the network is one linear layer without bias. Complex numbers enter and leave as real and
imaginary parts side by side, ``(Re s_0 ... Re s_{n-1}, Im s_0 ... Im s_{n-1})``: 2n numbers in, 2n out, and the
weights that do it are the cosines and sines of ``exp(-2 pi i f t)``.

How fast plain gradient descent finds them is a matter of conditioning, not of depth. The error of the weights shrinks
along each direction of the inputs by ``1 - rate * eigenvalue`` per step, where the eigenvalues are those of the inputs'
covariance; the largest one limits the rate, the smallest one sets the time. White probes, in batches larger than the
number of inputs, have nearly equal eigenvalues: the error halves at every step, down to the rounding of float32.
FIDs of a band of frequencies leave whole directions of the space nearly empty (the late samples, the frequencies
outside the band): those weights crawl, and no number of layers would help.

Both remain lessons: the layer costs ``4 n^2`` multiplications where the fast Fourier transform costs ``n log n``.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.fft
import scipy.linalg
from numpy.typing import ArrayLike, NDArray

from ..physics.synthesis import simulate_lines
from ..signals import FID, Spectrum, spectrum
from .backend import full_float32, import_keras
from .training_loop import Progress, train_network
from .training_state import step_generator, variable_values

__all__ = [
    "OPTIMIZERS",
    "PROBES",
    "DFTNetwork",
    "apply_dft_network",
    "build_dft_network",
    "dft_network_spectrum",
    "relative_error",
    "train_dft",
    "weights_as_matrix",
]

#: cycles per sample of the "fids" probes: 50..1000 Hz sampled at 4 kHz
_BAND = (0.0125, 0.25)
#: T2* in units of the acquisition time
_T2_STAR = (0.1, 4.0)
_AMPLITUDE = (1.0, 10.0)
_NOISE_SD = 0.05


@dataclass(frozen=True, eq=False)
class DFTNetwork:
    """A trained DFT network and how well it does.

    Parameters
    ----------
    weights : numpy.ndarray of float32, shape (2 n_points, 2 n_points)
        Row = input, column = output, each real parts before imaginary parts; the outputs are those of the
        unnormalised DFT divided by ``sqrt(n_points)``.
    n_points : int
        Complex samples in, complex bins out.
    probes, optimizer : str
        What it was trained on, and by what rule.
    learning_rate : float
        Step size.
    n_steps, batch_size, seed : int
        The rest of the recipe.
    history : mapping of str to numpy.ndarray, shape (n_steps,)
        ``loss`` on the batch before each step, ``val_loss`` on unseen FIDs of the whole band after it.
    singular_values : numpy.ndarray, shape (2 n_points,)
        Those of one batch of inputs divided by ``sqrt(batch_size)``, descending: how much of each direction of the
        space the training data show.
    relative_error : float
        ``|network - FFT| / |FFT|`` over unseen, noisy FIDs of all frequencies.
    relative_error_alike : float
        The same over unseen data of the kind it was trained on.
    weight_error : float
        ``|W - DFT| / |DFT|`` of the weights.
    train_s : float
        Seconds of training (of this run, where it was resumed).
    """

    weights: NDArray[np.float32]
    n_points: int
    probes: str
    optimizer: str
    learning_rate: float
    n_steps: int
    batch_size: int
    seed: int
    history: Mapping[str, NDArray[np.float64]]
    singular_values: NDArray[np.float64]
    relative_error: float
    relative_error_alike: float
    weight_error: float
    train_s: float

    @property
    def condition_number(self) -> float:
        """Largest over smallest singular value of the training data; gradient descent needs its square of steps."""
        smallest = float(self.singular_values[-1])
        return float(self.singular_values[0]) / smallest if smallest > 0 else math.inf


def build_dft_network(n_points: int, *, seed: int = 0) -> Any:
    """A linear Keras network without bias that can be the DFT of ``n_points`` complex samples.

    Parameters
    ----------
    n_points : int
        Number of complex samples.
    seed : int
        Seed of the random start.

    Returns
    -------
    keras.Model
        ``(batch, 2 n_points) -> (batch, 2 n_points)``, real parts before imaginary parts. The layer learns the unitary
        DFT; a fixed factor ``sqrt(n_points)`` behind it makes the output unnormalised, so that the best step size
        does not depend on n_points.

    Raises
    ------
    ValueError
        If n_points is not a positive integer.

    Examples
    --------
    >>> build_dft_network(8).count_params()  # (2 n)^2
    256
    """
    if not (isinstance(n_points, (int, np.integer)) and n_points >= 1):
        raise ValueError(f"n_points must be an integer >= 1, got {n_points!r}")
    keras = import_keras()
    return keras.Sequential(
        [
            keras.Input((2 * n_points,), dtype="float32"),
            keras.layers.Dense(
                2 * n_points,
                use_bias=False,
                kernel_initializer=keras.initializers.GlorotUniform(seed=seed),
                dtype="float32",
            ),
            keras.layers.Rescaling(math.sqrt(n_points), dtype="float32"),
        ]
    )


def train_dft(
    n_points: int = 256,
    *,
    seed: int,
    probes: str = "white",
    optimizer: str = "sgd",
    learning_rate: float | None = None,
    n_steps: int = 60,
    batch_size: int | None = None,
    n_unseen: int = 500,
    state_path: str | os.PathLike[str] | None = None,
    save_every_s: float = 5.0,
    progress: Progress | None = None,
) -> DFTNetwork:
    r"""Let a linear network learn the DFT from examples, by gradient descent.

    Parameters
    ----------
    n_points : int
        Number of complex samples.
    seed : int
        Decides the start, the examples and the unseen FIDs.
    probes : str
        ``"white"``: random white noise, all directions alike. ``"fids"``: noisy FIDs of one line each in the band
        0.0125..0.25 cycles per sample, T2* 0.1..4 acquisition times, amplitude 1..10, any phase: the instructive
        failure.
    optimizer : str
        ``"sgd"`` (plain gradient descent), ``"momentum"`` or ``"adam"``.
    learning_rate : float, optional
        Step size. Default: 1.6 over the largest eigenvalue of the covariance of the first batch (2 over it is where
        plain gradient descent diverges), a tenth of that with momentum, 1e-3 with Adam.
    n_steps : int
        Number of steps, each on fresh examples.
    batch_size : int, optional
        Examples a step. Default: ``8 n_points``, four times the number of inputs.
    n_unseen : int
        Number of unseen FIDs it is judged by.
    state_path, save_every_s, progress
        As in :func:`~learnmr.networks.training_loop.train_network`.

    Returns
    -------
    DFTNetwork
        Weights, history and errors.

    Raises
    ------
    ValueError
        If a parameter is out of its range or unknown.
    FloatingPointError
        If the learning rate is too large.
    KeyboardInterrupt
        On Ctrl-C, after the state is saved.

    Notes
    -----
    The loss is ``sum |y - DFT(x)|^2 / (2 n)``, summed over the outputs and averaged over the batch. The targets are
    computed in float64 by ``scipy.fft``. In the mean over white batches of B inputs each step multiplies the squared
    error of the weights by ``1 - 2 r + r^2 (1 + (2n + 1)/B)``, r the rate: 0.27 at r = 0.71 and B = 8n, so 60 steps are
    more than rounding leaves room for.

    Examples
    --------
    >>> network = train_dft(16, seed=1)
    >>> network.relative_error < 1e-6, network.weight_error < 1e-6
    (True, True)
    """
    if not 0 <= seed < 2**32:
        raise ValueError(f"seed must be in 0..2^32 - 1, got {seed!r}")
    if probes not in PROBES:
        raise ValueError(f"probes must be one of {', '.join(PROBES)}, got {probes!r}")
    if optimizer not in OPTIMIZERS:
        raise ValueError(f"optimizer must be one of {', '.join(OPTIMIZERS)}, got {optimizer!r}")
    if learning_rate is not None and not learning_rate > 0:
        raise ValueError(f"learning_rate must be > 0, got {learning_rate!r}")
    if n_unseen < 1:
        raise ValueError(f"n_unseen must be >= 1, got {n_unseen!r}")
    network = build_dft_network(n_points, seed=seed)
    batch_size = 8 * n_points if batch_size is None else batch_size
    if not batch_size >= 1:
        raise ValueError(f"batch_size must be >= 1, got {batch_size!r}")
    keras = import_keras()
    draw = PROBES[probes]

    def draw_batch(generator: np.random.Generator, _step: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        inputs = draw(generator, batch_size, n_points)
        return inputs, _exact(inputs)

    first_inputs = draw(step_generator(seed, 0), batch_size, n_points)
    singular_values = scipy.linalg.svdvals(first_inputs.astype(float)) / math.sqrt(batch_size)
    singular_values = np.pad(singular_values, (0, 2 * n_points - singular_values.size))
    make, default_rate = OPTIMIZERS[optimizer]
    rate = default_rate(float(singular_values[0]) ** 2) if learning_rate is None else float(learning_rate)
    network.compile(optimizer=make(keras, rate), loss=_spectral_loss)

    # three numbers in the seed: no step has these
    unseen = _draw_fids(np.random.default_rng([seed, 0, 1]), n_unseen, n_points, band=(-0.5, 0.5))
    alike = draw(np.random.default_rng([seed, 0, 2]), n_unseen, n_points)
    unseen_targets = _exact(unseen)

    def validate(trained: Any) -> float:
        missed = _apply(variable_values(trained)[0], unseen).astype(float) - unseen_targets
        return float(np.mean(np.sum(missed**2, axis=-1)) / (2 * n_points))

    recipe = {
        "network": "dft",
        "n_points": n_points,
        "probes": probes,
        "optimizer": optimizer,
        "learning_rate": rate,
        "batch_size": batch_size,
        "n_unseen": n_unseen,
    }
    started_s = time.perf_counter()
    with full_float32():
        history = train_network(
            network,
            draw_batch,
            n_steps=n_steps,
            seed=seed,
            recipe=recipe,
            state_path=state_path,
            save_every_s=save_every_s,
            progress=progress,
            validate=validate,
        )
    train_s = time.perf_counter() - started_s
    weights = np.array(variable_values(network)[0], dtype=np.float32)
    weights.flags.writeable = False
    exact_weights = _exact_weights(n_points)
    return DFTNetwork(
        weights=weights,
        n_points=n_points,
        probes=probes,
        optimizer=optimizer,
        learning_rate=rate,
        n_steps=n_steps,
        batch_size=batch_size,
        seed=seed,
        history=history,
        singular_values=singular_values,
        relative_error=_error_on(weights, unseen),
        relative_error_alike=_error_on(weights, alike),
        weight_error=relative_error(weights, exact_weights),
        train_s=train_s,
    )


def apply_dft_network(network: DFTNetwork, samples: ArrayLike) -> NDArray[np.complex64]:
    """The DFT of samples as the trained network computes it; NumPy only, no Keras.

    Parameters
    ----------
    network : DFTNetwork
        The trained network.
    samples : array_like of complex, shape (..., n_points)
        Complex samples.

    Returns
    -------
    numpy.ndarray of complex64, shape (..., n_points)
        Unnormalised DFT, kernel ``exp(-2 pi i k n / n_points)``, bins in the order of ``scipy.fft.fft``.

    Raises
    ------
    ValueError
        If the number of samples is not that of the network.

    Examples
    --------
    >>> network = train_dft(8, seed=1)
    >>> np.round(apply_dft_network(network, np.ones(8)).real, 4) + 0.0
    array([8., 0., 0., 0., 0., 0., 0., 0.], dtype=float32)
    """
    values = np.asarray(samples, dtype=complex)
    if values.shape[-1:] != (network.n_points,):
        raise ValueError(f"samples must have {network.n_points} points as the network, got shape {values.shape}")
    return _complex(_apply(network.weights, _stacked(values))).astype(np.complex64)


def dft_network_spectrum(network: DFTNetwork, fid: FID) -> Spectrum:
    """The spectrum of an FID as the trained network computes it, to be laid over :func:`learnmr.signals.spectrum`.

    Parameters
    ----------
    network : DFTNetwork
        The trained network.
    fid : FID
        One FID or an array of ``network.n_points`` samples each.

    Returns
    -------
    Spectrum
        First sample halved, times the dwell time, frequency ascending: as the exact one.

    Examples
    --------
    >>> fid = FID(np.exp(-0.5 * np.arange(8)), dwell_s=1e-3)
    >>> learned = dft_network_spectrum(train_dft(8, seed=1), fid)
    >>> bool(np.allclose(learned.values, spectrum(fid).values, atol=1e-8))
    True
    """
    samples = np.array(fid.samples, dtype=complex)
    samples[..., 0] *= 0.5
    values = scipy.fft.fftshift(apply_dft_network(network, samples), axes=-1) * fid.dwell_s
    return spectrum(fid).with_values(values)


def weights_as_matrix(network: Any) -> NDArray[np.complex128]:
    """The weights as the complex matrix they stand for: rows are the sinusoids ``exp(-2 pi i k n / n_points)``.

    Parameters
    ----------
    network : DFTNetwork, keras.Model or numpy.ndarray of shape (2n, 2n)
        A DFT network, trained or not, or the kernel of its layer.

    Returns
    -------
    numpy.ndarray of complex128, shape (n_points, n_points)
        Row = bin, column = sample, to be compared with ``scipy.linalg.dft(n_points)``. A network of real numbers
        need not be linear over the complex ones; this is the nearest matrix that is.

    Raises
    ------
    ValueError
        If the weights are not a square matrix of even size.

    Examples
    --------
    >>> bool(np.allclose(weights_as_matrix(train_dft(8, seed=1)), scipy.linalg.dft(8), atol=1e-5))
    True
    """
    if isinstance(network, DFTNetwork):
        kernel = network.weights
    else:
        kernel = network if isinstance(network, np.ndarray) else variable_values(network)[0]
    kernel = np.asarray(kernel, dtype=float)
    if kernel.ndim != 2 or kernel.shape[0] != kernel.shape[1] or kernel.shape[0] % 2:
        raise ValueError(f"network must have a square kernel of even size, got shape {kernel.shape}")
    n = kernel.shape[0] // 2
    # (a + ib) x as real numbers: [[a, b], [-b, a]] with inputs as rows
    real = (kernel[:n, :n] + kernel[n:, n:]) / 2
    imaginary = (kernel[:n, n:] - kernel[n:, :n]) / 2
    return np.asarray((real + 1j * imaginary).T * math.sqrt(n), dtype=np.complex128)


def relative_error(estimate: ArrayLike, exact: ArrayLike) -> float:
    """``|estimate - exact| / |exact|`` over all elements, in float64.

    Raises
    ------
    ValueError
        If the shapes differ or exact is zero throughout.

    Examples
    --------
    >>> round(relative_error([1.0, 1.1], [1.0, 1.0]), 4)
    0.0707
    """
    wanted = np.asarray(exact, dtype=complex)
    given = np.asarray(estimate, dtype=complex)
    if given.shape != wanted.shape:
        raise ValueError(f"estimate must have the shape of exact, {wanted.shape}, got {given.shape}")
    size = float(np.linalg.norm(wanted))
    if not size > 0:
        raise ValueError("exact must not be zero throughout")
    return float(np.linalg.norm(given - wanted)) / size


def _draw_white(generator: np.random.Generator, batch_size: int, n_points: int) -> NDArray[np.float32]:
    """White Gaussian probes."""
    return generator.standard_normal((batch_size, 2 * n_points), dtype=np.float32)  # (batch, 2 n)


def _draw_fids(
    generator: np.random.Generator, batch_size: int, n_points: int, *, band: tuple[float, float] = _BAND
) -> NDArray[np.float32]:
    """Noisy FIDs of one line each, scaled to the mean power of the white probes."""
    acquisition_s = 1.0
    t2_star_s = acquisition_s * np.exp(generator.uniform(math.log(_T2_STAR[0]), math.log(_T2_STAR[1]), batch_size))
    samples = simulate_lines(
        generator.uniform(*band, batch_size) * n_points / acquisition_s,
        1 / (math.pi * t2_star_s),
        generator.uniform(*_AMPLITUDE, batch_size),
        generator.uniform(-math.pi, math.pi, batch_size),
        n_points=n_points,
        dwell_s=acquisition_s / n_points,
        noise_sd=_NOISE_SD,
        seed=generator,
        dtype=np.complex128,
    )  # (batch, n)
    return _stacked(samples / np.sqrt(np.mean(np.abs(samples) ** 2) / 2))


#: name -> (generator, batch size, n_points) -> inputs of shape (batch, 2 n_points)
PROBES: dict[str, Callable[[np.random.Generator, int, int], NDArray[np.float32]]] = {
    "white": _draw_white,
    "fids": _draw_fids,
}

#: name -> how to make it from Keras and a rate, and its rate for a largest eigenvalue of the inputs' covariance
OPTIMIZERS: dict[str, tuple[Callable[[Any, float], Any], Callable[[float], float]]] = {
    "sgd": (lambda keras, rate: keras.optimizers.SGD(rate), lambda eigenvalue: 1.6 / eigenvalue),
    "momentum": (lambda keras, rate: keras.optimizers.SGD(rate, momentum=0.9), lambda eigenvalue: 0.16 / eigenvalue),
    "adam": (lambda keras, rate: keras.optimizers.Adam(rate), lambda eigenvalue: 1e-3),
}


def _spectral_loss(target: Any, output: Any) -> Any:
    """Squared error summed over the bins, in units of the input (the DFT multiplies energies by n = width / 2)."""
    ops = import_keras().ops
    return ops.sum(ops.square(output - target), axis=-1) / output.shape[-1]


def _stacked(samples: NDArray[np.complexfloating]) -> NDArray[np.float32]:
    """Complex (..., n) as real (..., 2 n)."""
    return np.concatenate([samples.real, samples.imag], axis=-1, dtype=np.float32)


def _complex(stacked: NDArray[np.floating]) -> NDArray[np.complexfloating]:
    """Real (..., 2 n) as complex (..., n)."""
    n = stacked.shape[-1] // 2
    return stacked[..., :n] + 1j * stacked[..., n:]


def _exact(inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Targets: the DFT in float64 of what the network sees, rounded once."""
    return _stacked(scipy.fft.fft(_complex(inputs.astype(float)), axis=-1))


def _exact_weights(n_points: int) -> NDArray[np.float64]:
    """The weights of a perfect network."""
    unitary = scipy.linalg.dft(n_points, scale="sqrtn").T
    return np.block([[unitary.real, unitary.imag], [-unitary.imag, unitary.real]])  # (2 n, 2 n)


def _apply(weights: NDArray[np.float32], inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Output of the network, in float32 as Keras computes it."""
    return (inputs @ weights) * np.float32(math.sqrt(weights.shape[0] // 2))


def _error_on(weights: NDArray[np.float32], inputs: NDArray[np.float32]) -> float:
    """Relative error against the FFT in float64."""
    exact = scipy.fft.fft(_complex(inputs.astype(float)), axis=-1)
    return relative_error(_complex(_apply(weights, inputs)), exact)
