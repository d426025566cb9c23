"""Measured FIDs against what was published or measured independently; SOURCE.txt beside each says where it is from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.optimize

from learnmr import FID, decompose, read
from learnmr.classical import interpolated_peak
from learnmr.files import find_nmrpy_data
from learnmr.signals import LINE_FIELDS


def nearest_errors_hz(found_ppm: np.ndarray, published_ppm: np.ndarray, spectrometer_mhz: float) -> np.ndarray:
    """Distance of each published line from the nearest one found, in Hz."""
    return np.min(np.abs(found_ppm[:, None] - published_ppm), axis=0) * spectrometer_mhz


def after_one_offset(found_ppm: np.ndarray, published_ppm: np.ndarray, spectrometer_mhz: float) -> np.ndarray:
    """The same after the one offset of the reference that makes the median difference vanish."""
    nearest = found_ppm[np.argmin(np.abs(found_ppm[:, None] - published_ppm), axis=0)]
    return nearest_errors_hz(found_ppm - np.median(nearest - published_ppm), published_ppm, spectrometer_mhz)


def test_gaba_carbons_lie_where_they_were_published(shared_data: Path) -> None:
    """peaklist.xml of the data set: the three CH2 carbons, 42.1487, 37.1761 and 26.4448 ppm."""
    fid = read(shared_data / "nmr" / "gaba-13c-126")
    table = decompose(fid)
    published_ppm = np.array([42.1487, 37.1761, 26.4448])
    errors = after_one_offset(table.shift_ppm, published_ppm, fid.spectrometer_mhz)
    assert np.all(errors < 0.2), errors
    # all five: the carboxyl, the three CH2, the reference; nothing else
    assert len(table) == 5
    assert table.residual_over_noise[0] < 1.3


def test_gaba_protons_lie_where_they_were_published(shared_data: Path) -> None:
    """Eleven lines of three multiplets; the outermost of the quintet are eight times lower than their neighbours."""
    fid = read(shared_data / "nmr" / "gaba-1h-500")
    table = decompose(fid)
    published = "3.0331 3.0181 3.0028 2.3192 2.3045 2.2897 1.9373 1.9224 1.9074 1.8924 1.8776"
    errors = after_one_offset(table.shift_ppm, np.array(published.split(), float), fid.spectrometer_mhz)
    assert np.all(errors < 0.5), errors
    assert np.median(errors) < 0.2
    # CH2 : CH2 : CH2 = 2 : 2 : 2, the lines of each multiplet together
    sums = [float(np.sum(table.amplitude[np.abs(table.shift_ppm - centre) < 0.06])) for centre in (3.018, 2.305, 1.908)]
    np.testing.assert_allclose(np.array(sums) / np.mean(sums), 1, atol=0.06)


def test_ketobutyrate_lies_where_it_was_published(shared_data: Path) -> None:
    """pdata/1/peak.txt: the resolved lines (two of the nineteen, 2.6 and 5 Hz beside three others, are left out)."""
    folder = shared_data / "nmr" / "ketobutyrate-1h-500-bmrb"
    fid = read(folder)
    rows = [line.split() for line in (folder / "pdata" / "1" / "peak.txt").read_text().splitlines()]
    published_ppm = np.array([float(row[3]) for row in rows if len(row) == 5 and row[0].isdigit()])
    assert published_ppm.size == 19
    resolved = published_ppm[~np.isin(published_ppm, [1.0283, 0.8194])]
    table = decompose(fid)
    errors = after_one_offset(table.shift_ppm, resolved, fid.spectrometer_mhz)
    assert np.all(errors < 0.35), errors
    assert np.median(errors) < 0.1


@pytest.mark.parametrize("experiment", ["00000", "00004"])
def test_carbon_satellites_of_dichloromethane(experiment: str, shared_data: Path) -> None:
    """1J(CH) = 178.6 Hz, half a per cent of the main line on either side of it."""
    table = decompose(read(shared_data / "nmr" / "dcm-reaction-spinsolve60" / experiment))
    main = int(np.argmax(table.amplitude))
    from_main = table.frequency_hz - table.frequency_hz[main]
    satellites = [int(np.argmin(np.abs(from_main - side * 89.3))) for side in (-1, 1)]
    assert np.diff(from_main[satellites])[0] == pytest.approx(178.6, abs=0.5)
    ratio = table.amplitude[satellites] / table.amplitude[main]
    assert np.all((ratio > 0.0035) & (ratio < 0.0065)), ratio


def test_phosphoric_acid_and_its_offset(shared_data: Path) -> None:
    """The maximum of the line lies at -953.7 Hz, the receiver's offset is 444 - 73i.

    The line is no Lorentzian: a fit of one lies at -955.7 Hz with a residual of 27 times the noise (which the table
    says). So the position is read from the maximum of the zero-filled spectrum and the table answers for the offset.
    """
    fid = read(shared_data / "nmr" / "h3po4-1h-300" / "4")
    table = decompose(fid)
    assert table.offset[0].real == pytest.approx(444, rel=0.05)
    assert table.offset[0].imag == pytest.approx(-73, rel=0.05)
    without = fid.with_samples(fid.samples - table.offset[0])
    spectrum = np.abs(np.fft.fft(without.samples, 32 * fid.n_points))
    highest_hz = np.fft.fftfreq(spectrum.size, fid.dwell_s)[spectrum.argmax()]
    assert highest_hz == pytest.approx(-953.7, abs=1)
    assert table.frequency_hz[np.argmax(table.amplitude)] == pytest.approx(-955.7, abs=0.5)
    assert table.residual_over_noise[0] > 5
    assert interpolated_peak(without).frequency_hz[0] == pytest.approx(-953.7, abs=3)


def test_water_in_a_benchtop_magnet_has_its_t2star(shared_data: Path) -> None:
    table = decompose(read(shared_data / "nmr" / "water-tempo-kea" / "1Pulse_20200929" / "51"))
    water = table.line(int(np.argmax(table.amplitude)))
    assert water.t2star_s == pytest.approx(0.067, abs=0.003)
    assert abs(water.frequency_hz) == pytest.approx(5.05, abs=0.05)


def recovery(delay_s: np.ndarray, full: float, depth: float, t1_s: float) -> np.ndarray:
    """Inversion recovery with an imperfect inversion."""
    return full * (1 - depth * np.exp(-delay_s / t1_s))


def fitted_t1_s(delay_s: np.ndarray, signal: np.ndarray) -> float:
    start = (np.abs(signal).max(), 2.0, 0.5)
    return float(scipy.optimize.curve_fit(recovery, delay_s, signal, start)[0][2])


def test_t1_of_water_with_gadolinium_agrees_with_an_independent_fit(shared_data: Path) -> None:
    """Signed amplitudes of the table against the first three samples of each FID, both through scipy.curve_fit.

    The field drifts by more than a line's width along the array, so each FID keeps its own position; the sign is that
    of the phase against the last, fully recovered FID. Its first samples, 12 ms of a decay of 160 ms, weigh those of
    the others: what was there at t = 0 without any model of the line (whose shape changes where it is inverted).
    """
    fids = read(shared_data / "nmr" / "gd-water-t1-nanalysis60" / "pseudoT1.jdx")
    delay_s = fids.axis.values
    table = decompose(fids)
    strongest = [int(np.flatnonzero(table.fid_index == k)[np.argmax(table.of_fid(k).amplitude)]) for k in range(8)]
    phases = table.phase_rad[strongest] - table.phase_rad[strongest[-1]]
    signed = table.amplitude[strongest] * np.sign(np.cos(phases))
    assert np.sign(signed).tolist() == [-1, -1, -1, 1, 1, 1, 1, 1]
    recovered = fids.samples[-1, :3]
    first_samples = (fids.samples[:, :3] @ recovered.conj()).real / np.vdot(recovered, recovered).real
    t1_s, independent_s = fitted_t1_s(delay_s, signed), fitted_t1_s(delay_s, first_samples)
    assert t1_s == pytest.approx(independent_s, rel=0.1)
    assert independent_s == pytest.approx(0.6, abs=0.05)


def test_a_joint_fit_of_a_drifting_array_says_that_it_does_not_hold(shared_data: Path) -> None:
    """The signs change along the array: the line is sought in what varies; the drift shows in the residual."""
    fids = read(shared_data / "nmr" / "gd-water-t1-nanalysis60" / "pseudoT1.jdx")
    table = decompose(fids, array="joint")
    assert len(table) == 8
    assert np.sign(table.amplitude).tolist() in ([-1, -1, -1, 1, 1, 1, 1, 1], [1, 1, 1, -1, -1, -1, -1, -1])
    assert np.all(table.residual_over_noise > 50)
    assert np.all(table.amplitude_sd[[0, -1]] > 5)


@pytest.fixture(scope="module")
def enzyme_fids() -> FID:
    folder = find_nmrpy_data()
    if folder is None:
        pytest.skip(
            "the time course of the package nmrpy is not installed: python -m pip install --no-deps nmrpy==0.2.8"
        )
    return read(folder)


def test_the_internal_standard_stands_still(enzyme_fids: FID) -> None:
    """TEP, the strongest line: scatter over the 24 repeats at most 15 mHz about the drift of the field.

    The drift bends (it settles): about a parabola 12.4 mHz are left, about a straight line 15.0 +- 0.6.
    """
    table = decompose(enzyme_fids)
    near = np.abs(table.frequency_hz - 92.2) < 1
    assert table.fid_index[near].tolist() == list(range(24))
    frequency_hz = table.frequency_hz[near]
    drift = np.polyfit(np.arange(24), frequency_hz, 2)
    scatter = np.std(frequency_hz - np.polyval(drift, np.arange(24)), ddof=3)
    assert scatter <= 0.015
    # the error bars of noise alone, 4 mHz, are part of it
    assert 0.003 < np.median(table.frequency_hz_sd[near]) < scatter


def test_the_time_course_has_its_anomers_in_every_fid(enzyme_fids: FID) -> None:
    """G6P falls and F6P rises; its anomers, 12.6 Hz apart, are found together where no single FID shows them."""
    table = decompose(enzyme_fids, array="joint")
    first = table.of_fid(0)
    lines = {name: int(np.argmin(np.abs(first.frequency_hz - at))) for name, at in (("a", 750.7), ("b", 763.1))}
    assert first.frequency_hz[lines["b"]] - first.frequency_hz[lines["a"]] == pytest.approx(12.5, abs=0.4)
    assert first.fwhm_hz[lines["a"]] == pytest.approx(7.2, abs=0.6)
    course = table.amplitude.reshape(24, -1)
    falling = int(np.argmin(np.abs(first.frequency_hz - 672.7)))
    assert course[-1, falling] < 0.3 * course[0, falling]
    assert course[-1, lines["b"]] > 4 * course[0, lines["b"]]
    assert np.abs(table.residual_over_noise - 1).max() < 0.05


@pytest.mark.parametrize(
    "path", ["aspirin-1h-300/bruker/1", "mrs-brain-siemens3t/SVS_30.rda", "toluene-tempone-kea/42"]
)
def test_other_spectrometers_give_finite_tables(path: str, shared_data: Path) -> None:
    table = decompose(read(shared_data / "nmr" / path))
    assert len(table) >= 1
    for name in LINE_FIELDS:
        assert np.isfinite(getattr(table, name)).all()
        assert np.isfinite(getattr(table, f"{name}_sd")).all()
    assert np.all(np.abs(table.frequency_hz) <= read(shared_data / "nmr" / path).bandwidth_hz / 2)
