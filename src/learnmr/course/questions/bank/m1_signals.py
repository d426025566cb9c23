"""Questions on lesson 1: sampling, frequency axes, processing."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..contract import NumericQuestion, OrderQuestion, Parameters
from ..figures import draw_curves
from ..streams import HashStream

__all__ = ["QUESTIONS"]


class AliasedLine(NumericQuestion):
    """Where a line beyond the band is seen."""

    slug = "m1.signals.q_alias"
    title = "A line beyond the band"
    goal = "predict where aliasing moves a line in quadrature detection"
    unit = "Hz"
    relative_tolerance, absolute_tolerance = 0.0, 1.0

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Bandwidth in steps of 200 Hz, the line up to two bands away."""
        bandwidth_hz = stream.whole(10, 40) * 200
        side = stream.choice((-1, 1))
        return {
            "bandwidth_hz": bandwidth_hz,
            "line_hz": side * stream.whole(bandwidth_hz // 20, bandwidth_hz // 7) * 10,
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return (
            f"A spectrometer samples in quadrature, {parameters['bandwidth_hz']} complex samples a second, without an "
            f"analogue filter. A line lies {parameters['line_hz']} Hz from the carrier. At which frequency, measured "
            "from the carrier, does it stand in the spectrum?"
        )

    def solve(self, parameters: Parameters) -> float:
        """Whole bandwidths are taken away until it lies inside."""
        bandwidth, line = parameters["bandwidth_hz"], parameters["line_hz"]
        return float((line + bandwidth / 2) % bandwidth - bandwidth / 2)

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Not folded; reflected instead of wrapped; the band taken twice as wide."""
        bandwidth, line = parameters["bandwidth_hz"], parameters["line_hz"]
        return {
            "unfolded": float(line),
            "folded_to_wrong_side": -self.solve(parameters),
            "bandwidth_halved": (line + bandwidth / 4) % (bandwidth / 2) - bandwidth / 4,
        }

    def confusions(self, parameters: Parameters) -> list[str]:
        """At the very end of the band the sign has no meaning."""
        at_the_end = abs(2 * self.solve(parameters)) > 0.99 * parameters["bandwidth_hz"]
        return [*super().confusions(parameters), *(["the line stands at the end of the band"] if at_the_end else [])]

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        bandwidth = parameters["bandwidth_hz"]
        n = round((parameters["line_hz"] - self.solve(parameters)) / bandwidth)
        return (
            f"The band reaches from {-bandwidth // 2} to {bandwidth // 2} Hz. Frequencies that differ by a whole "
            f"number of bandwidths give the same samples: {parameters['line_hz']} - ({n}) x {bandwidth} = "
            f"{self.solve(parameters):.0f} Hz."
        )


class ShiftToFrequency(NumericQuestion):
    """From ppm to Hz from the carrier."""

    slug = "m1.signals.q_ppm"
    title = "From ppm to Hz"
    goal = "convert between chemical shift and frequency"
    unit = "Hz"
    difficulty = 1
    absolute_tolerance = 0.5

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Proton spectrometers; shift and carrier to 0.01 ppm."""
        return {
            "spectrometer_mhz": stream.choice((60, 80, 200, 300, 400, 500, 600)),
            "carrier_ppm": stream.on_grid(4.5, 5.0, 0.05),
            "shift_ppm": stream.choice((stream.on_grid(0.9, 3.9, 0.01), stream.on_grid(6.0, 9.5, 0.01))),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return (
            f"A proton spectrometer works at {parameters['spectrometer_mhz']} MHz; its carrier stands at "
            f"{parameters['carrier_ppm']} ppm. How far from the carrier, in Hz and with its sign, lies a line at "
            f"{parameters['shift_ppm']} ppm? (Positive means toward higher ppm.)"
        )

    def solve(self, parameters: Parameters) -> float:
        """Difference of the shifts times the spectrometer frequency in MHz."""
        return float((parameters["shift_ppm"] - parameters["carrier_ppm"]) * parameters["spectrometer_mhz"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Carrier at 0 ppm; other sign; no field; tesla for MHz."""
        right = self.solve(parameters)
        return {
            "carrier_forgotten": parameters["shift_ppm"] * parameters["spectrometer_mhz"],
            "sign_of_shift": -right,
            "ppm_times_tesla": right / 42.577,
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            f"({parameters['shift_ppm']} - {parameters['carrier_ppm']}) ppm x {parameters['spectrometer_mhz']} MHz = "
            f"{self.solve(parameters):.4g} Hz: one ppm of a MHz is a Hz."
        )


class WidthOfABin(NumericQuestion):
    """Distance of two bins, and what zero filling does to the resolution."""

    slug = "m1.signals.q_bin"
    title = "How far apart are two lines that can be told apart?"
    goal = "relate acquisition time and resolution"
    unit = "Hz"

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Powers of two; dwell time in whole microseconds of a round bandwidth."""
        n_points = 2 ** stream.whole(9, 13)
        return {
            "n_points": n_points,
            "dwell_us": stream.choice((100, 125, 200, 250, 400, 500)),
            "n_filled": n_points * stream.choice((2, 4, 8)),
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return (
            f"An FID has {parameters['n_points']} complex samples, one every {parameters['dwell_us']} µs. It is zero "
            f"filled to {parameters['n_filled']} points and transformed. Two narrow lines can be told apart when they "
            "are about one bin of the transform WITHOUT zero filling apart. How many Hz is that?"
        )

    def solve(self, parameters: Parameters) -> float:
        """1 / acquisition time."""
        return 1e6 / (parameters["n_points"] * parameters["dwell_us"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Zero filling counted; dwell time for acquisition time; angular frequency."""
        return {
            "zero_filling_resolves": 1e6 / (parameters["n_filled"] * parameters["dwell_us"]),
            "dwell_for_acquisition": 1e6 / parameters["dwell_us"],
            "angular_for_ordinary": 2 * np.pi * self.solve(parameters),
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        seconds = parameters["n_points"] * parameters["dwell_us"] * 1e-6
        return (
            f"The acquisition lasts {parameters['n_points']} x {parameters['dwell_us']} µs = {seconds:.4g} s, "
            f"one bin is 1/{seconds:.4g} s = {self.solve(parameters):.4g} Hz. Zero filling only interpolates."
        )


class WidthFromEnvelope(NumericQuestion):
    """A plot of a decay is read, and becomes a line width."""

    slug = "m1.signals.q_envelope"
    title = "From the decay to the width of the line"
    goal = "read T2* off a decay and predict the line width"
    unit = "Hz"
    minutes = 4
    relative_tolerance = 0.12  # of reading the plot

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """T2* on a grid of 10 ms, amplitude a whole number."""
        return {"t2_star_ms": stream.whole(5, 40) * 10, "amplitude": stream.whole(2, 9)}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return (
            "The figure shows the magnitude of an FID with one Lorentzian line. Read the time at which it has fallen "
            "to 1/e (0.37) of its start. How wide is the absorption line, full width at half maximum?"
        )

    def solve(self, parameters: Parameters) -> float:
        """1 / (pi T2*)."""
        return 1e3 / (np.pi * parameters["t2_star_ms"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Half width; no pi; T2* that grows with the width is a matter of ranking, not of numbers."""
        right = self.solve(parameters)
        return {
            "hwhm_for_fwhm": right / 2,
            "missing_pi": right * np.pi,
            "magnitude_width": right * np.sqrt(3),
            "angular_for_ordinary": right * 2 * np.pi,
        }

    def figure(self, parameters: Parameters) -> Any:
        """The decay over four T2*."""
        t2_star_ms, amplitude = parameters["t2_star_ms"], parameters["amplitude"]
        times_ms = np.linspace(0.0, 4.0 * t2_star_ms, 200)
        decay = amplitude * np.exp(-times_ms / t2_star_ms)
        read = ", ".join(f"{amplitude * np.exp(-n / 2):.2f} at {n * t2_star_ms / 2:.0f} ms" for n in range(5))
        return draw_curves(
            times_ms,
            {"magnitude": decay},
            x_label="time / ms",
            y_label="magnitude",
            description=f"A decay: magnitude {read}.",
        )

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        t2_star_ms = parameters["t2_star_ms"]
        return f"T2* = {t2_star_ms} ms; width = 1/(pi x {t2_star_ms / 1e3} s) = {self.solve(parameters):.3g} Hz."


class StepsOfProcessing(OrderQuestion):
    """From the FID to the integrals."""

    slug = "m1.signals.q_steps"
    title = "From the FID to amounts"
    goal = "put the steps of processing in their order, with reasons"
    difficulty = 1

    _STEPS = (
        "take away the constant offset of the receiver",
        "multiply the FID by a decaying window",
        "append zeros",
        "Fourier transform",
        "turn the phase until the real part shows absorption",
        "correct the baseline",
        "integrate the lines",
    )

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Five of the seven steps, the transform and the integral always."""
        always = (3, 6)
        others = stream.sample([index for index in range(len(self._STEPS)) if index not in always], 3)
        return {"steps": sorted([*always, *others])}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return "Put these steps of processing in their usual order, from the FID to amounts of substance."

    def solve(self, parameters: Parameters) -> tuple[str, ...]:
        """As listed."""
        return tuple(self._STEPS[index] for index in parameters["steps"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """The integral before what it needs."""
        steps = self.solve(parameters)
        return {"integral_too_early": (*steps[:-2], steps[-1], steps[-2])}

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            "Offset, window and zeros belong to the FID, before the transform; phase and baseline to the spectrum, "
            "after it; an integral means something only when both are right: " + "; ".join(self.solve(parameters)) + "."
        )


QUESTIONS = (AliasedLine(), ShiftToFrequency(), WidthOfABin(), WidthFromEnvelope(), StepsOfProcessing())
