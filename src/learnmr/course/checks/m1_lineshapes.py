"""Checks of the lesson Line shapes and fitting: shapes, area, error bars, residuals, a wrong table, the bound."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares as minimise

from ...files import DatasetUnavailableError, fetch_dataset, read
from ...physics import cramer_rao_line, line_snr, simulate_fid
from ...physics import pseudo_voigt as library_pseudo_voigt
from ...signals import FID, Resonance, spectrum
from ..exercises import Exercise, Mistake, Property, close, register, right_choice
from ..misconceptions import MISCONCEPTIONS

# 1. A pseudo-Voigt line whose widths mean what they say.

#: centre, full width, Lorentzian fraction
_LINES = ((0.0, 2.0, 1.0), (5.0, 3.0, 0.0), (-40.0, 0.8, 0.3), (12.0, 7.0, 0.75))


def _half_height(answer: Any) -> bool | str:
    for centre_hz, fwhm_hz, fraction in _LINES:
        left, top, right = np.asarray(
            answer(centre_hz + fwhm_hz * np.array([-0.5, 0.0, 0.5]), centre_hz, fwhm_hz, fraction), float
        )
        if not (close(left / top, 0.5) and close(right / top, 0.5)):
            return f"with a Lorentzian fraction of {fraction} it is {left / top:.3g} and {right / top:.3g}"
    return True


def _unit_area(answer: Any) -> bool | str:
    """Integral over all frequencies: with f = centre + width tan(angle) the far wings are sampled too."""
    angle = (np.arange(4000) + 0.5) / 4000 * math.pi - math.pi / 2
    for centre_hz, fwhm_hz, fraction in _LINES:
        values = np.asarray(answer(centre_hz + fwhm_hz * np.tan(angle), centre_hz, fwhm_hz, fraction), float)
        area = float(np.sum(values / np.cos(angle) ** 2) * fwhm_hz * math.pi / angle.size)
        if not close(area, 1.0, relative=2e-3):
            return f"{fwhm_hz} Hz wide, with a Lorentzian fraction of {fraction}, it is {area:.4g}"
    return True


def _is_line_of_decay(answer: Any) -> bool:
    """The Fourier integral of the decay, summed in fine steps; pi width T2* = 1."""
    t2_star_s, step_s = 0.2, 1e-4
    times_s = (np.arange(25_000) + 0.5) * step_s
    frequency_hz = np.linspace(-6, 6, 25)
    waves = np.cos(2 * math.pi * np.outer(frequency_hz, times_s))
    line = 2 * step_s * waves @ np.exp(-times_s / t2_star_s)
    return close(answer(frequency_hz, 0.0, 1 / (math.pi * t2_star_s), 1.0), line, relative=1e-3, absolute=1e-4)


def _falls(answer: Any) -> bool | str:
    """One full width from the middle: 1/5 of a Lorentzian, 1/16 of a Gaussian."""
    there = [np.asarray(answer(np.array([3.0, 3.0 + 2.0]), 3.0, 2.0, part), float) for part in (1.0, 0.0)]
    falls = [float(values[1] / values[0]) for values in there]
    return close(falls, [1 / 5, 1 / 16]) or f"to {falls[0]:.3g} of its height, and to {falls[1]:.3g}"


def _mixed(
    *, lorentz: float = 1.0, gauss: float = 1.0, swapped: bool = False, unit_height: bool = False
) -> Callable[..., Any]:
    """A pseudo-Voigt with wrong widths, or mixed in a wrong way."""

    def shape(frequency_hz: Any, centre_hz: float, fwhm_hz: float, fraction: float) -> Any:
        part = 1 - fraction if swapped else fraction
        at = np.asarray(frequency_hz, float)
        value = part * library_pseudo_voigt(at, centre_hz, lorentz * fwhm_hz, 1.0)
        value += (1 - part) * library_pseudo_voigt(at, centre_hz, gauss * fwhm_hz, 0.0)
        if unit_height:
            value = part * library_pseudo_voigt(at, centre_hz, fwhm_hz, 1.0) * math.pi * fwhm_hz / 2
            peak = library_pseudo_voigt(centre_hz, centre_hz, fwhm_hz, 0.0)
            value += (1 - part) * library_pseudo_voigt(at, centre_hz, fwhm_hz, 0.0) / peak
        return value

    return shape


register(
    Exercise(
        slug="m1.lineshapes.pseudo_voigt",
        asks="a function pseudo_voigt(frequency_hz, centre_hz, fwhm_hz, fraction) of unit area",
        properties=(
            Property("at half a full width from the middle it has half of its height, in every mixture", _half_height),
            Property("its area is one, in every mixture", _unit_area),
            Property("the Lorentzian is the line of a decay with pi FWHM T2* = 1", _is_line_of_decay),
            Property("one full width from the middle both parts have fallen as they should", _falls),
        ),
        right=lambda: library_pseudo_voigt,
        mistakes=(
            Mistake("fwhm_for_hwhm", lambda: _mixed(lorentz=2.0)),
            Mistake("fwhm_for_hwhm", lambda: _mixed(lorentz=2.0, gauss=2 * math.sqrt(2 * math.log(2)))),
            Mistake("sigma_for_fwhm", lambda: _mixed(gauss=2 * math.sqrt(2 * math.log(2)))),
            Mistake("sigma_for_hwhm", lambda: _mixed(gauss=math.sqrt(2 * math.log(2)))),
            Mistake("fraction_swapped", lambda: _mixed(swapped=True)),
            Mistake("height_one", lambda: _mixed(unit_height=True)),
        ),
        probes=tuple((np.linspace(-9.0, 9.0, 37), *line) for line in ((1.0, 2.0, 0.3), (0.0, 3.0, 1.0), (0.5, 4.0, 0))),
        fresh=lambda stream: (
            np.linspace(-12.0, 12.0, 49),
            stream.on_grid(-3.0, 3.0, 0.1),
            stream.on_grid(0.5, 5.0, 0.1),
            stream.on_grid(0.0, 1.0, 0.05),
        ),
        hints=(
            "Write the two parts separately, and test each: where is it half as high as in the middle?",
            "gamma is half of the full width; sigma is the full width over 2 sqrt(2 ln 2).",
            "Each part has area one: gamma / pi over the Lorentzian's denominator, 1 / (sigma sqrt(2 pi)).",
        ),
        read="Lesson 4, Three shapes",
    )
)


# 2. Area is the first point.


def first_point(values: NDArray[Any], bin_hz: float) -> complex:
    """Complex amplitude at t = 0 from a whole spectrum whose first sample was halved."""
    return complex(2 * bin_hz * np.sum(values))


def _noisy_spectrum(n_bins: int | None = None, gain: float = 1.0) -> tuple[FID, NDArray[Any], float]:
    """A decay of three lines in noise, its spectrum and the width of a bin."""
    lines = [
        Resonance(40.0, 3.0, 1.0 * gain, 0.4),
        Resonance(-120.0, 9.0, 2.0 * gain, 0.4),
        Resonance(200.0, 1.0, 0.5 * gain, -1.9, gaussian_fwhm_hz=4.0),
    ]
    fid = simulate_fid(lines, n_points=512, dwell_s=1e-3, noise_sd=0.02, seed=8)
    shown = spectrum(fid, n_bins=n_bins)
    return fid, np.asarray(shown.values, complex), shown.bin_hz


def _gives_first_sample(answer: Any) -> bool:
    fid, values, bin_hz = _noisy_spectrum()
    return close(answer(values, bin_hz), fid.samples[0], relative=1e-6)


def _one_line(fwhm_hz: float, gaussian_hz: float = 0.0) -> tuple[NDArray[Any], float]:
    """Spectrum of one upright line of amplitude 3."""
    line = Resonance(60.0, fwhm_hz, 3.0, 0.0, gaussian_fwhm_hz=gaussian_hz)
    shown = spectrum(simulate_fid([line], n_points=1024, dwell_s=1e-3))
    return np.asarray(shown.values, complex), shown.bin_hz


def _same_for_all_shapes(answer: Any) -> bool | str:
    found = [complex(answer(*_one_line(*widths))) for widths in ((2.0, 0.0), (20.0, 0.0), (0.5, 15.0))]
    return close(found, [3.0] * 3, relative=1e-6) or "an amplitude of 3 gives " + ", ".join(
        f"{abs(value):.4g}" for value in found
    )


register(
    Exercise(
        slug="m1.lineshapes.area",
        asks="a function amplitude(values, bin_hz) that gives the complex amplitude at t = 0",
        properties=(
            Property("it is the first sample of the decay, noise and all", _gives_first_sample),
            Property("narrow, wide or Gaussian, lines of the same amplitude give the same", _same_for_all_shapes),
            Property(
                "zero filling changes nothing",
                lambda answer: close(answer(*_noisy_spectrum(2048)[1:]), answer(*_noisy_spectrum()[1:]), relative=1e-6),
            ),
            Property(
                "a spectrum that is turned by 90 degrees gives an amplitude that is turned by 90 degrees",
                lambda answer: close(
                    answer(1j * _noisy_spectrum()[1], _noisy_spectrum()[2]), 1j * answer(*_noisy_spectrum()[1:])
                ),
            ),
        ),
        right=lambda: first_point,
        mistakes=(
            Mistake("half_first_point", lambda: lambda values, bin_hz: bin_hz * np.sum(values)),
            Mistake("bin_width_forgotten", lambda: lambda values, bin_hz: 2 * np.sum(values)),
            Mistake("bin_width_forgotten", lambda: lambda values, bin_hz: np.sum(values)),
            Mistake("height_for_area", lambda: lambda values, bin_hz: values[np.argmax(np.abs(values))]),
            Mistake("magnitudes_added", lambda: lambda values, bin_hz: 2 * bin_hz * np.sum(np.abs(values))),
            Mistake("real_only", lambda: lambda values, bin_hz: 2 * bin_hz * np.sum(values.real)),
            Mistake("phase_thrown_away", lambda: lambda values, bin_hz: 2 * bin_hz * np.abs(np.sum(values))),
        ),
        probes=(_noisy_spectrum()[1:], _noisy_spectrum(2048)[1:]),
        fresh=lambda stream: _noisy_spectrum(stream.choice((512, 1024, 2048)), stream.on_grid(0.2, 5.0, 0.1))[1:],
        hints=(
            "Sum all bins. What does the inverse transform say about the sample at t = 0?",
            "An integral is a sum times the step. Which factor is left, if the transform counts the first sample half?",
        ),
        read="Lesson 4, Area",
    )
)


# 3. Error bars of a fit.


def standard_errors(jacobian: NDArray[Any], residual: NDArray[Any]) -> NDArray[np.float64]:
    """Standard deviations of least-squares parameters: residual variance times the inverse normal matrix."""
    n_values, n_parameters = jacobian.shape
    variance = float(residual @ residual) / (n_values - n_parameters)
    return np.asarray(np.sqrt(np.diag(variance * np.linalg.inv(jacobian.T @ jacobian))))


def _straight(n: int, seed: int = 5) -> tuple[NDArray[Any], NDArray[Any]]:
    """Slopes and residual of a straight line fitted to noisy values, away from the origin."""
    x = np.linspace(2.0, 5.0, n)
    y = 1.0 + 0.5 * x + 0.3 * np.random.default_rng(seed).standard_normal(n)
    jacobian = np.stack([np.ones(n), x], axis=1)
    return jacobian, y - jacobian @ np.linalg.lstsq(jacobian, y, rcond=None)[0]


def _textbook(answer: Any) -> bool | str:
    """The two formulas of every laboratory course."""
    jacobian, residual = _straight(12)
    x = jacobian[:, 1]
    scatter = float(residual @ residual) / (x.size - 2)
    spread = float(np.sum((x - x.mean()) ** 2))
    wanted = np.sqrt([scatter * (1 / x.size + x.mean() ** 2 / spread), scatter / spread])
    got = np.asarray(answer(jacobian, residual), float)
    return close(got, wanted, relative=1e-6) or f"intercept and slope: you find {np.array2string(got, precision=3)}"


def _unlike(answer: Any) -> bool:
    """Two columns that resemble each other, against the same two made orthogonal."""
    jacobian, residual = _straight(60)
    apart = jacobian - np.array([[0.0, jacobian[:, 1].mean()]])
    return bool(np.asarray(answer(jacobian, residual))[0] > 3 * np.asarray(answer(apart, residual))[0])


register(
    Exercise(
        slug="m1.lineshapes.errors",
        asks="a function standard_errors(jacobian, residual) giving one standard deviation per parameter",
        properties=(
            Property("a straight line gets the error bars of the textbook", _textbook),
            Property(
                "twice the residual, twice the error bars",
                lambda answer: close(
                    answer(_straight(40)[0], 2 * _straight(40)[1]), 2 * np.asarray(answer(*_straight(40)))
                ),
            ),
            Property("a parameter that can be mistaken for another has a longer error bar", _unlike),
            Property(
                "every measurement taken four times, half the error bars",
                lambda answer: close(
                    answer(np.tile(_straight(400)[0], (4, 1)), np.tile(_straight(400)[1], 4)),
                    np.asarray(answer(*_straight(400))) / 2,
                    relative=0.01,
                ),
            ),
        ),
        right=lambda: standard_errors,
        mistakes=(
            Mistake("variance_for_deviation", lambda: lambda j, r: standard_errors(j, r) ** 2),
            Mistake("correlation_ignored", lambda: _errors_alone),
            Mistake(
                "parameters_not_counted",
                lambda: lambda j, r: standard_errors(j, r) * math.sqrt((len(r) - j.shape[1]) / len(r)),
            ),
            Mistake("noise_left_out", lambda: lambda j, r: np.asarray(np.sqrt(np.diag(np.linalg.inv(j.T @ j))), float)),
        ),
        probes=(_straight(12), _straight(40)),
        fresh=lambda stream: _straight(stream.whole(6, 60), stream.below(1 << 32)),
        relative_tolerance=1e-5,
        hints=(
            "The variance of one value: the sum of squares over the values that are left after the fit.",
            "covariance = variance * inverse of (J transposed times J). What stands on its diagonal?",
        ),
        read="Lesson 4, Error bars",
    )
)


def _errors_alone(jacobian: NDArray[Any], residual: NDArray[Any]) -> NDArray[np.float64]:
    """Each parameter as if all others were known."""
    variance = float(residual @ residual) / (jacobian.shape[0] - jacobian.shape[1])
    return np.asarray(np.sqrt(variance / np.sum(jacobian**2, axis=0)))


# 4. Is the residual white?


def neighbour_correlation(residual: NDArray[Any]) -> float:
    """Real part of the correlation of each value with the next: 0 for white noise, near 1 for structure."""
    return float(np.vdot(residual[:-1], residual[1:]).real / np.vdot(residual, residual).real)


def _white(n: int, seed: int = 12) -> NDArray[np.complex128]:
    """Complex white noise."""
    rng = np.random.default_rng(seed)
    return np.asarray(rng.standard_normal(n) + 1j * rng.standard_normal(n), complex)


def _structured(n: int = 400) -> NDArray[np.complex128]:
    """What a wrong width leaves of a line, out of phase, and a little noise."""
    f = np.linspace(-20, 20, n)
    return np.asarray(np.exp(0.7j) * (1 / (1 + 1j * f) - 0.8 / (1 + 0.8j * f)) + 0.003 * _white(n), complex)


def _is_real(answer: Any) -> bool | str:
    """One real number; a complex one would pass as its real part."""
    value = np.asarray(answer(_structured()))
    if value.shape != ():
        return f"this is an array of shape {value.shape}"
    return not np.iscomplexobj(value) or "this is a complex number: take its real part"


register(
    Exercise(
        slug="m1.lineshapes.residual",
        asks="a function neighbour_correlation(residual) giving one real number from -1 to 1",
        properties=(
            Property("the answer is one real number", _is_real),
            Property(
                "a residual that lies on one side of zero gives nearly one",
                lambda answer: close(answer(0.3 + 0.1j + 0.001 * _white(500)), 1.0, relative=0.01),
            ),
            Property(
                "one that changes sign from point to point gives nearly minus one",
                lambda answer: close(answer(2.0 * (-1.0) ** np.arange(500) + 0j), -1.0, relative=0.01),
            ),
            Property(
                "white noise gives zero within its scatter, one over the root of 2N",
                lambda answer: abs(float(answer(_white(5000)))) < 4 / math.sqrt(2 * 5000),
            ),
            Property(
                "larger units, or another phase, change nothing",
                lambda answer: close(answer(1e3j * _structured()), answer(_structured()), relative=1e-6),
            ),
            Property(
                "what a wrong width leaves over is told from noise",
                lambda answer: 0.7 < float(answer(_structured())) <= 1,
            ),
        ),
        right=lambda: neighbour_correlation,
        mistakes=(
            Mistake("conjugate_forgotten", lambda: lambda r: float(np.sum(r[1:] * r[:-1]).real / np.vdot(r, r).real)),
            Mistake(
                "real_only",
                lambda: lambda r: float(np.sum(r.real[1:] * r.real[:-1]) / np.sum(r.real**2)),
            ),
            Mistake("mean_removed", lambda: lambda r: neighbour_correlation(r - np.mean(r))),
            Mistake("not_normalised", lambda: lambda r: float(np.vdot(r[:-1], r[1:]).real)),
            Mistake("not_normalised", lambda: lambda r: float(np.mean((r[1:] * r[:-1].conj()).real))),
        ),
        probes=((_structured(),), (_white(50) + 2.0,)),
        hints=(
            "Multiply each value by the complex conjugate of its neighbour, and add up. When do the terms cancel?",
            "Divide by what you get for a perfect match: the sum of the squared magnitudes.",
            "residual[1:] and residual[:-1] are the neighbours; the answer is the real part.",
        ),
        read="Lesson 4, What is left over",
    )
)


# 5. The published table that does not fit its FID.

#: lines of the methyl triplet of 2-ketobutyrate, in ppm, as two databases publish them beside their FIDs
PUBLISHED_PPM = {
    "HMDB": (1.08111, 1.06893, 1.05680),  # HMDB0000005, in nmrML's example HMDB00005.nmrML
    "BMRB": (1.0678, 1.0532, 1.0386),  # bmse000325, peak.txt
}
#: distance of neighbours in the first table
TABLE_SPACING_PPM = (PUBLISHED_PPM["HMDB"][0] - PUBLISHED_PPM["HMDB"][2]) / 2
#: what the lesson fits, in ppm
WINDOW_PPM = (0.99, 1.115)

#: data set, experiment within it
_SOURCES = {
    "HMDB": ("ketobutyrate-1h-500-hmdb", "HMDB00005.fid"),
    "BMRB": ("ketobutyrate-1h-500-bmrb", "."),
}
#: for the simulation: points, dwell time, spectrometer, carrier, shift of the methyl group, area, noise, water, phase
_SIMULATED = {
    "HMDB": (24001, 1.666625e-4, 499.816882, 4.782113, 1.05393, 1600.0, 8.5, 133_000.0, 2.73),
    "BMRB": (16313, 1.428e-4, 499.839953, 4.794590, 1.05325, 5000.0, 12.7, 40.0, -0.15),
}
_COUPLING_HZ = 7.30


def simulated_case(name: str) -> FID:
    """An FID like that of the database: methyl and methylene of 2-ketobutyrate, water, DSS, in an uneven field."""
    n_points, dwell_s, mhz, carrier_ppm, methyl_ppm, area, noise_sd, water, phase_rad = _SIMULATED[name]

    def group(shift_ppm: float, pattern: tuple[int, ...], amplitude: float, phase_rad: float) -> list[Resonance]:
        middle_hz = (shift_ppm - carrier_ppm) * mhz + 0.2  # the uneven field pulls it back
        total = sum(pattern)
        return [
            Resonance(
                middle_hz + (k - (len(pattern) - 1) / 2) * _COUPLING_HZ, 0.45, amplitude * part / total, phase_rad
            )
            for k, part in enumerate(pattern)
        ]

    lines = [
        *group(methyl_ppm, (1, 2, 1), area, phase_rad),
        *group(methyl_ppm + 1.691, (1, 3, 3, 1), area * 2 / 3, phase_rad / 2),
        Resonance(3.7, 1.6, water, -0.48),
        *group(0.0, (1,), 9 * area if name == "HMDB" else area / 30, phase_rad),
    ]
    return simulate_fid(
        lines,
        n_points=n_points,
        dwell_s=dwell_s,
        noise_sd=noise_sd,
        seed=325,
        spectrometer_mhz=mhz,
        carrier_ppm=carrier_ppm,
        nucleus="1H",
        shim={"z1": 0.8, "z2": 0.4, "z3": 0.5},  # leaves a residual like that of the measured FIDs
    )


@functools.cache
def case_fid(name: str) -> tuple[FID, str]:
    """The FID that a database publishes beside its table, and "measured"; simulated where it cannot be had."""
    dataset, experiment = _SOURCES[name]
    try:
        return read(fetch_dataset(dataset) / experiment), "measured"
    except DatasetUnavailableError:
        return simulated_case(name), "SIMULATED"


def case_window(name: str) -> tuple[NDArray[np.float64], NDArray[np.complex128]]:
    """Frequencies and complex values of the bins around the methyl triplet, without zero filling."""
    shown = spectrum(case_fid(name)[0])
    assert shown.shift_ppm is not None
    inside = (shown.shift_ppm > WINDOW_PPM[0]) & (shown.shift_ppm < WINDOW_PPM[1])
    return np.asarray(shown.frequency_hz[inside]), np.asarray(shown.values[inside], complex)


def triplet(parameters: Any, frequency_hz: NDArray[Any]) -> NDArray[np.complex128]:
    """Three complex Lorentzians, 1 to 2 to 1, on a complex straight line.

    Parameters
    ----------
    parameters : array_like, shape (9,)
        Middle, coupling and full width in Hz; then real and imaginary part of the area, of the straight line in the
        middle of the frequencies, and of its slope per half of the range.
    frequency_hz : numpy.ndarray
        Where.

    Returns
    -------
    numpy.ndarray of complex
        The model, in the shape of frequency_hz.
    """
    centre_hz, coupling_hz, fwhm_hz, *parts = parameters
    area, level, slope = (complex(*pair) for pair in (parts[0:2], parts[2:4], parts[4:6]))
    lines = sum(
        part / (math.pi * fwhm_hz + 2j * math.pi * (frequency_hz - centre_hz - step * coupling_hz))
        for step, part in ((-1, 0.25), (0, 0.5), (1, 0.25))
    )
    half_hz = (frequency_hz[-1] - frequency_hz[0]) / 2
    straight = level + slope * (frequency_hz - frequency_hz[0] - half_hz) / half_hz
    return np.asarray(area * lines + straight, complex)


def fit_triplet(
    frequency_hz: NDArray[Any], values: NDArray[Any], coupling_hz: float = 7.0
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.complex128]]:
    """Parameters of :func:`triplet`, their standard deviations from the residual, and the residual."""
    peak = int(np.argmax(np.abs(values)))
    area = 2 * math.pi * values[peak]  # of a middle line 1 Hz wide
    start = [frequency_hz[peak], coupling_hz, 1.0, area.real, area.imag, 0.0, 0.0, 0.0, 0.0]
    fit = minimise(lambda p: (triplet(p, frequency_hz) - values).view(float), start, x_scale="jac")
    return fit.x, standard_errors(fit.jac, fit.fun), np.ascontiguousarray(-fit.fun).view(complex)


@functools.cache
def _coupling() -> tuple[float, float]:
    """Coupling of the case and its standard deviation, in Hz."""
    best, deviations, _ = fit_triplet(*case_window("HMDB"))
    return float(best[1]), float(deviations[1])


#: what may be wrong with the table; the first is not
VERDICTS = (
    "the coupling is weaker in the sample of the table",
    "the carrier frequency of the FID is wrong",
    "the table was read on a spectrometer of another field",
)
_VERDICT_OBJECTIONS = {
    VERDICTS[0]: "the sample is that of the FID, and a second database finds the same coupling as this FID",
    VERDICTS[1]: MISCONCEPTIONS["carrier_moves_spacing"],
}


def solved_case() -> dict[str, Any]:
    """A right answer."""
    coupling_hz, deviation_hz = _coupling()
    return {
        "coupling_hz": coupling_hz,
        "coupling_sd_hz": deviation_hz,
        "table_mhz": coupling_hz / TABLE_SPACING_PPM,
        "verdict": VERDICTS[2],
    }


def _solved_but(**wrong: Any) -> dict[str, Any]:
    return solved_case() | wrong


def _number(answer: Any, name: str) -> float:
    """One number of the answer."""
    if answer[name] is Ellipsis:
        raise ValueError(f'"{name}" is not filled in yet')
    return float(answer[name])


def _coupling_right(answer: Any) -> bool | str:
    """A fit is better than 0.03 Hz whatever its baseline; a bin of this FID is 0.25 Hz wide."""
    value = _number(answer, "coupling_hz")
    if not 1 < value < 20:
        return f"a coupling of {value:.4g} Hz: if it comes from a fit, the fit ended in another valley; begin elsewhere"
    return abs(value - _coupling()[0]) < 0.03 or f"three lines {value:.4g} Hz apart do not fit this FID"


def _deviation_right(answer: Any) -> bool | str:
    value = _number(answer, "coupling_sd_hz")
    if not (math.isfinite(value) and value > 0):
        return "an error bar is a positive number"
    ratio = value / _coupling()[1]
    return 0.3 < ratio < 3 or f"your error bar is {'long' if ratio > 1 else 'short'} by a factor of about {ratio:.2g}"


def _field_right(answer: Any) -> bool | str:
    """Whatever the coupling was: in this field it is as many ppm as the table says."""
    table_mhz = _number(answer, "table_mhz")
    seen_ppm = _number(answer, "coupling_hz") / table_mhz
    good = close(seen_ppm, TABLE_SPACING_PPM, relative=5e-3)
    return good or f"at {table_mhz:.4g} MHz your coupling would be {seen_ppm:.5f} ppm"


def _verdict_right(answer: Any) -> bool | str:
    verdict = answer["verdict"]
    if verdict not in VERDICTS:
        return '"verdict" must be one of the texts in VERDICTS'
    return verdict == VERDICTS[2] or _VERDICT_OBJECTIONS[verdict]


def _at_its_own_field() -> float:
    """MHz of the spectrometer that the FID comes from."""
    mhz = case_fid("HMDB")[0].spectrometer_mhz
    assert mhz is not None
    return mhz


register(
    Exercise(
        slug="m1.lineshapes.table",
        asks='a dictionary with "coupling_hz", "coupling_sd_hz", "table_mhz" (numbers) and "verdict" (one of VERDICTS)',
        properties=(
            Property("lines with your coupling lie where those of the FID lie", _coupling_right),
            Property("the error bar comes from the scatter of the residual", _deviation_right),
            Property("on a spectrometer of your frequency, your coupling makes the spacing of the table", _field_right),
            Property("the verdict explains the spacing", _verdict_right),
        ),
        right=solved_case,
        mistakes=(
            Mistake(
                "table_for_truth",
                lambda: _solved_but(coupling_hz=TABLE_SPACING_PPM * _at_its_own_field(), table_mhz=_at_its_own_field()),
            ),
            Mistake(
                "outer_for_neighbours",
                lambda: _solved_but(coupling_hz=2 * _coupling()[0], table_mhz=2 * _coupling()[0] / TABLE_SPACING_PPM),
            ),
            Mistake("outer_for_neighbours", lambda: _solved_but(coupling_hz=2 * _coupling()[0])),
            Mistake(
                "ratio_inverted",
                lambda: _solved_but(table_mhz=TABLE_SPACING_PPM * _at_its_own_field() ** 2 / _coupling()[0]),
            ),
            Mistake("coupling_in_ppm", lambda: _solved_but(coupling_hz=_coupling()[0] / _at_its_own_field())),
            Mistake("variance_for_deviation", lambda: _solved_but(coupling_sd_hz=_coupling()[1] ** 2)),
            Mistake("coupling_follows_field", lambda: _solved_but(verdict=VERDICTS[0])),
            Mistake("carrier_moves_spacing", lambda: _solved_but(verdict=VERDICTS[1])),
        ),
        relative_tolerance=4e-3,
        hints=(
            "minimise(lambda p: (triplet(p, x) - y).view(float), start): start = [x of the top, 7, 1, 1000, ...].",
            "fit.jac and fit.fun are what the error bars are made of. The coupling is the second parameter.",
            "A spacing in ppm times a frequency in MHz is a spacing in Hz. Which of the three is the same everywhere?",
        ),
        read="Lesson 4, The case",
    )
)


# 6. Concentrations.


def concentration(
    area: float,
    area_sd: float,
    nuclei: int,
    standard_area: float,
    standard_sd: float,
    standard_nuclei: int,
    standard_mm: float,
) -> tuple[float, float]:
    """Concentration from two areas, and its standard deviation."""
    value_mm = standard_mm * (area / nuclei) / (standard_area / standard_nuclei)
    return value_mm, value_mm * math.hypot(area_sd / area, standard_sd / standard_area)


def _with_error(error: Callable[[float, float], float]) -> Callable[..., Any]:
    """The right value with another rule for its error, from the two relative ones."""

    def answer(a: float, da: float, n: int, b: float, db: float, m: int, c: float) -> tuple[float, float]:
        value = concentration(a, da, n, b, db, m, c)[0]
        return value, value * error(da / a, db / b)

    return answer


def _times(factor: Callable[[int, int], float]) -> Callable[..., Any]:
    """Another count of nuclei."""

    def answer(a: float, da: float, n: int, b: float, db: float, m: int, c: float) -> tuple[float, float]:
        value, deviation = concentration(a, da, n, b, db, m, c)
        return value * factor(n, m), deviation * factor(n, m)

    return answer


register(
    Exercise(
        slug="m1.lineshapes.concentration",
        asks="a function concentration(area, area_sd, nuclei, standard_area, standard_sd, standard_nuclei, "
        "standard_mm) giving (value, standard deviation), both in mM",
        properties=(
            Property(
                "the standard, measured against itself, has the concentration it has",
                lambda answer: close(answer(7.0, 0.1, 9, 7.0, 0.1, 9, 5.0)[0], 5.0, relative=1e-6),
            ),
            Property(
                "other units of area change nothing",
                lambda answer: close(
                    answer(40.0, 1.0, 3, 20.0, 0.2, 9, 2.0), answer(4.0, 0.1, 3, 2.0, 0.02, 9, 2.0), relative=1e-6
                ),
            ),
            Property(
                "a molecule whose group has three nuclei needs three times the area of one that has one",
                lambda answer: close(
                    answer(9.0, 0.1, 3, 2.0, 0.02, 9, 2.0)[0], answer(3.0, 0.1, 1, 2.0, 0.02, 9, 2.0)[0]
                ),
            ),
            Property(
                "3 % and 4 % of error, which know nothing of each other, make 5 %",
                lambda answer: close(np.divide(*answer(3.0, 0.09, 3, 2.0, 0.08, 9, 2.0)[::-1]), 0.05, relative=1e-3),
            ),
        ),
        right=lambda: concentration,
        mistakes=(
            Mistake("nuclei_not_divided", lambda: _times(lambda n, m: n / m)),
            Mistake("nuclei_inverted", lambda: _times(lambda n, m: (n / m) ** 2)),
            Mistake("standard_nuclei_forgotten", lambda: _times(lambda n, m: 1 / m)),
            Mistake("errors_added", lambda: _with_error(lambda x, y: x + y)),
            Mistake("standard_without_error", lambda: _with_error(lambda x, y: x)),
            Mistake("variance_for_deviation", lambda: _with_error(lambda x, y: x**2 + y**2)),
        ),
        probes=((3.0, 0.09, 3, 2.0, 0.08, 9, 2.0), (5.0, 0.2, 2, 1.0, 0.01, 1, 0.7)),
        fresh=lambda stream: (
            stream.on_grid(0.5, 9.0, 0.1),
            stream.on_grid(0.01, 0.3, 0.01),
            stream.whole(1, 9),
            stream.on_grid(0.5, 9.0, 0.1),
            stream.on_grid(0.01, 0.3, 0.01),
            stream.whole(1, 9),
            stream.on_grid(0.2, 8.0, 0.1),
        ),
        hints=(
            "What does one nucleus of the standard contribute, at its concentration? And one of the substance?",
            "In products and quotients of independent numbers the squares of the relative errors add.",
        ),
        read="Lesson 4, How much",
    )
)


# 7. The bound of a frequency.


def frequency_bound_hz(fwhm_hz: float, amplitude: float, noise_sd: float, n_points: int, dwell_s: float) -> float:
    """Least standard deviation of the frequency, in Hz, from the sums over the decaying energy."""
    times_s = np.arange(n_points) * dwell_s
    energy = np.exp(-2 * math.pi * fwhm_hz * times_s)
    s0, s1, s2 = (float(np.sum(times_s**k * energy)) for k in range(3))
    return noise_sd / amplitude * math.sqrt(s0 / (s0 * s2 - s1**2)) / (2 * math.pi)


def _wrong_bound(*, rate: float = 2.0, phase_known: bool = False, factor: float = 1.0, power: int = 1) -> Any:
    def answer(fwhm_hz: float, amplitude: float, noise_sd: float, n_points: int, dwell_s: float) -> float:
        times_s = np.arange(n_points) * dwell_s
        energy = np.exp(-rate * math.pi * fwhm_hz * times_s)
        s0, s1, s2 = (float(np.sum(times_s**k * energy)) for k in range(3))
        inverse = 1 / s2 if phase_known else s0 / (s0 * s2 - s1**2)
        return (factor * noise_sd / amplitude * math.sqrt(inverse) / (2 * math.pi)) ** power

    return answer


def _bound_in_points(fwhm_hz: float, amplitude: float, noise_sd: float, n_points: int, dwell_s: float) -> float:
    """In turns per point instead of turns per second."""
    return frequency_bound_hz(fwhm_hz, amplitude, noise_sd, n_points, dwell_s) * dwell_s


def _width_over_full_snr(fwhm_hz: float, amplitude: float, noise_sd: float, n_points: int, dwell_s: float) -> float:
    """The last formula of the derivation where the record does not allow it."""
    return fwhm_hz / float(line_snr(fwhm_hz, amplitude, n_points=n_points, dwell_s=dwell_s, noise_sd=noise_sd)[0])


#: fwhm_hz, amplitude, noise_sd, n_points, dwell_s
_RECORDS = ((2.0, 1.0, 0.1, 512, 1e-3), (0.7, 3.0, 0.5, 2048, 5e-4), (8.0, 2.0, 0.2, 1024, 2e-3))


def _width_over_snr(answer: Any) -> bool | str:
    """A record of ten T2*, finely sampled."""
    record = {"n_points": 20_000, "dwell_s": 1e-4, "noise_sd": 0.3}
    snr = float(line_snr(2.0, 1.5, **record)[0])
    value = float(answer(2.0, 1.5, 0.3, 20_000, 1e-4))
    return close(value, 2.0 / snr, relative=0.01) or f"a line 2 Hz wide, at an SNR of {snr:.0f}: {value:.4g} Hz"


register(
    Exercise(
        slug="m1.lineshapes.bound",
        asks="a function frequency_bound_hz(fwhm_hz, amplitude, noise_sd, n_points, dwell_s)",
        properties=(
            Property(
                "twice the amplitude, or half the noise, is half the bound",
                lambda answer: close(
                    [answer(2.0, 2.0, 0.1, 512, 1e-3), answer(2.0, 1.0, 0.05, 512, 1e-3)],
                    [answer(2.0, 1.0, 0.1, 512, 1e-3) / 2] * 2,
                ),
            ),
            Property(
                "the same decay played twice as fast has twice the bound",
                lambda answer: close(answer(4.0, 1.0, 0.1, 512, 5e-4), 2 * answer(2.0, 1.0, 0.1, 512, 1e-3)),
            ),
            Property("the line has died away: the bound is its width over its SNR", _width_over_snr),
            Property(
                "a line that does not decay: a record four times as long has an eighth of the bound",
                lambda answer: close(
                    answer(1e-9, 1.0, 0.1, 4000, 1e-3), answer(1e-9, 1.0, 0.1, 1000, 1e-3) / 8, relative=2e-3
                ),
            ),
            Property(
                "the library finds the same",
                lambda answer: close(
                    [answer(*record) for record in _RECORDS],
                    [
                        cramer_rao_line(fwhm, amplitude, n_points=n, dwell_s=dwell, noise_sd=noise)[0, 0]
                        for fwhm, amplitude, noise, n, dwell in _RECORDS
                    ],
                ),
            ),
        ),
        right=lambda: frequency_bound_hz,
        mistakes=(
            Mistake("variance_for_deviation", lambda: _wrong_bound(power=2)),
            Mistake("angular_for_ordinary", lambda: _wrong_bound(factor=2 * math.pi)),
            Mistake("phase_taken_as_known", lambda: _wrong_bound(phase_known=True)),
            Mistake("amplitude_rate_for_energy", lambda: _wrong_bound(rate=1.0)),
            Mistake("noise_of_both_channels", lambda: _wrong_bound(factor=math.sqrt(2))),
            Mistake("times_in_points", lambda: _bound_in_points),
            Mistake("long_record_assumed", lambda: _width_over_full_snr),
            Mistake("long_record_assumed", lambda: lambda w, a, s, n, dt: w * s / a * math.sqrt(2 * math.pi * w * dt)),
        ),
        probes=_RECORDS,
        fresh=lambda stream: (
            stream.on_grid(0.5, 9.0, 0.1),
            stream.on_grid(0.5, 5.0, 0.1),
            stream.on_grid(0.02, 0.9, 0.02),
            stream.whole(100, 3000),
            stream.choice((2e-4, 5e-4, 1e-3, 2e-3)),
        ),
        hints=(
            "t = np.arange(n_points) * dwell_s; the three sums weigh 1, t and t squared with exp(-2 R t), R = pi FWHM.",
            "The bound is the root of the variance in the last line of the derivation.",
        ),
        read="Lesson 4, The bound",
    )
)


# 8. Bias and spread, apart.


def judge(estimates: NDArray[Any], truth: float, bound: float) -> dict[str, float]:
    """Bias, its error; spread over the bound, its error."""
    n = len(estimates)
    spread = float(np.std(estimates, ddof=1))
    return {
        "bias": float(np.mean(estimates)) - truth,
        "bias_sd": spread / math.sqrt(n),
        "ratio": spread / bound,
        "ratio_sd": spread / bound / math.sqrt(2 * (n - 1)),
    }


def _drawn(n: int = 4000, bias: float = 0.0, seed: int = 6) -> tuple[NDArray[Any], float, float]:
    """Estimates of 40 Hz whose spread is their bound, 0.2 Hz."""
    return 40.0 + bias + 0.2 * np.random.default_rng(seed).standard_normal(n), 40.0, 0.2


def _judged_but(**wrong: Callable[[dict[str, float], Any, float, float], float]) -> Callable[..., Any]:
    """The right dictionary with some entries by another rule."""

    def answer(estimates: Any, truth: float, bound: float) -> dict[str, float]:
        right = judge(estimates, truth, bound)
        return right | {name: rule(right, estimates, truth, bound) for name, rule in wrong.items()}

    return answer


def _rms_ratio(right: dict[str, float], estimates: Any, truth: float, bound: float) -> float:
    return float(np.sqrt(np.mean((np.asarray(estimates) - truth) ** 2)) / bound)


def _moves_only_bias(answer: Any) -> bool | str:
    still, moved = answer(*_drawn()), answer(*_drawn(bias=0.5))
    for shift_hz, shifted in ((0.5, moved), (-0.5, answer(*_drawn(bias=-0.5)))):
        change_hz = float(shifted["bias"]) - float(still["bias"])
        if not close(change_hz, shift_hz):
            return f"all estimates {shift_hz:+} Hz away, and the bias changes by {change_hz:+.3g} Hz"
    rest = ("bias_sd", "ratio", "ratio_sd")
    changed = [name for name in rest if not close(moved[name], still[name], relative=1e-6)]
    return not changed or f"all estimates 0.5 Hz higher, and {', '.join(changed)} changes"


def _within_scatter(answer: Any) -> bool | str:
    """Over 200 repetitions, errors over error bars scatter by 1; the tolerance is four standard deviations of that."""
    judged = [answer(*_drawn(200, seed=seed)) for seed in range(200)]
    for value, target, name in (("bias", 0.0, "bias_sd"), ("ratio", 1.0, "ratio_sd")):
        pulls = np.array([(float(one[value]) - target) / float(one[name]) for one in judged])
        scatter = float(np.sqrt(np.mean(pulls**2)))
        if not abs(scatter - 1) < 4 / math.sqrt(2 * 200):
            return f"repeat the experiment, and {value} scatters by {scatter:.3g} times your {name}"
    return True


register(
    Exercise(
        slug="m1.lineshapes.monte_carlo",
        asks='a function judge(estimates, truth, bound): a dictionary of "bias", "bias_sd", "ratio", "ratio_sd"',
        properties=(
            Property("a common shift is a bias and nothing else", _moves_only_bias),
            Property(
                "estimates as good as the bound have a ratio near one",
                lambda answer: abs(float(answer(*_drawn())["ratio"]) - 1) < 4 / math.sqrt(2 * 4000),
            ),
            Property("both error bars say how much their numbers scatter in repetitions", _within_scatter),
            Property(
                "in millihertz, bias and its error are a thousand times as large; the ratio is the same",
                lambda answer: close(
                    [answer(1e3 * _drawn()[0], 40e3, 200.0)[name] for name in ("bias", "bias_sd", "ratio", "ratio_sd")],
                    [
                        scale * answer(*_drawn())[name]
                        for name, scale in (("bias", 1e3), ("bias_sd", 1e3), ("ratio", 1), ("ratio_sd", 1))
                    ],
                ),
            ),
        ),
        right=lambda: judge,
        mistakes=(
            Mistake("bias_without_sign", lambda: _judged_but(bias=lambda r, e, t, b: abs(r["bias"]))),
            Mistake("bias_reversed", lambda: _judged_but(bias=lambda r, e, t, b: -r["bias"])),
            Mistake("rms_for_spread", lambda: _judged_but(ratio=_rms_ratio)),
            Mistake(
                "rms_for_spread",
                lambda: _judged_but(
                    ratio=_rms_ratio, ratio_sd=lambda r, e, t, b: _rms_ratio(r, e, t, b) / math.sqrt(2 * (len(e) - 1))
                ),
            ),
            Mistake("one_for_mean", lambda: _judged_but(bias_sd=lambda r, e, t, b: r["ratio"] * b)),
            Mistake("spread_shrinks", lambda: _judged_but(ratio=lambda r, e, t, b: r["bias_sd"] / b)),
            Mistake(
                "spread_shrinks",
                lambda: _judged_but(
                    ratio=lambda r, e, t, b: r["bias_sd"] / b,
                    ratio_sd=lambda r, e, t, b: r["bias_sd"] / b / math.sqrt(2 * (len(e) - 1)),
                ),
            ),
            Mistake("mean_error_for_spread", lambda: _judged_but(ratio_sd=lambda r, e, t, b: r["bias_sd"] / b)),
            Mistake("variance_for_deviation", lambda: _judged_but(ratio=lambda r, e, t, b: r["ratio"] ** 2)),
        ),
        probes=(_drawn(40, bias=0.5), _drawn(300, bias=-0.2)),
        fresh=lambda stream: _drawn(stream.whole(20, 400), stream.on_grid(-1.0, 1.0, 0.05), stream.below(1 << 32)),
        relative_tolerance=2e-3,
        hints=(
            "bias: the mean minus the truth. Spread: the standard deviation about the MEAN, not about the truth.",
            "The mean of n estimates scatters by spread / sqrt(n).",
            "The standard deviation itself scatters by a part of 1 / sqrt(2 (n - 1)) of its value.",
        ),
        read="Lesson 4, Met by Monte Carlo",
    )
)


# 9. A problem recast.

#: part of the project -> what may be chosen; the first entry is what was proposed
RECAST_OPTIONS = {
    "input": ("a picture of the magnitude spectrum", "the complex spectrum, in bins, and its noise"),
    "output": ("line positions in ppm", "shift in ppm, coupling and width in Hz, each with an error bar"),
    "labels": (
        "published tables",
        "published tables, checked by a second person",
        "what was drawn for simulated multiplets",
    ),
    "test": ("tables that were left out", "fresh simulations, then FIDs of one molecule in two fields"),
    "score": ("per cent of lines within 0.01 ppm", "bias and spread in bounds, and whether the residual is white"),
    "baseline": ("the network of last year", "least squares with error bars"),
}

_RECAST = {part: options[-1] for part, options in RECAST_OPTIONS.items()}

#: what is wrong with an option, for those that are
_OBJECTIONS = {
    "a picture of the magnitude spectrum": MISCONCEPTIONS["phase_thrown_away"],
    "line positions in ppm": MISCONCEPTIONS["coupling_follows_field"],
    "published tables": MISCONCEPTIONS["table_for_truth"],
    "published tables, checked by a second person": "the second person sees the table, and not the spectrometer",
    "tables that were left out": MISCONCEPTIONS["test_shares_errors"],
    "per cent of lines within 0.01 ppm": MISCONCEPTIONS["score_too_coarse"],
    "the network of last year": MISCONCEPTIONS["accuracy_without_baseline"],
}


def _chosen(part: str) -> Callable[..., bool | str]:
    return right_choice(part, RECAST_OPTIONS, _RECAST, _OBJECTIONS)


def _with(part: str, number: int = 0) -> dict[str, str]:
    return _RECAST | {part: RECAST_OPTIONS[part][number]}


register(
    Exercise(
        slug="m1.lineshapes.recast",
        asks="a dictionary with one of the OPTIONS for each part: input, output, labels, test, score, baseline",
        properties=(
            Property("nothing is thrown away before the network sees it", _chosen("input")),
            Property("the answer is what a chemist can use on any spectrometer", _chosen("output")),
            Property("the labels are true", _chosen("labels")),
            Property("the test does not share the errors of the labels", _chosen("test")),
            Property("the score would notice an error like that of this lesson's table", _chosen("score")),
            Property("it is compared with what this lesson does", _chosen("baseline")),
        ),
        right=lambda: dict(_RECAST),
        mistakes=(
            Mistake("problem_unchanged", lambda: {part: options[0] for part, options in RECAST_OPTIONS.items()}),
            Mistake("phase_thrown_away", lambda: _with("input")),
            Mistake("coupling_follows_field", lambda: _with("output")),
            Mistake("table_for_truth", lambda: _with("labels")),
            Mistake("table_for_truth", lambda: _with("labels", 1)),
            Mistake("test_shares_errors", lambda: _with("test")),
            Mistake("score_too_coarse", lambda: _with("score")),
            Mistake("accuracy_without_baseline", lambda: _with("baseline")),
        ),
        hints=(
            "Go through the criteria of lesson 1. Which of them does the table of this lesson fail?",
            "0.01 ppm at 500 MHz is 5 Hz. How large is the coupling?",
        ),
        read="Lesson 4, What problem am I solving?",
    )
)
