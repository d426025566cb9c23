"""Questions on lesson 4: widths, areas, noise, the bound."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..contract import NumericQuestion, Parameters
from ..figures import draw_curves
from ..streams import HashStream

__all__ = ["QUESTIONS"]


class WidthOnAPlot(NumericQuestion):
    """The full width, read off a line."""

    slug = "m1.lineshapes.q_read_width"
    title = "Read the width of a line"
    goal = "read the full width at half maximum off a spectrum"
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
    goal = "turn integrals into concentrations"
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
    goal = "use the law of averaging to plan an experiment"
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
    goal = "judge error bars by their coverage"
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


QUESTIONS = (WidthOnAPlot(), ConcentrationFromAreas(), ScansForTheNoise(), ErrorBarsThatHold())
