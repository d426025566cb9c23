from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from learnmr.files import read_archive


def test_lines_and_truth_arrive_in_the_archive(run, strict, tmp_path: Path) -> None:
    out = tmp_path / "two.h5"
    said = strict(
        run(
            "simulate", out, "--line", "-120,2", "--line", "35,1,0.5,0.1", "--points", 256, "--dwell", 0.001,
            "--noise", 0.01, "--seed", 1, "--fids", 3, "--spectrometer-mhz", 60, "--carrier-ppm", 4.7,
            "--nucleus", "1H", "--json",
        ).stdout
    )  # fmt: skip
    assert said == {"path": str(out), "fids": 3, "points": 256, "lines": 2, "seed": 1}
    fid, truth = read_archive(out)
    assert fid.samples.shape == (3, 256)
    assert (fid.dwell_s, fid.spectrometer_mhz, fid.carrier_ppm, fid.nucleus) == (1e-3, 60.0, 4.7, "1H")
    assert truth is not None
    assert truth.fid_index.tolist() == [0, 0, 1, 1, 2, 2]
    assert truth.line(1).phase_rad == 0.1
    assert np.std(fid.samples[0] - fid.samples[1]) == pytest.approx(0.02, rel=0.1)


def test_a_seed_makes_the_file_repeatable(run, tmp_path: Path) -> None:
    for name in ("a.h5", "b.h5"):
        run("simulate", tmp_path / name, "--line", "1,2", "--noise", 1, "--seed", 5)
    first, second = (read_archive(tmp_path / name)[0].samples for name in ("a.h5", "b.h5"))
    np.testing.assert_array_equal(first, second)
    assert not read_archive(tmp_path / "a.h5")[0].is_array


@pytest.mark.parametrize("line", ["1", "1,2,3,4,5", "one,2", "1,-2", "nan,1"])
def test_a_line_that_is_none_is_wrong_usage(run, tmp_path: Path, line: str) -> None:
    assert "FREQUENCY,FWHM" in run("simulate", tmp_path / "a.h5", "--line", line, code=2).stderr
    assert not (tmp_path / "a.h5").exists()


def test_impossible_sampling_is_wrong_usage(run, tmp_path: Path) -> None:
    assert "dwell_s must be > 0" in run("simulate", tmp_path / "a.h5", "--line", "1,2", "--dwell", 0, code=2).stderr


def test_a_folder_in_the_way_is_a_failure(run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    run("simulate", tmp_path / "file" / "a.h5", "--line", "1,2", code=1)
