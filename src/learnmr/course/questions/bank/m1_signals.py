"""Questions on lesson 1: sampling, frequency axes, processing."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...exercises import Property, close
from ..contract import CodeQuestion, NumericQuestion, OrderQuestion, Parameters
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
    goal = "read widths and distances of lines off an FID"
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
    goal = "put the steps from spins to amounts in their order, with reasons"
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


class TwoBandwidths(NumericQuestion):
    """The same line in two spectra of different bandwidth gives its true place away."""

    slug = "m1.signals.q_alias_two"
    title = "One line, two bandwidths"
    goal = "predict where aliasing moves a line in quadrature detection"
    unit = "Hz"
    marks, minutes, difficulty = 3, 6, 3
    relative_tolerance, absolute_tolerance = 0.0, 30.0  # of reading the plot
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Everything on a grid of 50 Hz, the line outside of both bands."""
        first, second = sorted(stream.sample((800, 1000, 1200, 1400, 1600), 2))
        return {
            "first_hz": second,
            "second_hz": first,
            "limit_hz": 2000,
            "line_hz": stream.choice((-1, 1)) * stream.whole(17, 38) * 50,
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            "The figure shows two spectra of the same sample, recorded in quadrature without an analogue filter: one "
            f"with {p['first_hz']}, one with {p['second_hz']} complex samples a second. The sample has one line, "
            f"somewhere between -{p['limit_hz']} and {p['limit_hz']} Hz from the carrier. What is its true frequency, "
            "measured from the carrier?"
        )

    def seen(self, parameters: Parameters) -> tuple[float, float]:
        """Where the line stands in either spectrum."""
        first, second = (
            (parameters["line_hz"] + band / 2) % band - band / 2
            for band in (parameters["first_hz"], parameters["second_hz"])
        )
        return first, second

    def solve(self, parameters: Parameters) -> float:
        """As drawn."""
        return float(parameters["line_hz"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """The place in the wider spectrum taken as true; the other sign."""
        return {"unfolded": self.seen(parameters)[0], "folded_to_wrong_side": -self.solve(parameters)}

    def confusions(self, parameters: Parameters) -> list[str]:
        """One frequency only may explain both spectra, and no line may stand at an end of its band."""
        places, bands = self.seen(parameters), (parameters["first_hz"], parameters["second_hz"])
        candidates = np.arange(-parameters["limit_hz"], parameters["limit_hz"] + 1, 10)
        for place, band in zip(places, bands, strict=True):
            candidates = candidates[np.abs((candidates - place + band / 2) % band - band / 2) <= 60]
        reasons = super().confusions(parameters)
        if np.ptp(candidates) > 120:
            reasons.append("two frequencies explain both spectra")
        if any(abs(place) > 0.45 * band for place, band in zip(places, bands, strict=True)):
            reasons.append("a line stands at the end of its band")
        return reasons

    def figure(self, parameters: Parameters) -> Any:
        """Two magnitude spectra, each over its own band."""
        curves = {}
        for band, place in zip((parameters["first_hz"], parameters["second_hz"]), self.seen(parameters), strict=True):
            axis = np.linspace(-parameters["first_hz"] / 2, parameters["first_hz"] / 2, 1601)
            line = 1.0 / np.hypot(1.0, (axis - place) / 6.0)
            curves[f"{band} samples a second"] = np.where(np.abs(axis) <= band / 2, line, np.nan)
        first, second = self.seen(parameters)
        return draw_curves(
            axis,
            curves,
            x_label="frequency / Hz",
            y_label="magnitude",
            description=f"Two spectra with one line each. With {parameters['first_hz']} samples a second it stands at "
            f"{first:.0f} Hz, with {parameters['second_hz']} samples a second at {second:.0f} Hz.",
        )

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        first, second = self.seen(parameters)
        return (
            f"Read: {first:.0f} Hz and {second:.0f} Hz. The true frequency is {first:.0f} Hz plus a whole number of "
            f"{parameters['first_hz']} Hz, and {second:.0f} Hz plus a whole number of {parameters['second_hz']} Hz. "
            f"Within the limits only {parameters['line_hz']} Hz is both."
        )


class PointsToRecord(NumericQuestion):
    """Bandwidth and resolution together give the number of samples."""

    slug = "m1.signals.q_points"
    title = "How many samples?"
    goal = "relate acquisition time and resolution"
    marks, minutes = 3, 4
    relative_tolerance = 0.01
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Lines on both sides of the carrier, further away on one of them."""
        near, far = stream.whole(5, 14) * 100, stream.whole(16, 40) * 100
        low, high = stream.choice(((near, far), (far, near)))
        return {"low_hz": -low, "high_hz": high, "apart_hz": stream.choice((0.5, 0.8, 1.0, 1.25, 2.0, 2.5))}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"The lines of a sample lie between {p['low_hz']} and {p['high_hz']} Hz from the carrier, which cannot be "
            f"moved. Two of them are {p['apart_hz']} Hz apart and shall be told apart: the acquisition must last at "
            "least as long as the inverse of that distance. The detection is in quadrature, and no line may be "
            "aliased. How many complex samples are needed at least?"
        )

    def _furthest(self, parameters: Parameters) -> float:
        return float(max(-parameters["low_hz"], parameters["high_hz"]))

    def solve(self, parameters: Parameters) -> float:
        """Twice the furthest line, times the acquisition time."""
        return 2 * self._furthest(parameters) / float(parameters["apart_hz"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """The band not centred; only one half; twice as wide as needed."""
        apart = parameters["apart_hz"]
        return {
            "bandwidth_from_width": (parameters["high_hz"] - parameters["low_hz"]) / apart,
            "bandwidth_from_zero": self._furthest(parameters) / apart,
            "bandwidth_doubled": 4 * self._furthest(parameters) / apart,
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        furthest, apart = self._furthest(parameters), parameters["apart_hz"]
        return (
            f"The band is centred on the carrier and must reach {furthest:.0f} Hz: {2 * furthest:.0f} complex samples "
            f"a second. The acquisition lasts 1/({apart} Hz) = {1 / apart:.4g} s: {self.solve(parameters):.0f} samples."
        )


class BeatOfTwoLines(NumericQuestion):
    """Two lines beat; from the zeros of the magnitude follows their distance."""

    slug = "m1.signals.q_beat"
    title = "Two lines that beat"
    goal = "read widths and distances of lines off an FID"
    unit = "Hz"
    minutes = 4
    relative_tolerance = 0.1  # of reading the plot
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """A distance in whole Hz, a decay over two to four beats."""
        return {"apart_hz": stream.whole(5, 60), "beats": stream.on_grid(2.0, 4.0, 0.5)}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return (
            "The figure shows the magnitude of an FID with two lines of equal amplitude and width. How far apart, in "
            "Hz, are the two lines?"
        )

    def solve(self, parameters: Parameters) -> float:
        """As drawn."""
        return float(parameters["apart_hz"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """The first zero taken for a period; two arches for one; angular."""
        apart = self.solve(parameters)
        return {
            "first_zero_as_period": 2 * apart,
            "beat_of_two_arches": apart / 2,
            "angular_for_ordinary": 2 * np.pi * apart,
        }

    def figure(self, parameters: Parameters) -> Any:
        """Three and a quarter beats."""
        apart, decay_s = parameters["apart_hz"], parameters["beats"] / parameters["apart_hz"]

        def magnitude(times_s: Any) -> Any:
            return 2 * np.abs(np.cos(np.pi * apart * times_s)) * np.exp(-times_s / decay_s)

        times_s = np.linspace(0.0, 3.25 / apart, 1301)
        read_s = np.arange(0, 26) / (8 * apart)
        read = ", ".join(f"{magnitude(t):.2f} at {1e3 * t:.1f} ms" for t in read_s)
        return draw_curves(
            1e3 * times_s,
            {"magnitude": magnitude(times_s)},
            x_label="time / ms",
            y_label="magnitude",
            description=f"A decay with zeros between its arches: {read}.",
        )

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        apart = parameters["apart_hz"]
        return (
            f"The lines are in phase at the start and against each other at the zeros, {500 / apart:.4g} ms, "
            f"{1500 / apart:.4g} ms and so on. From zero to zero one line gains a whole turn on the other: "
            f"1/({1 / apart:.4g} s) = {apart} Hz."
        )


class FrequencyToShift(NumericQuestion):
    """From Hz from the carrier to ppm."""

    slug = "m1.signals.q_shift"
    title = "From Hz to ppm"
    goal = "convert between chemical shift and frequency"
    unit = "ppm"
    difficulty = 1
    relative_tolerance, absolute_tolerance = 0.0, 0.02
    digits = 5
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Carbon or phosphorus, at the frequency of that nucleus."""
        nucleus, mhz = stream.choice((("¹³C", 75.5), ("¹³C", 100.6), ("¹³C", 125.8), ("³¹P", 121.5), ("³¹P", 162.0)))
        carrier = stream.whole(90, 110) if nucleus == "¹³C" else stream.whole(-10, 10)
        return {
            "nucleus": nucleus,
            "spectrometer_mhz": mhz,
            "carrier_ppm": carrier,
            "frequency_hz": stream.choice((-1, 1)) * stream.whole(20, 150) * 10,
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"In a {p['nucleus']} spectrum, recorded at {p['spectrometer_mhz']} MHz with the carrier at "
            f"{p['carrier_ppm']} ppm, a line stands {p['frequency_hz']} Hz from the carrier (positive means toward "
            "higher ppm). What is its chemical shift?"
        )

    def solve(self, parameters: Parameters) -> float:
        """Carrier and frequency over the spectrometer frequency in MHz."""
        return float(parameters["carrier_ppm"] + parameters["frequency_hz"] / parameters["spectrometer_mhz"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Carrier at 0 ppm; the other sign; the proton frequency of the same magnet."""
        move = parameters["frequency_hz"] / parameters["spectrometer_mhz"]
        proton = 3.977 if parameters["nucleus"] == "¹³C" else 2.470  # ratio of the Larmor frequencies
        return {
            "carrier_forgotten": move,
            "sign_of_shift": parameters["carrier_ppm"] - move,
            "other_nucleus": parameters["carrier_ppm"] + move / proton,
        }

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        return (
            f"{p['carrier_ppm']} ppm + ({p['frequency_hz']} Hz) / {p['spectrometer_mhz']} MHz = {self.solve(p):.2f} "
            "ppm; "
            "the frequency in MHz is that of the nucleus which is seen."
        )


class StepsOfReceiving(OrderQuestion):
    """From the pulse to the spectrum."""

    slug = "m1.signals.q_receiver"
    title = "From the spins to the spectrum"
    goal = "put the steps from spins to amounts in their order, with reasons"
    difficulty = 1
    uses = ("exam",)

    _STEPS = (
        "a pulse tips the magnetisation",
        "the precessing magnetisation induces a voltage in the coil",
        "the voltage is multiplied by cosine and sine of the carrier",
        "a low-pass filter takes away the sum frequency",
        "a converter samples both channels",
        "the samples are Fourier transformed",
    )

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Five of the six; mixer, filter and converter always."""
        return {"steps": sorted([2, 3, 4, *stream.sample((0, 1, 5), 2)])}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        return "A signal on its way to the spectrum: put these steps in the order in which they happen."

    def solve(self, parameters: Parameters) -> tuple[str, ...]:
        """As listed."""
        return tuple(self._STEPS[index] for index in parameters["steps"])

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Sampled before it is filtered; filtered before it is mixed."""
        steps = list(self.solve(parameters))
        mixer = steps.index(self._STEPS[2])
        early, late = steps.copy(), steps.copy()
        early[mixer], early[mixer + 1] = steps[mixer + 1], steps[mixer]
        late[mixer + 1], late[mixer + 2] = steps[mixer + 2], steps[mixer + 1]
        return {"filter_before_mixer": tuple(early), "filter_after_sampling": tuple(late)}

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            "The mixer makes a difference and a sum frequency, so the filter stands after it; what is faster than half "
            "the sampling rate must be gone before the converter: " + "; ".join(self.solve(parameters)) + "."
        )


class PhaseOfADelay(NumericQuestion):
    """A late start turns the phase of a line in proportion to its frequency."""

    slug = "m1.signals.q_delay"
    title = "A sample that comes late"
    goal = "relate a delay of the signal to the phase of its lines"
    unit = "degrees"
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """Delays of a receiver that opens late."""
        return {
            "frequency_hz": stream.choice((-1, 1)) * stream.whole(10, 60) * 50,
            "delay_us": stream.whole(4, 24) * 5,
        }

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            f"A receiver opens late: the first sample is taken {p['delay_us']} µs after the start of the decay. All "
            "lines have phase zero at the start, and a line at positive frequency turns toward positive phase. Which "
            f"phase, in degrees and with its sign, has a line at {p['frequency_hz']} Hz from the carrier in the first "
            "sample?"
        )

    def _turns(self, parameters: Parameters) -> float:
        return float(parameters["frequency_hz"]) * float(parameters["delay_us"]) * 1e-6

    def solve(self, parameters: Parameters) -> float:
        """A whole turn is 360 degrees."""
        return 360.0 * self._turns(parameters)

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """Radians; 2 pi forgotten; turned the other way."""
        turns = self._turns(parameters)
        return {
            "radians_for_degrees": 2 * np.pi * turns,
            "two_pi_forgotten": np.degrees(turns),
            "rotation_turned": -360.0 * turns,
        }

    def confusions(self, parameters: Parameters) -> list[str]:
        """Phases of more than half a turn have two names."""
        turns = abs(self._turns(parameters))
        return [*super().confusions(parameters), *(["more than half a turn"] if turns > 0.45 else [])]

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        p = parameters
        return (
            f"In {p['delay_us']} µs the line makes {p['frequency_hz']} Hz x {p['delay_us']}e-6 s = "
            f"{self._turns(p):.4g} turns; times 360 degrees: {self.solve(p):.4g} degrees. The phase grows in "
            "proportion to the frequency: first-order phase."
        )


class CodePeak(CodeQuestion):
    """The frequency axis of a DFT, in code."""

    slug = "m1.signals.q_code_peak"
    title = "Where is the highest line?"
    goal = "compute a spectrum with its frequency axis"
    marks, minutes = 4, 8
    function = "peak_hz"
    uses = ("exam",)

    def generate(self, stream: HashStream) -> dict[str, Any]:
        """The record named as an example."""
        return {"n_points": 2 ** stream.whole(6, 9), "dwell_us": stream.choice((100, 125, 200, 250, 400, 500))}

    def text(self, parameters: Parameters) -> str:
        """The question."""
        p = parameters
        return (
            "Write peak_hz(samples, dwell_s): samples is an array of complex samples of an FID in quadrature, dwell_s "
            "the time between two of them in seconds. It returns the frequency in Hz, measured from the carrier, of "
            "the bin of the discrete Fourier transform (without zero filling) with the largest magnitude. For "
            f"{p['n_points']} samples every {p['dwell_us']} µs it must lie between {-5e5 / p['dwell_us']:.0f} and "
            f"{5e5 / p['dwell_us']:.0f} Hz. NumPy may be used."
        )

    def stub(self, parameters: Parameters) -> str:
        """The head."""
        return (
            "def peak_hz(samples, dwell_s):\n"
            '    """Frequency in Hz, from the carrier, of the bin with the largest magnitude."""\n'
        )

    def solve(self, parameters: Parameters) -> Any:
        """With the axis of numpy."""

        def peak_hz(samples: Any, dwell_s: float) -> float:
            axis_hz = np.fft.fftfreq(len(samples), dwell_s)
            return float(axis_hz[np.argmax(np.abs(np.fft.fft(samples)))])

        return peak_hz

    def distractors(self, parameters: Parameters) -> dict[str, Any]:
        """An axis from zero; one channel; angular; the backward transform."""
        right = self.solve(parameters)

        def from_zero(samples: Any, dwell_s: float) -> float:
            return float(right(samples, dwell_s) % (1 / dwell_s))

        return {
            "bandwidth_from_zero": from_zero,
            "one_channel_only": lambda samples, dwell_s: abs(right(np.real(samples), dwell_s)),
            "angular_for_ordinary": lambda samples, dwell_s: 2 * np.pi * right(samples, dwell_s),
            "power_for_amplitude": lambda samples, dwell_s: right(samples, dwell_s) ** 2,
        }

    def properties(self, parameters: Parameters) -> tuple[Property, ...]:
        """The axis, on lines that stand on a bin."""
        n_points, dwell_s = parameters["n_points"], parameters["dwell_us"] * 1e-6
        bin_hz, index = 1 / (n_points * dwell_s), np.arange(n_points)

        def line(bins: int, amplitude: complex = 1.0) -> Any:
            return amplitude * np.exp(2j * np.pi * bins * index / n_points - index / n_points)

        def at(function: Any, bins: int, wanted: int, amplitude: complex = 1.0) -> bool:
            return close(function(line(bins, amplitude), dwell_s), wanted * bin_hz, absolute=1e-6 * bin_hz)

        return (
            Property("a line above the carrier stands where it is", lambda f: at(f, 7, 7) and at(f, 11, 11)),
            Property("a line below the carrier stands where it is", lambda f: at(f, -5, -5)),
            Property(
                "amplitude and phase of the line do not matter", lambda f: at(f, 9, 9, 40j) and at(f, -9, -9, -0.01)
            ),
            Property(
                "half the dwell time doubles the frequency",
                lambda f: close(f(line(6), dwell_s / 2), 12 * bin_hz) and close(f(line(6), dwell_s), 6 * bin_hz),
            ),
        )

    def fresh(self, parameters: Parameters, stream: HashStream) -> tuple[Any, ...]:
        """A noisy line below the carrier, between two bins."""
        n_points, dwell_s = stream.whole(50, 200), stream.whole(50, 500) * 1e-6
        cycles = -stream.whole(30, n_points * 4) / 10
        rng = np.random.default_rng(stream.below(1 << 32))
        noise = rng.normal(size=n_points) + 1j * rng.normal(size=n_points)
        steps = np.arange(n_points) / n_points
        return (5 * np.exp((2j * np.pi * cycles - 1.5) * steps) + 0.3 * noise, dwell_s)

    def explain(self, parameters: Parameters) -> str:
        """The way."""
        return (
            "axis = np.fft.fftfreq(len(samples), dwell_s); return axis[np.argmax(np.abs(np.fft.fft(samples)))]. The "
            "second half of the bins are negative frequencies."
        )


QUESTIONS = (
    AliasedLine(),
    ShiftToFrequency(),
    WidthOfABin(),
    WidthFromEnvelope(),
    StepsOfProcessing(),
    TwoBandwidths(),
    PointsToRecord(),
    BeatOfTwoLines(),
    FrequencyToShift(),
    StepsOfReceiving(),
    PhaseOfADelay(),
    CodePeak(),
)
