"""``learnmr simulate``: lines in, an archive of FIDs with their truth out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .console import print_json

if TYPE_CHECKING:
    from ..signals import Resonance

__all__ = ["simulate"]


def _parsed(text: str) -> Resonance:
    """A line from ``frequency,fwhm[,amplitude[,phase]]``."""
    from ..signals import Resonance

    try:
        numbers = [float(part) for part in text.split(",")]
        if not 2 <= len(numbers) <= 4:
            raise ValueError(f"it has {len(numbers)} numbers")
        return Resonance(*numbers)
    except ValueError as error:
        raise typer.BadParameter(
            f"must be FREQUENCY,FWHM[,AMPLITUDE[,PHASE]] in Hz, Hz, any unit and rad, got {text!r}: {error}",
            param_hint="--line",
        ) from error


def simulate(
    out: Annotated[Path, typer.Argument(metavar="OUT.h5", help="The archive to write.")],
    line: Annotated[
        list[str],
        typer.Option(metavar="F,FWHM[,A[,PHASE]]", help="One resonance (Hz, Hz, amplitude 1, 0 rad); repeatable."),
    ],
    points: Annotated[int, typer.Option(min=2, help="Complex samples of each FID.")] = 4096,
    dwell_s: Annotated[float, typer.Option("--dwell", help="Time between two samples, in seconds.")] = 5e-4,
    noise_sd: Annotated[
        float, typer.Option("--noise", min=0, help="Standard deviation of the noise of one channel.")
    ] = 0.0,
    fids: Annotated[int, typer.Option(min=1, help="FIDs with the same lines, each with noise of its own.")] = 1,
    seed: Annotated[int | None, typer.Option(min=0, help="Makes the noise repeatable.")] = None,
    spectrometer_mhz: Annotated[float | None, typer.Option(help="Larmor frequency, in MHz.")] = None,
    carrier_ppm: Annotated[float | None, typer.Option(help="Chemical shift of the carrier, in ppm.")] = None,
    nucleus: Annotated[str | None, typer.Option(help="E.g. 1H.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Simulate FIDs and write them, with the true lines, into a learnmr archive (HDF5).

    Example: learnmr simulate two.h5 --line -120,2 --line 35,1,0.5 --noise 0.01 --seed 1
    """
    import numpy as np

    from ..files import write_archive
    from ..physics import simulate_fid
    from ..signals import ResonanceTable

    lines = [_parsed(text) for text in line]
    reference = {"spectrometer_mhz": spectrometer_mhz, "carrier_ppm": carrier_ppm, "nucleus": nucleus}
    fid = simulate_fid(
        lines if fids == 1 else [lines] * fids,
        n_points=points,
        dwell_s=dwell_s,
        noise_sd=noise_sd,
        seed=seed,
        **reference,  # type: ignore[arg-type]
    )
    truth = ResonanceTable.of(
        lines * fids,
        fid_index=np.repeat(np.arange(fids), len(lines)),
        noise_sd=np.full(fids, noise_sd),
        **reference,
    )
    write_archive(out, fid, truth)
    if as_json:
        print_json({"path": str(out), "fids": fids, "points": points, "lines": len(lines), "seed": seed})
    else:
        typer.echo(f"{out}: {fids} FID(s) of {points} points, {len(lines)} line(s) each, noise {noise_sd:g}")
