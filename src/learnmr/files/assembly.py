"""From a vendor's numbers to an FID: sense of rotation, chemical shift reference, name of the nucleus, sanity.

The frequency of 0 ppm is the ``spectrometer_mhz`` of an FID whose reference is known: chemical shift is defined
relative to it, so that ``carrier_ppm + frequency_hz / spectrometer_mhz`` is exact. Dividing by the frequency of the
carrier instead would shift a 13C line 100 ppm away from a carrier at 100 ppm by 0.01 ppm, which is 1.3 Hz at 126 MHz.
"""

from __future__ import annotations

import re
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from ..signals import FID, ArrayAxis

__all__ = ["Reference", "assemble", "nucleus_name", "referenced"]

#: what no measurement leaves: a value outside comes from a damaged file
_SENSIBLE = {"dwell_s": (1e-9, 10.0), "spectrometer_mhz": (1e-3, 1e4), "carrier_ppm": (-1e5, 1e5)}
_LARGEST_SAMPLE = 1e30

_ELEMENTS = {
    "proton": "1H",
    "deuterium": "2H",
    "lithium": "Li",
    "boron": "B",
    "carbon": "C",
    "nitrogen": "N",
    "oxygen": "O",
    "fluorine": "F",
    "sodium": "Na",
    "aluminum": "Al",
    "silicon": "Si",
    "phosphorus": "P",
    "tin": "Sn",
    "platinum": "Pt",
}


class Reference(TypedDict, total=False):
    """What a file tells of frequency and shift of the carrier: the two fields of an FID, or one, or none."""

    spectrometer_mhz: float
    carrier_ppm: float


def nucleus_name(text: str | None) -> str | None:
    """Mass number and symbol of a nucleus in any vendor's spelling; None where the text names none.

    Examples
    --------
    >>> [nucleus_name(text) for text in ("<13C>", "^1H", "P31", "Proton", "Carbon13", "off")]
    ['13C', '1H', '31P', '1H', '13C', None]
    """
    bare = re.sub(r"[^A-Za-z0-9]", "", (text or "")[:40])
    for word, symbol in _ELEMENTS.items():
        if bare.lower().startswith(word):
            bare = symbol + bare[len(word) :]
    match = re.fullmatch(r"(\d{1,3})([A-Za-z]{1,2})", bare) or re.fullmatch(r"([A-Za-z]{1,2})(\d{1,3})", bare)
    if match is None:
        return None
    mass, symbol = match.groups() if match.group(1).isdigit() else match.groups()[::-1]
    return f"{int(mass)}{symbol.capitalize()}" if int(mass) else None


def referenced(carrier_mhz: float, zero_ppm_mhz: float) -> Reference:
    """The two fields of an FID whose carrier and 0 ppm frequencies (MHz) are known.

    Examples
    --------
    >>> referenced(500.0025, 500.0)
    {'spectrometer_mhz': 500.0, 'carrier_ppm': 5.0}
    """
    if not (zero_ppm_mhz > 0 and abs(carrier_mhz / zero_ppm_mhz - 1) < 0.1):
        raise ValueError(f"the frequencies of carrier and 0 ppm do not fit: {carrier_mhz!r} and {zero_ppm_mhz!r} MHz")
    return {
        "spectrometer_mhz": zero_ppm_mhz,
        "carrier_ppm": round((carrier_mhz - zero_ppm_mhz) / zero_ppm_mhz * 1e6, 9),
    }


def assemble(
    samples: NDArray[Any],
    dwell_s: float,
    *,
    turns_backwards: bool = False,
    spectrometer_mhz: float | None = None,
    carrier_ppm: float | None = None,
    nucleus: str | None = None,
    axis: ArrayAxis | None = None,
) -> FID:
    """An FID from complex samples, with its sense of rotation mended and its numbers checked for sanity."""
    for name, value in {"dwell_s": dwell_s, "spectrometer_mhz": spectrometer_mhz, "carrier_ppm": carrier_ppm}.items():
        low, high = _SENSIBLE[name]
        if value is not None and not low <= value <= high:
            raise ValueError(f"{name} must lie within {low:g}..{high:g}, the parameters say {value!r}")
    samples = np.asarray(samples)
    parts = np.stack([np.max(np.abs(part), initial=0.0) for part in (samples.real, samples.imag)])
    if parts.max() > _LARGEST_SAMPLE:  # NaN passes here and is refused, with its index, by FID
        raise ValueError(f"samples must be smaller than {_LARGEST_SAMPLE:g}, got {parts.max():g}")
    if axis is not None and (samples.ndim != 2 or axis.values.size != samples.shape[0]):
        axis = None
    return FID(
        samples.conj() if turns_backwards else samples,
        dwell_s,
        spectrometer_mhz=spectrometer_mhz,
        carrier_ppm=carrier_ppm,
        nucleus=nucleus_name(nucleus),
        axis=axis,
    )
