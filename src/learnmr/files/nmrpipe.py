"""NMRPipe time-domain files, one- and two-dimensional, read by nmrglue once the header fits the file.

NMRPipe's own transform puts positive frequencies toward higher ppm, as here. A two-dimensional file is read as the
array of its rows, real and imaginary rows of the indirect dimension alternating as in the file.
"""

from __future__ import annotations

import struct
from pathlib import Path

from ..signals import FID
from .assembly import Reference, assemble, referenced
from .bruker import without_group_delay
from .contents import bytes_of, count, number, opening
from .errors import gate

__all__ = ["find_nmrpipe", "read_nmrpipe"]

FORMAT = "NMRPipe"
_HEADER_BYTES = 2048
#: third number of the header: the same constant in every file, in the byte order of the machine that wrote it
_ORDER_CONSTANT = 2.345


def find_nmrpipe(path: Path) -> Path | None:
    """The path itself when its header carries NMRPipe's byte-order constant after the mark of IEEE numbers."""
    if not path.is_file():
        return None
    start = opening(path, 12)
    if len(start) < 12:
        return None
    marks = (struct.unpack(f"{order}f", start[8:12])[0] for order in "<>")
    return path if any(abs(mark - _ORDER_CONSTANT) < 1e-6 for mark in marks) else None


def read_nmrpipe(path: Path) -> FID:
    """Read an NMRPipe file whose direct dimension is time.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    FID
        Shape (n_points,) or (n_fids, n_points).

    Raises
    ------
    ReadError
        If the header does not fit the file or the file holds a spectrum.
    """
    with gate(path, FORMAT):
        from nmrglue import pipe as nmrglue_pipe  # it loads much of SciPy: only when needed

        content = bytes_of(path, 1_000_000_000)
        if len(content) < _HEADER_BYTES:
            raise ValueError(f"the file has {len(content)} bytes, fewer than the {_HEADER_BYTES} of its header")
        header = nmrglue_pipe.fdata2dic(nmrglue_pipe.get_fdata(content))
        dimensions = count(header["FDDIMCOUNT"], "FDDIMCOUNT", 1, 2)
        if header["FDF2FTFLAG"] != 0:
            raise ValueError("FDF2FTFLAG says that the file holds a spectrum, not an FID")
        if header["FDF2QUADFLAG"] != 0 or header["FDTRANSPOSED"] != 0:
            raise ValueError("the direct dimension must be complex and first (FDF2QUADFLAG 0, FDTRANSPOSED 0)")
        n_points = count(header["FDSIZE"], "FDSIZE", 2)
        n_rows = count(header["FDSPECNUM"], "FDSPECNUM") if dimensions == 2 else 1
        needed = _HEADER_BYTES + 8 * n_points * n_rows
        if len(content) != needed:
            raise ValueError(
                f"the file has {len(content)} bytes, its header announces {n_rows} x {n_points} points: {needed} bytes"
            )
        _, samples = nmrglue_pipe.read_1D(content) if dimensions == 1 else nmrglue_pipe.read_2D(content)
        if header["FDDMXVAL"] > 0 and header["FDDMXFLAG"] == 0:  # a digital filter whose delay is still there
            samples = without_group_delay(samples, number(header["FDDMXVAL"], "FDDMXVAL"))
        width_hz = number(header["FDF2SW"], "FDF2SW")
        if not width_hz > 0:
            raise ValueError(f"FDF2SW must be > 0 Hz, got {width_hz!r}")
        return assemble(samples, 1.0 / width_hz, nucleus=header["FDF2LABEL"], **_reference(header))


def _reference(header: dict[str, float]) -> Reference:
    """Frequency and shift of the carrier; a carrier of exactly 0 Hz and 0 ppm is an empty field."""
    zero_ppm = number(header["FDF2OBS"], "FDF2OBS")
    shift_ppm = number(header["FDF2CAR"], "FDF2CAR")
    if not zero_ppm > 0:
        return {}
    if shift_ppm == 0:
        return {"spectrometer_mhz": zero_ppm}
    return referenced(zero_ppm * (1 + shift_ppm * 1e-6), zero_ppm)
