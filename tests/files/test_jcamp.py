from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from learnmr.bench.example_files import WRITERS, example_fid
from learnmr.files import ReadError, read


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_reversed_sense_is_mended_only_where_the_file_says_so(tmp_path: Path) -> None:
    path = WRITERS["jcamp"](tmp_path / "a")
    turned = read(path).samples
    _change(path, "$REVERSE= yes", "$REVERSE= no")
    np.testing.assert_array_equal(read(path).samples, turned.conj())


def test_only_the_fid_of_a_linked_file_is_read(tmp_path: Path) -> None:
    path = WRITERS["jcamp"](tmp_path / "a")
    spectrum = "##TITLE= s\n##DATA TYPE= NMR SPECTRUM\n##XYDATA= (X++(Y..Y))\n0 1 2\n##END=\n"
    path.write_text("##TITLE= both\n##DATA TYPE= LINK\n##BLOCKS= 2\n" + spectrum + path.read_text() + "##END=\n")
    assert read(path).n_points == 256


def test_a_shift_reference_serves_where_no_frequency_of_zero_ppm_is_given(tmp_path: Path) -> None:
    path = WRITERS["jcamp"](tmp_path / "a")
    left_edge_ppm = 4.7 + 500 / 60.000282
    _change(path, "##$SF= 60.0", f"##$SW_h= 1000\n##.SHIFT REFERENCE= INTERNAL, D2O, 1, {left_edge_ppm:.8f}")
    assert read(path).carrier_ppm == pytest.approx(4.7, abs=1e-5)
    _change(path, ".SHIFT REFERENCE", ".NO REFERENCE")
    assert read(path).carrier_ppm is None


def test_an_inversion_recovery_keeps_its_delays_and_signs(tmp_path: Path) -> None:
    fid = read(WRITERS["jcamp-array"](tmp_path / "a"))
    assert fid.axis is not None
    assert fid.axis.name == "inversion delay"
    assert np.all(np.sign(fid.samples[:, 0].real) == np.sign(example_fid(4).samples[:, 0].real))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("DATA TYPE= NMR FID", "DATA TYPE= NMR SPECTRUM", "must hold one NMR FID, it has 0 .*NMRSPECTRUM"),
        ("VAR_DIM= 256, 256", "VAR_DIM= 999999999, 256", "announces 999999999 values in"),
        ("VAR_DIM= 256, 256", "VAR_DIM= 255, 256", "must hold 255 ordinates"),
        ("VAR_DIM= 256, 256", "VAR_DIM= nan, 256", "VAR_DIM of X must be a finite number"),
        ("##SYMBOL= X, R, I, N", "##SYMBOL= X, Y, Z, N", "table 1 is R over X"),
        ("##SYMBOL", "##SYMBOLS", "no ##SYMBOL"),
        ("(X++(I..I))", "(X++(R..R))", "2 real tables need as many imaginary ones, got 0"),
        ("##LAST= 0.255", "##LAST= -1", "must lie after ##FIRST"),
        ("##UNITS= SECONDS", "##UNITS= HZ", "must be a time, got 'HZ'"),
        ("##$SFO1=", "##$SWH= 5000\n##$SFO1=", "say 1000 Hz of spectral width, ##.SWH 5000"),
        ("\n252 ", "\n252 nan ", "table 1 "),
    ],
)
def test_a_wrong_record_is_refused_with_its_name(tmp_path: Path, old: str, new: str, problem: str) -> None:
    path = WRITERS["jcamp"](tmp_path / "a")
    _change(path, old, new)
    with pytest.raises(ReadError, match=problem):
        read(path)


def test_a_missing_page_of_an_array_is_refused(tmp_path: Path) -> None:
    path = WRITERS["jcamp-array"](tmp_path / "a")
    text = path.read_text()
    pages = text.split("##PAGE")
    path.write_text("##PAGE".join(pages[:-2]) + "##END=\n")
    with pytest.raises(ReadError, match="announces 4 pages, the file has 3"):
        read(path)


def test_ibuprofen_lies_where_it_belongs(shared_data: Path, peaks_ppm) -> None:
    """SOURCE.txt: 0.90 d 6H, 1.50 d 3H, 2.45 d 2H, 3.71 q, 7.10 and 7.22; the acid proton near 10.5 ppm."""
    found = peaks_ppm(read(shared_data / "nmr" / "ibuprofen-1h-nanalysis60" / "1h.jdx"), threshold=0.06)
    for doublet in (0.90, 1.50, 2.45):
        halves = found[np.abs(found - doublet) < 0.1]
        assert halves.size == 2
        assert halves.mean() == pytest.approx(doublet, abs=0.02)
    assert np.abs(found - 7.16).min() < 0.03
    assert np.abs(found - 10.52).min() < 0.05


def test_ethyl_crotonate_has_its_vinyl_lines_at_the_left(shared_data: Path, peaks_ppm) -> None:
    """SOURCE.txt: OCH2 - CH3 separation 2.90 ppm; reversed sense. The file's own reference is 0.09 ppm too high."""
    fid = read(shared_data / "nmr" / "ethyl-crotonate-1h-xpulse60" / "1h.jdx")
    found = peaks_ppm(fid, broadening_hz=0.5, threshold=0.04)
    methyl = found[(found > 1.2) & (found < 1.55)]
    quartet = found[(found > 4.0) & (found < 4.55)]
    assert (methyl.size, quartet.size) == (3, 4)
    assert quartet.mean() - methyl.mean() == pytest.approx(2.90, abs=0.01)
    assert methyl.mean() == pytest.approx(1.28, abs=0.15)
    assert np.any((found > 5.5) & (found < 7.3))


def test_the_gadolinium_water_array_turns_its_sign(shared_data: Path, peaks_ppm) -> None:
    fid = read(shared_data / "nmr" / "gd-water-t1-nanalysis60" / "pseudoT1.jdx")
    assert fid.samples.shape == (8, 2048)
    assert fid.axis is not None
    np.testing.assert_allclose(fid.axis.values, np.geomspace(0.01, 60, 8), rtol=1e-4)
    assert (fid.axis.name, fid.axis.unit) == ("inversion delay", "s")
    first = fid.samples[:, 0].real
    assert np.all(first[:3] < 0)
    assert np.all(first[3:] > 0)
    assert peaks_ppm(fid[7], broadening_hz=2, threshold=0.3) == pytest.approx([4.7], abs=0.1)
    # stored 1 / FACTOR times; the header states the first ordinate
    assert fid.samples[0, 0] == pytest.approx(-1936.20389772 - 288.25158209j, rel=1e-5)
