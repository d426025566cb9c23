"""What is installed: the optional extras, and one sentence that mends a missing one.

The core of learnmr reads files, decomposes FIDs and plots. Training, other backends, the benchmark peers, coupled
spins and the making of notebooks are extras. Every room that needs one asks for it here, so a missing package always
names the command that brings it.
"""

from __future__ import annotations

import importlib
import importlib.util
import platform
import sys
from dataclasses import dataclass
from importlib import metadata
from types import ModuleType

__all__ = ["EXTRAS", "Diagnosis", "MissingExtraError", "doctor", "import_extra"]

#: extra -> the modules it brings (module name, distribution name)
EXTRAS: dict[str, tuple[tuple[str, str], ...]] = {
    "train": (("keras", "keras"), ("tensorflow", "tensorflow")),
    "jax": (("keras", "keras"), ("jax", "jax")),
    "bench": (("nmrespy", "nmrespy"),),
    "spins": (("nmrsim", "nmrsim"),),
    "course": (
        ("IPython", "ipython"),
        ("ipykernel", "ipykernel"),
        ("ipywidgets", "ipywidgets"),
        ("jupyterlab", "jupyterlab"),
        ("jupytext", "jupytext"),
        ("nbclient", "nbclient"),
        ("nbconvert", "nbconvert"),
        ("nbformat", "nbformat"),
    ),
    "imaging": (
        ("ismrmrd", "ismrmrd"),
        ("nibabel", "nibabel"),
        ("skimage", "scikit-image"),
        ("sigpy", "sigpy"),
    ),
    "exams": (("pypandoc", "pypandoc-binary"),),
}

_CORE = ("numpy", "scipy", "matplotlib", "pandas", "nmrglue", "lmfit", "h5py", "pooch", "typer", "rich")


class MissingExtraError(ImportError):
    """A package that belongs to an extra of learnmr is not installed; the message is the command that installs it."""


def import_extra(module: str, *, extra: str) -> ModuleType:
    """Import a module that belongs to an extra.

    Parameters
    ----------
    module : str
        Name of the module, e.g. ``"keras"``.
    extra : str
        Extra of learnmr that brings it, e.g. ``"train"``.

    Returns
    -------
    module
        The imported module.

    Raises
    ------
    MissingExtraError
        If the module is not installed; the message names the one command that installs it.

    Examples
    --------
    >>> import_extra("json", extra="train").__name__
    'json'
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] != module.split(".")[0]:
            raise
        raise MissingExtraError(
            f"{module} is not installed; it comes with: {sys.executable} -m pip install 'learnmr[{extra}]'"
        ) from error


@dataclass(frozen=True)
class Diagnosis:
    """What :func:`doctor` found.

    Parameters
    ----------
    python : str
        Version of Python.
    versions : dict of str to (str or None)
        Installed version of each package, None where absent.
    problems : tuple of str
        What is wrong, one sentence each, ending in the one command that mends it. Empty when all is well.
    extras : dict of str to bool
        Which extras are complete.
    """

    python: str
    versions: dict[str, str | None]
    problems: tuple[str, ...]
    extras: dict[str, bool]

    @property
    def healthy(self) -> bool:
        """True when nothing is wrong (a missing extra is not wrong)."""
        return not self.problems

    def __str__(self) -> str:
        lines = [f"Python {self.python} on {platform.system()}"]
        lines += [f"  {name:<14} {version or 'not installed'}" for name, version in self.versions.items()]
        lines += [
            f"extra [{name}]: " + ("ready" if ready else f"not installed (pip install 'learnmr[{name}]')")
            for name, ready in self.extras.items()
        ]
        lines += [f"PROBLEM: {problem}" for problem in self.problems] or ["all is well"]
        return "\n".join(lines)


def doctor() -> Diagnosis:
    """Look at the installation and say what is wrong, and the one command that mends it.

    Returns
    -------
    Diagnosis
        Versions, complete extras and problems. Print it to read it.

    Examples
    --------
    >>> doctor().python.startswith("3.")
    True
    """
    names = _CORE + tuple(dict.fromkeys(name for modules in EXTRAS.values() for _, name in modules))
    versions = {name: _version(name) for name in names}
    problems = []
    for name in _CORE:
        if versions[name] is None:
            problems.append(f"{name} is missing: {sys.executable} -m pip install {name}")
    extras = {extra: all(_present(module) for module, _ in modules) for extra, modules in EXTRAS.items()}
    return Diagnosis(platform.python_version(), versions, tuple(problems), extras)


def _version(name: str) -> str | None:
    """Installed version of a distribution, None where absent."""
    for candidate in (name, f"{name}-cpu"):
        try:
            return metadata.version(candidate)
        except metadata.PackageNotFoundError:
            continue
    return None


def _present(module: str) -> bool:
    """True when the module can be found without importing it."""
    return importlib.util.find_spec(module) is not None
