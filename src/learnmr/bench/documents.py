"""The one form in which benchmarks answer: ``{schema, command, versions, machine, results}``.

The machine is described by what decides the speed; no host name, user or path is written.
"""

from __future__ import annotations

import json
import math
import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..installation import doctor

__all__ = ["SCHEMA", "describe_machine", "document", "to_json"]

SCHEMA = 1


def document(command: str, results: Mapping[str, Any]) -> dict[str, Any]:
    """Wrap the results of a benchmark.

    Parameters
    ----------
    command : str
        The command that gives these results, e.g. ``"learnmr bench dft"``.
    results : mapping
        Numbers, text, lists, mappings; NumPy numbers and arrays become lists, what is not finite becomes None.

    Returns
    -------
    dict
        ``schema`` (1), ``command``, ``versions`` (of learnmr and what it uses), ``machine``, ``results``.

    Raises
    ------
    TypeError
        If the results hold something that JSON cannot.

    Examples
    --------
    >>> document("learnmr bench dft", {"points": 256, "bad": float("nan")})["results"]
    {'points': 256, 'bad': None}
    """
    from .. import __version__

    versions = {"learnmr": __version__} | {name: found for name, found in doctor().versions.items() if found}
    return {
        "schema": SCHEMA,
        "command": command,
        "versions": versions,
        "machine": describe_machine(),
        "results": _plain(results),
    }


def to_json(wrapped: Mapping[str, Any]) -> str:
    """A document as strict JSON text (no NaN), two spaces deep, with a line end.

    Examples
    --------
    >>> print(to_json({"schema": 1}))
    {
      "schema": 1
    }
    <BLANKLINE>
    """
    return json.dumps(wrapped, indent=2, allow_nan=False, ensure_ascii=False) + "\n"


def describe_machine() -> dict[str, Any]:
    """Processor, cores, operating system and Python: what decides the speed.

    Returns
    -------
    dict
        ``cpu`` (None where it cannot be read), ``cores`` (those this process may use), ``os``, ``architecture``,
        ``python``.

    Examples
    --------
    >>> sorted(describe_machine())
    ['architecture', 'cores', 'cpu', 'os', 'python']
    """
    affinity = getattr(os, "sched_getaffinity", None)  # Linux only
    return {
        "cpu": _cpu_model(),
        "cores": len(affinity(0)) if affinity else os.cpu_count(),
        "os": platform.system(),
        "architecture": platform.machine(),
        "python": platform.python_version(),
    }


def _cpu_model() -> str | None:
    """Model of the processor, None where it cannot be read."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor() or None
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), None)


def _plain(value: Any) -> Any:
    """The value in terms of JSON: NumPy numbers and arrays as Python's, what is not finite as None."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | int | bool):
        return value
    raise TypeError(f"results must be numbers, text, lists or mappings, got {type(value).__name__}")
