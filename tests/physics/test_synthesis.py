import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnmr.installation import MissingExtraError
from learnmr.physics.synthesis import (
    multiplet,
    shim_decay,
    simulate_fid,
    simulate_lines,
    spin_system_lines,
    synthesise,
)
from learnmr.signals import Resonance, ResonanceTable, spectrum

DWELL_S = 1e-3


def direct(line: Resonance, times_s: np.ndarray) -> np.ndarray:
    """The formula of the signal model, written out."""
    return (
        line.amplitude
        * np.exp(1j * line.phase_rad + 2j * np.pi * line.frequency_hz * times_s - np.pi * line.fwhm_hz * times_s)
        * np.exp(-((np.pi * line.gaussian_fwhm_hz * times_s) ** 2) / (4 * np.log(2)))
    )


lines = st.builds(
    Resonance,
    st.floats(-500, 500),
    st.floats(0, 50),
    st.floats(0, 100),
    st.floats(-3, 3),
    st.floats(0, 20),
)


@settings(deadline=None, max_examples=60)
@given(line=lines, n_points=st.integers(1, 300), first_s=st.floats(0, 0.01))
def test_blocks_reproduce_the_formula_for_any_length(line, n_points, first_s):
    times_s = first_s + np.arange(n_points) * DWELL_S
    found = synthesise([line], n_points, DWELL_S, first_s=first_s)
    np.testing.assert_allclose(found, direct(line, times_s), atol=1e-11 * max(line.amplitude, 1e-9))


def test_lines_add_up():
    pair = [Resonance(10.0, 1.0), Resonance(-70.0, 3.0, 2.0, 0.4)]
    alone = sum(synthesise([line], 777, DWELL_S) for line in pair)
    np.testing.assert_allclose(synthesise(pair, 777, DWELL_S), alone, atol=1e-12)


def test_a_table_is_synthesised_like_its_lines_and_several_fids_are_refused():
    table = ResonanceTable([10.0, 20.0], [1.0, 2.0], [1.0, 0.5], [0.0, 1.0])
    np.testing.assert_array_equal(synthesise(table, 64, DWELL_S), synthesise(list(table), 64, DWELL_S))
    two = ResonanceTable([10.0, 20.0], [1.0, 2.0], [1.0, 0.5], [0.0, 1.0], fid_index=[0, 1])
    with pytest.raises(ValueError, match="of_fid"):
        synthesise(two, 64, DWELL_S)
    assert simulate_fid(two, n_points=64, dwell_s=DWELL_S).n_fids == 2


def test_the_spectrum_peaks_at_the_frequency_with_the_stated_width():
    fid = simulate_fid([Resonance(100.0, fwhm_hz=5.0)], n_points=8192, dwell_s=DWELL_S)
    shown = spectrum(fid, n_bins=65536)
    absorption = shown.values.real
    assert shown.frequency_hz[absorption.argmax()] == pytest.approx(100.0, abs=0.02)
    above = shown.frequency_hz[absorption >= absorption.max() / 2]
    assert above.max() - above.min() == pytest.approx(5.0, abs=0.05)


def test_voigt_line_has_the_published_width():
    # Olivero and Longbothum (1977): 0.5346 L + sqrt(0.2166 L^2 + G^2), within 0.02 per cent
    fid = simulate_fid([Resonance(0.0, fwhm_hz=4.0, gaussian_fwhm_hz=6.0)], n_points=4096, dwell_s=DWELL_S)
    shown = spectrum(fid, n_bins=2**18)
    absorption = shown.values.real
    above = shown.frequency_hz[absorption >= absorption.max() / 2]
    expected = 0.5346 * 4 + math.sqrt(0.2166 * 16 + 36)
    assert above.max() - above.min() == pytest.approx(expected, rel=2e-3)


def test_noise_has_the_stated_deviation_in_both_channels_and_zero_mean():
    fid = simulate_fid([], n_points=200_000, dwell_s=DWELL_S, noise_sd=0.7, seed=5)
    for channel in (fid.samples.real, fid.samples.imag):
        assert channel.std() == pytest.approx(0.7, rel=0.01)
        assert abs(channel.mean()) < 5 * 0.7 / math.sqrt(channel.size)


def test_the_seed_decides_the_noise():
    make = {"n_points": 32, "dwell_s": DWELL_S, "noise_sd": 1.0}
    first = simulate_fid([], **make, seed=1).samples
    np.testing.assert_array_equal(first, simulate_fid([], **make, seed=1).samples)
    assert np.abs(first - simulate_fid([], **make, seed=2).samples).min() > 0


def test_dead_time_turns_the_phase_in_proportion_to_the_frequency():
    pair = [Resonance(100.0, 2.0), Resonance(-50.0, 2.0)]
    late = simulate_fid(pair, n_points=256, dwell_s=DWELL_S, dead_time_s=5 * DWELL_S).samples
    prompt = simulate_fid(pair, n_points=261, dwell_s=DWELL_S).samples
    np.testing.assert_allclose(late, prompt[5:], atol=1e-12)


def test_offset_is_a_line_at_the_carrier():
    plain = simulate_fid([Resonance(100.0, 2.0)], n_points=64, dwell_s=DWELL_S).samples
    lifted = simulate_fid([Resonance(100.0, 2.0)], n_points=64, dwell_s=DWELL_S, offset=3 - 2j).samples
    np.testing.assert_allclose(lifted - plain, 3 - 2j)


@pytest.mark.parametrize(("gain", "phase_rad"), [(1.1, 0.0), (1.0, 0.1), (0.9, -0.2)])
def test_imbalance_leaves_the_image_that_theory_predicts(gain, phase_rad):
    # s' = s (1 + g e^{ie}) / 2 + conj(s) (1 - g e^{-ie}) / 2
    n_points = 1000
    fid = simulate_fid(
        [Resonance(100.0, 0.0)],
        n_points=n_points,
        dwell_s=DWELL_S,
        quadrature_gain=gain,
        quadrature_phase_rad=phase_rad,
    )
    bins = np.fft.fft(fid.samples) / n_points
    assert abs(bins[100]) == pytest.approx(abs(1 + gain * np.exp(1j * phase_rad)) / 2)
    assert abs(bins[-100]) == pytest.approx(abs(1 - gain * np.exp(-1j * phase_rad)) / 2)


def test_one_channel_is_the_sine_of_the_textbook():
    fid = simulate_fid([Resonance(50.0, 1.0, 2.0, 0.3)], n_points=128, dwell_s=DWELL_S, quadrature=False)
    t = fid.times_s
    np.testing.assert_allclose(fid.samples.real, 2 * np.sin(2 * np.pi * 50 * t + 0.3) * np.exp(-np.pi * t), atol=1e-12)
    noisy = simulate_fid([Resonance(50.0, 1.0)], n_points=128, dwell_s=DWELL_S, quadrature=False, noise_sd=1.0, seed=1)
    assert not noisy.samples.imag.any()


@pytest.mark.parametrize("delay", [20.0, 67.98])
def test_a_digital_filter_delays_the_decay_and_leaves_it_alone_behind_its_build_up(delay):
    line = Resonance(120.0, 2.0)
    n_points = 1024
    filtered = simulate_fid([line], n_points=n_points, dwell_s=DWELL_S, group_delay_points=delay).samples
    later = np.arange(math.ceil(2 * delay) + 2, n_points)
    expected = direct(line, (later - delay) * DWELL_S)
    assert np.abs(filtered[later] - expected).max() < 2e-3
    assert np.abs(filtered[: int(delay) // 2]).max() < 0.05
    # shifted back by a phase ramp, the decay starts at its first sample
    ramp = np.exp(2j * np.pi * np.fft.fftfreq(n_points) * delay)
    restored = np.fft.ifft(np.fft.fft(filtered) * ramp)
    assert np.abs(restored[20:900] - direct(line, np.arange(20, 900) * DWELL_S)).max() < 0.02


def test_rounding_adds_the_noise_of_a_uniform_error():
    lines = [Resonance(123.4, 0.01), Resonance(-321.0, 0.02)]
    clean = simulate_fid(lines, n_points=4096, dwell_s=DWELL_S).samples
    rounded = simulate_fid(lines, n_points=4096, dwell_s=DWELL_S, quantisation_bits=8, full_scale=2.0).samples
    step = 2.0 / 127
    assert (rounded - clean).real.std() == pytest.approx(step / math.sqrt(12), rel=0.06)
    np.testing.assert_allclose(rounded.real / step, np.round(rounded.real / step), atol=1e-9)


def test_a_converter_saturates_at_full_scale():
    fid = simulate_fid([Resonance(0.0, 1.0)], n_points=16, dwell_s=DWELL_S, quantisation_bits=12, full_scale=0.5)
    assert fid.samples.real.max() == pytest.approx(0.5)


def test_a_linear_field_gives_the_sinc_and_leaves_the_area():
    t = np.arange(4000) * DWELL_S
    np.testing.assert_allclose(shim_decay(t, {"z1": 7.0}), np.sinc(14.0 * t), atol=1e-10)
    assert shim_decay(t, {"z1": 2.0, "z2": -3.0, "z4": 1.0})[0] == pytest.approx(1.0)


def test_a_quadratic_field_makes_a_lopsided_line_of_unchanged_centre_of_mass():
    # the derivative of the decay at t = 0 is 2 pi i times the mean frequency, zero for Legendre polynomials
    t = np.array([0.0, 1e-7])
    decay = shim_decay(t, {"z2": 5.0})
    assert abs((decay[1] - decay[0]) / t[1]) < 1e-3
    wide = shim_decay(np.arange(1000) * DWELL_S, {"z2": 5.0})
    assert np.abs(wide.imag).max() > 0.1


def test_a_shim_factor_multiplies_every_line():
    factor = np.exp(-np.arange(64) / 20)
    shimmed = simulate_fid([Resonance(30.0, 1.0)], n_points=64, dwell_s=DWELL_S, shim=factor).samples
    np.testing.assert_allclose(shimmed, factor * synthesise([Resonance(30.0, 1.0)], 64, DWELL_S))
    field = simulate_fid([Resonance(30.0, 1.0)], n_points=64, dwell_s=DWELL_S, shim={"z1": 2.0}).samples
    times_s = np.arange(64) * DWELL_S
    np.testing.assert_allclose(field, np.sinc(4 * times_s) * direct(Resonance(30.0, 1.0), times_s), atol=1e-12)


@pytest.mark.parametrize("n_points", [1, 2, 7, 64, 1000, 1024])
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.complex64, 2e-6), (np.complex128, 1e-12)])
def test_batch_and_single_synthesis_agree(n_points, dtype, tolerance):
    rng = np.random.default_rng(8)
    f, w, a, p = rng.uniform(-500, 500, 5), rng.uniform(0, 9, 5), rng.uniform(0, 3, 5), rng.uniform(-3, 3, 5)
    batch = simulate_lines(f, w, a, p, n_points=n_points, dwell_s=DWELL_S, dtype=dtype)
    assert batch.dtype == dtype
    assert batch.shape == (5, n_points)
    for row, line in zip(batch, map(Resonance, f, w, a, p), strict=True):
        np.testing.assert_allclose(row, synthesise([line], n_points, DWELL_S), atol=3 * tolerance)


def test_batch_noise_follows_each_fid():
    samples = simulate_lines(0.0, 0.0, 0.0, 0.0, n_points=20_000, dwell_s=DWELL_S, noise_sd=[0.1, 0.0, 2.0], seed=1)
    assert samples.real.std(axis=1) == pytest.approx([0.1, 0.0, 2.0], rel=0.03)
    assert samples.imag.std(axis=1) == pytest.approx([0.1, 0.0, 2.0], rel=0.03)


@settings(deadline=None, max_examples=40)
@given(couplings=st.lists(st.floats(-20, 20), max_size=6))
def test_a_multiplet_keeps_area_and_centre(couplings):
    split = multiplet(Resonance(100.0, 1.0, amplitude=3.0), couplings)
    assert sum(line.amplitude for line in split) == pytest.approx(3.0)
    assert sum(line.amplitude * line.frequency_hz for line in split) == pytest.approx(300.0, abs=1e-6)


def test_equal_couplings_give_pascals_triangle():
    quintet = multiplet(Resonance(0.0, 1.0, amplitude=16.0), [7.1] * 4)
    assert [line.amplitude for line in quintet] == [1, 4, 6, 4, 1]


def test_two_strongly_coupled_spins_are_the_ab_quartet():
    # textbook: C = sqrt(J^2 + d^2) / 2, lines at +-C +- J/2 from the centre, intensities 1 -+ J / (2 C)
    pytest.importorskip("nmrsim")
    coupling, shift = 8.0, 10.0
    quartet = spin_system_lines([1.0, 1.1], [[0, coupling], [coupling, 0]], spectrometer_mhz=100.0, carrier_ppm=1.05)
    c = math.hypot(coupling, shift) / 2
    assert [line.frequency_hz for line in quartet] == pytest.approx(
        [-c - coupling / 2, -c + coupling / 2, c - coupling / 2, c + coupling / 2]
    )
    ratio = coupling / (2 * c)
    outer, inner = (1 - ratio) / 2, (1 + ratio) / 2
    assert [line.amplitude for line in quartet] == pytest.approx([outer, inner, inner, outer])


def test_strong_coupling_names_the_command_that_brings_nmrsim(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "nmrsim", None)
    monkeypatch.setitem(sys.modules, "nmrsim.qm", None)
    with pytest.raises((MissingExtraError, ImportError), match="spins"):
        spin_system_lines([1.0, 2.0], [[0, 7], [7, 0]], spectrometer_mhz=60.0)


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"n_points": 0}, "n_points.*0"),
        ({"n_points": 2.5}, "n_points.*2.5"),
        ({"dwell_s": -1.0}, "dwell_s.*-1"),
        ({"noise_sd": -0.1}, "noise_sd.*-0.1"),
        ({"noise_sd": math.nan}, "noise_sd.*nan"),
        ({"dead_time_s": -1e-6}, "dead_time_s"),
        ({"quadrature_gain": 0.0}, "quadrature_gain.*0"),
        ({"offset": complex(math.inf)}, "offset"),
        ({"group_delay_points": 0.5}, "group_delay_points.*0.5"),
        ({"group_delay_points": 1e9}, "group_delay_points"),
        ({"quantisation_bits": 1}, "quantisation_bits.*1"),
        ({"quantisation_bits": 8, "full_scale": 0.0}, "full_scale.*0"),
        ({"shim": [1.0, 2.0]}, "shim must be 16"),
        ({"shim": {"x": 1.0}}, "shim.*'x'"),
        ({"shim": {"z1": math.nan}}, "shim z1"),
    ],
)
def test_what_is_out_of_range_is_refused_by_name(keywords, message):
    with pytest.raises(ValueError, match=message):
        simulate_fid([Resonance(1.0, 1.0)], **{"n_points": 16, "dwell_s": DWELL_S, **keywords})


@pytest.mark.parametrize(
    ("values", "message"),
    [((math.nan, 1, 1, 0), "frequency_hz"), ((1, -1, 1, 0), "fwhm_hz.*-1"), ((1, 1, math.inf, 0), "amplitude")],
)
def test_a_batch_refuses_bad_lines(values, message):
    with pytest.raises(ValueError, match=message):
        simulate_lines(*values, n_points=4, dwell_s=1.0)
