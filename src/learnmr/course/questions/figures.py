"""Figures to read something off, drawn from the parameters of a variant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import ArrayLike

__all__ = ["draw_curves"]


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
            axes.locator_params(axis="x", nbins=ticks)
        if "y" in log:
            axes.set_yscale("log")
        axes.minorticks_on()
        axes.grid(True, which="both")
        axes.set_xlabel(x_label)
        axes.set_ylabel(y_label)
        if len(curves) > 1:
            axes.legend(loc="best")
    return picture
