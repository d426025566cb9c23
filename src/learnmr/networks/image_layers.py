"""Layers that know the physics of k-space: the Fourier pair, coils, the mask, data consistency.

Complex images are real tensors with two channels at the end, (batch, ny, nx, 2); k-space of coils is (batch, n_coils,
ny, nx, 2). The transform is centred and orthonormal as in :mod:`learnmr.physics.imaging`. Keras' layers can only be
defined where Keras is: the classes are made by :func:`image_layers` on first use.
"""

from __future__ import annotations

import functools
from types import SimpleNamespace
from typing import Any

from .backend import import_keras

__all__ = ["expand_coils", "fourier", "image_layers", "inverse_fourier", "join_coils"]


def fourier(image: Any) -> Any:
    """Centred orthonormal Fourier transform of (..., ny, nx, 2), over ny and nx."""
    return _transform(image, import_keras().ops.fft2, inverse=False)


def inverse_fourier(kspace: Any) -> Any:
    """The way back, (..., ny, nx, 2) to (..., ny, nx, 2)."""
    return _transform(kspace, import_keras().ops.ifft2, inverse=True)


def expand_coils(image: Any, maps: Any) -> Any:
    """What each coil sees: map times image; (batch, ny, nx, 2), (batch, n_coils, ny, nx, 2) -> as maps."""
    return _multiply(import_keras().ops.expand_dims(image, 1), maps)


def join_coils(planes: Any, maps: Any) -> Any:
    """Adjoint of :func:`expand_coils`: sum over coils of conjugate map times plane; (batch, ny, nx, 2)."""
    ops = import_keras().ops
    flipped = ops.stack([maps[..., 0], -maps[..., 1]], axis=-1)
    return ops.sum(_multiply(planes, flipped), axis=1)


@functools.cache
def image_layers() -> SimpleNamespace:
    """The layers as a namespace: ``DataConsistency``.

    Returns
    -------
    types.SimpleNamespace
        Classes of Keras layers, registered under ``learnmr``.
    """
    keras = import_keras()
    ops = keras.ops

    @keras.saving.register_keras_serializable(package="learnmr")
    class DataConsistency(keras.layers.Layer):  # type: ignore[name-defined]
        """Keeps an image true to what was measured.

        Call with ``[image, measured, mask, maps]``: image (batch, ny, nx, 2), measured k-space (batch, n_coils, ny, nx,
        2) with zeros where nothing was measured, mask (batch, nx) of 0 and 1, maps (batch, n_coils, ny, nx, 2) with
        ``sum |map|² = 1``. In k-space of every coil, ``k <- k + mask w (measured - k)`` with a learnable weight
        ``w = lambda / (1 + lambda)`` from 0 to 1; then the coils are joined. One coil and w = 1: measured samples stay
        exactly what they are.

        Parameters
        ----------
        weight : float
            w at the start, between 0 and 1.
        """

        def __init__(self, weight: float = 0.9, **keywords: Any) -> None:
            super().__init__(**keywords)
            if not 0 < weight <= 1:
                raise ValueError(f"weight must be > 0 and <= 1, got {weight!r}")
            self.weight = weight

        def build(self, input_shape: Any) -> None:
            """One number, the logit of w."""
            if len(input_shape) != 4:
                raise ValueError(f"DataConsistency needs [image, measured, mask, maps], got {len(input_shape)} inputs")
            start = 20.0 if self.weight == 1 else float(ops.log(self.weight / (1 - self.weight)))
            self.logit = self.add_weight(
                name="logit", shape=(), initializer=keras.initializers.Constant(start), trainable=True
            )

        def call(self, inputs: Any) -> Any:
            """The image nearer to the data."""
            image, measured, mask, maps = inputs
            missing = (measured - fourier(expand_coils(image, maps))) * mask[:, None, None, :, None]
            return image + ops.sigmoid(self.logit) * join_coils(inverse_fourier(missing), maps)

        def compute_output_shape(self, input_shape: Any) -> Any:
            """That of the image."""
            return input_shape[0]

        def get_config(self) -> dict[str, Any]:
            """For saving."""
            return {**super().get_config(), "weight": self.weight}

    return SimpleNamespace(DataConsistency=DataConsistency)


def _transform(values: Any, transform: Any, *, inverse: bool) -> Any:
    """Shift, transform, shift back, with the orthonormal factor."""
    ops = import_keras().ops
    ny, nx = values.shape[-3], values.shape[-2]
    shifted = ops.roll(values, (-(ny // 2), -(nx // 2)), axis=(-3, -2))
    real, imaginary = transform((shifted[..., 0], shifted[..., 1]))
    factor = (ny * nx) ** (0.5 if inverse else -0.5)
    turned = ops.stack([real, imaginary], axis=-1) * factor
    return ops.roll(turned, (ny // 2, nx // 2), axis=(-3, -2))


def _multiply(a: Any, b: Any) -> Any:
    """Complex product of tensors with (real, imaginary) at the end."""
    ops = import_keras().ops
    real = a[..., 0] * b[..., 0] - a[..., 1] * b[..., 1]
    imaginary = a[..., 0] * b[..., 1] + a[..., 1] * b[..., 0]
    return ops.stack([real, imaginary], axis=-1)
