from __future__ import annotations

import csv
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from learnmr.files import write_archive
from learnmr.physics import simulate_fid
from learnmr.signals import FID, Resonance, ResonanceTable


def test_json_has_an_entry_per_fid_and_the_lines(run, strict, one: Path) -> None:
    (entry,) = strict(run("decompose", one, "--json").stdout)
    assert set(entry) == {"path", "fid_index", "lines", "quality", "error"}
    assert (entry["path"], entry["fid_index"], entry["error"]) == (str(one), 0, None)
    assert [round(line["frequency_hz"]) for line in entry["lines"]] == [-120, 35]
    assert all(line["frequency_hz_sd"] > 0 for line in entry["lines"])
    assert entry["quality"]["residual_over_noise"] == pytest.approx(1, abs=0.1)
    assert entry["quality"]["noise_sd"] == pytest.approx(0.02, rel=0.1)


def test_json_of_an_array_counts_its_fids(run, strict, three: Path) -> None:
    entries = strict(run("decompose", three, "--json").stdout)
    assert [entry["fid_index"] for entry in entries] == [0, 1, 2]
    assert [len(entry["lines"]) for entry in entries] == [1, 0, 1]
    assert entries[0]["lines"][0]["shift_ppm"] == pytest.approx(4.5, abs=0.01)


def test_unknown_error_bars_are_null(run, strict, one: Path, monkeypatch) -> None:
    table = ResonanceTable([1.0], [1.0], [1.0], [0.0])
    monkeypatch.setattr("learnmr.decomposition.decompose", lambda fid, **options: table)
    (entry,) = strict(run("decompose", one, "--json").stdout)
    assert entry["lines"][0]["frequency_hz_sd"] is None
    assert entry["quality"] == {"residual_over_noise": None, "noise_sd": None}
    assert "± ?" in run("decompose", one).stdout


def test_a_bad_path_is_an_entry_and_the_others_get_their_turn(run, strict, one: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.fid"
    empty.write_bytes(b"")
    result = run("decompose", empty, tmp_path / "none", one, "--json", code=1)
    entries = strict(result.stdout)
    assert [entry["error"] is None for entry in entries] == [False, False, True]
    assert entries[0] == {
        "path": str(empty), "fid_index": None, "lines": [], "quality": None, "error": entries[0]["error"],
    }  # fmt: skip
    assert "the file is empty" in entries[0]["error"]
    assert len(result.stderr.strip().splitlines()) == 2


def test_a_fault_while_decomposing_does_not_lose_the_others(run, strict, one: Path, three: Path, monkeypatch) -> None:
    from learnmr.decomposition import decompose

    def fails_on_arrays(fid: FID, **options):
        if fid.is_array:
            raise IndexError("out of range")
        return decompose(fid, **options)

    monkeypatch.setattr("learnmr.decomposition.decompose", fails_on_arrays)
    entries = strict(run("decompose", three, one, "--json", code=1).stdout)
    assert entries[0]["error"] == "IndexError: out of range"
    assert len(entries[1]["lines"]) == 2


def test_people_get_a_table(run, one: Path, three: Path) -> None:
    text = run("decompose", one, three).stdout
    assert "frequency / Hz" in text
    assert "-120.0" in text
    assert "3 FIDs of 512 points" in text
    assert "ppm" in text


def test_a_narrow_terminal_gets_brief_numbers(run, three: Path, monkeypatch) -> None:
    monkeypatch.setattr("learnmr.cli.console._WIDE", 60)
    text = run("decompose", three).stdout
    assert "±" not in text
    assert max(len(row) for row in text.splitlines() if row.startswith(" ")) <= 60


def test_noise_gives_no_lines_and_succeeds(run, strict, tmp_path: Path) -> None:
    write_archive(tmp_path / "noise.h5", simulate_fid([], n_points=512, dwell_s=1e-3, noise_sd=1.0, seed=2))
    assert strict(run("decompose", tmp_path / "noise.h5", "--json").stdout)[0]["lines"] == []
    assert "no resonances" in run("decompose", tmp_path / "noise.h5").stdout


def test_csv_holds_all_lines_of_all_paths(run, one: Path, three: Path, tmp_path: Path) -> None:
    run("decompose", one, three, "--csv", tmp_path / "lines.csv")
    with open(tmp_path / "lines.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(Path(row["path"]).name, row["fid_index"]) for row in rows] == [
        ("one.h5", "0"), ("one.h5", "0"), ("three.h5", "0"), ("three.h5", "2"),
    ]  # fmt: skip
    assert rows[0]["shift_ppm"] == ""
    assert float(rows[2]["shift_ppm"]) == pytest.approx(4.5, abs=0.01)


def test_a_picture_per_fid(run, three: Path, tmp_path: Path) -> None:
    run("decompose", three, "--plot", tmp_path / "fit.png")
    assert {path.name for path in tmp_path.glob("*.png")} == {"fit.png", "fit-1.png", "fit-2.png"}


def test_options_reach_the_decomposition(run, strict, three: Path, tmp_path: Path, monkeypatch) -> None:
    entries = strict(run("decompose", three, "--array", "joint", "--json").stdout)
    frequencies = {line["frequency_hz"] for entry in entries for line in entry["lines"]}
    assert len(frequencies) == 1
    seen = {}

    def note(fid: FID, **options):
        seen.update(options)
        return ResonanceTable.of([])

    monkeypatch.setattr("learnmr.decomposition.decompose", note)
    run(
        "decompose", three, "--keep-offset", "--apodise", "2", "--reference", "1.2", "1.0", "--noise", "0.1",
        "--false-alarm", "0.01", "--most-lines", "7",
    )  # fmt: skip
    del seen["progress"]
    assert seen == {
        "array": "each", "remove_offset": False, "apodise_hz": 2.0, "reference_ppm": (1.2, 1.0), "noise": 0.1,
        "false_alarm": 0.01, "most_lines": 7, "network": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    "options",
    [["--noise", "0"], ["--false-alarm", "1"], ["--most-lines", "0"], ["--apodise", "-1"], ["--array", "some"],
     ["--plot", "picture.bmp"], []],
)  # fmt: skip
def test_wrong_options_are_wrong_usage(run, one: Path, options: list[str]) -> None:
    run("decompose", *([one, *options] if options else ["--json"]), code=2)


def test_weights_that_are_none_are_refused(run, one: Path, tmp_path: Path) -> None:
    (tmp_path / "no.npz").write_text("nothing")
    assert "is not a line network" in run("decompose", one, "--weights", tmp_path / "no.npz", code=2).stderr
    run("decompose", one, "--weights", tmp_path / "absent.npz", code=1)


@pytest.mark.slow
def test_a_cold_start_on_32k_points_is_quick(tmp_path: Path) -> None:
    lines = [Resonance(float(f), 1.0) for f in np.linspace(-800, 800, 8)]
    write_archive(tmp_path / "big.h5", simulate_fid(lines, n_points=32768, dwell_s=5e-4, noise_sd=0.02, seed=1))
    command = [sys.executable, "-c", "from learnmr.cli import main; main()", "decompose", str(tmp_path / "big.h5")]
    started_s = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    # 3 s is the promise on a free machine; tests share theirs
    assert time.perf_counter() - started_s < 15
