"""Draw the pictures of README.md from simulated data: ``python benchmarks/make_pictures.py`` or ``make pictures``."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import learnmr
from learnmr.plots import save

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images"
FIELD_MHZ = 300.0

#: strengths, splitting in Hz, chemical shift in ppm: a doublet and a quartet of 6.9 Hz, a line of its own
_GROUPS = (((1.0, 1.0), 6.9, 1.32), ((0.125, 0.375, 0.375, 0.125), 6.9, 1.60), ((0.7,), 0.0, 1.45))
_FWHM_HZ = 1.1
_CARRIER_PPM = 1.5


def fid_of_three_groups() -> learnmr.FID:
    """Seven lines of a doublet, a quartet and a singlet in noise."""
    lines = [
        learnmr.Resonance((shift - _CARRIER_PPM) * FIELD_MHZ + offset, _FWHM_HZ, strength, 0.3)
        for strengths, splitting, shift in _GROUPS
        for strength, offset in zip(
            strengths, (np.arange(len(strengths)) - (len(strengths) - 1) / 2) * splitting, strict=True
        )
    ]
    return learnmr.simulate_fid(
        lines,
        n_points=4096,
        dwell_s=5e-4,
        noise_sd=0.06,
        seed=3,
        spectrometer_mhz=FIELD_MHZ,
        carrier_ppm=_CARRIER_PPM,
        nucleus="1H",
    )


def main() -> None:
    """Decompose, draw, write."""
    fid = fid_of_three_groups()
    table = learnmr.decompose(fid)
    FOLDER.mkdir(parents=True, exist_ok=True)
    title = f"{len(table)} resonances found in a simulated FID"
    save(learnmr.plot(table, fid, limits=(1.25, 1.68), title=title), FOLDER / "decomposition.png", dpi=110)


if __name__ == "__main__":
    main()
