"""The words, figures and tables of the report: one chapter per part of the demo."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import scipy.linalg

from ..networks.dft import DFTNetwork, dft_network_spectrum, weights_as_matrix
from ..physics import simulate_fid
from ..plots import (
    plot,
    plot_error_against_snr,
    plot_history,
    plot_network_spectrum,
    plot_radar,
    plot_spectra,
    plot_time_course,
    plot_weights,
)
from ..signals import LINE_FIELDS, ArrayAxis, Resonance, ResonanceTable, Spectrum, apodise, phase, spectrum
from .line_comparison import PARAMETERS, Comparison, ratio
from .live_training import LiveTraining
from .pages import figure, listing, paragraph, question, section, table
from .time_course import N_TRANSIENTS, STANDARD_MM, TimeCourse, equilibrium, saturation, t1_from_first_excess

__all__ = ["fourier_chapter", "line_chapter", "reaction_chapter"]


def fourier_chapter(white: DFTNetwork, crawling: DFTNetwork, *, seed: int) -> str:
    """The network that becomes the Fourier transform, and the same network that does not."""
    n = white.n_points
    lines = [
        Resonance(-0.2 * n, 0.012 * n, 1.0),
        Resonance(0.113 * n, 0.02 * n, 0.7, 0.6),
        Resonance(0.3 * n, 0.01 * n, 0.4),
    ]
    fid = simulate_fid(lines, n_points=n, dwell_s=1 / n, noise_sd=0.02, seed=seed)
    histories = {
        "shown white noise": {key: white.history[key] for key in ("loss", "val_loss")},
        "shown FIDs": {key: crawling.history[key] for key in ("loss", "val_loss")},
    }
    return section(
        "fourier",
        "1. A bad application of learning: the Fourier transform",
        [
            question(
                f"Turn {n} complex samples into {n} bins of a spectrum.",
                "An exact algorithm exists, and it is fast: the FFT. Nothing is gained by learning it. But because the "
                "right answer is known to the last digit, it is the place to find out what training can and cannot do.",
            ),
            paragraph(
                f"The network is one linear layer without bias: {2 * n} numbers in, {2 * n} out, "
                f"{white.weights.size:,} weights. Plain gradient descent ({white.n_steps} steps of {white.batch_size} "
                f"random examples) brought it to a relative error of {white.relative_error:.1e} on FIDs it had never "
                f"seen. That is the rounding error of 32-bit numbers: the network is the Fourier transform. Its "
                f"weights differ from cosines and sines by {white.weight_error:.1e}."
            ),
            figure(
                plot_weights(np.ascontiguousarray(weights_as_matrix(white)), exact=scipy.linalg.dft(n), rows=(1, 3, 8)),
                "The learned weights. Nobody told the network about sinusoids: row k of the matrix is the wave with k "
                "periods. The grey curves beneath the coloured ones are the exact waves; there is nothing left between "
                "them.",
            ),
            figure(
                plot_network_spectrum(dft_network_spectrum(white, fid), spectrum(fid)),
                "A spectrum with three lines, by the network (dashed) and by the FFT (grey). Look at the lowest panel: "
                "the difference is a millionth of the highest peak or less.",
            ),
            figure(
                plot_history(histories),
                "The same network, the same rule, as many steps; only the examples differ. Shown white noise it halves "
                "its error again and again until rounding stops it. Shown FIDs it hardly moves, and more layers would "
                "not help: FIDs leave most directions of the space of all signals nearly empty. The condition number "
                f"of the examples is {white.condition_number:.3g} for white noise and "
                f"{crawling.condition_number:.3g} for FIDs, and gradient descent needs steps in proportion to "
                "its square. An epoch is one step here.",
            ),
            table(
                f"DFT network of {n} points after {white.n_steps} steps. Errors are relative: ‖network − FFT‖ / ‖FFT‖.",
                ["examples", "unseen FIDs", "weights", "condition number", "seconds"],
                [
                    [name, f"{net.relative_error:.2g}", f"{net.weight_error:.2g}", f"{net.condition_number:.3g}",
                     f"{net.train_s:.1f}"]
                    for name, net in (("white noise", white), ("FIDs", crawling))
                ],
            ),
        ],
    )  # fmt: skip


def line_chapter(training: LiveTraining, comparison: Comparison) -> str:
    """One line, five ways to read it, and the bound that no one beats."""
    fids, snrs = comparison.fids, comparison.snrs
    names = [judged.name for judged in comparison.judged]
    middle = snrs[len(snrs) // 2]
    shown = np.flatnonzero(fids.snr == middle)[:6]
    wrong, live, shipped, refined, classical = comparison.judged
    first, last = float(snrs[0]), float(snrs[-1])
    return section(
        "line",
        "2. A good application of learning: reading a line",
        [
            question(
                "From one decay in noise: which frequency, width, amplitude and phase, and how sure?",
                "There is no formula for the answer, the answer is needed for thousands of decays, and there is a "
                "judge: the Cramér-Rao bound, the smallest scatter any unbiased method can have with this noise. A "
                "network that reaches the bound has learned all there is to learn.",
            ),
            paragraph(
                f"A small network ({training.network.n_parameters:,} weights) was trained just now, in "
                f"{training.train_s:.0f} s and {training.n_steps} steps, on simulated lines only. It sees a window of "
                "the complex spectrum, counted in bins and relative to its peak, so it knows nothing about the dwell "
                "time, the field or the size of the signal and works for all of them. It is compared with the network "
                "shipped with learnmr (trained longer), that network followed by two or three Gauss-Newton steps, "
                "complex least squares (with lmfit), and the way many scripts go: a Lorentzian fitted to the magnitude "
                "spectrum with scipy's curve_fit."
            ),
            figure(
                plot_history({"network trained here": training.history}),
                "Loss of the live training, in units of the Cramér-Rao bound (zero would be an estimator at the "
                "bound). Every batch is fresh, so loss and validation loss fall together: there is nothing to "
                "memorise. An epoch is one step here.",
            ),
            figure(
                plot_error_against_snr(
                    snrs, *comparison.against_snr("frequency"), parameter="frequency", unit="Hz",
                ),
                "Frequency. All careful methods lie on the black line, the bound, and their curves hide each other: "
                "where that happens nothing is left to gain. Even the magnitude fit finds the frequency fairly well.",
            ),
            figure(
                plot_error_against_snr(snrs, *comparison.against_snr("fwhm"), parameter="FWHM", unit="Hz"),
                "Width. The magnitude of a Lorentzian is not a Lorentzian: it is √3 times as wide, with long tails. "
                "The magnitude fit pays with a bias (middle panel) that no amount of signal removes, while the others "
                "get better in proportion to the signal. A model that is wrong is worse than noise. At the lowest SNR "
                "some magnitude fits go astray altogether and rule the root mean square.",
            ),
            figure(
                plot_radar({name: comparison.of(name).errors[shown] for name in (names[0], names[1], names[3])}),
                f"The same {shown.size} decays (SNR {middle:g}) read in three ways; each polygon is one decay, each "
                "spoke one parameter, and the shaded disc is one bound. Errors inside or near the disc are as small as "
                "physics allows. Errors beyond the rim are drawn on it and counted in the title.",
            ),
            table(
                f"Root mean square error over the bound, {len(fids.truth)} fresh FIDs ({fids.samples.shape[1]} points, "
                f"T2* a quarter of the acquisition, SNR {first:g} to {last:g}); 1 is the best possible, and chance "
                f"allows ± {1 / math.sqrt(2 * len(fids.truth)):.2f}. Coverage: how many of the 95 % intervals of the "
                "frequency hold the truth.",
                ["estimator", "frequency", "width", "amplitude", "phase", "bias of width / bound", "outliers",
                 "coverage", "FIDs per second"],
                [
                    [
                        judged.name,
                        *(ratio(judged.score.rmse_over_bound[name]) for name in PARAMETERS),
                        f"{judged.score.bias_over_bound['fwhm']:+.2f}",
                        f"{100 * judged.score.outlier_rate:.1f} %",
                        f"{100 * judged.score.coverage95['frequency']:.1f} %",
                        f"{judged.fids_per_s:,.0f}",
                    ]
                    for judged in comparison.judged
                ],
            ),
            paragraph(
                f"So is precision the reason to use a network? No: least squares reaches the bound too. The reason is "
                f"speed ({shipped.fids_per_s / classical.fids_per_s:,.0f} times least squares and "
                f"{shipped.fids_per_s / wrong.fids_per_s:,.0f} times the magnitude fit in this run) and good start "
                "values without anyone choosing them, which is what the next chapter lives on. And the network that "
                f"was trained for {training.train_s:.0f} s stands at {live.score.rmse_over_bound['fwhm']:.2f} times "
                f"the bound for the width, the shipped one at {shipped.score.rmse_over_bound['fwhm']:.2f}, refined at "
                f"{refined.score.rmse_over_bound['fwhm']:.2f}."
            ),
        ],
    )  # fmt: skip


def reaction_chapter(course: TimeCourse, *, missing: str | None = None) -> str:
    """The enzyme at work: concentrations from the FIDs, and everything that was assumed on the way.

    ``missing`` says why the real course is not here, where that is so.
    """
    label = "SIMULATED: " if course.simulated else ""
    n_fids = course.time_s.size
    minutes = course.time_s / 60
    total, total_sd = course.total_mm
    species = {name: f"{name} {values[0]:.2f} ± {course.concentration_mm_sd[name][0]:.2f}" for name, values in
               course.concentration_mm.items()}  # fmt: skip
    values = {**course.concentration_mm, "sum": total}
    deviations = {**course.concentration_mm_sd, "sum": total_sd}
    number = np.arange(n_fids)
    scatter = course.drift_hz - np.polyval(np.polyfit(number, course.drift_hz, 2), number)
    width_hz = float(course.standard.fwhm_hz.mean())
    window = _window_ppm(course)
    elements = []
    if missing is not None:
        elements.append(
            paragraph(
                "SIMULATED DATA. Everything in this chapter is a simulation of the shape of the real time course. How "
                f"to get the real one: {missing}",
                kind="notice",
            )
        )
    source = (
        "simulated, in the shape of the real course that the package nmrpy carries"
        if course.simulated
        else "measured; they come with the Python package nmrpy 0.2.8 (J. Eicher and J. M. Rohwer, BSD licence), whose "
        "files are read here without its code"
    )
    elements += [
        question(
            "How much fructose 6-phosphate (F6P) and glucose 6-phosphate (G6P) is in the tube, minute by minute?",
            "The enzyme phosphoglucose isomerase turns one into the other. Reading each spectrum by itself fails where "
            "a line is near the noise; reading all of them together does not. The network finds the lines, a fit of "
            "all FIDs together weighs them: learning where it helps, least squares where it is optimal.",
        ),
        paragraph(
            f"The {n_fids} ³¹P FIDs are {source}. Each is the sum of {N_TRANSIENTS} transients and takes "
            f"{course.repetition_s * N_TRANSIENTS:.0f} s; points stand at the middle of that time. Error bars are one "
            "standard deviation."
        ),
        figure(
            plot_time_course(
                minutes, values, deviations, time_unit="min", title=f"{label}phosphoglucose isomerase at work"
            ),
            f"{label}F6P is used up and G6P appears until both are in equilibrium, while their sum stays constant: "
            f"what one loses the other gains. In the first FID: {' and '.join(species.values())} mM.",
        ),
        figure(
            plot_spectra(
                _displayed(course), limits=window, title=f"{label}the {n_fids} spectra, the first at the bottom"
            ),
            f"{label}The spectra behind it (broadened by 4 Hz for the eye only). The line at 4.16 ppm is F6P, the two "
            "at 4.64 and 4.71 ppm are the anomers of G6P, 12.5 Hz apart and 7 Hz wide. In the first spectrum they are "
            "hardly there.",
        ),
        figure(
            plot(course.mean_lines, course.fids.mean(), limits=window, title=f"{label}mean of the {n_fids} FIDs"),
            f"{label}The mean of all FIDs, where the network finds the lines. The residual below stays within the "
            "noise: three Lorentzian lines explain all there is.",
        ),
        figure(
            plot(course.lines, course.fids, index=0, limits=window, title=f"{label}the first FID"),
            f"{label}The first FID with the joint fit. Positions and widths come from all FIDs together, only the "
            "amplitudes are its own: two lines that could not be found here alone still get an honest amplitude.",
        ),
        _lines_table(course),
        *([] if course.simulated else _evidence(course)),
        figure(
            plot_time_course(
                minutes,
                {"TEP": 1e3 * scatter},
                {"TEP": 1e3 * np.asarray(course.standard.frequency_hz_sd)},
                time_unit="min",
                quantity="frequency of the standard − slow drift",
                unit="mHz",
                title=f"{label}scatter {1e3 * course.scatter_hz():.1f} mHz around a drift of "
                f"{1e3 * (course.drift_hz[-1] - course.drift_hz[0]):.0f} mHz",
            ),
            f"{label}The standard as a test of the whole road: after a slow drift (a parabola) is taken away, its "
            f"frequency repeats to {1e3 * course.scatter_hz():.1f} mHz (a straight line leaves "
            f"{1e3 * course.scatter_hz(1):.1f} mHz), {100 * course.scatter_hz() / width_hz:.0f} % of its width. Error "
            "bars are the Cramér-Rao bound: what exceeds them is the spectrometer"
            + (", above all in the first minutes." if not course.simulated else "."),
        ),
    ]  # fmt: skip
    title = "3. The real thing: an enzyme at work"
    return section("reaction", f"{title} (simulated here)" if course.simulated else title, elements)


def _evidence(course: TimeCourse) -> list[str]:
    """Why the lines are what they are called, and how amplitudes become concentrations."""
    about = equilibrium(course)
    return [
        "<h3>What speaks for the assignment</h3>",
        listing(
            [
                "The tutorial of nmrpy assigns the same lines: 4.73 and 4.63 ppm to G6P, 4.15 ppm to F6P, 0.55 ppm to "
                f"triethyl phosphate (TEP), the standard, {STANDARD_MM:g} mM.",
                f"Mass balance: the sum of both is {about.total_mm:.2f} ± {about.total_mm_sd:.2f} mM and constant "
                f"(χ² = {about.chi_square:.1f} for {about.n_fids - 1} degrees of freedom).",
                f"Equilibrium: [F6P]/[G6P] in the last third is {about.ratio:.3f} ± {about.ratio_sd:.3f}. Published "
                "values are about 0.3 at room temperature and smaller in the cold; the temperature of this sample is "
                "not in the files.",
                _anomers(course),
                "Nothing else is found: no line of inorganic phosphate (2 to 3 ppm), of a buffer or of another sugar "
                "phosphate stands out of the noise of the mean.",
            ]
        ),
        "<h3>From amplitudes to concentrations: every correction</h3>",
        _corrections_table(course),
    ]


def _window_ppm(course: TimeCourse) -> tuple[float, float]:
    """The part of the spectrum where the sugar phosphates are."""
    shifts = course.mean_lines.shift_ppm
    assert shifts is not None  # the course has a field and a carrier
    sugars = shifts[[name in course.concentration_mm for name in course.species]]
    return float(sugars.min()) - 0.35, float(sugars.max()) + 0.35


def _displayed(course: TimeCourse) -> Spectrum:
    """Phased spectra, broadened for the eye."""
    lines = course.mean_lines.select([name in course.concentration_mm for name in course.species])
    angle = float(np.angle(np.sum(lines.amplitude * np.exp(1j * lines.phase_rad))))
    minutes = ArrayAxis("time", np.round(course.time_s / 60, 1), "min")
    return phase(spectrum(apodise(replace(course.fids, axis=minutes), exponential_hz=4.0)), angle)


def _anomers(course: TimeCourse) -> str:
    """The two lines of G6P compared with the anomers of glucose."""
    pair = course.mean_lines.select([name == "G6P" for name in course.species])
    share = float(pair.amplitude[np.argmax(pair.frequency_hz)] / pair.amplitude.sum())
    return (
        f"The two lines of G6P share its amplitude {100 * share:.0f} : {100 - 100 * share:.0f} per cent, close to the "
        "64 : 36 of the β and α anomers of glucose in water."
    )


def _lines_table(course: TimeCourse) -> str:
    """Position, width and amplitude of each line of the mean."""
    lines: ResonanceTable = course.mean_lines
    shifts = lines.shift_ppm
    assert shifts is not None  # the course has a field and a carrier
    place_sd, width_sd, size_sd = (np.asarray(getattr(lines, f"{name}_sd")) for name in LINE_FIELDS[:3])
    return table(
        ("SIMULATED: " if course.simulated else "")
        + "The lines that the network and the refinement find in the mean of the FIDs; amplitudes in the units of the "
        "receiver." + (" Those of G6P looked like one; it is known that there are two." if course.anomer_added else ""),
        ["species", "shift / ppm", "offset / Hz", "FWHM / Hz", "amplitude"],
        [
            [
                name or ("¹³C satellite of TEP" if abs(line.frequency_hz - course.standard.frequency_hz.mean()) < 5
                         else "not assigned"),
                f"{shifts[i]:.3f}",
                f"{line.frequency_hz:.3f} ± {place_sd[i]:.3f}",
                f"{line.fwhm_hz:.3f} ± {width_sd[i]:.3f}",
                f"{line.amplitude:.1f} ± {size_sd[i]:.1f}",
            ]
            for i, (name, line) in enumerate(zip(course.species, lines, strict=True))
        ],
    )  # fmt: skip


def _corrections_table(course: TimeCourse) -> str:
    """What was corrected, what was not, and by how much it matters."""
    about = equilibrium(course)
    repetition = course.repetition_s
    return table(
        "Concentration = 5 mM × amplitude / amplitude of the standard, times these factors.",
        ["correction", "factor", "why"],
        [
            ["phosphorus nuclei", "1 (applied)", "TEP, G6P and F6P have one phosphorus each."],
            [
                "scale",
                f"{STANDARD_MM / course.standard_amplitude:.5f} mM per unit (applied)",
                f"The mean amplitude of the standard over all FIDs, {course.standard_amplitude:.1f} ± "
                f"{course.standard_amplitude_sd:.1f} for {STANDARD_MM:g} mM, the value that the tutorial of nmrpy "
                f"states. The {100 * course.standard_amplitude_sd / course.standard_amplitude:.1f} % are common to all "
                "points and not in the error bars.",
            ],
            [
                "¹³C satellites of the standard",
                f"{float(course.standard_amplitude) / _plain_standard(course):.3f} (applied)",
                "6 carbons of TEP, 1.07 % ¹³C each: 6 % of its signal stands 3 Hz beside the line (both satellites are "
                "seen in the residual). The lines of the sugar phosphates are wider than that and hold theirs.",
            ],
            [
                "drift",
                f"{course.drift_hz[-1] - course.drift_hz[0]:+.2f} Hz over all (applied)",
                "The frequency of the standard in each FID is taken out before the joint fit.",
            ],
            [
                "overlap",
                "in the error bars",
                "The anomers overlap: the errors of their amplitudes are correlated, and their sum is known better "
                "than each.",
            ],
            [
                "saturation (T1)",
                "not applied",
                f"90° pulses every {repetition:.1f} s (10 s delay + 1.6 s acquisition). "
                f"Factors 1 − exp(−{repetition:.1f} s/T1): "
                + ", ".join(f"{saturation(t1, repetition):.2f} for T1 = {t1:g} s" for t1 in (2.0, 5.0, 10.0))
                + f". No T1 is in the files. {_saturation_hint(course)}",
            ],
            [
                "response of F6P relative to G6P",
                "not applied",
                f"If the sum is constant, the line of F6P answers {about.response:.2f} ± {about.response_sd:.2f} times "
                f"as strongly as those of G6P; the equilibrium ratio would then be {about.ratio / about.response:.2f}.",
            ],
            [
                "nuclear Overhauser effect",
                "not applied",
                "The decoupler was on during the acquisition only (dm = nny), which leaves little of it; what is left "
                "is not known.",
            ],
            [
                "flip angle away from the carrier",
                "1.00 (not applied)",
                "9.9 µs pulses at 4 ppm (670 Hz) lose less than 0.1 %.",
            ],
        ],
        words=True,
    )


def _saturation_hint(course: TimeCourse) -> str:
    """What the first FID, whose first transient met fully relaxed spins, says about T1 of the standard."""
    excess, excess_sd = course.first_excess
    low, middle, high = (
        t1_from_first_excess(value, course.repetition_s) for value in (excess - excess_sd, excess, excess + excess_sd)
    )
    if low is None or middle is None or high is None:
        return "The standard in the first FID, whose first transient met fully relaxed spins, is not higher than later."
    factor = saturation(middle, course.repetition_s)
    broader = float(course.standard.fwhm_hz[0] / course.standard.fwhm_hz[1:].mean()) - 1
    return (
        f"The standard stands {100 * excess:.1f} ± {100 * excess_sd:.1f} % higher in the first FID. If that is because "
        f"its first transient met fully relaxed spins, T1 of TEP is {middle:.0f} s ({low:.0f} to {high:.0f} s), its "
        f"saturation factor {factor:.2f}, and all concentrations are up to {100 * (1 - factor):.0f} % lower than drawn "
        f"(the more, the faster the sugar phosphates relax). But its line is also {100 * broader:.0f} % broader in the "
        "first FID, so its shape may be the cause. The form of the curves does not depend on it."
    )


def _plain_standard(course: TimeCourse) -> float:
    """Amplitude of the standard when its satellites are ignored: that of its line in the mean."""
    return float(course.mean_lines.amplitude[course.species.index("TEP")])
