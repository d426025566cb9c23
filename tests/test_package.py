"""The package as a whole: light to import, every public name there, no module in the way of a function."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys

import pytest

import learnmr

HEAVY = ("keras", "tensorflow", "jax", "matplotlib", "pandas", "lmfit", "nmrglue", "h5py", "scipy.optimize", "scipy")


def loaded_after(code: str) -> set[str]:
    """Which heavy modules a fresh interpreter has loaded after the code."""
    ask = f"{code}\nimport sys\nprint(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_importing_the_package_imports_nothing_heavy() -> None:
    assert loaded_after("import learnmr") == set()


def test_nouns_need_neither_scipy_optimize_nor_a_backend() -> None:
    loaded = loaded_after("import learnmr; learnmr.FID([1, 2], 1.0); learnmr.decompose; learnmr.estimate_line")
    assert loaded.isdisjoint({"keras", "tensorflow", "jax", "matplotlib", "pandas"})


@pytest.mark.parametrize("name", learnmr.__all__)
def test_every_public_name_resolves(name: str) -> None:
    assert getattr(learnmr, name) is not None
    assert name in dir(learnmr)


def test_public_names_are_those_of_their_rooms() -> None:
    for name, home in learnmr._HOMES.items():
        module = importlib.import_module(f"learnmr.{home}")
        assert getattr(learnmr, name) is getattr(module, name)
        assert name in module.__all__


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'learnmr' has no attribute 'recompose'"):
        learnmr.recompose  # noqa: B018


def test_no_submodule_bears_the_name_of_a_public_function() -> None:
    """Importing learnmr.decompose, if it were a module, would overwrite the function learnmr.decompose."""
    submodules = {module.name for module in pkgutil.iter_modules(learnmr.__path__)}
    assert submodules.isdisjoint(set(learnmr._HOMES))


def test_a_function_outlives_the_import_of_every_room() -> None:
    code = "import learnmr, pkgutil, importlib\nfor m in pkgutil.iter_modules(learnmr.__path__):\n    "
    code += "m.name in ('cli', 'lab') or importlib.import_module(f'learnmr.{m.name}')\n"
    code += "assert all(callable(getattr(learnmr, n)) for n in learnmr._HOMES)"
    loaded_after(code)


def test_the_version_is_a_version() -> None:
    assert all(part.isdigit() for part in learnmr.__version__.split(".")[:2])
