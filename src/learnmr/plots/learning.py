"""Figures of a network that learns: its spectrum over the FFT, its weights, its losses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from ..signals import Spectrum
from .pictures import COLOURS, MARKERS, Picture, house_style

__all__ = ["plot_history", "plot_network_spectrum", "plot_weights"]


@house_style()
def plot_network_spectrum(
    learned: Spectrum, exact: Spectrum, *, index: int = 0, name: str = "network", title: str = ""
) -> Picture:
    """Draw the spectrum a network gives over that of the FFT, and their difference.

    Parameters
    ----------
    learned, exact : Spectrum
        What the network and the FFT make of the same FID(s), on the same axis.
    index : int
        Which spectrum of an array.
    name : str
        Name of the network in the legend.
    title : str
        Title of the figure. Default: the relative error.

    Returns
    -------
    Picture
        A matplotlib figure with panels for the real part, the imaginary part and the magnitude of the difference
        relative to the largest magnitude of the exact spectrum.

    Raises
    ------
    ValueError
        If the two spectra do not have the same shape.

    Examples
    --------
    >>> exact = Spectrum([1.0, 2.0, 1.0], [-1.0, 0.0, 1.0])
    >>> plot_network_spectrum(exact.with_values(exact.values * 1.01), exact).description
    'Spectrum of the network over the spectrum of the FFT; relative error 0.01.'
    """
    if learned.values.shape != exact.values.shape:
        raise ValueError(f"learned must have the shape of exact {exact.values.shape}, got {learned.values.shape}")
    found, true = np.atleast_2d(learned.values)[index], np.atleast_2d(exact.values)[index]
    size = float(np.linalg.norm(true)) or 1.0
    relative = float(np.linalg.norm(found - true)) / size
    figure = Picture(
        f"Spectrum of the {name} over the spectrum of the FFT; relative error {relative:.2g}.", figsize=(8.0, 6.0)
    )
    panels = figure.subplots(3, 1, sharex=True, gridspec_kw={"height_ratios": [2, 2, 1.3]})
    for axes, part, label in ((panels[0], np.real, "real part"), (panels[1], np.imag, "imaginary part")):
        axes.plot(exact.frequency_hz, part(true), color="black", linewidth=2.2, alpha=0.55, label="FFT")
        axes.plot(exact.frequency_hz, part(found), color=COLOURS[1], linestyle="--", linewidth=1.2, label=name)
        axes.set_ylabel(label)
    panels[0].legend(loc="upper right")
    difference = np.abs(found - true) / (float(np.abs(true).max()) or 1.0)
    panels[2].plot(exact.frequency_hz, difference, color=COLOURS[0], linewidth=0.9)
    if np.any(difference > 0):
        panels[2].set_yscale("log")
    panels[2].set_ylabel("difference\n/ highest peak")
    panels[2].set_xlabel("offset from the carrier / Hz")
    panels[2].set_xlim(exact.frequency_hz[0], exact.frequency_hz[-1])
    panels[0].set_title(title or f"relative error ‖{name} − FFT‖ / ‖FFT‖ = {relative:.2g}")
    figure.align_ylabels()
    return figure


@house_style()
def plot_weights(
    weights: ArrayLike, *, exact: ArrayLike | None = None, rows: Sequence[int] = (1, 3, 8), title: str = ""
) -> Picture:
    """Draw a learned complex matrix as images, and some of its rows as the waves they are.

    Parameters
    ----------
    weights : array_like of complex, shape (n_bins, n_points)
        The matrix that turns samples into bins, a row per bin.
    exact : array_like of complex, same shape, optional
        What it should be, drawn beneath the rows.
    rows : sequence of int
        Rows that are drawn as curves.
    title : str
        Title of the figure.

    Returns
    -------
    Picture
        A matplotlib figure: the images of real and imaginary part on one colour scale, and a panel per row.

    Raises
    ------
    ValueError
        If the matrix is not two-dimensional, ``exact`` has another shape or a row does not exist.

    Examples
    --------
    >>> n = np.arange(16)
    >>> dft = np.exp(-2j * np.pi * np.outer(n, n) / 16)
    >>> plot_weights(dft, exact=dft).description
    'Real and imaginary part of a 16 by 16 matrix of weights as images, and rows 1, 3, 8 as waves.'
    """
    matrix = np.asarray(weights, complex)
    true = None if exact is None else np.asarray(exact, complex)
    if matrix.ndim != 2:
        raise ValueError(f"weights must have 2 dimensions, got shape {matrix.shape}")
    if true is not None and true.shape != matrix.shape:
        raise ValueError(f"exact must have the shape of weights {matrix.shape}, got {true.shape}")
    if not rows or not all(0 <= row < len(matrix) for row in rows):
        raise ValueError(f"rows must be from 0 to {len(matrix) - 1}, got {tuple(rows)!r}")
    listed = ", ".join(str(row) for row in rows)
    figure = Picture(
        f"Real and imaginary part of a {matrix.shape[0]} by {matrix.shape[1]} matrix of weights as images, "
        f"and rows {listed} as waves.",
        figsize=(9.0, 4.6 + 1.2 * len(rows)),
    )
    images, waves = np.asarray(figure.subfigures(2, 1, height_ratios=[4.4, 1.2 * len(rows)]))
    largest = float(max(np.abs(matrix.real).max(), np.abs(matrix.imag).max())) or 1.0
    panels = images.subplots(1, 2, sharey=True)
    for axes, values, name in ((panels[0], matrix.real, "real part"), (panels[1], matrix.imag, "imaginary part")):
        image = axes.imshow(values, cmap="PuOr", vmin=-largest, vmax=largest, interpolation="nearest", aspect="equal")
        axes.set_title(name)
        axes.set_xlabel("sample")
    panels[0].set_ylabel("bin")
    images.colorbar(image, ax=list(panels), label="weight", shrink=0.9)
    images.suptitle(title)
    curves = waves.subplots(len(rows), 1, sharex=True, squeeze=False)[:, 0]
    for axes, row in zip(curves, rows, strict=True):
        if true is not None:
            axes.plot(true[row].real, color="black", linewidth=3.0, alpha=0.3, label="exact")
            axes.plot(true[row].imag, color="black", linewidth=3.0, alpha=0.3)
        axes.plot(matrix[row].real, color=COLOURS[0], label="real part")
        axes.plot(matrix[row].imag, color=COLOURS[1], linestyle="--", label="imaginary part")
        axes.set_ylabel(f"bin {row}")
        axes.margins(x=0)
    curves[-1].set_xlabel("sample")
    waves.legend(*curves[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


@house_style()
def plot_history(histories: Mapping[str, Mapping[str, ArrayLike]], *, title: str = "") -> Picture:
    """Draw loss and validation loss against the epoch, logarithmically.

    Parameters
    ----------
    histories : mapping of str to mapping
        For each training run its name and its history: ``"loss"``, and where there is one ``"val_loss"``, each of
        shape (n_epochs,), all > 0; ``"epoch"`` where epochs do not count from 1.
    title : str
        Title of the figure.

    Returns
    -------
    Picture
        A matplotlib figure with one panel; full lines are the loss, dashed ones the validation loss.

    Raises
    ------
    ValueError
        If a history has no loss or lengths differ.

    Examples
    --------
    >>> plot_history({"DFT network": {"loss": [1.0, 0.1], "val_loss": [1.1, 0.2]}}).description
    'Loss against epoch: DFT network from 1 to 0.1 (validation 0.2).'
    """
    sentences = []
    figure = Picture("", figsize=(7.0, 4.2))
    axes = figure.subplots()
    for number, (name, history) in enumerate(histories.items()):
        if "loss" not in history:
            raise ValueError(f"histories must each hold a loss, {name!r} has {sorted(history)}")
        loss = np.asarray(history["loss"], float)
        epochs = np.asarray(history.get("epoch", np.arange(1, loss.size + 1)))
        colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
        sentence = f"{name} from {loss[0]:.2g} to {loss[-1]:.2g}" if loss.size else f"{name} without an epoch"
        every = max(1, loss.size // 12)
        for key, style, label in (("loss", "-", name), ("val_loss", "--", f"{name}, validation")):
            if key not in history:
                continue
            values = np.asarray(history[key], float)
            if values.shape != epochs.shape:
                raise ValueError(f"{name!r}: {key} must have {epochs.size} values, one per epoch, got {values.size}")
            filled = colour if key == "loss" else "white"
            axes.plot(
                epochs,
                values,
                style,
                color=colour,
                marker=marker,
                markevery=every,
                markersize=5,
                mfc=filled,
                label=label,
            )
            if key == "val_loss" and values.size:
                sentence += f" (validation {values[-1]:.2g})"
        sentences.append(sentence)
    axes.set_yscale("log")
    axes.set_xlabel("epoch")
    axes.set_ylabel("loss")
    axes.grid(True, axis="y")
    axes.set_title(title)
    axes.legend(loc="best")
    figure.description = f"Loss against epoch: {'; '.join(sentences)}."
    return figure
