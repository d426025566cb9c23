"""The figure of a reaction: concentrations against time, with their error bars."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from .pictures import COLOURS, LINE_STYLES, MARKERS, Picture, house_style, of_shape

__all__ = ["plot_time_course"]


@house_style()
def plot_time_course(
    times: ArrayLike,
    values: Mapping[str, ArrayLike],
    deviations: Mapping[str, ArrayLike],
    *,
    time_unit: str = "s",
    quantity: str = "concentration",
    unit: str = "mM",
    title: str = "",
) -> Picture:
    """Draw concentrations (or amplitudes) against time with error bars.

    Parameters
    ----------
    times : array_like, shape (n_times,)
        Times, in ``time_unit``.
    values, deviations : mapping of str to array_like, shape (n_times,)
        For each species the values and their standard deviations, in ``unit``.
    time_unit, quantity, unit : str
        For the labels of the axes.
    title : str
        Title of the figure.

    Returns
    -------
    Picture
        A matplotlib figure with one panel; error bars are one standard deviation.

    Raises
    ------
    ValueError
        If a shape does not fit or a species has no deviations.

    Examples
    --------
    >>> plot_time_course([0, 60], {"G6P": [0.0, 1.0]}, {"G6P": [0.1, 0.1]}).description
    'concentration against time with error bars. G6P: 0 ± 0.1 at first, 1 ± 0.1 mM at last.'
    """
    moments = np.asarray(times, float)
    sentences = []
    figure = Picture("", figsize=(7.4, 4.6))
    axes = figure.subplots()
    for number, (name, value) in enumerate(values.items()):
        if name not in deviations:
            raise ValueError(f"deviations must hold every species, {name!r} is missing")
        middle = of_shape(value, moments.shape, f"values of {name!r}")
        deviation = of_shape(deviations[name], moments.shape, f"deviations of {name!r}")
        axes.errorbar(
            moments,
            middle,
            yerr=deviation,
            color=COLOURS[number % 6],
            linestyle=LINE_STYLES[number % len(LINE_STYLES)],
            linewidth=0.8,
            marker=MARKERS[number % 7],
            markersize=5,
            capsize=2.5,
            label=name,
        )
        if moments.size:
            first, last = (f"{middle[i]:.3g} ± {deviation[i]:.2g}" for i in (0, -1))
            sentences.append(f"{name}: {first} at first, {last} {unit} at last.")
    axes.axhline(0.0, color="black", linewidth=0.6)
    axes.set_xlabel(f"time / {time_unit}")
    axes.set_ylabel(f"{quantity} / {unit}" if unit else quantity)
    axes.set_title(title)
    axes.legend(loc="best")
    figure.description = f"{quantity} against time with error bars. {' '.join(sentences)}"
    return figure
