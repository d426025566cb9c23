"""Magritek benchtop spectrometers: Spinsolve and Kea folders with a Prospa data file and ``acqu.par``.

The stored decay turns the other way round and is conjugated, as the toluene of a Kea and the CH2Cl2 of a Spinsolve
show. The dwell time is that of ``acqu.par``: the time axis in a Kea's file is built from a rounded acquisition time. A
Spinsolve states its reference (``lowestFrequency``); a Kea does not, so its carrier has no shift. nmrglue reads
Spinsolve folders but neither checks a size nor knows Kea's arrays, so the 32 bytes of the header are read here.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..signals import FID, ArrayAxis
from .assembly import Reference, assemble, referenced
from .contents import count, file_size, number, opening, text_of
from .errors import gate

__all__ = ["find_magritek", "read_magritek"]

FORMAT = "Magritek"
_PARAMETERS = "acqu.par"
#: data files of a folder in the order of preference, then whatever lies there alone
_DATA_NAMES = ("data.1d", "fid.1d", "data.2d")
#: version -> bytes of the header (V1.0 has no fourth dimension)
_HEADER_BYTES = {b"V1.0": 28, b"V1.1": 32}
_COMPLEX, _COMPLEX_WITH_AXIS = 501, 504
_KINDS = {500: "real", 502: "real (double)", 503: "real with an axis"}


def find_magritek(path: Path) -> Path | None:
    """The Prospa data file of a folder, or the path itself when it begins as one."""
    if path.is_dir():
        if not (path / _PARAMETERS).is_file():
            return None
        named = [path / name for name in _DATA_NAMES if (path / name).is_file()]
        others = sorted(child for child in path.glob("*.[1-4]d") if not child.name.startswith("spectrum"))
        return next((found for found in [*named, *others] if _is_prospa(found)), None)
    if path.name == _PARAMETERS:
        return find_magritek(path.parent)
    return path if _is_prospa(path) else None


def _is_prospa(path: Path) -> bool:
    """True when a file begins with Prospa's mark, whose four letters are stored backwards."""
    return path.is_file() and opening(path, 4) == b"SORP"


def read_magritek(path: Path) -> FID:
    """Read a Prospa data file with the ``acqu.par`` beside it.

    Parameters
    ----------
    path : pathlib.Path
        The data file.

    Returns
    -------
    FID
        Shape (n_points,) or (n_fids, n_points); the axis of an array is the delay of a T1 experiment where
        ``acqu.par`` tells it.

    Raises
    ------
    ReadError
        If the header does not fit the file, the data are not complex, or ``acqu.par`` is missing or damaged.
    """
    with gate(path, FORMAT):
        samples, step = _samples(path)
        if not (path.parent / _PARAMETERS).is_file():
            raise ValueError(f"no {_PARAMETERS} beside {path.name}: dwell time and frequency are not known")
        parameters = _parameters(text_of(path.parent / _PARAMETERS))
        dwell_s = _value(parameters, "dwellTime") * 1e-6
        if not dwell_s > 0:
            raise ValueError(f"{_PARAMETERS}: dwellTime must be > 0 us, got {parameters['dwellTime']!r}")
        if step is not None and not any(abs(step * unit / dwell_s - 1) < 0.01 for unit in (1.0, 1e-3, 1e-6)):
            raise ValueError(f"{path.name}: its axis has steps of {step:g}, not of the dwell time {dwell_s:g} s")
        return assemble(
            samples,
            dwell_s,
            turns_backwards=True,
            nucleus=parameters.get("rxChannel"),
            axis=_delays(parameters, len(samples)) if samples.ndim == 2 else None,
            **_reference(parameters, dwell_s),
        )


def _samples(path: Path) -> tuple[NDArray[Any], float | None]:
    """Complex samples, one row per FID of an array, and the step of the stored axis where there is one."""
    size = file_size(path)
    start = opening(path, 32)
    if start[4:8] != b"ATAD":
        raise ValueError(f"{path.name} is a Prospa file of {start[4:8][::-1]!r}, not of DATA")
    version = start[8:12][::-1]
    if version not in _HEADER_BYTES or len(start) < 32:
        raise ValueError(
            f"{path.name}: version {version!r} of the header is not one of {', '.join(map(str, _HEADER_BYTES))}"
        )
    header_bytes = _HEADER_BYTES[version]
    kind, *shape = struct.unpack(f"<{(header_bytes - 12) // 4}i", start[12:header_bytes])
    if kind not in (_COMPLEX, _COMPLEX_WITH_AXIS):
        raise ValueError(f"{path.name} holds {_KINDS.get(kind, 'unknown')} data (type {kind}), not complex samples")
    n_points, *rows = (count(n, f"{path.name}: dimension {axis} of the header") for axis, n in enumerate(shape))
    n_rows = int(np.prod(rows, dtype=object))
    if kind == _COMPLEX_WITH_AXIS and n_rows > 1:
        raise ValueError(f"{path.name} has an axis and {n_rows} rows, which is not known")
    axis_bytes = 4 * n_points if kind == _COMPLEX_WITH_AXIS else 0
    needed = header_bytes + axis_bytes + 8 * n_points * n_rows
    if size != needed:
        raise ValueError(
            f"{path.name} has {size} bytes, its header announces {n_rows} x {n_points} samples: {needed} bytes"
        )
    samples = np.fromfile(path, "<c8", n_points * n_rows, offset=header_bytes + axis_bytes)
    samples = samples.astype(np.complex64, copy=False)
    if not axis_bytes:
        return (samples.reshape(n_rows, n_points) if n_rows > 1 else samples), None
    axis = np.fromfile(path, "<f4", n_points, offset=header_bytes).astype(float)
    if n_points < 2 or not np.all(np.isfinite(axis)) or np.any(np.diff(axis) < 0):
        raise ValueError(f"{path.name}: its axis must ascend")
    return samples, float(axis[-1] - axis[0]) / (n_points - 1)


def _parameters(text: str) -> dict[str, str]:
    """The assignments ``name = value`` of an acqu.par, without quotes."""
    parameters = {}
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        if equals:
            parameters[name.strip()] = value.strip().strip('"')
    return parameters


def _value(parameters: dict[str, str], name: str) -> float:
    """A number that must be there; Prospa may end it in ``d`` for double."""
    if name not in parameters:
        raise ValueError(f"{_PARAMETERS} has no {name}")
    return number(parameters[name].removesuffix("d"), f"{_PARAMETERS}: {name}")


def _reference(parameters: dict[str, str], dwell_s: float) -> Reference:
    """Frequency of the carrier, and its shift where the lowest frequency of the spectrum is stated."""
    if "b1Freq" not in parameters:
        return {}
    carrier = _value(parameters, "b1Freq")
    if "lowestFrequency" not in parameters:
        return {"spectrometer_mhz": carrier}
    return referenced(carrier, carrier - (_value(parameters, "lowestFrequency") + 0.5 / dwell_s) * 1e-6)


def _delays(parameters: dict[str, str], n_fids: int) -> ArrayAxis | None:
    """The delays of a T1 experiment, stated as smallest and largest (ms), their number and spacing."""
    names = ("minDelay", "maxDelay", "nrSteps", "delaySpacing")
    if "T1" not in parameters.get("experiment", "") or any(name not in parameters for name in names):
        return None
    if count(parameters["nrSteps"], f"{_PARAMETERS}: nrSteps") != n_fids:
        return None
    low, high = (_value(parameters, name) * 1e-3 for name in names[:2])
    spacings: dict[str, Callable[..., NDArray[np.float64]]] = {"lin": np.linspace, "log": np.geomspace}
    spacing = spacings.get(parameters["delaySpacing"])
    if spacing is None or not 0 < low < high:
        return None
    name = "inversion delay" if "IR" in parameters["experiment"] else "delay"
    return ArrayAxis(name, spacing(low, high, n_fids), "s")
