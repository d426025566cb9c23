"""Keys are right: each answer is found a second way, by simulating, counting or brute force, never by its formula."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from learnmr.course.questions import Variant, all_questions, draw_variant, find_question, self_study_key
from learnmr.physics import cramer_rao_line


def variants(slug: str, n: int = 12) -> Iterator[tuple[Variant, Mapping[str, Any]]]:
    """Variants of a question with their parameters."""
    for seed in range(n):
        variant = draw_variant(find_question(slug), self_study_key(slug, seed))
        yield variant, variant.parameters


def right(variant: Variant, answer: float) -> bool:
    """Whether an answer found elsewhere is graded right, with the message where it is not."""
    grade = variant.grade(float(answer))
    assert grade.right, (variant.text, answer, variant.key, grade)
    return True


def full_width(axis: Any, values: Any) -> float:
    """Full width at half maximum of a finely sampled line, by counting points."""
    return float(np.sum(values >= np.max(values) / 2) * (axis[1] - axis[0]))


# signals


def test_a_shift_in_ppm_is_read_off_the_spectrum_of_a_simulated_line() -> None:
    for variant, p in variants("m1.signals.q_ppm"):
        larmor_hz = p["spectrometer_mhz"] * 1e6
        lines_hz = [larmor_hz * (1 + 1e-6 * ppm) for ppm in (p["shift_ppm"], p["carrier_ppm"])]
        assert right(variant, lines_hz[0] - lines_hz[1])
    for variant, p in variants("m1.signals.q_shift"):
        reference_hz = p["spectrometer_mhz"] * 1e6
        line_hz = reference_hz * (1 + 1e-6 * p["carrier_ppm"]) + p["frequency_hz"]
        assert right(variant, (line_hz / reference_hz - 1) * 1e6)


def test_two_lines_a_bin_apart_are_orthogonal() -> None:
    for variant, p in variants("m1.signals.q_bin"):
        times_s = np.arange(p["n_points"]) * p["dwell_us"] * 1e-6
        distances_hz = np.linspace(0.2, 1.8, 161) * float(variant.answer)
        overlap = [abs(np.mean(np.exp(2j * np.pi * distance * times_s))) for distance in distances_hz]
        assert right(variant, distances_hz[int(np.argmin(overlap))])


def test_the_width_behind_a_decay_is_that_of_its_transform() -> None:
    for variant, p in variants("m1.signals.q_envelope", 4):
        t2_s = p["t2_star_ms"] * 1e-3
        times_s = np.arange(0, 12 * t2_s, t2_s / 100)
        decay = np.exp(-times_s / t2_s)
        decay[0] /= 2
        spectrum = np.fft.fftshift(np.fft.fft(decay, 2**17).real)
        axis_hz = np.fft.fftshift(np.fft.fftfreq(2**17, times_s[1]))
        assert right(variant, full_width(axis_hz, spectrum))


def test_one_frequency_alone_gives_both_aliased_spectra() -> None:
    for variant, p in variants("m1.signals.q_alias_two", 6):
        seen = []
        for band in (p["first_hz"], p["second_hz"]):
            samples = np.exp(2j * np.pi * p["line_hz"] * np.arange(band) / band)  # bins of 1 Hz
            seen.append(np.fft.fftfreq(band, 1 / band)[np.argmax(np.abs(np.fft.fft(samples)))])
        fits = [
            f
            for f in range(-p["limit_hz"], p["limit_hz"] + 1, 50)
            if all(
                np.allclose(np.exp(2j * np.pi * (f - place) * np.arange(9) / band), 1)
                for place, band in zip(seen, (p["first_hz"], p["second_hz"]), strict=True)
            )
        ]
        assert len(fits) == 1
        assert right(variant, fits[0])


def test_the_fewest_samples_keep_the_lines_apart_and_in_their_place() -> None:
    for variant, p in variants("m1.signals.q_points"):
        n = round(float(variant.answer))
        seconds = 1 / p["apart_hz"]
        bandwidth = n / seconds
        furthest = max((p["low_hz"], p["high_hz"]), key=abs)
        assert abs(furthest) <= bandwidth / 2 * (1 + 1e-9)
        assert abs(furthest) > 0.99 * (0.98 * bandwidth) / 2  # with 2 % fewer it would be aliased
        assert right(variant, n)


def test_a_beat_is_the_distance_of_the_peaks_of_its_spectrum() -> None:
    for variant, p in variants("m1.signals.q_beat", 5):
        apart, seconds = p["apart_hz"], 40 / p["apart_hz"]
        times_s = np.arange(0, seconds, 1 / (20 * apart))
        lines = np.exp(1j * np.pi * apart * times_s) + np.exp(-1j * np.pi * apart * times_s)
        drawn = variant.figure().axes[0].lines[0].get_xydata()
        decayed = np.abs(lines) * np.exp(-times_s * apart / p["beats"])
        assert np.allclose(np.interp(drawn[:, 0], 1e3 * times_s, decayed), drawn[:, 1], atol=0.05)
        magnitude = np.abs(np.fft.fft(lines * np.exp(-times_s * apart / p["beats"]), 2**16))
        axis_hz = np.fft.fftfreq(2**16, times_s[1])
        peaks = [axis_hz[half][np.argmax(magnitude[half])] for half in (axis_hz > 0, axis_hz < 0)]
        assert right(variant, peaks[0] - peaks[1])


def test_the_phase_of_a_late_sample_is_that_of_the_turning_arrow() -> None:
    for variant, p in variants("m1.signals.q_delay"):
        arrow = np.prod(np.full(1000, np.exp(2j * np.pi * p["frequency_hz"] * p["delay_us"] * 1e-9)))  # small turns
        assert right(variant, np.degrees(np.angle(arrow)))


# networks


@pytest.mark.parametrize(
    ("slug", "sizes"),
    [
        ("m1.networks.q_parameters", ("n_in", "n_hidden", "n_out")),
        ("m1.networks.q_parameters_deep", ("n_in", "n_first", "n_second", "n_out")),
    ],
)
def test_parameters_are_counted_in_arrays(slug: str, sizes: tuple[str, ...]) -> None:
    for variant, p in variants(slug):
        layers = [p[size] for size in sizes]
        arrays = [np.zeros((a + 1, b)) for a, b in pairwise(layers)]  # a row for the bias
        assert right(variant, sum(array.size for array in arrays))


def test_steps_of_descent_follow_numerical_derivatives() -> None:
    h = 1e-6
    for variant, p in variants("m1.networks.q_step"):
        x, y = np.array(p["inputs"]), np.array(p["targets"])
        loss = [np.mean((w * x - y) ** 2) for w in (p["weight"] - h, p["weight"] + h)]
        assert right(variant, p["weight"] - p["rate"] * (loss[1] - loss[0]) / (2 * h))
    for variant, p in variants("m1.networks.q_momentum"):
        weight, velocity = float(p["start"]), 0.0
        for _ in range(2):
            slope = p["curvature"] * ((weight + h) ** 2 - (weight - h) ** 2) / (2 * h)
            velocity = p["momentum"] * velocity - p["rate"] * slope
            weight += velocity
        assert right(variant, weight)
    for variant, p in variants("m1.networks.q_backprop"):
        loss = [
            (p["second"] * max(0.0, w * p["input"] + p["bias"]) - p["target"]) ** 2
            for w in (p["first"] - h, p["first"] + h)
        ]
        assert right(variant, (loss[1] - loss[0]) / (2 * h))


def test_above_the_largest_rate_descent_diverges_and_below_it_does_not() -> None:
    for variant, p in variants("m1.networks.q_rate_limit"):
        curvature = np.array([p["flat"], p["steep"]])
        for factor, diverges in ((0.99, False), (1.01, True)):
            weights = np.ones(2)
            for _ in range(2000):
                weights = weights - factor * float(variant.answer) * curvature * weights
            assert (abs(weights[1]) > 1) == diverges


def test_the_epoch_to_keep_is_the_lowest_point_drawn() -> None:
    for variant, _ in variants("m1.networks.q_epoch"):
        curve = variant.figure().axes[0].lines[1].get_xydata()
        assert right(variant, curve[np.argmin(curve[:, 1]), 0])


def test_a_loss_with_penalty_is_a_sum_of_dot_products() -> None:
    for variant, p in variants("m1.networks.q_penalty"):
        weights, errors = np.array(p["weights"]), np.array(p["errors"])
        assert right(variant, errors @ errors / len(errors) + p["strength"] * (weights @ weights))


def test_the_curves_show_the_illness_that_they_are_named_after() -> None:
    for variant, p in variants("m1.networks.q_curves", 40):
        _, loss, fresh = variant.question.curves(p)  # type: ignore[attr-defined]
        first, last, n = fresh[:3].mean(), fresh[-3:].mean(), len(fresh)
        noise = 0.05 * p["level"]
        shape = {
            "curves_overfitting": last > 1.5 * fresh.min() and loss[-1] < noise,
            "curves_underfitting": abs(fresh[-3:].mean() / fresh[n // 2 : n // 2 + 3].mean() - 1) < 0.1
            and last > 5 * noise,
            "curves_rate": last > 0.7 * first and np.std(np.diff(np.log(loss))) > 0.2,
            "curves_unfinished": last < 0.8 * fresh[n // 2] and last > 5 * noise,
        }
        assert shape[p["illness"]], p


# the DFT


def test_costs_and_weights_of_the_transform_are_counted() -> None:
    for variant, p in variants("m1.dft.q_cost"):
        n = 2 ** p["power"]
        stages = 0
        while n > 1:
            n, stages = n // 2, stages + 1
        assert right(variant, 2.0 ** (2 * p["power"]) / (2.0 ** p["power"] * stages))
    for variant, p in variants("m1.dft.q_weights", 3):
        n = p["n_points"]
        basis = np.fft.fft(np.eye(n))
        real = np.block([[basis.real, -basis.imag], [basis.imag, basis.real]])
        assert right(variant, real.size)


def test_a_linear_network_superposes() -> None:
    for variant, p in variants("m1.dft.q_superposition"):
        values = [complex(*p["first"]), complex(*p["second"])]
        inputs = np.eye(4)[:2]  # x and y
        weights = np.array([[v.real, v.imag] for v in values] + [[7.0, 7.0]] * 2)  # the network on them
        m, n = p["factors"]
        assert right(variant, np.linalg.norm((m * inputs[0] + n * inputs[1]) @ weights))


def test_the_poorest_direction_takes_as_long_as_descent_itself() -> None:
    for variant, p in variants("m1.dft.q_steps", 5):
        singular = np.array([1.0, 1.0 / p["ratio"]])
        error, rate, steps = np.ones(2), 1.0, 0  # loss |X E|^2 / 2: the rate makes the strong direction vanish
        while error[1] > p["left_percent"] / 100:
            error = error - rate * singular**2 * error
            steps += 1
        assert error[0] == 0
        assert right(variant, steps)


def test_directions_are_learned_as_drawn() -> None:
    for variant, p in variants("m1.dft.q_directions", 10):
        values = variant.figure().axes[0].lines[0].get_ydata()
        error = np.ones(len(values))
        for _ in range(p["steps"]):
            error = error - values**2 * error
        assert right(variant, np.sum(error < np.exp(-1)))


# line shapes


def test_widths_are_those_drawn() -> None:
    for variant, _ in variants("m1.lineshapes.q_read_width", 6):
        assert right(variant, full_width(*variant.figure().axes[0].lines[0].get_xydata().T))
    for variant, p in variants("m1.lineshapes.q_read_magnitude", 6):
        t2_s = p["t2_star_ms"] * 1e-3
        times_s = np.arange(0, 15 * t2_s, t2_s / 200)
        spectrum = np.fft.fftshift(np.abs(np.fft.fft(np.exp(-times_s / t2_s), 2**17)))
        axis_hz = np.fft.fftshift(np.fft.fftfreq(2**17, times_s[1]))
        drawn = full_width(*variant.figure().axes[0].lines[0].get_xydata().T)
        assert drawn == pytest.approx(full_width(axis_hz, spectrum), rel=0.02)  # the figure is that of this decay
        assert right(variant, p["t2_star_ms"])


def test_amounts_follow_areas_integrated_from_the_figure() -> None:
    for variant, p in variants("m1.lineshapes.q_heights", 8):
        areas = []
        for panel, height in zip(variant.figure().axes, p["heights"], strict=True):
            axis, values = panel.lines[0].get_xydata().T
            assert np.max(values) == pytest.approx(height)
            wide = np.linspace(-4000, 4000, 160_001)
            areas.append(np.trapezoid(height / (1 + (2 * wide / full_width(axis, values)) ** 2), wide))
        assert right(variant, areas[1] / areas[0] / (p["nuclei"][1] / p["nuclei"][0]))


def test_concentrations_are_those_that_give_the_areas() -> None:
    for variant, p in variants("m1.lineshapes.q_concentration"):
        per_nucleus = p["reference_area"] / (p["reference_mm"] * p["reference_nuclei"])
        assert float(variant.answer) * p["nuclei"] * per_nucleus == pytest.approx(p["area"])


def test_averaging_is_simulated() -> None:
    rng = np.random.default_rng(1)
    for variant, p in variants("m1.lineshapes.q_scans", 3):
        scans = round(float(variant.answer))
        few, many = (rng.normal(size=(20_000 // n * 4 + 400, n)).mean(axis=1).std() for n in (p["scans"], scans))
        assert few / many == pytest.approx(p["factor"], rel=0.12)


def test_the_bound_is_that_of_the_library() -> None:
    """FWHM / SNR, and so many scans: the numeric Fisher matrix of a decay that has ended."""
    for variant, p in variants("m1.lineshapes.q_bound_scans", 4):
        fwhm, dwell_s = p["fwhm_hz"], 1 / (400 * p["fwhm_hz"])
        n_points = int(4 / (fwhm * dwell_s))
        energy = np.sum(np.exp(-2 * np.pi * fwhm * dwell_s * np.arange(n_points)))
        bound = cramer_rao_line(
            fwhm,
            p["snr"] / np.sqrt(energy),
            n_points=n_points,
            dwell_s=dwell_s,
            noise_sd=1 / np.sqrt(float(variant.answer)),
        )
        assert bound[0, 0] == pytest.approx(p["wanted_mhz"] / 1000, rel=0.02)


def test_coverage_is_counted() -> None:
    outside = np.mean(np.abs(np.random.default_rng(2).normal(size=1_000_000)) > 1)
    for variant, p in variants("m1.lineshapes.q_coverage"):
        assert right(variant, outside * p["n_fits"])


def test_residuals_have_the_symmetry_of_their_fault() -> None:
    for variant, p in variants("m1.lineshapes.q_residual", 40):
        axis, left = variant.question.residual(p)  # type: ignore[attr-defined]
        near = np.abs(axis - p["frequency_hz"]) < 1.5 * p["fwhm_hz"]
        even, odd = (left[near] + left[near][::-1]) / 2, (left[near] - left[near][::-1]) / 2
        centre = abs(left[len(left) // 2 - 1 : len(left) // 2 + 2].mean())
        fault = (
            "residual_noise"
            if np.std(left[near]) < 1.6
            else "residual_frequency"
            if np.std(odd) > 2 * np.std(even)
            else "residual_amplitude"
            if centre > 6
            else "residual_width"
        )
        assert fault == p["fault"]


# parameters


def test_widths_in_bins_and_the_longest_record() -> None:
    for variant, p in variants("m1.parameters.q_bins"):
        bins_hz = np.fft.fftfreq(p["n_points"], p["dwell_us"] * 1e-6)
        assert right(variant, p["fwhm_hz"] / (bins_hz[1] - bins_hz[0]))
    for variant, p in variants("m1.parameters.q_longest"):
        dwell_s = 1e-4
        n = max(n for n in range(1, 200_000, 10) if p["fwhm_hz"] / (1 / (n * dwell_s)) <= p["most_bins"])
        assert right(variant, n * dwell_s)


def test_bias_and_spread_are_simulated_and_times_are_equal() -> None:
    noise = np.random.default_rng(3).normal(size=200_000)
    for variant, p in variants("m1.parameters.q_rmse"):
        assert right(variant, np.sqrt(np.mean((p["bias"] + p["spread"] * noise) ** 2)))
    for variant, p in variants("m1.parameters.q_break_even"):
        n = float(variant.answer)
        assert n / p["fits_per_s"] == pytest.approx(p["training_s"] + n / p["networks_per_s"])


# k-space


def test_fields_of_view_and_pixels_are_where_points_look_alike_or_apart() -> None:
    for variant, p in variants("m2.kspace.q_fov"):
        x_m = np.linspace(0, 0.8, 80_001)
        alike = np.abs(np.mean(np.exp(2j * np.pi * np.outer(x_m, p["step_per_m"] * np.arange(32))), axis=1))
        apart = int(np.argmax(alike < 0.5))
        assert right(variant, 100 * x_m[apart + np.argmax(alike[apart:] > 0.999)])  # a point looks as that at 0 again
    for variant, p in variants("m2.kspace.q_pixel"):
        k_per_m = np.linspace(-p["k_max_per_m"], p["k_max_per_m"], 400, endpoint=False)
        x_m = np.linspace(1e-5, 1.5 * 1e-3 * float(variant.answer), 1001)
        alike = np.abs(np.mean(np.exp(2j * np.pi * np.outer(x_m, k_per_m)), axis=1))
        assert right(variant, 1e3 * x_m[np.argmin(alike)])  # the nearest point whose samples are orthogonal


def test_copies_stand_where_the_transform_puts_them() -> None:
    for variant, p in variants("m2.kspace.q_ghosts"):
        n = p["n_lines"] // p["every"] * p["every"]  # copies on whole pixels
        image = np.zeros(n)
        image[n // 2] = 1
        samples = np.fft.fft(image)
        samples[np.arange(n) % p["every"] != 0] = 0
        copies = np.flatnonzero(np.abs(np.fft.ifft(samples)) > 1e-9)
        assert right(variant, np.diff(copies)[0] * p["fov_mm"] / n)
    for variant, _ in variants("m2.kspace.q_read_ghosts"):
        values = variant.figure().axes[0].lines[0].get_ydata()
        power = np.abs(np.fft.fft(values)) ** 2
        period = np.flatnonzero(power > 1e-6 * power[0])[1]  # the first harmonic of the pattern
        assert right(variant, period)


def test_lines_are_counted_in_a_mask() -> None:
    for variant, p in variants("m2.kspace.q_acceleration"):
        others = np.zeros(p["n_others"], bool)
        others[:: p["every"]] = True
        mask = np.insert(others, p["n_others"] // 2, np.ones(p["n_low"], bool))
        assert right(variant, mask.size / mask.sum())


def test_opposite_samples_are_conjugate_for_real_images_only() -> None:
    rng = np.random.default_rng(4)
    for variant, p in variants("m2.kspace.q_hermitian"):
        image = rng.normal(size=(48, 48)) * (1 if p["real"] else np.exp(1j * np.linspace(0, 2, 48)))
        samples = np.fft.fft2(image)
        kx, ky = p["k"]
        conjugate = np.isclose(samples[-kx, -ky], np.conj(samples[kx, ky]))
        assert conjugate == p["real"]
        if p["real"]:
            said = complex(variant.answer.removeprefix("it is ").replace(" ", "").replace("i", "j"))
            assert said == complex(*p["value"]).conjugate()
        else:
            assert variant.answer == "nothing: it must be measured"


def test_noise_of_a_zero_filled_image_is_simulated() -> None:
    rng = np.random.default_rng(5)
    for variant, p in variants("m2.kspace.q_noise", 4):
        n = 48 * p["every"]
        noise = p["noise"] * (rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n)))
        noise[rng.permutation(n)[n // p["every"] :]] = 0
        assert right(variant, np.fft.ifft2(noise, norm="ortho").real.std())


# convolutions


def test_convolutions_are_done_by_the_transform() -> None:
    for variant, p in variants("m2.convolutions.q_by_hand"):
        kernel = np.pad(p["kernel"], (0, 2))
        value = np.fft.ifft(np.fft.fft(p["signal"]) * np.fft.fft(kernel)).real[p["place"]]
        assert right(variant, value)


def test_weights_outputs_and_fields_are_measured() -> None:
    for variant, p in variants("m2.convolutions.q_parameters"):
        kernel = np.zeros((p["kernel"], p["kernel"], p["n_in"], p["n_out"]))
        assert right(variant, kernel.size + kernel.shape[-1])
    for variant, p in variants("m2.convolutions.q_output_size"):
        starts = [i for i in range(0, p["pixels"], p["stride"]) if i + p["kernel"] <= p["pixels"]]
        assert right(variant, len(starts))
    for variant, p in variants("m2.convolutions.q_receptive_field"):
        seen = {0}  # outputs on which one value depends, layer by layer back to the input
        for _ in range(p["after"]):
            seen = {i + j for i in seen for j in range(p["kernel"])}
        seen = {2 * i + j for i in seen for j in range(2)}
        for _ in range(p["before"]):
            seen = {i + j for i in seen for j in range(p["kernel"])}
        assert right(variant, max(seen) - min(seen) + 1)


# tuning


def test_the_error_of_a_difference_is_simulated() -> None:
    rng = np.random.default_rng(6)
    for variant, p in variants("m2.tuning.q_seeds", 4):
        first = rng.normal(0, p["sd_a"], (40_000, p["n_seeds"])).mean(axis=1)
        second = rng.normal(0, p["sd_b"], (40_000, p["n_seeds"])).mean(axis=1)
        assert right(variant, (second - first).std())


def test_random_search_and_grids_are_counted() -> None:
    rng = np.random.default_rng(7)
    for variant, p in variants("m2.tuning.q_random", 4):
        hit = (rng.random((200_000, p["trials"])) < p["part_percent"] / 100).any(axis=1)
        assert right(variant, 100 * hit.mean())
    for variant, p in variants("m2.tuning.q_grid"):
        grid = np.stack(np.meshgrid(*[np.arange(p["values"])] * p["settings"])).reshape(p["settings"], -1)
        drawn = rng.random(grid.shape)
        assert right(variant, len(np.unique(drawn[0])) / len(np.unique(grid[0])))


def test_the_rate_to_begin_with_is_where_the_drawn_loss_falls_fastest() -> None:
    for variant, _ in variants("m2.tuning.q_range_test"):
        rates, loss = variant.figure().axes[0].lines[0].get_xydata().T
        smooth = np.convolve(loss, np.ones(15) / 15, "valid")
        steepest = rates[7:-7][np.argmin(np.gradient(smooth))]
        assert abs(np.log10(float(variant.answer) / steepest)) < 0.2
        lowest = rates[7:-7][np.argmin(smooth)]
        wrong = variant.question.distractors(variant.parameters)
        assert abs(np.log10(float(wrong["best_rate_at_minimum"]) / lowest)) < 0.35
        assert loss[-1] > 1.2 * loss[0]


# reconstruction


def test_metrics_are_those_of_scikit_image() -> None:
    metrics = pytest.importorskip("skimage.metrics", reason="needs scikit-image")
    for variant, p in variants("m2.reconstruction.q_nmse"):
        reference = np.array(p["reference"], float)
        image = reference + p["errors"]
        assert right(variant, metrics.normalized_root_mse(reference, image, normalization="euclidean") ** 2)
    for variant, p in variants("m2.reconstruction.q_psnr"):
        reference = np.zeros((16, 16))
        reference[0, 0] = p["maximum"]
        image = reference + p["rmse"] * np.where(np.arange(256).reshape(16, 16) % 2, 1, -1)
        assert right(variant, metrics.peak_signal_noise_ratio(reference, image, data_range=reference.max()))


def test_consistency_is_the_minimum_found_by_search() -> None:
    values = np.linspace(0, 25, 250_001)
    for variant, p in variants("m2.reconstruction.q_consistency"):
        cost = (values - p["predicted"]) ** 2 + p["weight"] * (values - p["measured"]) ** 2
        assert right(variant, values[np.argmin(cost)])


def test_a_dense_layer_is_as_large_as_its_matrix() -> None:
    for variant, p in variants("m2.reconstruction.q_dense_weights"):
        n_inputs = np.zeros((p["pixels"], p["pixels"]), complex).view(float).size
        assert right(variant, n_inputs * p["pixels"] ** 2)


def test_every_numeric_question_is_found_a_second_way() -> None:
    """A new question is not forgotten: its slug stands in this file, or in that on aliasing."""
    with open(__file__, encoding="utf-8") as file:
        here = file.read()
    elsewhere = {"m1.signals.q_alias"}  # test_bank.py, against the peak of an FFT
    missing = [q.slug for q in all_questions() if q.kind == "numeric" and f'"{q.slug}"' not in here]
    assert set(missing) <= elsewhere
