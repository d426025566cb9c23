"""Siemens spectroscopy exports (``.rda``): a text header, then complex doubles; one voxel, or a grid as an array.

The stored decay turns the other way round and is conjugated: N-acetylaspartate then lies 2.7 ppm below the carrier, as
it must with the carrier on water. The file names no reference, so the carrier's shift is unknown (None), not 4.7.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..signals import FID
from .assembly import assemble
from .contents import bytes_of, count, number, opening
from .errors import gate

__all__ = ["find_siemens", "read_siemens"]

FORMAT = "Siemens RDA"
_BEGIN, _END = b">>> Begin of header <<<", b">>> End of header <<<"
_HEADER_LIMIT = 1_000_000


def find_siemens(path: Path) -> Path | None:
    """The path itself when it begins with the header's first line."""
    return path if path.is_file() and opening(path, len(_BEGIN)) == _BEGIN else None


def read_siemens(path: Path) -> FID:
    """Read an RDA file.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    FID
        Shape (n_points,) or, for a grid of voxels, (n_voxels, n_points) in the order of the file.

    Raises
    ------
    ReadError
        If the header is damaged or does not fit the file.
    """
    with gate(path, FORMAT):
        content = bytes_of(path)
        end = content.find(_END, 0, _HEADER_LIMIT)
        if end < 0:
            raise ValueError(f"no line {_END.decode()!r} within the first {_HEADER_LIMIT} bytes")
        header = _header(content[len(_BEGIN) : end].decode("latin-1"))
        start = content.find(b"\n", end) + 1
        n_points = count(_entry(header, "VectorSize"), "VectorSize", 2)
        n_voxels = 1
        for axis in range(3):
            n_voxels *= count(header.get(f"CSIMatrixSize[{axis}]", "1"), f"CSIMatrixSize[{axis}]", 1, 4096)
        needed = 16 * n_points * n_voxels
        if start == 0 or len(content) - start != needed:
            raise ValueError(
                f"{len(content) - start} bytes follow the header, which announces {n_voxels} x {n_points} samples: "
                f"{needed} bytes"
            )
        samples = np.frombuffer(content, "<c16", n_points * n_voxels, offset=start)
        return assemble(
            samples.reshape(n_voxels, n_points) if n_voxels > 1 else samples,
            number(_entry(header, "DwellTime"), "DwellTime") * 1e-6,
            turns_backwards=True,
            spectrometer_mhz=number(_entry(header, "MRFrequency"), "MRFrequency"),
            nucleus=header.get("Nucleus"),
        )


def _header(text: str) -> dict[str, str]:
    """The lines ``name: value``; the first of a name counts."""
    header: dict[str, str] = {}
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            header.setdefault(name.strip(), value.strip())
    return header


def _entry(header: dict[str, str], name: str) -> str:
    """An entry that must be there."""
    if name not in header:
        raise ValueError(f"the header has no {name}")
    return header[name]
