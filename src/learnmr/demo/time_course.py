r"""From the FIDs of an enzyme reaction to concentrations against time: the standard, the joint fit, the corrections.

The real course lies in the Python package nmrpy 0.2.8: 24 ³¹P FIDs (161.9 MHz, 12 transients each, one every 11.6 s) of
phosphoglucose isomerase, which turns fructose 6-phosphate (F6P) into glucose 6-phosphate (G6P) until both are in
equilibrium; triethyl phosphate (TEP, 5 mM) is the internal standard. Where the package is absent a course of the same
shape is simulated.

Assignment: the tutorial of nmrpy assigns 4.73 and 4.63 ppm to G6P, 4.15 ppm to F6P and 0.55 ppm to TEP. The data agree:
the line at 4.15 ppm decays while the two others grow, and their sum is constant.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from ..classical import fit_array, refine_jointly
from ..decomposition import decompose, estimate_line
from ..files import fetch_dataset, read
from ..physics import synthesise
from ..physics.noise import add_noise
from ..signals import FID, ArrayAxis, LineEstimates, Resonance, ResonanceTable

__all__ = [
    "N_TRANSIENTS",
    "STANDARD_MM",
    "Equilibrium",
    "TimeCourse",
    "carbon_satellites",
    "equilibrium",
    "measure_time_course",
    "read_time_course",
    "saturation",
    "simulate_time_course",
    "t1_from_first_excess",
]

#: concentration of the standard, as the tutorial of nmrpy 0.2.8 states it
STANDARD_MM = 5.0
#: transients of each FID (nt in procpar)
N_TRANSIENTS = 12
#: species of a line, by its distance from the standard in ppm
_ASSIGNMENT = {"F6P": (3.587,), "G6P": (4.067, 4.145)}
_TOLERANCE_PPM = 0.03
#: natural abundance of 13C (IUPAC 2013); TEP has three carbons two bonds from phosphorus and three at three bonds
_CARBON_13 = 0.0107
#: couplings of 31P to these carbons, in Hz: the satellites stand 3.1 Hz on either side of the line in these very data
_CARBON_COUPLINGS_HZ = (6.2, 6.2)


@dataclass(frozen=True, eq=False)
class TimeCourse:
    """Concentrations against time, and all that led to them.

    Parameters
    ----------
    fids : FID
        The FIDs after the drift of the standard was taken out, shape (n_fids, n_points).
    mean_lines : ResonanceTable
        What the network and the refinement find in the mean of ``fids``.
    lines : ResonanceTable
        The joint fit: one amplitude per line and FID.
    species : tuple of str
        Species of each line of the joint fit; ``"TEP"`` is the standard, ``""`` an unassigned line.
    standard : LineEstimates
        The standard in each FID by itself, before the drift was taken out.
    standard_amplitude, standard_amplitude_sd : float
        Mean over the FIDs.
    time_s : numpy.ndarray, shape (n_fids,)
        Middle of each FID.
    concentration_mm, concentration_mm_sd : dict of str to numpy.ndarray, shape (n_fids,)
        For each species. The error of the standard's mean, common to all, is not in it.
    repetition_s : float
        Time between two excitations.
    simulated : bool
        True where the course is not a measurement.
    anomer_added : bool
        True where the two lines of G6P, less than two widths apart, looked like one, and were told apart because it is
        known that there are two.
    """

    fids: FID
    mean_lines: ResonanceTable
    lines: ResonanceTable
    species: tuple[str, ...]
    standard: LineEstimates
    standard_amplitude: float
    standard_amplitude_sd: float
    time_s: NDArray[np.float64]
    concentration_mm: dict[str, NDArray[np.float64]]
    concentration_mm_sd: dict[str, NDArray[np.float64]]
    repetition_s: float
    simulated: bool
    anomer_added: bool

    @property
    def total_mm(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Sum over the species and its standard deviation, shape (n_fids,)."""
        total = np.sum(list(self.concentration_mm.values()), axis=0)
        return total, np.sqrt(np.sum([sd**2 for sd in self.concentration_mm_sd.values()], axis=0))

    @property
    def drift_hz(self) -> NDArray[np.float64]:
        """Frequency of the standard in each FID minus its mean, shape (n_fids,)."""
        return self.standard.frequency_hz - self.standard.frequency_hz.mean()

    @property
    def first_excess(self) -> tuple[float, float]:
        """How much higher the standard stands in the first FID than in the others, and the standard deviation."""
        amplitude, deviation = self.standard.amplitude, np.asarray(self.standard.amplitude_sd)
        rest = float(amplitude[1:].mean())
        rest_sd = float(np.sqrt(np.sum(deviation[1:] ** 2))) / (amplitude.size - 1)
        return float(amplitude[0]) / rest - 1, math.hypot(float(deviation[0]), rest_sd) / rest

    def scatter_hz(self, degree: int = 2) -> float:
        """Root mean square scatter of the standard's frequency around a polynomial drift."""
        number = np.arange(self.time_s.size)
        drift = np.polyval(np.polyfit(number, self.drift_hz, degree), number)
        return float(np.sqrt(np.mean((self.drift_hz - drift) ** 2)))

    def to_csv(self) -> str:
        """The concentrations as CSV text with a header line, one row per FID."""
        columns: dict[str, Any] = {"fid_index": np.arange(self.time_s.size), "time_s": self.time_s}
        for name, values in self.concentration_mm.items():
            columns |= {f"{name}_mM": values, f"{name}_mM_sd": self.concentration_mm_sd[name]}
        columns |= dict(zip(("total_mM", "total_mM_sd"), self.total_mm, strict=True))
        columns |= {
            "standard_amplitude": self.standard.amplitude,
            "standard_amplitude_sd": self.standard.amplitude_sd,
            "standard_drift_hz": self.drift_hz,
            "standard_drift_hz_sd": self.standard.frequency_hz_sd,
        }
        rows = zip(*(np.asarray(values).tolist() for values in columns.values()), strict=True)
        return "\n".join([",".join(columns), *(",".join(repr(v) for v in row) for row in rows)]) + "\n"


def read_time_course() -> FID:
    """The real course inside the installed package nmrpy (or below ``LEARNMR_DATA``).

    Returns
    -------
    FID
        24 FIDs; the axis holds the time at which each began.

    Raises
    ------
    learnmr.files.DatasetUnavailableError
        If it is not on this machine; the message holds the one command that brings it.
    """
    return read(fetch_dataset("nmrpy-31p") / "test1.fid")


def simulate_time_course(
    seed: int, *, n_fids: int = 24, n_points: int = 15542
) -> tuple[FID, dict[str, NDArray[np.float64]]]:
    """A course of the shape of the real one: F6P relaxes toward equilibrium with G6P, first order.

    Parameters
    ----------
    seed : int
        Seed of the noise.
    n_fids, n_points : int
        Size of the array.

    Returns
    -------
    fids : FID
        The FIDs.
    truth_mm : dict of str to numpy.ndarray, shape (n_fids,)
        The concentrations.

    Examples
    --------
    >>> fids, truth_mm = simulate_time_course(1, n_fids=2, n_points=64)
    >>> fids.n_fids, sorted(truth_mm), round(float(truth_mm["F6P"][0] + truth_mm["G6P"][0]), 6)
    (2, ['F6P', 'G6P'], 7.8)
    """
    field_mhz, dwell_s, began_s = 161.8948, 1.0295e-4, 139.2 * np.arange(n_fids, dtype=np.float64)
    total, at_rest, rate = 7.8, 1.4, 1 / 400  # mM, mM, 1/s: about those of the real course
    f6p = at_rest + (total - at_rest) * np.exp(-rate * (began_s + 69.6))
    truth_mm = {"F6P": f6p, "G6P": total - f6p}
    per_mm, place_hz = 36.0, 92.2  # amplitude of 1 mM, offset of the standard
    times_s = np.arange(n_points) * dwell_s
    standard = synthesise([Resonance(place_hz, 0.54, 5 * per_mm, 2.95)], n_points, dwell_s)
    standard *= carbon_satellites(times_s)
    samples = np.empty((n_fids, n_points), complex)
    for number, (fructose, glucose) in enumerate(zip(f6p, total - f6p, strict=True)):
        lines = [
            Resonance(place_hz + 580.6, 7.0, per_mm * fructose, 3.0),
            Resonance(place_hz + 658.4, 7.0, per_mm * 0.37 * glucose, 3.0),
            Resonance(place_hz + 671.0, 7.0, per_mm * 0.63 * glucose, 3.0),
        ]
        drift = np.exp(2j * math.pi * 0.009 * number * times_s)
        samples[number] = (standard + synthesise(lines, n_points, dwell_s)) * drift
    fids = FID(
        add_noise(samples, noise_sd=68.0, seed=seed),
        dwell_s,
        spectrometer_mhz=field_mhz,
        carrier_ppm=0.0,
        nucleus="31P",
        axis=ArrayAxis("time", began_s, "s"),
    )
    return fids, truth_mm


def carbon_satellites(times_s: NDArray[np.floating]) -> NDArray[np.float64]:
    """What the ¹³C of natural abundance does to the decay of TEP: a factor, 1 at t = 0.

    Parameters
    ----------
    times_s : numpy.ndarray, shape (n_points,)
        Sampling times.

    Returns
    -------
    numpy.ndarray, shape (n_points,)
        ``prod (1 - p + p cos(pi J t))`` over the six carbons, p the abundance.

    Examples
    --------
    >>> carbon_satellites(np.array([0.0, 0.16])).round(2)
    array([1.  , 0.88])
    """
    factor = np.ones(times_s.shape)
    for coupling_hz in _CARBON_COUPLINGS_HZ:
        factor *= (1 - _CARBON_13 + _CARBON_13 * np.cos(math.pi * coupling_hz * times_s)) ** 3
    return factor


def measure_time_course(fids: FID, *, standard_mm: float = STANDARD_MM, simulated: bool = False) -> TimeCourse:
    """Turn the FIDs into concentrations against time.

    Parameters
    ----------
    fids : FID
        An array with the time at which each FID began as its axis, and known field and nucleus.
    standard_mm : float
        Concentration of the standard, in mM.
    simulated : bool
        Noted in the result.

    Returns
    -------
    TimeCourse
        Concentrations with error bars.

    Raises
    ------
    ValueError
        If ``fids`` is no array over time, or the lines of G6P and F6P are not found in its mean.

    Notes
    -----
    (1) The standard is read in each FID by the line network and refined. Its frequency is the drift, which is taken
    out of the FIDs; its amplitude, averaged, is the scale. (2) The network finds the lines in the mean; where it sees
    one broad line for the two anomers of G6P, two take its place. (3) The FIDs are fitted together, with shared
    positions, widths and phases: where a line is not seen its amplitude is 0 within its error bar, of either sign.
    (4) ``c = standard_mm * amplitude / amplitude of the standard``: every molecule here has one phosphorus. Lines of
    one species are added; their errors are correlated where they overlap.
    """
    if fids.axis is None or fids.n_fids < 4 or fids.spectrometer_mhz is None:
        raise ValueError("fids must be an array of at least 4 FIDs over time, of known field")
    if not standard_mm > 0:
        raise ValueError(f"standard_mm must be > 0 mM, got {standard_mm!r}")
    factor = carbon_satellites(fids.times_s)
    # divided by it the standard is one line; the others lie 580 Hz away and are fitted from the FIDs as they are
    standard = estimate_line(fids.samples / factor, fids.dwell_s)
    drift_hz = standard.frequency_hz - standard.frequency_hz.mean()
    aligned = fids.with_samples(fids.samples * np.exp(-2j * math.pi * np.outer(drift_hz, fids.times_s)))
    place_hz = float(standard.frequency_hz.mean())
    found = decompose(aligned.mean())
    mean_lines = _with_both_anomers(found, aligned.mean(), place_hz)
    species = _assigned(mean_lines, place_hz, fids.spectrometer_mhz)
    lines = fit_array(aligned, mean_lines)
    scale = float(standard.amplitude.mean())
    concentration, deviation = {}, {}
    for name in _ASSIGNMENT:
        amplitude, amplitude_sd = _summed(lines, aligned, np.array([s == name for s in species]))
        concentration[name] = standard_mm * amplitude / scale
        deviation[name] = standard_mm * amplitude_sd / scale
    spacing_s = float(np.median(np.diff(fids.axis.values)))
    return TimeCourse(
        aligned,
        mean_lines,
        lines,
        species,
        standard,
        scale,
        float(np.linalg.norm(np.asarray(standard.amplitude_sd))) / len(standard),
        fids.axis.values + spacing_s / 2,
        concentration,
        deviation,
        spacing_s / N_TRANSIENTS,
        simulated,
        len(mean_lines) > len(found),
    )


def saturation(t1_s: float, repetition_s: float) -> float:
    """Part of the magnetisation that 90 degree pulses at steady state find, ``1 - exp(-repetition / T1)``.

    Examples
    --------
    >>> round(saturation(10.0, 11.6), 3)
    0.687
    """
    return -math.expm1(-repetition_s / t1_s)


def t1_from_first_excess(excess: float, repetition_s: float, *, n_transients: int = N_TRANSIENTS) -> float | None:
    """T1 at which a first FID, whose first transient met fully relaxed spins, stands higher by ``excess``.

    Parameters
    ----------
    excess : float
        Relative excess of the first FID.
    repetition_s : float
        Time between two excitations by 90 degrees.
    n_transients : int
        Transients summed in one FID.

    Returns
    -------
    float or None
        T1 in seconds; None where the excess is not positive.

    Notes
    -----
    ``excess = q / (n_transients (1 - q))`` with ``q = exp(-repetition / T1)``.

    Examples
    --------
    >>> q = np.exp(-11.6 / 8.0)
    >>> round(t1_from_first_excess(q / (12 * (1 - q)), 11.6), 6)
    8.0
    """
    if not excess > 0:
        return None
    ratio = n_transients * excess
    return -repetition_s / math.log(ratio / (1 + ratio))


@dataclass(frozen=True)
class Equilibrium:
    """What the concentrations say about the reaction, each with its standard deviation.

    Parameters
    ----------
    ratio, ratio_sd : float
        [F6P] / [G6P] in the last third.
    total_mm, total_mm_sd : float
        Mean of the sum of both.
    chi_square, n_fids : float, int
        Of the sum around its mean.
    response, response_sd : float
        How strongly F6P answers relative to G6P, if their sum is constant: 1 where the balance closes.
    """

    ratio: float
    ratio_sd: float
    total_mm: float
    total_mm_sd: float
    chi_square: float
    n_fids: int
    response: float
    response_sd: float


def equilibrium(course: TimeCourse) -> Equilibrium:
    """Ratio at the end, mass balance, and the relative response of the two species.

    Parameters
    ----------
    course : TimeCourse
        The concentrations.

    Returns
    -------
    Equilibrium
        The numbers.
    """
    f6p, g6p = (course.concentration_mm[name] for name in ("F6P", "G6P"))
    f6p_sd, g6p_sd = (course.concentration_mm_sd[name] for name in ("F6P", "G6P"))
    last = slice(-(f6p.size // 3), None)
    ends = [_weighted_mean(values[last], sd[last]) for values, sd in ((f6p, f6p_sd), (g6p, g6p_sd))]
    ratio = ends[0][0] / ends[1][0]
    total, total_sd = course.total_mm
    mean, mean_sd = _weighted_mean(total, total_sd)

    def misfit(response: float) -> float:
        """Chi-square of ``F6P + response * G6P`` around its mean."""
        values, sd = f6p + response * g6p, np.hypot(f6p_sd, response * g6p_sd)
        return float(np.sum(((values - _weighted_mean(values, sd)[0]) / sd) ** 2))

    best = minimize_scalar(misfit, bounds=(0.5, 2.0), method="bounded", options={"xatol": 1e-6})
    step = 0.02
    curvature = (misfit(best.x + step) - 2 * best.fun + misfit(best.x - step)) / step**2
    return Equilibrium(
        ratio,
        ratio * math.hypot(ends[0][1] / ends[0][0], ends[1][1] / ends[1][0]),
        mean,
        mean_sd,
        float(np.sum(((total - mean) / total_sd) ** 2)),
        int(total.size),
        float(best.x),
        math.sqrt(2 / curvature),
    )


def _weighted_mean(values: NDArray[np.float64], deviations: NDArray[np.float64]) -> tuple[float, float]:
    """Mean weighted by the inverse variances, and its standard deviation."""
    weights = 1 / deviations**2
    return float(np.sum(weights * values) / np.sum(weights)), float(1 / np.sqrt(np.sum(weights)))


def _with_both_anomers(lines: ResonanceTable, mean: FID, standard_hz: float) -> ResonanceTable:
    """The lines of the mean; a broad one that stands for both anomers of G6P becomes two, refined."""
    per_ppm = mean.spectrometer_mhz or math.nan  # Hz
    places_hz = standard_hz + per_ppm * np.array(_ASSIGNMENT["G6P"])
    reach_hz = per_ppm * _TOLERANCE_PPM
    near = np.abs(lines.frequency_hz - places_hz.mean()) < np.ptp(places_hz) / 2 + reach_hz
    if np.count_nonzero(near) != 1:
        return lines
    single = lines.select(near).line(0)
    halves = [replace(single, frequency_hz=f, fwhm_hz=single.fwhm_hz / 2, amplitude=single.amplitude / 2)
              for f in places_hz]  # fmt: skip
    pair = ResonanceTable.of([*lines.select(~near), *halves])
    refined = refine_jointly(mean, pair.select(np.argsort(pair.frequency_hz)))
    return replace(
        refined, spectrometer_mhz=lines.spectrometer_mhz, carrier_ppm=lines.carrier_ppm, nucleus=lines.nucleus
    )


def _assigned(lines: ResonanceTable, standard_hz: float, spectrometer_mhz: float) -> tuple[str, ...]:
    """Species of each line by its distance from the standard."""
    distance_ppm = (lines.frequency_hz - standard_hz) / spectrometer_mhz
    places = [("TEP", 0.0), *((name, place) for name, group in _ASSIGNMENT.items() for place in group)]
    species = [""] * len(lines)
    for name, place in places:
        near = np.flatnonzero(np.abs(distance_ppm - place) < _TOLERANCE_PPM)
        if not near.size:
            raise ValueError(f"fids must show a line of {name} at {place:+.3f} ppm from the standard, found none")
        species[near[np.argmax(lines.amplitude[near])]] = name
    return tuple(species)


def _summed(
    lines: ResonanceTable, fids: FID, chosen: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sum of the amplitudes of some lines in each FID, and its standard deviation, shape (n_fids,)."""
    shared = lines.of_fid(0)
    rates = (2j * math.pi * shared.frequency_hz - math.pi * shared.fwhm_hz) * fids.dwell_s
    columns = np.exp(1j * shared.phase_rad + np.outer(np.arange(fids.n_points), rates))  # (n_points, n_lines)
    covariance = np.linalg.inv((columns.conj().T @ columns).real)
    scale = np.sqrt(np.diag(covariance))
    correlation = (covariance / np.outer(scale, scale))[np.ix_(chosen, chosen)]
    amplitude = lines.amplitude.reshape(fids.n_fids, -1)[:, chosen]
    deviation = np.asarray(lines.amplitude_sd).reshape(fids.n_fids, -1)[:, chosen]
    return amplitude.sum(axis=1), np.sqrt(np.einsum("km,mj,kj->k", deviation, correlation, deviation))
