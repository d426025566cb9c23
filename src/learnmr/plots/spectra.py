"""Figures of spectra: a decomposition, one step of processing, an array of spectra."""

from __future__ import annotations

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from numpy.typing import NDArray

from ..physics import synthesise
from ..signals import FID, ResonanceTable, Spectrum, automatic_phase, noise_sd, phase, spectrum, zero_fill
from .pictures import COLOURS, LINE_STYLES, Picture, house_style

__all__ = ["plot", "plot_processing", "plot_spectra"]


@house_style()
def plot(
    table: ResonanceTable, fid: FID, *, index: int = 0, limits: tuple[float, float] | None = None, title: str = ""
) -> Picture:
    """Draw a decomposition: the spectrum and the sum of its lines, each line, and the residual over the noise.

    Parameters
    ----------
    table : ResonanceTable
        The lines; may be empty.
    fid : FID
        The FID they were found in, or an array of FIDs.
    index : int
        Which FID of an array, and which lines (those with this ``fid_index``).
    limits : tuple of float, optional
        Ends of the axis in ppm where field and carrier are known, else in Hz. Default: all lines and some room.
    title : str
        Title of the figure.

    Returns
    -------
    Picture
        A matplotlib figure with three panels. All traces have the same phase taken away: the mean phase of the lines,
        weighted with their amplitudes.

    Raises
    ------
    ValueError
        If ``index`` is not one of the FIDs.

    Examples
    --------
    >>> import numpy as np
    >>> from learnmr.signals import Resonance
    >>> fid = FID(np.exp(-np.arange(256) * 0.05), dwell_s=1e-3)
    >>> figure = plot(ResonanceTable.of([Resonance(0.0, 0.05 / (np.pi * 1e-3))]), fid)
    >>> len(figure.axes)
    3
    """
    if not 0 <= index < fid.n_fids:
        raise ValueError(f"index must be from 0 to {fid.n_fids - 1}, got {index!r}")
    one = fid[index] if fid.is_array else fid
    lines = table.of_fid(index)
    decays = [synthesise([line], one.n_points, one.dwell_s) for line in lines]
    model = np.sum(decays, axis=0) if decays else np.zeros(one.n_points, complex)
    if lines.offset is not None and lines.offset.size:
        model = model + lines.offset[0]  # fitted beside the lines; without it the residual would show it as a line
    noise = float(noise_sd(one))

    measured = _displayed(one)
    if len(lines):
        angle = float(np.angle(np.sum(lines.amplitude * np.exp(1j * lines.phase_rad))))
    else:
        angle = automatic_phase(spectrum(one))[1].zero_order_rad
    traces = {
        name: phase(_displayed(one.with_samples(samples)), angle).values.real
        for name, samples in (("sum", model), ("residual", one.samples - model))
    }
    components = [phase(_displayed(one.with_samples(decay)), angle).values.real for decay in decays]
    axis, label = _axis(measured)
    shown = _limits(lines, measured, axis) if limits is None else (min(limits), max(limits))
    inside = (axis >= shown[0]) & (axis <= shown[1])

    figure = Picture(_description_of_fit(lines, one), figsize=(8.0, 6.4))
    heights = [3.0, 1.6, 1.2]
    top, middle, bottom = figure.subplots(3, 1, sharex=True, gridspec_kw={"height_ratios": heights})
    top.plot(axis[inside], phase(measured, angle).values.real[inside], color="black", linewidth=0.9, label="spectrum")
    if components:
        label_of_sum = f"sum of {len(lines)} lines" if len(lines) > 1 else "the line"
        top.plot(axis[inside], traces["sum"][inside], color=COLOURS[1], linestyle="--", label=label_of_sum)
        top.legend(loc="best")
    else:
        middle.text(0.5, 0.5, "no resonance was found", ha="center", va="center", transform=middle.transAxes)
        middle.set_yticks([])
    top.set_ylabel("real part / (amplitude × s)")
    top.set_title(title or _title(lines, one, index if fid.is_array else None))
    for number, component in enumerate(components):
        style = LINE_STYLES[(number // 6) % len(LINE_STYLES)]
        middle.plot(axis[inside], component[inside], color=COLOURS[number % 6], linestyle=style, linewidth=1.0)
    middle.set_ylabel("each line")
    # white noise of the samples, summed over all of them: the same for every bin, zero-filled or not
    bin_noise = noise * one.dwell_s * np.sqrt(one.n_points)
    bottom.axhspan(-2, 2, color=COLOURS[5], alpha=0.35, linewidth=0)
    bottom.set_title("blue band: ± 2 standard deviations of the noise", loc="right", fontsize=9)
    if bin_noise > 0:
        bottom.plot(axis[inside], traces["residual"][inside] / bin_noise, color="black", linewidth=0.7)
    bottom.set_ylabel("residual / noise")
    bottom.set_xlabel(label)
    _set_limits(bottom, shown, reverse=measured.shift_ppm is not None)
    figure.align_ylabels()
    return figure


@house_style()
def plot_processing(
    before: FID | Spectrum,
    after: FID | Spectrum,
    title: str = "",
    *,
    index: int = 0,
    limits: tuple[float, float] | None = None,
) -> Picture:
    """Draw one step of processing: what went in above, what came out below.

    Parameters
    ----------
    before, after : FID or Spectrum
        An FID is drawn over time, a spectrum over chemical shift (or frequency).
    title : str
        Name of the step.
    index : int
        Which one of an array.
    limits : tuple of float, optional
        Ends of the axis, in its units, for the panels that are spectra. Default: all.

    Returns
    -------
    Picture
        A matplotlib figure with two panels.

    Raises
    ------
    ValueError
        If ``index`` does not exist.

    Examples
    --------
    >>> from learnmr.signals import apodise
    >>> fid = FID([1.0, 1.0, 1.0], dwell_s=0.1)
    >>> plot_processing(fid, apodise(fid, exponential_hz=1.0), "apodisation").description
    'apodisation: an FID before and an FID after.'
    """
    names = ["an FID" if isinstance(signal, FID) else "a spectrum" for signal in (before, after)]
    figure = Picture(f"{title or 'processing'}: {names[0]} before and {names[1]} after.", figsize=(8.0, 5.0))
    panels = figure.subplots(2, 1, sharex=type(before) is type(after))
    for axes, signal, name in zip(panels, (before, after), ("before", "after"), strict=True):
        _draw_signal(axes, signal, index, limits)
        axes.set_title(name, loc="left", fontsize=10)
    if type(before) is type(after):
        panels[0].set_xlabel("")
    panels[0].legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2)
    figure.suptitle(title)
    figure.align_ylabels()
    return figure


@house_style()
def plot_spectra(
    spectra: Spectrum, *, limits: tuple[float, float] | None = None, step: float = 0.15, title: str = ""
) -> Picture:
    """Draw the spectra of an array above one another, the first at the bottom.

    Parameters
    ----------
    spectra : Spectrum
        An array, phased; its axis labels the traces where it is known.
    limits : tuple of float, optional
        Ends of the axis in its units. Default: all.
    step : float
        Distance between neighbouring traces, as a part of the highest peak.
    title : str
        Title of the figure.

    Returns
    -------
    Picture
        A matplotlib figure with one panel.

    Raises
    ------
    ValueError
        If the spectrum is not an array.

    Examples
    --------
    >>> array = Spectrum([[1.0, 2.0, 1.0], [1.0, 3.0, 1.0]], [-1.0, 0.0, 1.0])
    >>> plot_spectra(array).description
    '2 spectra of an array above one another, the first at the bottom.'
    """
    if spectra.values.ndim != 2:
        raise ValueError(f"spectra must be an array, values have shape {spectra.values.shape}")
    axis, label = _axis(spectra)
    shown = (float(axis[0]), float(axis[-1])) if limits is None else (min(limits), max(limits))
    inside = (axis >= shown[0]) & (axis <= shown[1])
    values = spectra.values.real[:, inside]  # (n_fids, n_shown)
    n_fids = len(values)
    distance = step * float(np.max(np.abs(values), initial=0.0))
    figure = Picture(
        f"{n_fids} spectra of an array above one another, the first at the bottom.",
        figsize=(8.0, min(9.0, 3.0 + 0.2 * n_fids)),
    )
    axes = figure.subplots()
    colours = colormaps["viridis"](np.linspace(0.0, 0.85, n_fids))  # the palest part is hard to see on white
    for number in reversed(range(n_fids)):
        axes.plot(axis[inside], values[number] + number * distance, color=colours[number], linewidth=0.8)
    labelled = np.arange(0, n_fids, 1 + (n_fids - 1) // 9)
    coordinate = spectra.axis
    axes.set_yticks(labelled * distance)
    if coordinate is None:
        axes.set_yticklabels([str(number) for number in labelled])
        axes.set_ylabel("number of the FID")
    else:
        axes.set_yticklabels([f"{coordinate.values[number]:.4g}" for number in labelled])
        axes.set_ylabel(f"{coordinate.name} / {coordinate.unit}" if coordinate.unit else coordinate.name)
    axes.set_xlabel(label)
    axes.set_title(title)
    _set_limits(axes, shown, reverse=spectra.shift_ppm is not None)
    return figure


def _draw_signal(axes: Axes, signal: FID | Spectrum, index: int, limits: tuple[float, float] | None) -> None:
    """Real and imaginary part of one FID or spectrum in one panel."""
    values = np.atleast_2d(signal.samples if isinstance(signal, FID) else signal.values)
    if not 0 <= index < len(values):
        raise ValueError(f"index must be from 0 to {len(values) - 1}, got {index!r}")
    axis, label = (signal.times_s, "time / s") if isinstance(signal, FID) else _axis(signal)
    axes.plot(axis, values[index].imag, color=COLOURS[4], linestyle="-", linewidth=0.7, label="imaginary part")
    axes.plot(axis, values[index].real, color=COLOURS[0], linewidth=0.9, label="real part")
    axes.set_xlabel(label)
    axes.set_ylabel("samples" if isinstance(signal, FID) else "amplitude × s")
    if isinstance(signal, Spectrum):
        shown = (float(axis[0]), float(axis[-1])) if limits is None else (min(limits), max(limits))
        _set_limits(axes, shown, reverse=signal.shift_ppm is not None)
        inside = (axis >= shown[0]) & (axis <= shown[1])
        parts = values[index][inside].view(float) if inside.any() else np.zeros(1)
        room = 0.05 * float(np.ptp(parts)) or 1.0
        axes.set_ylim(float(parts.min()) - room, float(parts.max()) + room)


def _displayed(fid: FID) -> Spectrum:
    """Spectrum for the eye: zero-filled once, so that narrow lines are not cut off between two bins."""
    return spectrum(zero_fill(fid, factor=2))


def _axis(shown: Spectrum) -> tuple[NDArray[np.float64], str]:
    """The axis of a spectrum and its label: ppm where known, else Hz."""
    shift_ppm = shown.shift_ppm
    if shift_ppm is None:
        return shown.frequency_hz, "offset from the carrier / Hz"
    return shift_ppm, f"{_nucleus(shown.nucleus)} chemical shift / ppm".strip()


def _nucleus(nucleus: str | None) -> str:
    """Mass number raised: 13C becomes ¹³C."""
    return (nucleus or "").translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _set_limits(axes: Axes, shown: tuple[float, float], *, reverse: bool) -> None:
    """Chemical shifts grow to the left."""
    axes.set_xlim(*(reversed(shown) if reverse else shown))


def _limits(lines: ResonanceTable, shown: Spectrum, axis: NDArray[np.float64]) -> tuple[float, float]:
    """All lines with room beside them; the whole spectrum where there is no line."""
    if not len(lines):
        return float(axis[0]), float(axis[-1])
    places = np.interp(lines.frequency_hz, shown.frequency_hz, axis)
    scale = float(axis[1] - axis[0]) / shown.bin_hz  # hertz to units of the axis
    room = max(0.08 * float(np.ptp(places)), scale * max(15 * float(np.median(lines.fwhm_hz)), 20 * shown.bin_hz))
    return max(float(places.min()) - room, float(axis[0])), min(float(places.max()) + room, float(axis[-1]))


def _title(lines: ResonanceTable, fid: FID, index: int | None) -> str:
    parts = [] if index is None else [f"FID {index}"]
    if fid.spectrometer_mhz is not None:
        parts.append(f"{fid.spectrometer_mhz:.4g} MHz")
    if lines.residual_over_noise is not None and lines.residual_over_noise.size:
        parts.append(f"residual {lines.residual_over_noise[0]:.2f} × noise")
    return ", ".join(parts)


def _description_of_fit(lines: ResonanceTable, fid: FID) -> str:
    """Alternative text of a decomposition."""
    if not len(lines):
        return "Spectrum without any resonance found in it, and its residual over the noise."
    places, unit = (lines.frequency_hz, "Hz") if lines.shift_ppm is None else (lines.shift_ppm, "ppm")
    strongest = int(np.argmax(lines.amplitude))
    return (
        f"Spectrum with the sum of {len(lines)} fitted lines from {places.min():.4g} to {places.max():.4g} {unit}, the "
        f"strongest at {places[strongest]:.4g} {unit}; below it each line, and the residual over the noise."
    )
