"""What of the host an isolated program sees: the Python environment and the system's libraries, read-only, no more.

Not the home, not the folder of the course, not its secret. Where Python itself is installed inside the home, only that
one folder is shown.
"""

from __future__ import annotations

import os
import site
import sys
from collections.abc import Iterable
from pathlib import Path

__all__ = ["PACKAGE", "module_paths", "variables", "visible_folders"]

#: the folder of the package learnmr itself
PACKAGE = Path(__file__).resolve().parents[1]
_SYSTEM_FOLDERS = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/sbin")
#: where the loader and the fonts are looked up; nothing else of /etc, which holds passwords and keys
_SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime")


def visible_folders() -> tuple[Path, ...]:
    """Folders and files that are shown, read-only, under their own names; none lies inside another.

    Raises
    ------
    ValueError
        If Python is installed such that showing it would show the whole home, or the whole disk.
    """
    python = [Path(sys.prefix), Path(sys.base_prefix), *module_paths()]
    wanted = [*map(Path, _SYSTEM_FOLDERS + _SYSTEM_FILES), *python, *(path.resolve() for path in python), PACKAGE]
    home = Path(os.path.expanduser("~")).resolve()
    for path in wanted:
        if path == Path("/") or path == home or path in home.parents:
            raise ValueError(f"Python must not be installed in the home folder itself, or above it, got {path}")
    kept: list[Path] = []
    for path in sorted(set(wanted), key=lambda path: len(path.parts)):
        if path.exists() and not any(path.is_relative_to(other) for other in kept):
            kept.append(path)
    return tuple(kept)


def module_paths() -> tuple[Path, ...]:
    """Folders of installed packages outside the environment: those of the user (``pip install --user``)."""
    try:
        user = Path(site.getusersitepackages())
    except (AttributeError, OSError):
        return ()
    return (user,) if str(user) in sys.path and user.is_dir() else ()


def variables(scratch: str, inputs: str, extra: Iterable[tuple[str, str]] = ()) -> dict[str, str]:
    """The whole environment of an isolated program: nothing is inherited.

    Parameters
    ----------
    scratch, inputs : str
        Folders, as they are named inside.
    extra : iterable of (str, str)
        More variables.

    Returns
    -------
    dict of str to str
        Variables. One thread each for linear algebra: many programs run side by side.
    """
    threads = dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
    )
    # a package that is not installed but found from a checkout is found inside too, and nothing else of the checkout
    searched = [*module_paths(), *([] if PACKAGE.parent.name == "site-packages" else [PACKAGE.parent])]
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": f"{scratch}/home",
        "TMPDIR": scratch,
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "MPLBACKEND": "Agg",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_NUM_INTEROP_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "LEARNMR_INPUTS": inputs,
        "LEARNMR_SCRATCH": scratch,
        **({"PYTHONPATH": os.pathsep.join(map(str, searched))} if searched else {}),
        **threads,
        **dict(extra),
    }
