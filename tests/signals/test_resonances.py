"""Lines and tables: selection, writing and reading back, refusals."""

import csv
import io
import json
import math

import numpy as np
import pytest

from learnmr.signals import LINE_FIELDS, LineEstimates, Resonance, ResonanceTable


def table(**keywords):
    return ResonanceTable(
        [10.0, -5.0, 30.0], [1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [0.1, 0.2, 0.3], [0.01, 0.02, np.nan],
        fid_index=[0, 1, 1], spectrometer_mhz=100.0, carrier_ppm=5.0, noise_sd=[0.5, 0.6], **keywords,
    )  # fmt: skip


def test_width_and_decay_time_are_inverse():
    assert Resonance(0.0, 1 / np.pi).t2star_s == pytest.approx(1.0)
    assert Resonance(0.0, 0.0).t2star_s == math.inf


def test_order_of_the_four_parameters_is_fixed():
    assert LINE_FIELDS == ("frequency_hz", "fwhm_hz", "amplitude", "phase_rad")


def test_lines_go_in_and_come_out():
    lines = [Resonance(1.0, 2.0, 3.0, 0.4), Resonance(5.0, 6.0, 7.0, -0.8)]
    made = ResonanceTable.of(lines)
    assert list(made) == lines
    assert np.isnan(made.frequency_hz_sd).all()
    assert len(ResonanceTable.of([])) == 0


def test_shift_and_its_deviation_follow_frequency():
    np.testing.assert_allclose(table().shift_ppm, [5.1, 4.95, 5.3])
    np.testing.assert_allclose(table().shift_ppm_sd, [1e-4, 2e-4, np.nan])
    assert ResonanceTable.of([]).shift_ppm is None
    assert ResonanceTable.of([]).shift_ppm_sd is None


def test_one_fid_of_an_array_has_its_lines_and_its_noise():
    second = table().of_fid(1)
    assert second.frequency_hz.tolist() == [-5.0, 30.0]
    assert second.fid_index.tolist() == [0, 0]
    assert second.noise_sd.tolist() == [0.6]
    assert len(table().of_fid(7)) == 0


def test_selection_keeps_order_and_deviations():
    chosen = table().select([2, 0])
    assert chosen.amplitude.tolist() == [6.0, 4.0]
    np.testing.assert_array_equal(chosen.frequency_hz_sd, [np.nan, 0.01])


def test_csv_reads_back(tmp_path):
    path = tmp_path / "lines.csv"
    text = table().to_csv(path)
    assert path.read_text(encoding="utf-8") == text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [float(row["frequency_hz"]) for row in rows] == [10.0, -5.0, 30.0]
    assert rows[2]["frequency_hz_sd"] == ""
    assert list(rows[0])[:3] == ["fid_index", "shift_ppm", "shift_ppm_sd"]


def test_json_reads_back_with_nan_as_null(tmp_path):
    path = tmp_path / "lines.json"
    records = json.loads(table().to_json(path))
    assert json.loads(path.read_text(encoding="utf-8")) == records == table().to_records()
    assert records[2]["frequency_hz_sd"] is None
    assert records[1]["fid_index"] == 1
    assert json.loads(ResonanceTable.of([]).to_json()) == []


def test_frame_has_a_row_per_line():
    frame = table().to_frame()
    assert frame.shape == (3, 11)
    assert frame["amplitude"].tolist() == [4.0, 5.0, 6.0]


def test_text_shows_every_line():
    assert len(str(table()).splitlines()) == 4
    assert "10.000 ± 0.010" in str(table())
    assert str(ResonanceTable.of([])) == "no resonances"


def test_batch_is_selected_by_mask_and_integer():
    batch = LineEstimates([1.0, 2.0, 3.0], [1, 1, 1], [1, 1, 1], [0, 0, 0], amplitude_sd=[0.1, 0.2, 0.3])
    assert batch[batch.frequency_hz > 1.5].amplitude_sd.tolist() == [0.2, 0.3]
    assert len(batch[0]) == 1


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"fwhm_hz": -1.0}, r"fwhm_hz must be >= 0 Hz, got -1\.0"),
        ({"fwhm_hz": 1.0, "gaussian_fwhm_hz": -2.0}, r"gaussian_fwhm_hz.*-2\.0"),
        ({"fwhm_hz": 1.0, "amplitude": np.nan}, "amplitude must be finite, got nan"),
    ],
)
def test_what_is_no_line_is_refused(keywords, message):
    with pytest.raises(ValueError, match=message):
        Resonance(0.0, **keywords)


@pytest.mark.parametrize("noun", [LineEstimates, ResonanceTable])
@pytest.mark.parametrize(
    ("columns", "keywords", "message"),
    [
        (([1.0], [1.0, 2.0], [1.0], [0.0]), {}, "fwhm_hz must have 1 values like frequency_hz, got 2"),
        (([1.0], [1.0], [np.nan], [0.0]), {}, "amplitude must be finite"),
        (([1.0], [1.0], [1.0], [0.0]), {"phase_rad_sd": [-1.0]}, "phase_rad_sd must be >= 0"),
        (([1.0], [1.0], [1.0], [0.0]), {"fwhm_hz_sd": [1.0, 2.0]}, "fwhm_hz_sd must have 1 values"),
    ],
)
def test_columns_that_do_not_fit_are_refused(noun, columns, keywords, message):
    with pytest.raises(ValueError, match=message):
        noun(*columns, **keywords)


@pytest.mark.parametrize("fid_index", [[-1], [0, 1]])
def test_fid_index_that_does_not_fit_is_refused(fid_index):
    with pytest.raises(ValueError, match="fid_index must be 1 integers >= 0"):
        ResonanceTable([1.0], [1.0], [1.0], [0.0], fid_index=fid_index)
