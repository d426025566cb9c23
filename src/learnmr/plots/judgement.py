"""Figures that judge estimators against the truth and the Cramér-Rao bound."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from .pictures import COLOURS, LINE_STYLES, MARKERS, Picture, house_style, of_shape

__all__ = ["plot_coverage", "plot_error_against_snr", "plot_radar", "plot_ratios"]

_PARAMETERS = ("frequency", "FWHM", "amplitude", "phase")
_RADAR_LIMIT = 4.0  # bounds; beyond lie outliers, which would hide all else: they are counted instead


@house_style()
def plot_radar(
    differences: Mapping[str, ArrayLike], *, parameters: Sequence[str] = _PARAMETERS, title: str = ""
) -> Picture:
    """Draw the error of each parameter in units of its Cramér-Rao bound on a radar, one polygon per FID.

    Parameters
    ----------
    differences : mapping of str to array_like, shape (n_fids, n_parameters)
        For each estimator (estimate - truth) / bound. The bound gives every spoke the same, honest scale.
    parameters : sequence of str
        Names of the spokes, at least 3.
    title : str
        Title of the figure.

    Returns
    -------
    Picture
        A matplotlib figure with one radar per estimator, all with one scale that ends at 4 bounds at most; values
        beyond are drawn on the rim and counted above the radar.

    Raises
    ------
    ValueError
        If a shape does not fit the parameters or a difference is NaN.

    Examples
    --------
    >>> plot_radar({"network": [[0.5, -1.0, 0.3, 2.0]]}).description
    'Errors in units of the Cramér-Rao bound on a radar. network: root mean square 1.16 over 1 FID.'
    """
    if len(parameters) < 3:
        raise ValueError(f"parameters must be at least 3 names, got {tuple(parameters)!r}")
    sizes = {}
    for name, values in differences.items():
        sizes[name] = np.abs(np.asarray(values, float))
        if sizes[name].ndim != 2 or sizes[name].shape[1] != len(parameters) or np.isnan(sizes[name]).any():
            raise ValueError(
                f"differences of {name!r} must have shape (n_fids, {len(parameters)}) and no NaN, "
                f"got shape {sizes[name].shape}"
            )
    largest = max((float(size.max(initial=0.0)) for size in sizes.values()), default=0.0)
    limit = min(max(3.0, math.ceil(largest)), _RADAR_LIMIT)
    figure = Picture(
        "Errors in units of the Cramér-Rao bound on a radar. "
        + " ".join(
            f"{name}: root mean square {np.sqrt(np.mean(size**2)):.3g} over {len(size)} FID{'s' * (len(size) != 1)}."
            for name, size in sizes.items()
        ),
        figsize=(max(4.4, 3.7 * len(sizes)), 4.6),
    )
    angles = 2 * np.pi * np.arange(len(parameters)) / len(parameters)
    closed = np.append(angles, angles[0])
    panels = figure.subplots(1, len(sizes), squeeze=False, subplot_kw={"projection": "polar"})[0]
    for axes, (name, size) in zip(panels, sizes.items(), strict=True):
        circle = np.linspace(0, 2 * np.pi, 200)
        axes.fill(circle, np.ones_like(circle), color=COLOURS[5], alpha=0.3, linewidth=0)
        axes.plot(circle, np.ones_like(circle), color="black", linewidth=1.0)
        for number, row in enumerate(np.minimum(size, limit)):
            style = {"color": COLOURS[number % 6], "linestyle": LINE_STYLES[number // 6 % len(LINE_STYLES)]}
            axes.plot(closed, np.append(row, row[0]), marker=MARKERS[number % 7], markersize=4, linewidth=0.9, **style)
        axes.set_theta_zero_location("N")
        axes.set_theta_direction(-1)
        axes.set_xticks(angles, labels=list(parameters))
        axes.tick_params(axis="x", pad=8)
        rings = range(1, int(limit) + 1)
        axes.set_yticks(rings, labels=[str(ring) for ring in rings], fontsize=8)
        axes.set_rlabel_position(180 / len(parameters))
        axes.set_ylim(0, limit)
        beyond = int(np.sum(size > limit))
        axes.set_title(f"{name}\n({beyond} of {size.size} beyond {limit:g})" if beyond else name, pad=14)
    figure.suptitle(title or "|estimate − truth| / Cramér-Rao bound (shaded: within one bound)")
    return figure


@house_style()
def plot_error_against_snr(
    snr: ArrayLike,
    errors: Mapping[str, Mapping[str, ArrayLike]],
    bound: ArrayLike,
    *,
    parameter: str = "frequency",
    unit: str = "Hz",
    title: str = "",
) -> Picture:
    """Draw spread, bias and outlier rate of estimators against the signal-to-noise ratio, with the Cramér-Rao bound.

    Parameters
    ----------
    snr : array_like, shape (n_snr,)
        Matched-filter signal-to-noise ratios, > 0.
    errors : mapping of str to mapping
        For each estimator ``"spread"`` (standard deviation of the error) and ``"bias"`` (its mean, signed), in
        ``unit``; optionally ``"outlier_rate"`` (0 to 1). Each has shape (n_snr,).
    bound : array_like, shape (n_snr,)
        Cramér-Rao bound of the standard deviation, in ``unit``.
    parameter, unit : str
        What was estimated and its unit (empty for none).
    title : str
        Title of the figure.

    Returns
    -------
    Picture
        A matplotlib figure: the spread, beside it the magnitude of the bias on the same scale, and the outlier rate
        where one is given.

    Raises
    ------
    ValueError
        If a shape does not fit, or spread or bias are missing.

    Examples
    --------
    >>> errors = {"peak": {"spread": [0.2, 0.1], "bias": [0.05, -0.05]}}
    >>> plot_error_against_snr([10, 20], errors, [0.1, 0.05]).description
    'Spread and bias of the frequency against the signal-to-noise ratio with the Cramér-Rao bound, for peak.'
    """
    ratios = np.asarray(snr, float)
    lower = of_shape(bound, ratios.shape, "bound")
    with_outliers = any("outlier_rate" in error for error in errors.values())
    figure = Picture(
        f"Spread and bias of the {parameter} against the signal-to-noise ratio with the Cramér-Rao bound, "
        f"for {', '.join(errors)}.",
        figsize=(11.0 if with_outliers else 8.4, 4.6),
    )
    panels = figure.subplots(1, 3 if with_outliers else 2)
    panels[1].sharey(panels[0])
    for number, (name, error) in enumerate(errors.items()):
        if not {"spread", "bias"} <= set(error):
            raise ValueError(f"errors of {name!r} must hold spread and bias, got {sorted(error)}")
        style = {
            "color": COLOURS[number % 6],
            "linestyle": LINE_STYLES[number % len(LINE_STYLES)],
            "marker": MARKERS[number % 7],
            "markersize": 5,
        }
        panels[0].plot(ratios, of_shape(error["spread"], ratios.shape, f"spread of {name!r}"), label=name, **style)
        panels[1].plot(ratios, np.abs(of_shape(error["bias"], ratios.shape, f"bias of {name!r}")), **style)
        if "outlier_rate" in error:
            rate = of_shape(error["outlier_rate"], ratios.shape, f"outlier_rate of {name!r}")
            panels[2].plot(ratios, 100 * rate, **style)
    for axes, name in zip(panels[:2], ("spread", "|bias|"), strict=True):
        axes.plot(ratios, lower, color="black", linewidth=2.0, label="Cramér-Rao bound")
        axes.set_yscale("log")
        axes.set_title(name)
    panels[0].set_ylabel(f"error of the {parameter}" + (f" / {unit}" if unit else ""))
    if with_outliers:
        panels[2].set_title("outliers")
        panels[2].set_ylabel("per cent of the FIDs")
        panels[2].set_ylim(bottom=0)
    for axes in panels:
        axes.set_xscale("log")
        axes.set_xlabel("signal-to-noise ratio")
        axes.grid(True)
        _plain_log_ticks(axes, ratios)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=min(6, len(errors) + 1))
    figure.suptitle(title)
    return figure


@house_style()
def plot_ratios(
    cells: Sequence[str],
    ratios: Mapping[str, ArrayLike],
    *,
    parameters: Sequence[str] = _PARAMETERS,
    goal: float | None = 1.1,
    title: str = "",
) -> Picture:
    """Draw the root mean square error over the Cramér-Rao bound per cell of a benchmark, parameter and estimator.

    Parameters
    ----------
    cells : sequence of str, length n_cells
        Name of each cell, from top to bottom.
    ratios : mapping of str to array_like, shape (n_cells, n_parameters)
        For each estimator RMSE / bound; NaN where there is none.
    parameters : sequence of str
        Names of the panels.
    goal : float, optional
        Ratios up to here are shaded.
    title : str
        Title of the figure.

    Returns
    -------
    Picture
        A matplotlib figure with a panel per parameter; the scale is logarithmic and the same in all.

    Raises
    ------
    ValueError
        If a shape does not fit.

    Examples
    --------
    >>> plot_ratios(["SNR 20"], {"network": [[1.0, 1.1, 1.0, 1.0]]}).description
    'Root mean square error over the Cramér-Rao bound in 1 cell. network: from 1 to 1.1.'
    """
    shape = (len(cells), len(parameters))
    values = {name: of_shape(ratio, shape, f"ratios of {name!r}") for name, ratio in ratios.items()}
    ranges = " ".join(f"{n}: from {np.nanmin(v):.3g} to {np.nanmax(v):.3g}." for n, v in values.items() if v.size)
    figure = Picture(
        f"Root mean square error over the Cramér-Rao bound in {len(cells)} cell{'s' * (len(cells) != 1)}. {ranges}",
        figsize=(10.0, 2.0 + 0.42 * len(cells)),
    )
    panels = figure.subplots(1, len(parameters), sharey=True, sharex=True, squeeze=False)[0]
    for number, (axes, parameter) in enumerate(zip(panels, parameters, strict=True)):
        if goal is not None:
            axes.axvspan(1.0, goal, color=COLOURS[5], alpha=0.35, linewidth=0)
        axes.axvline(1.0, color="black", linewidth=1.2)
        _dots(axes, cells, {name: value[:, number] for name, value in values.items()})
        axes.set_xscale("log")
        axes.set_title(parameter)
    everything = np.concatenate([value.ravel() for value in values.values()]) if values else np.ones(1)
    finite = everything[np.isfinite(everything) & (everything > 0)]
    panels[0].set_xlim(min(0.8, 0.9 * finite.min(initial=1.0)), max(1.6, 1.15 * finite.max(initial=1.0)))
    for axes in panels:
        _plain_log_ticks(axes, np.array(axes.get_xlim()))
    figure.supxlabel(
        "RMSE / Cramér-Rao bound" + (f" (shaded: up to {goal:g})" if goal is not None else ""), fontsize=10
    )
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=min(6, max(1, len(values))))
    figure.suptitle(title)
    return figure


@house_style()
def plot_coverage(
    cells: Sequence[str],
    coverage: Mapping[str, ArrayLike],
    *,
    nominal: float = 0.95,
    n_fids: int | None = None,
    title: str = "",
) -> Picture:
    """Draw how often the error bars held the truth, per cell of a benchmark and estimator.

    Parameters
    ----------
    cells : sequence of str, length n_cells
        Name of each cell, from top to bottom.
    coverage : mapping of str to array_like, shape (n_cells,)
        For each estimator the part of the intervals that held the truth, 0 to 1.
    nominal : float
        The part that should, in (0, 1).
    n_fids : int, optional
        FIDs per cell: shades what chance allows (two standard deviations of the binomial distribution).
    title : str
        Title of the figure.

    Returns
    -------
    Picture
        A matplotlib figure with one panel.

    Raises
    ------
    ValueError
        If a shape does not fit or ``nominal`` is not in (0, 1).

    Examples
    --------
    >>> plot_coverage(["SNR 20"], {"refined": [0.94]}).description
    'Coverage of the 95 % intervals in 1 cell. refined: from 94.0 % to 94.0 %.'
    """
    if not 0 < nominal < 1:
        raise ValueError(f"nominal must be > 0 and < 1, got {nominal!r}")
    values = {name: 100 * of_shape(v, (len(cells),), f"coverage of {name!r}") for name, v in coverage.items()}
    ranges = " ".join(f"{n}: from {np.nanmin(v):.1f} % to {np.nanmax(v):.1f} %." for n, v in values.items() if v.size)
    figure = Picture(
        f"Coverage of the {100 * nominal:g} % intervals in {len(cells)} cell{'s' * (len(cells) != 1)}. {ranges}",
        figsize=(6.4, 1.8 + 0.3 * len(cells)),
    )
    axes = figure.subplots()
    if n_fids is not None:
        chance = 200 * math.sqrt(nominal * (1 - nominal) / n_fids)
        axes.axvspan(100 * nominal - chance, 100 * nominal + chance, color=COLOURS[5], alpha=0.35, linewidth=0)
    axes.axvline(100 * nominal, color="black", linewidth=1.2)
    _dots(axes, cells, values)
    shading = f"\n(shaded: what chance allows with {n_fids} FIDs)" if n_fids is not None else ""
    axes.set_xlabel(f"{100 * nominal:g} % intervals that hold the truth / %{shading}")
    axes.set_title(title)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper center", ncols=min(4, max(1, len(values))))
    return figure


def _dots(axes: Axes, cells: Sequence[str], values: Mapping[str, NDArray[np.float64]]) -> None:
    """One row per cell from the top, one marker per estimator, a little apart so that equal ones do not hide."""
    places = np.arange(len(cells))
    apart = np.linspace(-0.3, 0.3, len(values)) if len(values) > 1 else np.zeros(1)
    for number, (name, value) in enumerate(values.items()):
        colour, marker = COLOURS[number % 6], MARKERS[number % 7]
        axes.plot(value, places + apart[number], marker, color=colour, markersize=4.5, label=name)
    axes.set_yticks(places, labels=list(cells))
    axes.set_ylim(len(cells) - 0.5, -0.5)
    axes.grid(True, axis="y")
    axes.set_axisbelow(True)


def _plain_log_ticks(axes: Axes, values: NDArray[np.float64]) -> None:
    """Label a logarithmic x axis with plain numbers, few enough not to overlap."""
    low, high = float(values.min()), float(values.max())
    decades = math.log10(high / low) if low > 0 else 1.0
    steps = (1, 1.5, 2, 3, 5, 7) if decades < 0.5 else (1, 2, 5) if decades < 2.5 else (1,)
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [step * 10.0**exponent for exponent in exponents for step in steps]
    ticks = [tick for tick in ticks if low * 0.999 <= tick <= high * 1.001]
    axes.set_xticks(ticks, labels=[f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
