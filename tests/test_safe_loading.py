"""No file is opened in a way that could run what is in it: read off the source, and tried with traps."""

from __future__ import annotations

import ast
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import learnmr
from learnmr.networks.line_network import load_line_network
from learnmr.networks.training_state import load_state

_SOURCE = Path(learnmr.__file__).parent
#: modules whose loaders run code
_UNSAFE_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "yaml", "torch"}
_UNSAFE_CALLS = {"eval", "exec"}


def _trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(_SOURCE.rglob("*.py")):
        yield path.relative_to(_SOURCE), ast.parse(path.read_text(encoding="utf-8"))


def _imports(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    return {(node.module or "").partition(".")[0]} if isinstance(node, ast.ImportFrom) and not node.level else set()


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_no_module_that_unpickles_is_imported() -> None:
    found = [(str(path), name) for path, tree in _trees() for node in ast.walk(tree) for name in _imports(node)]
    assert [entry for entry in found if entry[1] in _UNSAFE_MODULES] == []


def test_nothing_is_evaluated() -> None:
    calls = [
        (str(path), node.lineno)
        for path, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _UNSAFE_CALLS
    ]
    assert calls == []


def test_every_numpy_file_is_read_without_pickle_and_every_keras_model_in_safe_mode() -> None:
    wrong = []
    for path, tree in _trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            keywords = {word.arg: getattr(word.value, "value", None) for word in node.keywords}
            owner = getattr(getattr(node.func, "value", None), "id", "")
            if owner in ("np", "numpy") and _name(node) in ("load", "save", "savez", "savez_compressed"):
                allowed = keywords.get("allow_pickle", False if _name(node) != "save" else None)
                wrong += (
                    [] if allowed is False and (_name(node) != "load" or "allow_pickle" in keywords) else [str(path)]
                )
            if _name(node) in ("load_model", "from_config", "deserialize_keras_object") and path.parts[0] == "networks":
                wrong += [] if keywords.get("safe_mode") is True or _name(node) == "from_config" else [str(path)]
            if keywords.get("allow_pickle") is True or keywords.get("safe_mode") is False:
                wrong.append(str(path))
    assert wrong == []


class _Trap:
    """Marks a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return Path.touch, (self._path,)


def _trapped_npz(path: Path, mark: Path) -> Path:
    np.savez(path, weights=np.array([_Trap(mark)], dtype=object))
    return path


@pytest.mark.parametrize("load", [load_line_network, load_state], ids=["weights", "state of a training"])
def test_an_archive_that_holds_a_pickle_is_refused_and_runs_nothing(
    load: Callable[[Path], Any], tmp_path: Path
) -> None:
    path = _trapped_npz(tmp_path / "trap.npz", tmp_path / "ran")
    with pytest.raises(ValueError):  # noqa: PT011  each says it in its own words
        load(path)
    raw = tmp_path / "raw.npz"
    raw.write_bytes(pickle.dumps(_Trap(tmp_path / "ran")))
    with pytest.raises((ValueError, OSError)):
        load(raw)
    assert not (tmp_path / "ran").exists()


def test_an_archive_of_fids_with_opaque_bytes_runs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "trap.h5"
    with h5py.File(path, "w") as file:
        file.attrs["format"] = "learnmr"
        file["samples"] = np.frombuffer(pickle.dumps(_Trap(tmp_path / "ran")), dtype=np.uint8)
    with pytest.raises((learnmr.ReadError, ValueError, OSError)):
        learnmr.read(path)
    assert not (tmp_path / "ran").exists()
