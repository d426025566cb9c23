from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnmr.bench.example_files import WRITERS, example_fid
from learnmr.files import ReadError, read
from learnmr.files.bruker import group_delay_points, without_group_delay


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@settings(max_examples=30, deadline=None)
@given(delay=st.floats(0, 100), frequency=st.floats(-0.4, 0.4))
def test_a_delayed_decay_comes_back_to_its_origin(delay: float, frequency: float) -> None:
    """Law: a long smooth signal, shifted by any fraction of a point and shifted back, is itself."""

    def signal(points: np.ndarray) -> np.ndarray:
        bell = np.exp(-0.5 * ((points - 250) / 40) ** 2)  # band-limited, zero at both ends
        return bell * np.exp(2j * np.pi * frequency * points)

    n_points = np.arange(600)
    back = without_group_delay(signal(n_points - delay), delay)
    assert back.size == 600 - int(np.ceil(delay))
    np.testing.assert_allclose(back, signal(n_points[: back.size]), atol=1e-8)


def test_white_noise_stays_white_when_the_delay_is_removed(rng: np.random.Generator) -> None:
    noise = rng.normal(size=(200, 512)) + 1j * rng.normal(size=(200, 512))
    shifted = without_group_delay(noise, 67.98)
    assert shifted.real.std() == pytest.approx(1.0, rel=0.01)
    correlation = np.mean(shifted[:, 1:] * shifted[:, :-1].conj())
    assert abs(correlation) < 0.02


@pytest.mark.parametrize(
    ("parameters", "delay"),
    [
        # W. M. Westler and F. Abildgaard's table of DMX digital filters (1996), and a console that tells its delay
        ({"DSPFVS": "10", "DECIM": "24"}, 61.0208333),
        ({"DSPFVS": "12", "DECIM": "24"}, 70.1666667),
        ({"DSPFVS": "11", "DECIM": "16"}, 72.25),
        ({"DSPFVS": "20", "DECIM": "3332", "GRPDLY": "67.9842"}, 67.9842),
        ({"DSPFVS": "10", "DECIM": "24", "GRPDLY": "-1"}, 61.0208333),
        ({"DSPFVS": "0", "DECIM": "1"}, 0.0),
        ({"DSPFVS": "21", "DECIM": "100", "GRPDLY": "0"}, 0.0),
        ({"DSPFVS": "10", "DECIM": "24", "DIGMOD": "0"}, 0.0),
        ({}, 0.0),
    ],
)
def test_group_delay_is_that_of_console_or_table(parameters: dict[str, str], delay: float) -> None:
    assert group_delay_points(parameters) == pytest.approx(delay, abs=1e-6)


def test_an_unknown_digital_filter_is_refused_not_guessed() -> None:
    with pytest.raises(ValueError, match="DSPFVS = 10, DECIM = 23"):
        group_delay_points({"DSPFVS": "10", "DECIM": "23"})


def test_group_delay_longer_than_the_fid_is_refused() -> None:
    with pytest.raises(ValueError, match=r"group delay 9\.0 .* 8 points"):
        without_group_delay(np.ones(8, complex), 9.0)


def test_big_endian_data_are_read(tmp_path: Path) -> None:
    folder = WRITERS["bruker"](tmp_path / "a")
    little = read(folder).samples
    np.fromfile(folder / "fid", "<i4").astype(">i4").tofile(folder / "fid")
    _change(folder / "acqus", "BYTORDA= 0", "BYTORDA= 1")
    np.testing.assert_array_equal(read(folder).samples, little)


def test_padding_behind_td_points_is_not_signal(tmp_path: Path) -> None:
    folder = WRITERS["bruker"](tmp_path / "a")
    with (folder / "fid").open("ab") as file:
        file.write(bytes(1024))
    assert read(folder).n_points == 256


def test_without_processing_the_carrier_is_relative_to_bf1(tmp_path: Path) -> None:
    folder = WRITERS["bruker"](tmp_path / "a")
    (folder / "pdata" / "1" / "procs").unlink()
    fid = read(folder)
    assert fid.spectrometer_mhz == pytest.approx(59.9999)
    assert fid.carrier_ppm == pytest.approx((4.7 * 60 + 100) / 59.9999)


def test_processing_of_another_nucleus_is_no_reference(tmp_path: Path) -> None:
    folder = WRITERS["bruker"](tmp_path / "a")
    _change(folder / "pdata" / "1" / "procs", "SF= 60.0", "SF= 15.1")
    assert read(folder).spectrometer_mhz == pytest.approx(59.9999)


def test_reversed_processing_turns_the_sense_of_rotation(tmp_path: Path) -> None:
    folder = WRITERS["bruker"](tmp_path / "a")
    straight = read(folder).samples
    _change(folder / "pdata" / "1" / "procs", "REVERSE= no", "REVERSE= yes")
    np.testing.assert_array_equal(read(folder).samples, straight.conj())


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("AQ_mod= 3", "AQ_mod= 0", "single-channel"),
        ("AQ_mod= 3", "AQ_mod= 2", "sequential"),
        ("##$AQ_mod= 3\n", "", "acqus has no AQMOD"),
        ("TD= 608", "TD= 607", "TD must be even"),
        ("TD= 608", "TD= 2000000000", "truncated: TD = 2000000000 needs 8000000000 bytes, it has 2432"),
        ("TD= 608", "TD= " + "9" * 5000, "TD must be a finite number"),
        ("SW_h= 1000", "SW_h= nan", "SW_h must be a finite number, got 'nan'"),
        ("SW_h= 1000", "SW_h= -5", "SW_h must be > 0 Hz, got -5.0"),
        ("SW_h= 1000", "SW_h= 2000", "SW_h = 2000 Hz contradicts SW times SFO1 = 1000 Hz"),
        ("O1= 382", "O1= 999382", "SFO1 = 60.0003 MHz contradicts BF1 . O1 = 60.9993"),
        ("DTYPA= 0", "DTYPA= 1", r"DTYPA must be 0 \(int32\) or 2"),
        ("DSPFVS= 11", "DSPFVS= 77", "no group delay is known"),
    ],
)
def test_a_wrong_parameter_is_refused_with_its_name_and_value(tmp_path: Path, old: str, new: str, problem: str) -> None:
    folder = WRITERS["bruker"](tmp_path / "a")
    _change(folder / "acqus", old, new)
    with pytest.raises(ReadError, match=problem):
        read(folder)


def test_without_a_width_in_hertz_that_in_ppm_serves(tmp_path: Path) -> None:
    folder = WRITERS["bruker"](tmp_path / "a")
    _change(folder / "acqus", "SW_h= 1000", "X= 1000")
    assert read(folder).dwell_s == pytest.approx(1e-3)
    _change(folder / "acqus", "$SW=", "$Y=")
    with pytest.raises(ReadError, match="neither SW_h nor SW"):
        read(folder)


def test_an_unclosed_string_does_not_hang(tmp_path: Path) -> None:
    folder = WRITERS["bruker"](tmp_path / "a")
    _change(folder / "acqus", "<1H>", "<1H")
    assert read(folder).n_points == 256


def test_a_ser_with_fewer_rows_than_announced_is_refused(tmp_path: Path) -> None:
    folder = WRITERS["bruker-ser"](tmp_path / "a")
    _change(folder / "acqu2s", "TD= 4", "TD= 40")
    with pytest.raises(ReadError, match="ser is truncated"):
        read(folder)


def test_rows_of_a_ser_without_padding_are_read(tmp_path: Path) -> None:
    folder = WRITERS["bruker-ser"](tmp_path / "a")
    padded = read(folder).samples
    np.fromfile(folder / "ser", "<f8").reshape(4, 512)[:, :400].tofile(folder / "ser")
    np.testing.assert_array_equal(read(folder).samples, padded)


def test_a_list_of_delays_of_another_length_is_no_axis(tmp_path: Path) -> None:
    folder = WRITERS["bruker-ser"](tmp_path / "a")
    (folder / "vdlist").write_text("1m\n2m\n")
    assert read(folder).axis is None
    assert read(folder).n_fids == example_fid(4).n_fids


# Published peak lists (TopSpin peaklist.xml, peak.txt) beside the data, in ppm
GABA_1H = [3.0331, 3.0181, 3.0028, 2.3192, 2.3045, 2.2897, 1.9373, 1.9224, 1.9074, 1.8924, 1.8776]
GABA_13C = [184.3560, 42.1487, 37.1761, 26.4448]
KETOBUTYRATE = [2.7657, 2.7511, 2.7365, 2.7219, 1.0678, 1.0532, 1.0386]


@pytest.mark.parametrize(
    ("experiment", "published", "keywords", "tolerance_hz"),
    [
        ("gaba-1h-500", GABA_1H, {"broadening_hz": 0.5, "threshold": 0.002}, 0.6),
        ("gaba-13c-126", GABA_13C, {"broadening_hz": 2.0}, 0.6),
        ("ketobutyrate-1h-500-bmrb", KETOBUTYRATE, {"broadening_hz": 0.5, "threshold": 0.01}, 0.35),
    ],
)
def test_published_shifts_are_met_without_any_offset(
    shared_data: Path,
    peaks_ppm,
    experiment: str,
    published: list[float],
    keywords: dict[str, float],
    tolerance_hz: float,
) -> None:
    fid = read(shared_data / "nmr" / experiment)
    found = peaks_ppm(fid, **keywords)
    difference_hz = np.array([found[np.argmin(np.abs(found - shift))] - shift for shift in published])
    assert np.abs(difference_hz * fid.spectrometer_mhz).max() < tolerance_hz


def test_all_four_carbons_of_gaba_agree_after_one_offset_over_158_ppm(shared_data: Path, peaks_ppm) -> None:
    """Dividing by the carrier's frequency instead of that of 0 ppm would leave 1.6 Hz on the carboxyl line."""
    fid = read(shared_data / "nmr" / "gaba-13c-126")
    found = peaks_ppm(fid, broadening_hz=2.0)
    difference_hz = [(found[np.argmin(np.abs(found - shift))] - shift) * fid.spectrometer_mhz for shift in GABA_13C]
    assert np.ptp(difference_hz) < 0.25


def test_tsp_lies_at_zero(shared_data: Path, peaks_ppm) -> None:
    found = peaks_ppm(read(shared_data / "nmr" / "gaba-1h-500"), broadening_hz=0.5, threshold=0.02)
    assert np.abs(found).min() < 1e-3


def test_phosphoric_acid_lies_where_its_source_says_with_its_dc_offset(shared_data: Path, peaks_hz) -> None:
    fid = read(shared_data / "nmr" / "h3po4-1h-300" / "4")
    assert np.abs(peaks_hz(fid, broadening_hz=5.0) + 953.7).min() < 1.0
    assert abs(fid.samples[-2000:].mean() - (444 - 73j)) < 0.01 * 450
    assert fid.nucleus is None


@pytest.mark.parametrize(
    "experiment", ["aspirin-1h-300/bruker/1", "gaba-1h-500", "gaba-13c-126", "ketobutyrate-1h-500-bmrb"]
)
def test_no_build_up_is_left_at_either_end(shared_data: Path, experiment: str) -> None:
    """A wrapped build-up would stand out of the noise at the end; a delay too short would leave a silent start."""
    samples = np.abs(read(shared_data / "nmr" / experiment).samples)
    assert samples[-70:].max() < 1.5 * samples[-600:-70].max()
    assert samples[:3].max() > 0.5 * samples[:200].max()


def test_the_phase_of_real_lines_does_not_run_with_frequency(shared_data: Path, peaks_hz) -> None:
    """The old filter table (DSPFVS 10): one point of delay too many would turn the phase once over the width."""
    fid = read(shared_data / "nmr" / "aspirin-1h-300" / "bruker" / "1")
    frequency_hz = peaks_hz(fid, broadening_hz=2.0, threshold=0.1)
    assert np.ptp(frequency_hz) > 1500
    weights = np.exp(-np.pi * 2.0 * fid.times_s)
    kernel = np.exp(-2j * np.pi * np.outer(frequency_hz, fid.times_s))  # (n_peaks, n_points)
    phases = np.angle(kernel @ (weights * fid.samples))
    slope_points = np.polyfit(frequency_hz, np.unwrap(phases - phases.mean()), 1)[0] / (2 * np.pi * fid.dwell_s)
    assert abs(slope_points) < 0.25
