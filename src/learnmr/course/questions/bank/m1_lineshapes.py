"""Questions on lesson 4: widths, areas, noise, the bound."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ...exercises import Property, close
from ..contract import ChoiceQuestion, CodeQuestion, NumericQuestion, Parameters
from ..figures import draw_curves, draw_panels
from ..streams import HashStream

__all__ = ["QUESTIONS"]


class WidthOnAPlot(NumericQuestion):
    """The full width, read off a line."""

    slug = "m1.lineshapes.q_read_width"
    title = "Read the width of a line"
    goal = "read widths off a spectrum and relate them to T2*"
    unit = "Hz"
    difficulty = 1
    relative_tolerance = 0.12  # of reading the plot

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """A line somewhere in a band of 20 widths."""
        return {
            "fwhm_hz": stream.on_grid(2.0, 12.0, 0.5),
            "frequency_hz": stream.whole(-20, 20) * 5,
            "height": stream.whole(2, 9) * 10,
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return "The figure shows an absorption line. What is its full width at half maximum?"

    def solve(self, parameters: Parameters) -> float:
        """As drawn."""
        return float(parameters["fwhm_hz"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Half of it; angular."""
        width = parameters["fwhm_hz"]
        return {"hwhm_for_fwhm": width / 2, "angular_for_ordinary": 2 * np.pi * width, "missing_pi": np.pi * width}

    def figure(self, parameters: Parameters) -> Any:
        """A Lorentzian over eight widths."""
        centre, width, height = (parameters[name] for name in ("frequency_hz", "fwhm_hz", "height"))
        axis = centre + np.linspace(-4, 4, 801) * width
        line = height / (1 + (2 * (axis - centre) / width) ** 2)
        read = ", ".join(
            f"{height / (1 + 4 * n**2 / 4):.1f} at {centre + n * width / 2:.2f} Hz" for n in (-2, -1, 0, 1, 2)
        )
        return draw_curves(
            axis,
            {"absorption": line},
            x_label="frequency / Hz",
            y_label="height",
            description=f"One line: {read}.",
        )

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        centre, width, height = (parameters[name] for name in ("frequency_hz", "fwhm_hz", "height"))
        return (
            f"Half of the height {height} is {height / 2:.4g}, reached at {centre - width / 2:.4g} and "
            f"{centre + width / 2:.4g} Hz: {width} Hz apart."
        )


class ConcentrationFromAreas(NumericQuestion):
    """Amounts from areas, with the number of nuclei."""

    slug = "m1.lineshapes.q_concentration"
    title = "Concentration from integrals"
    goal = "turn lines into amounts of substance"
    unit = "mM"
    relative_tolerance = 0.02

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """A reference with nine or one protons, a group with two or three, widths that differ."""
        return {
            "reference_mm": stream.on_grid(1.0, 10.0, 0.5),
            "reference_nuclei": stream.choice((1, 9)),
            "reference_area": stream.on_grid(2.0, 20.0, 0.1),
            "reference_fwhm_hz": stream.on_grid(0.8, 1.2, 0.1),
            "nuclei": stream.choice((2, 3, 6)),
            "area": stream.on_grid(2.0, 20.0, 0.1),
            "fwhm_hz": stream.on_grid(1.5, 4.0, 0.1),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"A reference, {p['reference_mm']} mM, gives a line of {p['reference_nuclei']} equivalent nuclei with area "
            f"{p['reference_area']} and width {p['reference_fwhm_hz']} Hz. A line of a group of {p['nuclei']} nuclei "
            f"of another substance has area {p['area']} and width {p['fwhm_hz']} Hz. All nuclei are fully relaxed. "
            "What is the concentration of the substance?"
        )

    def solve(self, parameters: Parameters) -> float:
        """Area for each nucleus, against the reference."""
        p = parameters
        one = p["area"] / p["nuclei"]
        return float(p["reference_mm"] * one / (p["reference_area"] / p["reference_nuclei"]))

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Heights for areas; nuclei not counted."""
        p = parameters
        right = self.solve(p)
        return {
            "height_for_area": right * p["reference_fwhm_hz"] / p["fwhm_hz"],
            "nuclei_not_divided": right * p["nuclei"] / p["reference_nuclei"],
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        return (
            f"({p['area']}/{p['nuclei']}) / ({p['reference_area']}/{p['reference_nuclei']}) x {p['reference_mm']} mM = "
            f"{self.solve(p):.4g} mM. The widths do not matter: the area counts."
        )


class ScansForTheNoise(NumericQuestion):
    """How long one must average."""

    slug = "m1.lineshapes.q_scans"
    title = "How many scans?"
    goal = "plan a measurement from its noise"
    unit = "scans"
    relative_tolerance, absolute_tolerance = 0.0, 0.6

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Scans so far and a whole factor."""
        return {"scans": stream.choice((4, 8, 16, 32)), "snr": stream.whole(5, 15), "factor": stream.whole(3, 8)}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return (
            f"{parameters['scans']} scans give a signal-to-noise ratio of {parameters['snr']}. How many scans in all "
            f"give {parameters['snr'] * parameters['factor']}?"
        )

    def solve(self, parameters: Parameters) -> int:
        """The square of the factor."""
        return int(parameters["scans"] * parameters["factor"] ** 2)

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Linear averaging; only the scans that are still to come."""
        return {
            "averaging_linear": parameters["scans"] * parameters["factor"],
            "more_for_total": self.solve(parameters) - parameters["scans"],
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        factor = parameters["factor"]
        return (
            f"The ratio grows with the root of the scans: {factor}² x {parameters['scans']} = {self.solve(parameters)}."
        )


class ErrorBarsThatHold(NumericQuestion):
    """Coverage: how many error bars should miss."""

    slug = "m1.lineshapes.q_coverage"
    title = "How many error bars miss?"
    goal = "judge estimators and their error bars"
    difficulty = 3
    relative_tolerance = 0.06

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Many fits."""
        return {"n_fits": stream.whole(4, 40) * 100}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return (
            f"{parameters['n_fits']} simulated FIDs are fitted. Each fit gives a frequency and a standard deviation; "
            "both are honest, the errors are Gaussian. In how many fits, about, does the true frequency lie OUTSIDE "
            "the range of plus or minus one standard deviation?"
        )

    def solve(self, parameters: Parameters) -> float:
        """31.7 % of a normal distribution."""
        return 0.3173 * float(parameters["n_fits"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """None at all; those inside; two standard deviations."""
        n = parameters["n_fits"]
        return {"deviation_as_limit": 0.0, "inside_for_outside": 0.6827 * n, "two_deviations": 0.0455 * n}

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            f"68.3 % of a normal distribution lie within one standard deviation: 0.317 x {parameters['n_fits']} = "
            f"{self.solve(parameters):.0f} outside. Far fewer would mean error bars that are too long."
        )


class DecayFromMagnitude(NumericQuestion):
    """The width of a magnitude line is not 1 / (pi T2*)."""

    slug = "m1.lineshapes.q_read_magnitude"
    title = "The decay behind a magnitude line"
    goal = "read widths off a spectrum and relate them to T2*"
    unit = "ms"
    marks, minutes, difficulty = 3, 5, 3
    relative_tolerance = 0.12  # of reading the plot
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """A decay that has ended before the record does."""
        return {
            "t2_star_ms": stream.whole(6, 50) * 10,
            "frequency_hz": stream.whole(-20, 20) * 5,
            "height": stream.whole(2, 9) * 10,
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return (
            "The figure shows the magnitude of the complex spectrum of one Lorentzian line, which was recorded until "
            "it had decayed. What is T2*, in ms? (The magnitude line is the square root of the sum of the squares of "
            "absorption and dispersion.)"
        )

    def width_hz(self, parameters: Parameters) -> float:
        """Full width at half maximum of the magnitude."""
        return float(np.sqrt(3) * 1e3 / (np.pi * parameters["t2_star_ms"]))

    def solve(self, parameters: Parameters) -> float:
        """As drawn."""
        return float(parameters["t2_star_ms"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Taken for an absorption line; half width; no pi."""
        right = self.solve(parameters)
        return {"magnitude_width": right / np.sqrt(3), "hwhm_for_fwhm": 2 * right, "missing_pi": np.pi * right}

    def figure(self, parameters: Parameters) -> Any:
        """Over four widths of the magnitude line."""
        centre, height, width = parameters["frequency_hz"], parameters["height"], self.width_hz(parameters)

        def line(axis: Any) -> Any:
            return height / np.hypot(1.0, np.sqrt(3) * 2 * (axis - centre) / width)

        axis = centre + np.linspace(-2, 2, 801) * width
        read = ", ".join(
            f"{line(centre + part * width):.1f} at {centre + part * width:.2f} Hz"
            for part in (-1.5, -1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1, 1.5)
        )
        return draw_curves(
            axis,
            {"magnitude": line(axis)},
            x_label="frequency / Hz",
            y_label="magnitude",
            description=f"One line: {read}.",
        )

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        width = self.width_hz(parameters)
        return (
            f"Read: {width:.3g} Hz at half height. The magnitude is 1/√(1 + x²) with x = 2·(f - f0)/FWHM; it is one "
            f"half at x = √3, so the absorption line is √3 times narrower: {width / np.sqrt(3):.3g} Hz. "
            f"T2* = 1/(π·FWHM) = {parameters['t2_star_ms']} ms."
        )


class AmountsFromAPlot(NumericQuestion):
    """Two lines of different height and width."""

    slug = "m1.lineshapes.q_heights"
    title = "Two lines, two substances"
    goal = "turn lines into amounts of substance"
    marks, minutes = 3, 6
    relative_tolerance = 0.15  # of reading the plot
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Heights on tens, widths on half Hz, lines far apart."""
        return {
            "heights": [stream.whole(3, 10) * 10, stream.whole(3, 10) * 10],
            "widths_hz": [stream.on_grid(2.0, 4.0, 0.5), stream.on_grid(3.0, 8.0, 0.5)],
            "nuclei": stream.sample((1, 2, 3, 6, 9), 2),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        first, second = parameters["nuclei"]
        return (
            "The figure shows the absorption lines (Lorentzians) of two substances, A on the left and B on the right, "
            f"in one sample. The line of A is of {_equivalent(first)}, that of B of {_equivalent(second)}; all are "
            "fully relaxed. What is the concentration of B over that of A?"
        )

    def solve(self, parameters: Parameters) -> float:
        """Height times width, for each nucleus."""
        one, other = (
            height * width / nuclei
            for height, width, nuclei in zip(
                parameters["heights"], parameters["widths_hz"], parameters["nuclei"], strict=True
            )
        )
        return float(other / one)

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Heights only; nuclei not counted."""
        widths, nuclei = parameters["widths_hz"], parameters["nuclei"]
        right = self.solve(parameters)
        return {
            "height_for_area": right * widths[0] / widths[1],
            "nuclei_not_divided": right * nuclei[1] / nuclei[0],
        }

    def figure(self, parameters: Parameters) -> Any:
        """Each line in a panel of its own."""
        panels, read = {}, []
        for name, place, height, width in zip(
            "AB", (-60.0, 85.0), parameters["heights"], parameters["widths_hz"], strict=True
        ):
            axis = place + np.linspace(-10, 10, 401)
            panels[name] = axis, height / (1 + (2 * (axis - place) / width) ** 2)
            shown = axis[100:301:20]  # one value for each Hz
            values = height / (1 + (2 * (shown - place) / width) ** 2)
            read.append(f"{name}: " + ", ".join(f"{v:.1f} at {f:.0f} Hz" for f, v in zip(shown, values, strict=True)))
        return draw_panels(
            panels,
            x_label="frequency / Hz",
            y_label="height",
            description=f"Two lines. {'. '.join(read)}.",
        )

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        (h1, h2), (w1, w2), (n1, n2) = parameters["heights"], parameters["widths_hz"], parameters["nuclei"]
        return (
            f"The area of a Lorentzian is in proportion to height times width: A {h1} x {w1} Hz for {n1}, B {h2} x "
            f"{w2} Hz for {n2} nuclei. ({h2} x {w2} / {n2}) / ({h1} x {w1} / {n1}) = {self.solve(parameters):.3g}."
        )


class ScansForABound(NumericQuestion):
    """How many scans a precision of the frequency needs."""

    slug = "m1.lineshapes.q_bound_scans"
    title = "Scans for a precision"
    goal = "plan a measurement from its noise"
    unit = "scans"
    marks, minutes, difficulty = 3, 5, 2
    relative_tolerance, absolute_tolerance = 0.02, 0.3
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """A whole factor between one scan and the goal."""
        factor, snr = stream.whole(3, 9), stream.whole(4, 15) * 2
        wanted_mhz = stream.choice((5, 10, 20, 25, 40))
        return {"factor": factor, "snr": snr, "wanted_mhz": wanted_mhz, "fwhm_hz": factor * snr * wanted_mhz / 1000}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            "For a Lorentzian line that is recorded until it has decayed, the Cramér-Rao bound of its frequency is the "
            "standard deviation FWHM/SNR, with SNR = A·√S0/σ (S0 the sum of exp(-2t/T2*) over all samples, σ the "
            f"standard deviation of the noise in one channel). A line is {p['fwhm_hz']:g} Hz wide, and a single scan "
            f"has SNR {p['snr']}. How many scans must be averaged, in all, for a bound of "
            f"{p['wanted_mhz'] / 1000:g} Hz?"
        )

    def solve(self, parameters: Parameters) -> int:
        """The square of the factor."""
        return int(parameters["factor"] ** 2)

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Linear averaging; half width; a variance."""
        factor = parameters["factor"]
        return {
            "averaging_linear": factor,
            "hwhm_for_fwhm": factor**2 / 4,
            "variance_for_deviation": factor**4,
            "more_for_total": factor**2 - 1,
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        single = p["fwhm_hz"] / p["snr"]
        return (
            f"One scan: {p['fwhm_hz']:g}/{p['snr']} = {single:.4g} Hz, {p['factor']} times too much. The SNR grows "
            f"with the square root of the scans: {p['factor']}² = {self.solve(p)}."
        )


class BelowTheBound(ChoiceQuestion):
    """An estimator that scatters less than the bound."""

    slug = "m1.lineshapes.q_below_bound"
    title = "Better than the bound?"
    goal = "judge estimators and their error bars"
    difficulty = 3

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """A bias, and a spread below one bound."""
        return {
            "n": stream.whole(5, 40) * 100,
            "bias": stream.choice((-1, 1)) * stream.on_grid(1.2, 4.0, 0.1),
            "spread": stream.on_grid(0.3, 0.8, 0.1),
            "what": stream.choice(("frequency", "width", "amplitude")),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"A network estimates the {p['what']} of a line in {p['n']} simulated FIDs of the same line with fresh "
            f"noise. In units of the Cramér-Rao bound its mean error is {p['bias']} and its standard deviation "
            f"{p['spread']}. Which conclusion is right?"
        )

    def solve(self, parameters: Parameters) -> str:
        """Biased."""
        error = float(np.hypot(parameters["bias"], parameters["spread"]))
        return f"it is biased; its root mean square error is {error:.1f} bounds, worse than a good fit"

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """The spread alone; a bound for all; chance."""
        p = parameters
        return {
            "bias_ignored": f"it is better than any fit: its error is only {p['spread']} of the bound",
            "bound_for_every_estimator": "the bound was computed wrongly: no estimator at all can scatter less than it",
            "chance_for_bias": f"a spread below the bound is chance: {p['n']} FIDs are too few to tell, so take more",
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        return (
            f"The bound limits the spread of unbiased estimators. This one is biased by {abs(p['bias'])} bounds, while "
            f"chance would give a mean error of about {p['spread'] / np.sqrt(p['n']):.2f}. Bias and spread together: "
            f"√({abs(p['bias'])}² + {p['spread']}²) = {np.hypot(p['bias'], p['spread']):.1f} bounds."
        )


class WhatTheResidualSays(ChoiceQuestion):
    """Which parameter of a fit is wrong."""

    slug = "m1.lineshapes.q_residual"
    title = "What does the residual say?"
    goal = "read the fault of a fit off its residual"
    marks, minutes = 2, 4

    _SAYS: ClassVar[dict[str, str]] = {
        "residual_frequency": "the frequency of the fit is wrong",
        "residual_width": "the width of the fit is wrong",
        "residual_amplitude": "the amplitude of the fit is wrong, its width is right",
        "residual_noise": "nothing: only noise is left",
    }

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Which fault, in which direction, how large."""
        return {
            "fault": stream.choice(tuple(self._SAYS)),
            "sign": stream.choice((-1, 1)),
            "fwhm_hz": stream.on_grid(2.0, 6.0, 0.5),
            "frequency_hz": stream.whole(-20, 20) * 5,
            "noise_seed": stream.below(1 << 31),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"A Lorentzian absorption line of height 100, {p['fwhm_hz']} Hz wide (FWHM) at {p['frequency_hz']} Hz, was "
            "fitted. The figure shows what is left: the measured spectrum minus the fit. The standard deviation of the "
            "noise is 1. What is wrong with the fit?"
        )

    def solve(self, parameters: Parameters) -> str:
        """The fault that was drawn."""
        return self._SAYS[parameters["fault"]]

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """The other faults."""
        return {name: says for name, says in self._SAYS.items() if name != parameters["fault"]}

    def residual(self, parameters: Parameters) -> tuple[Any, Any]:
        """Axis and what is left."""
        centre, width, sign = parameters["frequency_hz"], parameters["fwhm_hz"], parameters["sign"]

        def line(f0: float, fwhm: float, height: float) -> Any:
            return height / (1 + (2 * (axis - f0) / fwhm) ** 2)

        axis = centre + np.linspace(-4, 4, 161) * width
        fits = {
            "residual_frequency": line(centre + 0.12 * sign * width, width, 100.0),
            "residual_width": line(centre, width * (1.25 if sign > 0 else 0.8), 100.0),
            "residual_amplitude": line(centre, width, 100.0 + 12.0 * sign),
            "residual_noise": line(centre, width, 100.0),
        }
        noise = np.random.default_rng(parameters["noise_seed"]).normal(size=axis.size)
        return axis, line(centre, width, 100.0) - fits[parameters["fault"]] + noise

    def figure(self, parameters: Parameters) -> Any:
        """The residual."""
        axis, left = self.residual(parameters)
        means = [(axis[i : i + 5].mean(), left[i : i + 5].mean()) for i in range(53, 108, 5)]
        read = ", ".join(f"{value:.1f} at {place:.2f} Hz" for place, value in means)
        return draw_curves(
            axis,
            {"measured minus fit": left},
            x_label="frequency / Hz",
            y_label="measured minus fit",
            description=f"Means over five points each: {read}. Farther away it goes to zero, but for the noise.",
        )

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            "A small error of a parameter leaves the derivative of the line by it: by frequency one side up and one "
            "down, by width two equal flanks with little at the centre, by amplitude the line itself. Here: "
            f"{self.solve(parameters)}."
        )


class CodeFullWidth(CodeQuestion):
    """A width from sampled values."""

    slug = "m1.lineshapes.q_code_width"
    title = "Full width of a sampled line"
    goal = "measure a width in code"
    marks, minutes = 4, 10
    function = "full_width_hz"
    relative_tolerance = 0.01
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """The line named as an example."""
        return {"fwhm_hz": stream.on_grid(2.0, 9.0, 0.1), "centre_hz": stream.whole(-40, 40)}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            "Write full_width_hz(frequency_hz, values): two arrays, frequencies in Hz at equal rising steps and the "
            "values of one positive line on a baseline of zero, without noise. The line has a single maximum, falls "
            "on both sides to less than half of it, and need not be symmetric. Return its full width at half maximum "
            "in Hz; take the largest value as the maximum, and interpolate linearly between the two points where half "
            f"of it is passed. For a Lorentzian of {p['fwhm_hz']} Hz at {p['centre_hz']} Hz it returns about "
            f"{p['fwhm_hz']}. NumPy may be used."
        )

    def stub(self, parameters: Parameters) -> str:
        """The head."""
        return 'def full_width_hz(frequency_hz, values):\n    """Full width at half maximum of one line, in Hz."""\n'

    def solve(self, parameters: Parameters) -> Any:
        """Both crossings, interpolated."""
        return _full_width_hz

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Half width; a number of points; angular; where the line has fallen to 1/e."""

        def in_points(frequency_hz: Any, values: Any) -> float:
            return _full_width_hz(frequency_hz, values) / (frequency_hz[1] - frequency_hz[0])

        return {
            "hwhm_for_fwhm": lambda frequency_hz, values: _full_width_hz(frequency_hz, values) / 2,
            "step_forgotten": in_points,
            "angular_for_ordinary": lambda frequency_hz, values: 2 * np.pi * _full_width_hz(frequency_hz, values),
            "level_of_one_over_e": lambda frequency_hz, values: _full_width_hz(frequency_hz, values, level=np.exp(-1)),
        }

    def properties(self, parameters: Parameters) -> tuple[Property, ...]:
        """Laws of a width, then two line shapes whose width is known."""
        width, centre = parameters["fwhm_hz"], parameters["centre_hz"]
        axis = centre + np.arange(-200.3, 200) * width / 40
        line = 7.0 / (1 + (2 * (axis - centre) / width) ** 2)
        bell = 3.0 * np.exp(-4 * np.log(2) * ((axis - centre) / width) ** 2)

        def same(f: Any, *other: Any) -> bool:
            value = f(axis, line)
            told_apart = value > 0 and not close(f(2 * axis, line), value, relative=0.1)
            return told_apart and close(f(*other), value, relative=1e-6)

        return (
            Property("a line twice as high is as wide", lambda f: same(f, axis, 2 * line)),
            Property("a line elsewhere is as wide", lambda f: same(f, axis + 1000.0, line)),
            Property(
                "a stretched line is wider by the same factor",
                lambda f: f(axis, line) > 0 and close(f(3 * axis, line), 3 * f(axis, line), relative=1e-6),
            ),
            Property("the width of a Lorentzian", lambda f: close(f(axis, line), width, relative=0.02)),
            Property("the width of a Gaussian", lambda f: close(f(axis, bell), width, relative=0.02)),
        )

    def fresh(self, parameters: Parameters, stream: HashStream) -> tuple[Any, ...]:
        """A line whose two flanks differ, with few points."""
        left, right = stream.whole(20, 90) / 10, stream.whole(20, 90) / 10
        step, centre = stream.whole(25, 45) / 100, stream.whole(-500, 500) / 10
        axis = centre + step * (np.arange(-150, 151) + stream.whole(-4, 4) / 10)
        width = np.where(axis < centre, left, right)
        return axis, stream.whole(5, 50) / 10 / (1 + (2 * (axis - centre) / width) ** 2)

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            "Find the index of the maximum; walk left to the first value below half of it and interpolate between that "
            "point and its right neighbour; the same to the right; subtract. Twice one half width would be wrong for "
            "an asymmetric line, and counting points is coarse."
        )


def _full_width_hz(frequency_hz: Any, values: Any, *, level: float = 0.5) -> float:
    """The reference: distance of the two places where a level is passed."""
    axis, line = np.asarray(frequency_hz, float), np.asarray(values, float)
    top = int(np.argmax(line))
    half = level * line[top]
    left = top - int(np.argmax(line[top::-1] < half))  # the first point below, on either side
    right = top + int(np.argmax(line[top:] < half))
    step = axis[1] - axis[0]
    first = axis[left] + step * (half - line[left]) / (line[left + 1] - line[left])
    last = axis[right] - step * (half - line[right]) / (line[right - 1] - line[right])
    return float(last - first)


def _equivalent(nuclei: int) -> str:
    return "one nucleus" if nuclei == 1 else f"{nuclei} equivalent nuclei"


QUESTIONS = (
    WidthOnAPlot(),
    ConcentrationFromAreas(),
    ScansForTheNoise(),
    ErrorBarsThatHold(),
    BelowTheBound(),
    WhatTheResidualSays(),
    DecayFromMagnitude(),
    AmountsFromAPlot(),
    ScansForABound(),
    CodeFullWidth(),
)
