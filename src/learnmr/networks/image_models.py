"""Networks for images, each to be read in one sitting: residual CNN, U-Net, unrolled with data consistency, dense.

Images are complex, as two channels: (batch, ny, nx, 2). All but the dense network take any size divisible by four.
"""

from __future__ import annotations

from typing import Any

from .backend import import_keras
from .image_layers import image_layers

__all__ = ["build_dense_image_network", "build_residual_cnn", "build_unet", "build_unrolled"]


def build_residual_cnn(*, filters: int = 32, n_layers: int = 5, seed: int = 1) -> Any:
    """A stack of convolutions that learns what to add to the zero-filled image.

    Parameters
    ----------
    filters : int
        Channels of the hidden layers.
    n_layers : int
        Convolutions, 3 x 3; the receptive field is ``2 n_layers + 1`` pixels wide.
    seed : int
        Of the first weights.

    Returns
    -------
    keras.Model
        (batch, ny, nx, 2) -> (batch, ny, nx, 2), not compiled.

    Raises
    ------
    ValueError
        If there are fewer than two layers.
    """
    if not n_layers >= 2:
        raise ValueError(f"n_layers must be >= 2, got {n_layers!r}")
    keras = import_keras()
    image = keras.Input((None, None, 2), name="image")
    hidden, convolve = image, _convolutions(seed)
    for _ in range(n_layers - 1):
        hidden = convolve(filters)(hidden)
    change = convolve(2, activation=None, zero=True)(hidden)
    return keras.Model(image, keras.layers.add([image, change]), name="residual_cnn")


def build_unet(*, filters: int = 16, n_levels: int = 3, seed: int = 1) -> Any:
    """A U-Net (Ronneberger 2015): down by pooling, up by interpolation, shortcuts between; learns what to add.

    Parameters
    ----------
    filters : int
        Channels at full size; doubled at every level.
    n_levels : int
        Sizes of the image, each half of the one before.
    seed : int
        Of the first weights.

    Returns
    -------
    keras.Model
        (batch, ny, nx, 2) -> (batch, ny, nx, 2), not compiled; ny and nx divisible by ``2 ** (n_levels - 1)``.

    Raises
    ------
    ValueError
        If there are fewer than two levels.
    """
    if not n_levels >= 2:
        raise ValueError(f"n_levels must be >= 2, got {n_levels!r}")
    keras = import_keras()
    image = keras.Input((None, None, 2), name="image")
    change = _unet(image, filters, n_levels, _convolutions(seed))
    return keras.Model(image, keras.layers.add([image, change]), name="unet")


def build_unrolled(
    *,
    n_cascades: int = 5,
    filters: int = 8,
    n_levels: int = 3,
    n_coils: int | None = None,
    shape: tuple[int, int] | None = None,
    seed: int = 1,
) -> Any:
    """Guess, look at the data, guess again: cascades of a small U-Net and data consistency (after Hammernik 2018).

    Parameters
    ----------
    n_cascades : int
        How often the image is improved and pulled back to the data.
    filters, n_levels : int
        Of the U-Net of each cascade, see :func:`build_unet`.
    n_coils : int, optional
        Number of coils; None: any.
    shape : (int, int), optional
        (ny, nx). The Fourier transform wants to know the size; the weights fit every size.
    seed : int
        Of the first weights.

    Returns
    -------
    keras.Model
        Inputs ``image`` (batch, ny, nx, 2), ``measured`` (batch, n_coils, ny, nx, 2), ``mask`` (batch, nx), ``maps``
        (batch, n_coils, ny, nx, 2); output (batch, ny, nx, 2). Not compiled.

    Raises
    ------
    ValueError
        If there is no cascade.
    """
    if not n_cascades >= 1:
        raise ValueError(f"n_cascades must be >= 1, got {n_cascades!r}")
    keras = import_keras()
    ny, nx = shape or (128, 128)
    image = keras.Input((ny, nx, 2), name="image")
    measured = keras.Input((n_coils, ny, nx, 2), name="measured")
    mask = keras.Input((nx,), name="mask")
    maps = keras.Input((n_coils, ny, nx, 2), name="maps")
    better = image
    for cascade in range(n_cascades):
        change = _unet(better, filters, n_levels, _convolutions(seed + 100 * cascade))
        better = keras.layers.add([better, change])
        better = image_layers().DataConsistency(name=f"data_consistency_{cascade + 1}")([better, measured, mask, maps])
    return keras.Model([image, measured, mask, maps], better, name="unrolled")


def build_dense_image_network(size: int = 32, *, activation: str = "tanh", seed: int = 1) -> Any:
    """From k-space to image by dense layers alone, after AUTOMAP (Zhu 2018): the bad application.

    Nothing in it knows that neighbours are neighbours: it takes about ``6 size⁴`` weights, and learns images of
    permuted pixels as well as heads.

    Parameters
    ----------
    size : int
        Pixels along each axis; 32 gives 6 million weights.
    activation : str
        Of the hidden layer.
    seed : int
        Of the first weights.

    Returns
    -------
    keras.Model
        (batch, size, size, 2) k-space -> (batch, size, size, 2) image, not compiled.

    Raises
    ------
    ValueError
        If size is less than 4, or more than 64: more weights than a laptop holds.
    """
    if not 4 <= size <= 64:
        raise ValueError(f"size must be from 4 to 64, got {size!r}")
    keras = import_keras()
    start = [keras.initializers.GlorotUniform(seed=seed + layer) for layer in range(2)]
    kspace = keras.Input((size, size, 2), name="kspace")
    hidden = keras.layers.Flatten()(kspace)
    hidden = keras.layers.Dense(size * size, activation=activation, kernel_initializer=start[0])(hidden)
    pixels = keras.layers.Dense(2 * size * size, kernel_initializer=start[1])(hidden)
    return keras.Model(kspace, keras.layers.Reshape((size, size, 2))(pixels), name="dense_image_network")


def _unet(image: Any, filters: int, n_levels: int, convolve: Any) -> Any:
    """What a U-Net wants to add to an image; zero at the start."""
    keras = import_keras()
    hidden, shortcuts = image, []
    for level in range(n_levels):
        width = filters * 2**level
        hidden = convolve(width)(convolve(width)(hidden))
        if level < n_levels - 1:
            shortcuts.append(hidden)
            hidden = keras.layers.AveragePooling2D(2)(hidden)
    for level in reversed(range(n_levels - 1)):
        width = filters * 2**level
        hidden = keras.layers.UpSampling2D(2, interpolation="bilinear")(hidden)
        hidden = keras.layers.concatenate([convolve(width)(hidden), shortcuts[level]])
        hidden = convolve(width)(hidden)
    return convolve(2, activation=None, zero=True)(hidden)


def _convolutions(seed: int) -> Any:
    """A maker of 3 x 3 convolutions, each with a seed of its own."""
    keras = import_keras()
    made = 0

    def convolve(filters: int, *, activation: str | None = "silu", zero: bool = False) -> Any:
        nonlocal made
        made += 1
        start = keras.initializers.Zeros() if zero else keras.initializers.HeNormal(seed=1000 * seed + made)
        return keras.layers.Conv2D(filters, 3, padding="same", activation=activation, kernel_initializer=start)

    return convolve
