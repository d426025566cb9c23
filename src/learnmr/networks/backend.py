"""The one door through which Keras comes in: lazily, with a backend chosen, and without start-up chatter.

The environment variable ``KERAS_BACKEND`` is honoured; where it is unset the first installed backend of
:data:`BACKENDS` is taken, TensorFlow before JAX. Importing this module imports no backend.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from ..installation import MissingExtraError, import_extra

__all__ = ["BACKENDS", "backend_name", "full_float32", "import_keras"]

#: backend -> how to install it, in the order of preference
BACKENDS = {
    "tensorflow": "'learnmr[train]'",
    "jax": "'learnmr[jax]'",
    # Keras speaks PyTorch too; it is neither an extra of learnmr nor tested
    "torch": "keras torch",
}

# TF_CPP_MIN_LOG_LEVEL does not reach these: TensorFlow 2.21 writes them before its log is set up
_CHATTER = (
    b"absl::InitializeLog()",
    b"oneDNN custom operations are on",
    b"Could not find cuda drivers",
    b"failed call to cuInit",
)


def import_keras() -> ModuleType:
    """Import Keras with a backend that is installed.

    Returns
    -------
    module
        ``keras``.

    Raises
    ------
    MissingExtraError
        If Keras or the chosen backend is not installed or cannot be loaded; the message holds the one command that
        mends it.
    ValueError
        If ``KERAS_BACKEND`` names no backend of Keras.

    Notes
    -----
    The choice cannot change once Keras is imported: set ``KERAS_BACKEND`` before.

    Examples
    --------
    >>> import_keras().__name__
    'keras'
    """
    if "keras" in sys.modules:
        return sys.modules["keras"]
    chosen = os.environ.get("KERAS_BACKEND") or _first_installed()
    if chosen not in BACKENDS:
        raise ValueError(f"KERAS_BACKEND must be one of {', '.join(BACKENDS)}, got {chosen!r}")
    if not _present("keras"):
        import_extra("keras", extra="jax" if chosen == "jax" else "train")
    if not _present(chosen):
        raise _missing(chosen, f"{chosen}, the backend chosen by KERAS_BACKEND, is not installed")
    os.environ["KERAS_BACKEND"] = chosen
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    try:
        with _without_chatter():
            keras = import_extra("keras", extra="train")
            # TensorFlow is loaded lazily in part: ask for a tensor now, while nobody reads standard error
            keras.ops.zeros(1)
    except MissingExtraError:
        raise
    except ImportError as error:
        raise _missing(chosen, f"Keras cannot load its backend {chosen} ({error})") from error
    return keras


def backend_name() -> str:
    """Name of the backend in use; imports Keras.

    Examples
    --------
    >>> backend_name() in BACKENDS
    True
    """
    return str(import_keras().backend.backend())


@contextmanager
def full_float32() -> Iterator[None]:
    """Multiply matrices in whole float32 meanwhile.

    Graphics processors round the factors to 10 bits (TF32) unless told otherwise, a relative error of 1e-3 that hides
    what is learned exactly. On a CPU nothing changes.

    Examples
    --------
    >>> with full_float32():
    ...     pass
    """
    keras = import_keras()
    if keras.backend.backend() == "tensorflow":
        settings = import_extra("tensorflow", extra="train").config.experimental
        before = settings.tensor_float_32_execution_enabled()
        settings.enable_tensor_float_32_execution(False)
        try:
            yield
        finally:
            settings.enable_tensor_float_32_execution(before)
    elif keras.backend.backend() == "jax":
        with import_extra("jax", extra="jax").default_matmul_precision("highest"):
            yield
    else:  # PyTorch multiplies in float32 unless asked for less
        yield


def _first_installed() -> str:
    """The first backend that is installed; the default where none is, so that its error names the command."""
    for name in ("tensorflow", "jax"):
        if _present(name):
            return name
    if _present("keras"):
        raise _missing("tensorflow", "Keras has no backend: neither tensorflow nor jax is installed")
    return "tensorflow"


def _missing(backend: str, problem: str) -> MissingExtraError:
    """The error for a missing backend, ending in the command that installs it."""
    return MissingExtraError(f"{problem}; it comes with: {sys.executable} -m pip install {BACKENDS[backend]}")


def _present(module: str) -> bool:
    """True when the module can be found without importing it."""
    return module in sys.modules or importlib.util.find_spec(module) is not None


@contextmanager
def _without_chatter() -> Iterator[None]:
    """Hold back what native libraries write to standard error; afterwards pass on all but the known chatter."""
    try:
        outside = os.dup(2)
    except OSError:  # a process without standard error (pythonw) has nothing to silence
        yield
        return
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            if sys.stderr is not None:
                sys.stderr.flush()
            os.dup2(outside, 2)
            os.close(outside)
            held.seek(0)
            for line in held:
                if not any(words in line for words in _CHATTER):
                    os.write(2, line)
