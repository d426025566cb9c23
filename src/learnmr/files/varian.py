"""Varian and Agilent experiments: ``fid`` and ``procpar`` (VNMR, VnmrJ, OpenVnmrJ).

The stored decay turns the other way round: a plain Fourier transform of it runs toward lower ppm, so it is conjugated.
An array becomes an array of FIDs with the arrayed parameter as its axis. Amplitudes are the stored counts: the sum over
the transients, not their mean.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..signals import FID, ArrayAxis
from .assembly import Reference, assemble, referenced
from .contents import count, file_size, number, text_of
from .errors import gate

__all__ = ["find_varian", "read_varian"]

FORMAT = "Varian"
_FILE_HEADER_BYTES = 32
_BLOCK_HEADER_BYTES = 28
#: parameters in units other than none: what they are, and in what
_UNITS = {
    "d1": ("delay", "s"),
    "d2": ("delay", "s"),
    "d3": ("delay", "s"),
    "tau": ("delay", "s"),
    "pad": ("delay before acquisition", "s"),
    "mix": ("mixing time", "s"),
    "bigtau": ("echo time", "s"),
    "pw": ("pulse width", "us"),
    "p1": ("pulse width", "us"),
    "tpwr": ("pulse power", "dB"),
    "temp": ("temperature", "degC"),
    "tof": ("transmitter offset", "Hz"),
}


def find_varian(path: Path) -> Path | None:
    """The ``fid`` file of an experiment given by its folder or by ``fid`` or ``procpar``; None if it is none."""
    folder = path if path.is_dir() else path.parent
    if path.is_file() and path.name not in ("fid", "procpar"):
        return None
    found = (folder / "procpar").is_file() and (folder / "fid").is_file()
    return folder / "fid" if found else None


def read_varian(path: Path) -> FID:
    """Read a Varian ``fid`` file with the ``procpar`` beside it.

    Parameters
    ----------
    path : pathlib.Path
        The ``fid`` file.

    Returns
    -------
    FID
        Shape (n_points,) or, for an array, (n_fids, n_points). The axis is the arrayed parameter; an array over the
        number of transients (``nt``, the usual way to follow a reaction) gets the time at which each FID began,
        counted from the completed transients of the FIDs before it, ``ct * (d1 + at)``.

    Raises
    ------
    ReadError
        If a parameter is missing or the file's header does not fit its size.
    """
    with gate(path, FORMAT):
        parameters = _procpar(text_of(path.parent / "procpar"))
        samples, transients = _traces(path)
        width_hz = _number(parameters, "sw")
        if not width_hz > 0:
            raise ValueError(f"procpar: sw must be > 0 Hz, got {width_hz!r}")
        if parameters.get("np") and parameters.get("at"):
            expected_s = _number(parameters, "np") / (2 * width_hz)
            if abs(_number(parameters, "at") - expected_s) > 0.01 * expected_s:
                raise ValueError(f"procpar: at contradicts np / (2 sw) = {expected_s:g} s")
        return assemble(
            samples if len(samples) > 1 else samples[0],
            1.0 / width_hz,
            turns_backwards=True,
            nucleus=(parameters.get("tn") or [""])[0],
            axis=_axis(parameters, transients),
            **_reference(parameters, width_hz),
        )


def _procpar(text: str) -> dict[str, list[str]]:
    """The values of all parameters of a procpar text."""
    lines = text.splitlines()
    parameters: dict[str, list[str]] = {}
    row = 0
    while row + 1 < len(lines):
        heading = lines[row].split()
        if len(heading) != 11:
            raise ValueError(f"procpar: line {row + 1} must hold the 11 fields of a parameter, got {lines[row][:60]!r}")
        name, basic_type = heading[0], heading[2]
        first = lines[row + 1].split(maxsplit=1)
        n_values = count(first[0] if first else "", f"procpar: number of values of {name}", 0, 10**6)
        row += 1
        if basic_type == "2":  # one quoted string a line
            quoted = lines[row : row + max(n_values, 1)]
            parameters[name] = [re.sub(r"^[^\"]*\"|\"[^\"]*$", "", line) for line in quoted]
            row += max(n_values, 1)
        else:
            parameters[name] = first[1].split() if len(first) > 1 else []
            row += 1
        if len(parameters[name]) < n_values:
            raise ValueError(f"procpar: {name} must have {n_values} values, got {len(parameters[name])}")
        row += 1  # the line of the allowed values
    if not parameters:
        raise ValueError("procpar holds no parameters")
    return parameters


def _number(parameters: dict[str, list[str]], name: str) -> float:
    """The first value of a parameter that must be there."""
    if not parameters.get(name):
        raise ValueError(f"procpar has no {name}")
    return number(parameters[name][0], f"procpar: {name}")


def _traces(path: Path) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The samples of all traces, shape (n_fids, n_points), and the completed transients of each."""
    from nmrglue import varian as nmrglue_varian  # it loads much of SciPy: only when needed

    size = file_size(path)
    if size < _FILE_HEADER_BYTES:
        raise ValueError(f"fid has {size} bytes, fewer than the {_FILE_HEADER_BYTES} of its header")
    with path.open("rb") as file:
        header = nmrglue_varian.fileheader2dic(nmrglue_varian.get_fileheader(file))
    dtype = nmrglue_varian.find_dtype(header)
    n_blocks, n_traces, n_numbers = (
        count(header[key], f"fid: {key} of the header", 1) for key in ("nblocks", "ntraces", "np")
    )
    n_headers = count(header["nbheaders"], "fid: nbheaders of the header", 1, 9)
    if header["S_SPEC"] or not header["S_DATA"]:
        raise ValueError(f"fid: status {header['status']:#x} of the header says that it holds no FID")
    if n_numbers % 2 or n_numbers < 4:
        raise ValueError(f"fid: np of the header must be even and at least 4, got {n_numbers}")
    if header["ebytes"] != dtype.itemsize:
        raise ValueError(f"fid: the header says {header['ebytes']} bytes a number, its status {dtype.itemsize}")
    block_bytes = n_headers * _BLOCK_HEADER_BYTES + n_traces * n_numbers * dtype.itemsize
    needed = _FILE_HEADER_BYTES + n_blocks * block_bytes
    if size < needed:
        raise ValueError(
            f"fid is truncated: its header announces {n_blocks} blocks of {block_bytes} bytes, {needed} in all, "
            f"it has {size}"
        )
    with path.open("rb") as file:
        transients = []
        for block in range(n_blocks):
            file.seek(_FILE_HEADER_BYTES + block * block_bytes)
            transients.append(nmrglue_varian.blockheader2dic(nmrglue_varian.get_blockheader(file))["ctcount"])
    read_traces = nmrglue_varian.read_fid if n_traces == 1 else nmrglue_varian.read_fid_ntraces
    _, samples = read_traces(path, as_2d=True)
    if samples.shape != (n_blocks * n_traces, n_numbers // 2):
        raise ValueError(f"fid: traces of shape {samples.shape} do not fit the header")
    return samples, np.repeat(transients, n_traces)


def _reference(parameters: dict[str, list[str]], width_hz: float) -> Reference:
    """Frequency and shift of the carrier from reffrq, else from the reference line (rfl, rfp)."""
    if not parameters.get("sfrq"):
        return {}
    carrier = _number(parameters, "sfrq")
    if parameters.get("reffrq") and _number(parameters, "reffrq") > 0:
        zero_ppm = _number(parameters, "reffrq")
    elif parameters.get("rfl") and parameters.get("rfp"):
        zero_ppm = carrier - (width_hz / 2 - _number(parameters, "rfl") + _number(parameters, "rfp")) * 1e-6
    else:
        return {"spectrometer_mhz": carrier}
    if zero_ppm == carrier:  # a cleared reference line lies at the carrier: no statement
        return {"spectrometer_mhz": carrier}
    return referenced(carrier, zero_ppm)


def _axis(parameters: dict[str, list[str]], transients: NDArray[np.int64]) -> ArrayAxis | None:
    """The arrayed parameter with one value per FID; for an array over nt the time at which each FID began."""
    arrayed = (parameters.get("array") or [""])[0]
    values = parameters.get(arrayed, [])
    if len(values) != len(transients) or len(values) < 2:
        return None
    if arrayed == "nt" and parameters.get("d1") and parameters.get("at"):
        repetition_s = _number(parameters, "d1") + _number(parameters, "at")
        began_s = np.asarray((np.cumsum(transients) - transients) * repetition_s, float)
        return ArrayAxis("time", began_s, "s")
    name, unit = _UNITS.get(arrayed, (arrayed, ""))
    return ArrayAxis(name, np.array([number(value, f"procpar: {arrayed}") for value in values]), unit)
