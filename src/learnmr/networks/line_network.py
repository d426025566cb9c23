r"""The line network in NumPy: from noisy windows to the four parameters of a line. Needs neither Keras nor a backend.

A window of the spectrum (see :mod:`learnmr.physics.windows`) is projected on a few directions, the projections are
divided by the first one, and a small dense network maps them to offset, width, amplitude and phase in dimensionless
units. :mod:`learnmr.networks.line_training` trains it; this module applies it, and reads and writes its file.
"""

from __future__ import annotations

import io
import json
import math
import os
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..signals.arrays import read_only
from ..writing import replacing

__all__ = ["LineNetwork", "line_features", "load_line_network", "outputs_to_lines", "save_line_network"]

_FORMAT = "learnmr line network 1"
_LARGEST_FILE = 2 * 2**20
#: N at which the feature of finite size is 1
_SIZE_SCALE = 64.0


@dataclass(frozen=True, eq=False)
class LineNetwork:
    """A trained line network.

    Parameters
    ----------
    basis : numpy.ndarray of complex64, shape (2 half_width + 1, n_directions)
        Directions on which windows are projected; columns are orthonormal.
    scales : numpy.ndarray, shape (n_directions - 1,)
        What the projections, divided by the first, are divided by.
    weights, biases : tuple of numpy.ndarray
        Of each dense layer, shapes (n_in, n_out) and (n_out,). SiLU between layers, the last one is linear.
    recipe : mapping
        How it was trained: everything needed to train it again, and the seed.

    Raises
    ------
    ValueError
        If the shapes do not fit together or a number is not finite.
    """

    basis: NDArray[np.complex64]
    scales: NDArray[np.float32]
    weights: tuple[NDArray[np.float32], ...]
    biases: tuple[NDArray[np.float32], ...]
    recipe: Mapping[str, Any]

    def __post_init__(self) -> None:
        object.__setattr__(self, "basis", read_only(self.basis, "basis", dtype=np.complex64, ndim=(2,)))
        object.__setattr__(self, "scales", read_only(self.scales, "scales", dtype=np.float32))
        for name, ndim in (("weights", 2), ("biases", 1)):
            layers = enumerate(getattr(self, name))
            arrays = tuple(read_only(a, f"{name}[{i}]", dtype=np.float32, ndim=(ndim,)) for i, a in layers)
            object.__setattr__(self, name, arrays)
        if not isinstance(self.recipe, Mapping):
            raise ValueError(f"recipe must be a mapping, got {type(self.recipe).__name__}")
        n_directions = self.basis.shape[-1]
        if self.basis.shape[0] % 2 == 0 or n_directions < 2:
            raise ValueError(f"basis must have shape (odd, >= 2), got {self.basis.shape}")
        if self.scales.shape != (n_directions - 1,) or not np.all(self.scales > 0):
            raise ValueError(f"scales must be {n_directions - 1} numbers > 0, got {self.scales!r}")
        if not self.weights or len(self.weights) != len(self.biases):
            raise ValueError(f"weights and biases must pair up, got {len(self.weights)} and {len(self.biases)}")
        width = 2 * n_directions
        for layer, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            if weight.shape[0] != width or bias.shape != weight.shape[1:]:
                raise ValueError(f"weights[{layer}] must take {width} inputs, got {weight.shape} and bias {bias.shape}")
            width = weight.shape[1]
        if width != 4:
            raise ValueError(f"the last layer must have 4 outputs, got {width}")

    @property
    def half_width(self) -> int:
        """Bins of the window on either side of its centre."""
        return int(self.basis.shape[0] // 2)

    @property
    def n_parameters(self) -> int:
        """Number of trained parameters."""
        return sum(array.size for array in (*self.weights, *self.biases))

    def apply(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Run the dense layers.

        Parameters
        ----------
        features : numpy.ndarray of float32, shape (batch, n_inputs)
            From :func:`line_features`.

        Returns
        -------
        numpy.ndarray of float32, shape (batch, 4)
            The outputs; :func:`outputs_to_lines` reads them.
        """
        hidden = features
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            hidden = hidden @ weight
            hidden += bias
            # SiLU, x / (1 + exp(-x)), in place: the array is read once from memory
            gate = np.negative(hidden)
            with np.errstate(over="ignore"):  # exp overflows to infinity, the quotient is the 0 it should be
                np.exp(gate, out=gate)
            gate += 1.0
            hidden /= gate
        return hidden @ self.weights[-1] + self.biases[-1]

    def predict(
        self, projections: NDArray[np.complexfloating], noise: NDArray[np.floating], n_points: NDArray[Any] | int
    ) -> NDArray[np.float64]:
        """Lines from projected windows.

        Parameters
        ----------
        projections : numpy.ndarray of complex, shape (batch, n_directions)
            Windows projected on ``basis.conj()``, divided by N.
        noise : numpy.ndarray, shape (batch,)
            Standard deviation of one channel of a projection.
        n_points : int or array of int, shape (batch,)
            Points of each FID.

        Returns
        -------
        numpy.ndarray, shape (batch, 4)
            Offset and width in bins, amplitude, phase in radians.
        """
        features = line_features(projections, noise, n_points, self.scales)
        return outputs_to_lines(self.apply(features), projections[:, 0])


def line_features(
    projections: NDArray[np.complexfloating],
    noise: NDArray[np.floating],
    n_points: NDArray[Any] | int,
    scales: NDArray[np.floating],
) -> NDArray[np.float32]:
    """What the network sees: projections relative to the first, the noise level, and how finite N is.

    Parameters
    ----------
    projections, noise, n_points
        As in :meth:`LineNetwork.predict`.
    scales : numpy.ndarray, shape (n_directions - 1,)
        Divisors of the relative projections.

    Returns
    -------
    numpy.ndarray of float32, shape (batch, 2 n_directions)
        Real parts, imaginary parts, noise, size.
    """
    first = projections[:, :1]
    relative = projections[:, 1:] * (1.0 / first)
    features = np.empty((projections.shape[0], 2 * projections.shape[1]), np.float32)
    n = relative.shape[1]
    np.divide(relative.real, scales, out=features[:, :n], casting="same_kind")
    np.divide(relative.imag, scales, out=features[:, n : 2 * n], casting="same_kind")
    # the range of signal-to-noise ratios, in about -2 ... 2; noiseless input stays finite
    features[:, -2] = 0.5 * np.log(np.maximum(noise / np.abs(first[:, 0]), 1e-5)) + 1.5
    features[:, -1] = _SIZE_SCALE / np.asarray(n_points)
    return features


def outputs_to_lines(outputs: NDArray[np.floating], first: NDArray[np.complexfloating]) -> NDArray[np.float64]:
    """Read the network's outputs, shape (batch, 4), as offset, width, amplitude and phase."""
    lines = np.empty(outputs.shape)
    lines[:, 0] = outputs[:, 0]
    lines[:, 1] = np.logaddexp(0.0, outputs[:, 1])  # softplus: a width is positive
    lines[:, 2] = np.exp(np.minimum(outputs[:, 2], 50.0)) * np.abs(first)
    lines[:, 3] = outputs[:, 3] + np.angle(first)
    return lines


def save_line_network(network: LineNetwork, path: str | os.PathLike[str]) -> None:
    """Write a network as a plain .npz of numbers and a JSON text, all or nothing; opening it runs no code.

    Parameters
    ----------
    network : LineNetwork
        The network.
    path : path-like
        A name ending in ``.npz``.

    Raises
    ------
    ValueError
        If the name ends otherwise.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_line_network(load_line_network(), f"{folder}/line.npz")
    ...     load_line_network(f"{folder}/line.npz").half_width
    64
    """
    if Path(path).suffix != ".npz":
        raise ValueError(f"path must end in .npz, got {os.fspath(path)!r}")
    arrays: dict[str, Any] = {"basis": network.basis, "scales": network.scales}
    for layer, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        arrays |= {f"weights{layer}": weight, f"biases{layer}": bias}
    about = json.dumps({"format": _FORMAT, "recipe": dict(network.recipe)}, sort_keys=True)
    with replacing(path) as temporary:
        np.savez_compressed(temporary, about=np.array(about), **arrays)


def load_line_network(path: str | os.PathLike[str] | None = None) -> LineNetwork:
    """Read a line network.

    Parameters
    ----------
    path : path-like, optional
        A file of :func:`save_line_network`. Default: the network shipped with learnmr.

    Returns
    -------
    LineNetwork
        Ready to predict.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is not such a network.

    Examples
    --------
    >>> load_line_network().n_parameters < 50_000
    True
    """
    if path is None:
        return _shipped()
    source = Path(path)
    size = source.stat().st_size
    if size > _LARGEST_FILE:
        raise ValueError(f"{source} is not a line network of learnmr: at most {_LARGEST_FILE} bytes, got {size}")
    try:
        arrays = _plain_arrays(source)
        about = json.loads(str(arrays["about"]))
        if about["format"] != _FORMAT:
            raise ValueError(f"format must be {_FORMAT!r}, got {about['format']!r}")
        layers = range(sum(name.startswith("weights") for name in arrays))
        return LineNetwork(
            arrays["basis"],
            arrays["scales"],
            tuple(arrays[f"weights{layer}"] for layer in layers),
            tuple(arrays[f"biases{layer}"] for layer in layers),
            about["recipe"],
        )
    # zipfile raises RuntimeError on encrypted entries (NotImplementedError on unknown compression is one)
    except (ValueError, KeyError, TypeError, RuntimeError, EOFError, zlib.error, zipfile.BadZipFile, OSError) as error:
        raise ValueError(f"{source} is not a line network of learnmr: {error}") from error


def _plain_arrays(source: Path) -> dict[str, NDArray[Any]]:
    """The arrays of an .npz file; nothing is unpickled, nothing allocated that the file does not hold."""
    arrays = {}
    with zipfile.ZipFile(source) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > 4 * _LARGEST_FILE:
            raise ValueError(f"unpacks to {unpacked} bytes")
        for entry in archive.infolist():
            content = archive.read(entry)
            header = io.BytesIO(content)
            np.lib.format.read_magic(header)
            shape, column_major, dtype = np.lib.format.read_array_header_1_0(header)
            start = header.tell()
            if dtype.hasobject:
                raise ValueError(f"{entry.filename} holds Python objects")
            if math.prod(shape) * dtype.itemsize != len(content) - start:
                raise ValueError(f"{entry.filename} must hold {shape} of {dtype}, has {len(content) - start} bytes")
            values = np.frombuffer(content, dtype, offset=start)
            arrays[entry.filename.removesuffix(".npy")] = values.reshape(shape, order="F" if column_major else "C")
    return arrays


@lru_cache(maxsize=1)
def _shipped() -> LineNetwork:
    """The network shipped with learnmr, read once."""
    with resources.as_file(resources.files(__package__) / "weights" / "line.npz") as path:
        return load_line_network(path)
