"""Checks of the lesson Signals: receiver, DFT, aliasing, one line, the plan of an experiment, a problem recast."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...physics import simulate_fid
from ...signals import FID, Resonance, spectrum
from ..exercises import Exercise, Mistake, Property, close, register, right_choice
from ..misconceptions import MISCONCEPTIONS

# 1. The receiver: from a voltage near the carrier to a complex signal near zero.

_SAMPLE_RATE_HZ, _CARRIER_HZ, _N_VOLTAGES = 20_000.0, 5_000.0, 2_000


def low_pass(values: NDArray[Any]) -> NDArray[np.complex128]:
    """Keep frequencies within 2 kHz of zero, of signals sampled at 20 kHz: the filter behind the mixer."""
    frequency_hz = np.fft.fftfreq(len(values), 1 / _SAMPLE_RATE_HZ)
    return np.fft.ifft(np.where(np.abs(frequency_hz) < 2_000, np.fft.fft(values), 0))


def _voltage(offset_hz: float, phase_rad: float) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Arguments of a receiver: a cosine at carrier + offset, which makes whole turns within the record."""
    times_s = np.arange(_N_VOLTAGES) / _SAMPLE_RATE_HZ
    voltage = np.cos(2 * math.pi * (_CARRIER_HZ + offset_hz) * times_s + phase_rad)
    return voltage, times_s, _CARRIER_HZ


def receiver(voltage: NDArray[np.float64], times_s: NDArray[np.float64], carrier_hz: float) -> NDArray[np.complex128]:
    """Mix with both channels, filter, and give the amplitude of the voltage."""
    return np.asarray(2 * low_pass(voltage * np.exp(-2j * math.pi * carrier_hz * times_s)))


def _receives(answer: Any, offset_hz: float, phase_rad: float) -> bool:
    """The voltage comes out as a turning arrow of length 1."""
    arguments = _voltage(offset_hz, phase_rad)
    return close(answer(*arguments), np.exp(1j * (2 * math.pi * offset_hz * arguments[1] + phase_rad)), absolute=1e-6)


def _turns_forward(answer: Any, offset_hz: float) -> bool | str:
    """Sense of rotation, whatever the amplitude."""
    turned = np.asarray(answer(*_voltage(offset_hz, 0.3)), complex)
    if np.allclose(turned.imag, 0):
        return "the imaginary channel is empty"
    steps = turned[1:] * turned[:-1].conj()
    turns_hz = float(np.angle(steps.sum())) * _SAMPLE_RATE_HZ / (2 * math.pi)
    return abs(turns_hz - offset_hz) < 1.0 or f"a line {offset_hz:+.0f} Hz from the carrier turns at {turns_hz:+.1f} Hz"


register(
    Exercise(
        slug="m1.signals.receiver",
        asks="a function receiver(voltage, times_s, carrier_hz) that gives the complex signal near zero",
        properties=(
            Property(
                "a line at the carrier stands still, as an arrow as long as the voltage is high",
                lambda answer: _receives(answer, 0.0, 0.7),
            ),
            Property("a line above the carrier turns forward", lambda answer: _turns_forward(answer, 120.0)),
            Property("a line below the carrier turns backward", lambda answer: _turns_forward(answer, -80.0)),
            Property("amplitude and phase come through unchanged", lambda answer: _receives(answer, 310.0, -1.1)),
        ),
        right=lambda: receiver,
        mistakes=(
            Mistake("one_sided_factor_two", lambda: lambda v, t, c: low_pass(v * np.exp(-2j * math.pi * c * t))),
            Mistake("rotation_turned", lambda: lambda v, t, c: 2 * low_pass(v * np.exp(2j * math.pi * c * t))),
            Mistake("one_channel_only", lambda: lambda v, t, c: 2 * low_pass(v * np.cos(2 * math.pi * c * t))),
            Mistake("sum_frequency_kept", lambda: lambda v, t, c: 2 * v * np.exp(-2j * math.pi * c * t)),
        ),
        probes=(_voltage(120.0, 0.4), _voltage(-80.0, 0.4)),
        fresh=lambda stream: _voltage(10.0 * stream.whole(-150, 150), stream.on_grid(-3.0, 3.0, 0.01)),
        hints=(
            "A cosine is half the sum of two arrows that turn in opposite senses. Which factor makes one of them slow?",
            "Multiply by exp(-2 pi i carrier t), and take away what now turns fast.",
            "How long is the arrow that is left, if the voltage reaches 1?",
        ),
        read="Lesson 1, The receiver",
    )
)


# 2. The DFT as a sum.


def dft(samples: NDArray[Any]) -> NDArray[np.complex128]:
    """The sum itself: N values, N terms each."""
    n = np.arange(len(samples))
    return np.asarray(np.exp(-2j * math.pi * np.outer(n, n) / len(samples)) @ samples)


def _turns(cycles: int, n_points: int) -> NDArray[np.complex128]:
    """An arrow that makes so many turns within the record."""
    return np.asarray(np.exp(2j * math.pi * cycles * np.arange(n_points) / n_points))


def _random_samples(n_points: int, seed: int = 2026) -> NDArray[np.complex128]:
    generator = np.random.default_rng([seed, n_points])
    return np.asarray(generator.standard_normal(n_points) + 1j * generator.standard_normal(n_points))


def _fills_its_bin(answer: Any) -> bool | str:
    """Three turns belong into bin 3, and nothing anywhere else."""
    size = np.abs(np.asarray(answer(_turns(3, 16)), complex))
    if size.shape != (16,):
        return f"16 samples give 16 bins, not an answer of shape {size.shape}"
    others = np.delete(size, int(np.argmax(size)))
    if np.max(others) > 1e-6 * np.max(size):
        return "more than one bin is filled"
    return bool(np.argmax(size) == 3) or f"it is in bin {int(np.argmax(size))}"


def _keeps_energy(answer: Any) -> bool:
    """Parseval's identity."""
    samples = _random_samples(15)
    return close(np.sum(np.abs(answer(samples)) ** 2), 15 * np.sum(np.abs(samples) ** 2), relative=1e-6)


register(
    Exercise(
        slug="m1.signals.dft",
        asks="a function dft(samples) that gives the N complex values of the discrete Fourier transform",
        properties=(
            Property(
                "a spike at n = 0 has a flat spectrum",
                lambda answer: close(answer(np.eye(8)[0]), np.ones(8), absolute=1e-9),
            ),
            Property("an arrow that makes 3 turns in the record fills bin 3 and no other", _fills_its_bin),
            Property("sum |S|^2 = N sum |s|^2 (Parseval)", _keeps_energy),
            Property(
                "it agrees with the fast transform, for 12 and for 7 samples",
                lambda answer: all(
                    close(answer(_random_samples(n)), np.fft.fft(_random_samples(n)), absolute=1e-6) for n in (12, 7)
                ),
            ),
        ),
        right=lambda: dft,
        mistakes=(
            Mistake("rotation_turned", lambda: lambda samples: dft(np.conj(samples)).conj()),
            Mistake("normalised_sum", lambda: lambda samples: dft(samples) / len(samples)),
            Mistake("two_pi_forgotten", lambda: _dft_without_two_pi),
            Mistake("real_only", lambda: lambda samples: dft(samples).real),
            Mistake("magnitude_target", lambda: lambda samples: np.abs(dft(samples))),
        ),
        probes=((_random_samples(9),), (_random_samples(6),)),
        fresh=lambda stream: (_random_samples(stream.whole(2, 40), stream.below(1 << 32)),),
        hints=(
            "For each k one sum over n: samples[n] times exp(-2 pi i k n / N).",
            "All products k n at once: np.outer(n, n), with n = np.arange(N).",
            "The operator @ multiplies a matrix with the samples and adds up.",
        ),
        read="Lesson 1, The Fourier transform",
    )
)


def _dft_without_two_pi(samples: NDArray[Any]) -> NDArray[np.complex128]:
    n = np.arange(len(samples))
    return np.asarray(np.exp(-1j * np.outer(n, n) / len(samples)) @ samples)


# 3. Aliasing in quadrature.


def seen_at_hz(frequency_hz: float, dwell_s: float) -> float:
    """Where a line is seen."""
    return frequency_hz - round(frequency_hz * dwell_s) / dwell_s


def _same_samples(answer: Any, frequency_hz: float, dwell_s: float) -> bool | str:
    """The true and the seen frequency must go through the same samples."""
    seen_hz = float(answer(frequency_hz, dwell_s))
    times_s = np.arange(8) * dwell_s
    same = close(np.exp(2j * math.pi * seen_hz * times_s), np.exp(2j * math.pi * frequency_hz * times_s), absolute=1e-6)
    return same or f"for {frequency_hz} Hz and a dwell time of {dwell_s} s they differ"


def _within_band(answer: Any) -> bool | str:
    for frequency_hz, dwell_s in ((12345.6, 1e-3), (-730.0, 1e-3), (900.0, 5e-4), (-77777.0, 2e-4), (400.0, 2e-3)):
        seen_hz = float(answer(frequency_hz, dwell_s))
        if not abs(seen_hz) <= 0.5 / dwell_s * (1 + 1e-9):
            return f"{frequency_hz} Hz with a dwell time of {dwell_s} s would be seen at {seen_hz:.6g} Hz"
    return True


register(
    Exercise(
        slug="m1.signals.alias",
        asks="a function seen_at_hz(frequency_hz, dwell_s) that says where a line is seen in quadrature",
        properties=(
            Property(
                "a line inside the band stays where it is",
                lambda answer: close([answer(120.0, 1e-3), answer(-430.0, 1e-3)], [120.0, -430.0], absolute=1e-6),
            ),
            Property("the answer lies inside the band that this dwell time gives", _within_band),
            Property(
                "the true and the seen line have the same samples",
                lambda answer: next(
                    (
                        verdict
                        for f, dwell in ((730.0, 1e-3), (-1612.0, 1e-3), (5321.0, 4e-4))
                        if (verdict := _same_samples(answer, f, dwell)) is not True
                    ),
                    True,
                ),
            ),
        ),
        right=lambda: seen_at_hz,
        mistakes=(
            Mistake("unfolded", lambda: lambda frequency_hz, dwell_s: frequency_hz),
            Mistake("folded_to_wrong_side", lambda: _reflected),
            Mistake("bandwidth_doubled", lambda: lambda f, dwell_s: seen_at_hz(f, dwell_s / 2)),
            Mistake("bandwidth_halved", lambda: lambda f, dwell_s: seen_at_hz(f, 2 * dwell_s)),
            Mistake("bandwidth_from_zero", lambda: lambda f, dwell_s: f % (1 / dwell_s)),
        ),
        probes=((120.0, 1e-3), (730.0, 1e-3), (-612.0, 1e-3), (1400.0, 1e-3), (1610.0, 1e-3)),
        # never on the edge of a band, where either end would be right
        fresh=lambda stream: (stream.whole(-9000, 9000) + 0.3, stream.choice((2e-4, 4e-4, 5e-4, 1e-3, 2e-3))),
        hints=(
            "What happens to exp(2 pi i f t) at the sampling times when f grows by 1 / dwell_s?",
            "Which whole number of bandwidths must be taken away, so that the rest is nearest to zero?",
            "The nearest whole number is round(frequency_hz * dwell_s).",
        ),
        read="Lesson 1, Sampling",
    )
)


def _reflected(frequency_hz: float, dwell_s: float) -> float:
    """What one channel does at the ends of the band: a triangle wave."""
    band_hz = 1 / dwell_s
    return abs((frequency_hz - band_hz / 2) % (2 * band_hz) - band_hz) - band_hz / 2


# 4. One line: chemical shift and T2*.


def unknown_fid() -> FID:
    """The 31P decay of the exercise: one line, out of phase."""
    return simulate_fid(
        [Resonance(-826.3, fwhm_hz=6.4, amplitude=1.0, phase_rad=1.2)],
        n_points=4096,
        dwell_s=2.5e-4,
        noise_sd=0.004,
        seed=31,
        spectrometer_mhz=161.98,
        carrier_ppm=2.0,
        nucleus="31P",
    )


def _unknown_frequency_hz() -> float:
    """Where the magnitude of the zero-filled spectrum is highest."""
    shown = spectrum(unknown_fid(), n_bins=1 << 17)
    return float(shown.frequency_hz[np.argmax(np.abs(shown.values))])


def _unknown_t2_star_s() -> float:
    """From the envelope in the time domain, where the student reads the width in the other: an independent road."""
    fid = unknown_fid()
    early = np.abs(fid.samples) > 0.2 * np.abs(fid.samples[0])
    last = int(np.argmin(early))
    slope = np.polyfit(fid.times_s[:last], np.log(np.abs(fid.samples[:last])), 1, w=np.abs(fid.samples[:last]))[0]
    return float(-1 / slope)


def unknown_line() -> dict[str, float]:
    """Shift and T2* of the line, from the data."""
    fid = unknown_fid()
    assert fid.carrier_ppm is not None
    assert fid.spectrometer_mhz is not None
    shift_ppm = fid.carrier_ppm + _unknown_frequency_hz() / fid.spectrometer_mhz
    return {"shift_ppm": shift_ppm, "t2_star_s": _unknown_t2_star_s()}


def _unknown_but(**wrong: float) -> dict[str, float]:
    return unknown_line() | wrong


def _stands_still(answer: Any) -> bool | str:
    """Turned back by the frequency of the shift, the early FID does not turn any more."""
    fid = unknown_fid()
    assert fid.carrier_ppm is not None
    assert fid.spectrometer_mhz is not None
    frequency_hz = (float(answer["shift_ppm"]) - fid.carrier_ppm) * fid.spectrometer_mhz
    slowed = (fid.samples * np.exp(-2j * math.pi * frequency_hz * fid.times_s))[:400]
    left_hz = float(np.angle(np.sum(slowed[20:] * slowed[:-20].conj()))) / (2 * math.pi * 20 * fid.dwell_s)
    # the height of the real part is read off bins, at worst 1 Hz wide
    return abs(left_hz) < 1.0 or "in the frame of your line, the FID still turns"


def _decays(answer: Any) -> bool | str:
    """T2* agrees with the envelope; 12 % allows a width of 6 Hz read off bins of half a hertz."""
    ratio = float(answer["t2_star_s"]) / _unknown_t2_star_s()
    if not (math.isfinite(ratio) and ratio > 0):
        return "T2* must be a positive time"
    return abs(ratio - 1) <= 0.12 or f"the envelope decays {'faster' if ratio > 1 else 'more slowly'} than that"


register(
    Exercise(
        slug="m1.signals.line",
        asks='a dictionary with the numbers "shift_ppm" and "t2_star_s" of the unknown line',
        properties=(
            Property("in a frame that turns with your shift, the FID stands still", _stands_still),
            Property("the envelope decays with your T2*", _decays),
            Property(
                "the shift is where the spectrum peaks, within one bin",
                lambda answer: close(answer["shift_ppm"], unknown_line()["shift_ppm"], relative=0, absolute=0.0065),
            ),
        ),
        right=unknown_line,
        mistakes=(
            Mistake("hwhm_for_fwhm", lambda: _unknown_but(t2_star_s=2 * _unknown_t2_star_s())),
            Mistake("missing_pi", lambda: _unknown_but(t2_star_s=math.pi * _unknown_t2_star_s())),
            Mistake("magnitude_width", lambda: _unknown_but(t2_star_s=_unknown_t2_star_s() / math.sqrt(3))),
            Mistake("t2_in_milliseconds", lambda: _unknown_but(t2_star_s=1e3 * _unknown_t2_star_s())),
            Mistake("carrier_forgotten", lambda: _unknown_but(shift_ppm=unknown_line()["shift_ppm"] - 2.0)),
            Mistake("sign_of_shift", lambda: _unknown_but(shift_ppm=4.0 - unknown_line()["shift_ppm"])),
            Mistake("ppm_without_field", lambda: _unknown_but(shift_ppm=_unknown_frequency_hz())),
        ),
        hints=(
            "First turn the phase until the line stands upright and is symmetric; signals.automatic_phase does it too.",
            "shift = carrier_ppm + frequency_hz / spectrometer_mhz.",
            "The absorption line is 1 / (pi T2*) wide, from one side to the other, at half of its height.",
        ),
        relative_tolerance=0.05,
        read="Lesson 1, The line",
    )
)


# 5. The plan of an experiment.

#: what the sample holds: ends of the range and the narrow pair, in Hz from the carrier
PLAN_RANGE_HZ = (-2200.0, 2600.0)
PLAN_PAIR_HZ, PLAN_FWHM_HZ = (2597.0, 2600.0), 1.0
PLAN_MAX_POINTS = 2048


def _planned(answer: Any) -> tuple[float, int]:
    dwell_s, n_points = float(answer["dwell_s"]), int(answer["n_points"])
    if not (0 < dwell_s < 1):
        raise ValueError(f"dwell_s is the time between two samples, in seconds: {dwell_s!r} cannot be right")
    if not n_points >= 2:
        raise ValueError(f"n_points must be at least 2, got {n_points!r}")
    return dwell_s, n_points


def _fits_band(answer: Any) -> bool | str:
    dwell_s, _ = _planned(answer)
    for frequency_hz in PLAN_RANGE_HZ:
        if abs(abs(frequency_hz) * 2 * dwell_s - 1) < 1e-3:
            return f"the line at {frequency_hz:+.0f} Hz stands on the very edge, half of it enters at the other end"
        if not abs(frequency_hz) < 0.5 / dwell_s:
            return (
                f"a line at {frequency_hz:+.0f} Hz would be seen at {seen_at_hz(frequency_hz, dwell_s):+.0f} Hz. "
                + MISCONCEPTIONS["bandwidth_doubled"]
            )
    return True


def _resolves(answer: Any) -> bool | str:
    """Zero-filled generously, there must be a valley between the two lines, less than 0.8 as high as the lower one."""
    dwell_s, n_points = _planned(answer)
    acquisition_s = n_points * dwell_s
    if n_points > 1 << 20:
        return "with so many points the receiver's memory overflows"
    times_s = np.arange(n_points) * dwell_s
    decay = np.sum([np.exp((2j * math.pi * f - math.pi * PLAN_FWHM_HZ) * times_s) for f in PLAN_PAIR_HZ], axis=0)
    decay[0] *= 0.5
    shown_hz = np.linspace(PLAN_PAIR_HZ[0] - 2, PLAN_PAIR_HZ[1] + 2, 81)
    # the transform at these frequencies only: what zero filling would show
    real = np.array([np.vdot(np.exp(2j * math.pi * f * times_s), decay) for f in shown_hz]).real
    valley = real[40] / min(real[:40].max(), real[41:].max())
    return bool(valley < 0.8) or (
        f"within {acquisition_s:.3g} s the two lines stay one hump, however far you zero-fill. "
        + (
            MISCONCEPTIONS["zero_filling_resolves"]
            if n_points < PLAN_MAX_POINTS
            else "The memory is full, but it was filled too fast."
        )
    )


register(
    Exercise(
        slug="m1.signals.plan",
        asks='a dictionary with "dwell_s" (seconds) and "n_points" (complex samples)',
        properties=(
            Property("no line is aliased", _fits_band),
            Property("the two neighbours are seen as two lines", _resolves),
            Property(
                "the samples fit into the memory of the receiver", lambda answer: _planned(answer)[1] <= PLAN_MAX_POINTS
            ),
        ),
        right=lambda: {"dwell_s": 1 / 5500, "n_points": 2048},
        mistakes=(
            Mistake("bandwidth_doubled", lambda: {"dwell_s": 1 / 2600, "n_points": 2048}),
            Mistake("bandwidth_from_width", lambda: {"dwell_s": 1 / 4800, "n_points": 2048}),
            Mistake("zero_filling_resolves", lambda: {"dwell_s": 1 / 5500, "n_points": 1024}),
        ),
        hints=(
            "The band reaches from -1/(2 dwell_s) to +1/(2 dwell_s). Which line lies furthest from its middle?",
            "What a record of length T shows apart is about 1/T apart, or a little more.",
            "The memory joins both: n_points = acquisition time / dwell_s. Is your band wider than it must be?",
        ),
        relative_tolerance=0.02,
        read="Lesson 1, Sampling, and Cut off too early",
    )
)


# 6. A problem recast.

#: part of the project -> what may be chosen; the first entry is what was proposed
RECAST_OPTIONS = {
    "output": ("the phased spectrum, 8192 points", "two phases", "one score, well phased or not"),
    "labels": ("phases set by hand", "phases found by automatic phasing", "phases drawn for simulated FIDs"),
    "test": ("spectra out of the training set", "fresh simulated FIDs, then real ones of other spectrometers"),
    "score": ("mean squared error, arbitrary units", "error of the phase in degrees, with its spread"),
    "baseline": ("none", "a smaller network", "automatic phasing"),
}

_RECAST = {
    "output": "two phases",
    "labels": "phases drawn for simulated FIDs",
    "test": "fresh simulated FIDs, then real ones of other spectrometers",
    "score": "error of the phase in degrees, with its spread",
    "baseline": "automatic phasing",
}

#: what is wrong with an option, for those that are
_OBJECTIONS = {
    "the phased spectrum, 8192 points": "turning a spectrum by a known phase is exact and takes one line of code",
    "one score, well phased or not": "this only says that something is wrong: nobody can correct a spectrum with it",
    "phases set by hand": "one person's taste: its errors are learnt too, and cannot be told from those of the network",
    "phases found by automatic phasing": "what learns from automatic phasing repeats its errors",
    "spectra out of the training set": MISCONCEPTIONS["test_seen_in_training"],
    "mean squared error, arbitrary units": MISCONCEPTIONS["metric_not_physical"],
    "none": MISCONCEPTIONS["accuracy_without_baseline"],
    "a smaller network": "another network is not the method that people use today",
}


def _chosen(part: str) -> Callable[..., bool | str]:
    return right_choice(part, RECAST_OPTIONS, _RECAST, _OBJECTIONS)


register(
    Exercise(
        slug="m1.signals.recast",
        asks='a dictionary with one of the OPTIONS for each of "output", "labels", "test", "score", "baseline"',
        properties=(
            Property("the network gives what is unknown, and nothing that is known", _chosen("output")),
            Property("the labels are true", _chosen("labels")),
            Property("the test is new to the network", _chosen("test")),
            Property("the score says something in physical units", _chosen("score")),
            Property("it is compared with what people use today", _chosen("baseline")),
        ),
        right=lambda: dict(_RECAST),
        mistakes=(
            Mistake("problem_unchanged", lambda: {part: options[0] for part, options in RECAST_OPTIONS.items()}),
            Mistake("learn_the_known", lambda: _RECAST | {"output": RECAST_OPTIONS["output"][0]}),
            Mistake("label_from_wrong_fit", lambda: _RECAST | {"labels": RECAST_OPTIONS["labels"][1]}),
            Mistake("no_truth", lambda: _RECAST | {"labels": RECAST_OPTIONS["labels"][0]}),
            Mistake("test_seen_in_training", lambda: _RECAST | {"test": RECAST_OPTIONS["test"][0]}),
            Mistake("metric_not_physical", lambda: _RECAST | {"score": RECAST_OPTIONS["score"][0]}),
            Mistake("accuracy_without_baseline", lambda: _RECAST | {"baseline": "none"}),
        ),
        hints=(
            "What does nobody know here? How many numbers is that?",
            "Where could labels come from that are right by construction?",
            "Go through the criteria one by one, and ask each of them about each part.",
        ),
        read="Lesson 1, What problem am I solving?",
    )
)
