"""Figures to read something off, drawn from the parameters of a variant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["draw_curves", "draw_panels"]


def draw_curves(
    x: ArrayLike,
    curves: Mapping[str, ArrayLike],
    *,
    x_label: str,
    y_label: str,
    description: str,
    ticks: int = 11,
    log: str = "",
    points: bool = False,
) -> Any:
    """Curves over a common axis with a fine grid, for reading values.

    Parameters
    ----------
    x : array_like, shape (n,)
        The axis.
    curves : mapping of str to array_like, shape (n,)
        Name in the legend -> values; one curve has no legend.
    x_label, y_label : str
        Labels with units.
    description : str
        The same information in words, for those who cannot see it.
    ticks : int
        About how many labelled ticks.
    log : {"", "x", "y", "xy"}
        Which axes are logarithmic.
    points : bool
        Draw the values as points too: for few of them.

    Returns
    -------
    learnmr.plots.Picture
        The figure.

    Examples
    --------
    >>> picture = draw_curves([0, 1], {"a": [1, 2]}, x_label="x", y_label="y", description="Rises from 1 to 2.")
    >>> picture.description
    'Rises from 1 to 2.'
    """
    from ...plots.pictures import COLOURS, LINE_STYLES, MARKERS, Picture, house_style

    with house_style():
        picture = Picture(description, figsize=(7.0, 3.6))
        axes = picture.subplots()
        for number, (name, values) in enumerate(curves.items()):
            axes.plot(
                x,
                values,
                color=COLOURS[number],
                linestyle=LINE_STYLES[number],
                label=name,
                marker=MARKERS[number] if points else "",
                markersize=4,
            )
        if "x" in log:
            axes.set_xscale("log")
        else:
            axes.locator_params(axis="x", nbins=ticks, integer=bool(np.all(np.mod(x, 1) == 0)))
        if "y" in log:
            axes.set_yscale("log")
        axes.minorticks_on()
        axes.grid(True, which="both")
        axes.set_xlabel(x_label)
        axes.set_ylabel(y_label)
        if len(curves) > 1:
            axes.legend(loc="best")
    return picture


def draw_panels(
    panels: Mapping[str, tuple[ArrayLike, ArrayLike]], *, x_label: str, y_label: str, description: str
) -> Any:
    """Curves side by side over axes of their own, with a fine grid and a common height, for reading values.

    Parameters
    ----------
    panels : mapping of str to (array_like, array_like), shapes (n,)
        Title -> axis and values.
    x_label, y_label : str
        Labels with units.
    description : str
        The same information in words, for those who cannot see it.

    Returns
    -------
    learnmr.plots.Picture
        The figure.

    Examples
    --------
    >>> picture = draw_panels({"A": ([0, 1], [1, 2])}, x_label="x", y_label="y", description="Rises from 1 to 2.")
    >>> len(picture.axes)
    1
    """
    from ...plots.pictures import COLOURS, Picture, house_style

    with house_style():
        picture = Picture(description, figsize=(7.0, 3.6))
        for axes, (title, (x, values)) in zip(
            np.ravel(picture.subplots(1, len(panels), sharey=True)), panels.items(), strict=True
        ):
            axes.plot(x, values, color=COLOURS[0])
            axes.minorticks_on()
            axes.grid(True, which="both")
            axes.set_xlabel(x_label)
            axes.set_title(title)
            if not picture.axes.index(axes):
                axes.set_ylabel(y_label)
    return picture
