"""Damage real and synthetic files in every way that comes to mind and judge what ``read`` answers.

The only two answers allowed are a finite FID and a ReadError, within a time limit and a memory limit. Mutations are
seeded: (seed, last two names of the path, number) always makes the same damage. The reader runs in a process of its
own, so that a hang or a crash of a C library is a finding and not the end of the run.
"""

from __future__ import annotations

import multiprocessing
import re
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from ..files import ReadError, read
from .example_files import write_examples

__all__ = ["MUTATIONS", "mutate", "run", "try_once"]

Files = dict[str, bytes]

#: what a number in a text is replaced by
_NASTY_NUMBERS = (
    b"0", b"-1", b"1", b"2147483648", b"99999999999999999999", b"9" * 5000, b"1e308", b"-1e-308", b"nan", b"inf",
    b"-inf", b"", b"abc", b"1e", b"0x10", b"1,5", b"(0..9999999)", b"<", b"\xff\xfe", b"1e9", b"3.7",
)  # fmt: skip
#: what four or eight aligned bytes are replaced by
_NASTY_WORDS = (
    b"\x00\x00\x00\x00", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x80\x00\x00\x00",
    b"\x00\x00\x00\x80", b"\x7f\xc0\x00\x00", b"\x00\x00\xc0\x7f", b"\x00\x00\x80\x7f", b"\x00\x01\x00\x00",
    b"\xff\xff\xff\xff\xff\xff\xff\xff", b"\x00\x00\x00\x00\x00\x00\xf8\x7f", b"\x7f\xf0\x00\x00\x00\x00\x00\x00",
)  # fmt: skip
#: beginnings of other files
_FOREIGN = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"PK\x03\x04\x14\x00", b"%PDF-1.7\n", b'{"a": [1, 2, 3]}',
    b"\x1f\x8b\x08\x00", b"##TITLE= nothing\n##END=\n", b"SORPATAD1.1V", b"JEOL.NMR", b"\x89HDF\r\n\x1a\n",
    b">>> Begin of header <<<\r\n",
    b"0.1 0.2\n0.3 0.4\n", b"\xff\xd8\xff\xe0\x00\x10JFIF",
)  # fmt: skip
#: header part in which half of the binary damage falls
_HEADER_BYTES = 2048


def _place(content: bytes, rng: np.random.Generator) -> int:
    """A position, half of the time in the header."""
    limit = min(len(content), _HEADER_BYTES) if rng.random() < 0.5 else len(content)
    return int(rng.integers(max(limit, 1)))


def _truncate(content: bytes, rng: np.random.Generator) -> bytes:
    return content[: _place(content, rng)]


def _flip(content: bytes, rng: np.random.Generator) -> bytes:
    damaged = bytearray(content)
    for _ in range(int(rng.integers(1, 20)) if content else 0):
        damaged[_place(content, rng)] ^= 1 << int(rng.integers(8))
    return bytes(damaged)


def _zero_block(content: bytes, rng: np.random.Generator) -> bytes:
    start, length = _place(content, rng), int(2 ** rng.uniform(0, 14))
    return content[:start] + bytes(min(length, len(content) - start)) + content[start + length :]


def _remove_block(content: bytes, rng: np.random.Generator) -> bytes:
    start, length = _place(content, rng), int(2 ** rng.uniform(0, 14))
    return content[:start] + content[start + length :]


def _insert_noise(content: bytes, rng: np.random.Generator) -> bytes:
    start = _place(content, rng)
    return content[:start] + rng.bytes(int(2 ** rng.uniform(0, 12))) + content[start:]


def _nasty_word(content: bytes, rng: np.random.Generator) -> bytes:
    start = _place(content, rng) // 4 * 4
    word = _NASTY_WORDS[int(rng.integers(len(_NASTY_WORDS)))]
    return content[:start] + word + content[start + len(word) :]


def _nasty_number(content: bytes, rng: np.random.Generator) -> bytes:
    # the parameters of all formats stand in the first or, after a long history, the last part of a text
    found = list(re.finditer(rb"[-+]?\d[\d.]*(?:[eE][-+]?\d+)?", content[:40_000]))
    if not found:
        return _nasty_word(content, rng)
    chosen = found[int(rng.integers(len(found)))]
    number = _NASTY_NUMBERS[int(rng.integers(len(_NASTY_NUMBERS)))]
    return content[: chosen.start()] + number + content[chosen.end() :]


def _duplicate_lines(content: bytes, rng: np.random.Generator) -> bytes:
    lines = content.split(b"\n")
    source, target = (int(rng.integers(len(lines))) for _ in range(2))
    return b"\n".join(lines[:target] + lines[source : source + int(rng.integers(1, 9))] + lines[target:])


def _remove_lines(content: bytes, rng: np.random.Generator) -> bytes:
    lines = content.split(b"\n")
    start = int(rng.integers(len(lines)))
    return b"\n".join(lines[:start] + lines[start + int(rng.integers(1, 9)) :])


def _other_kind(content: bytes, rng: np.random.Generator) -> bytes:
    start = _FOREIGN[int(rng.integers(len(_FOREIGN)))]
    return start + (content if rng.random() < 0.5 else rng.bytes(200))


def _extend(content: bytes, rng: np.random.Generator) -> bytes:
    return content + content[: _place(content, rng) + 1]


def _empty(content: bytes, rng: np.random.Generator) -> bytes:
    return b""


#: name -> damage of one file's content
MUTATIONS: dict[str, Callable[[bytes, np.random.Generator], bytes]] = {
    "truncate": _truncate,
    "flip bits": _flip,
    "zero a block": _zero_block,
    "remove a block": _remove_block,
    "insert noise": _insert_noise,
    "nasty word": _nasty_word,
    "nasty number": _nasty_number,
    "duplicate lines": _duplicate_lines,
    "remove lines": _remove_lines,
    "other kind of file": _other_kind,
    "extend": _extend,
    "empty": _empty,
}
_WEIGHTS = np.array([2, 3, 1, 1, 1, 4, 5, 1, 2, 1, 1, 0.3])


def mutate(files: Files, rng: np.random.Generator) -> tuple[Files, str]:
    """Damage one file of an experiment, or take one away.

    Parameters
    ----------
    files : dict of str to bytes
        Contents by relative path; not touched.
    rng : numpy.random.Generator
        Source of the damage.

    Returns
    -------
    damaged : dict of str to bytes
        The files after the damage.
    what : str
        Name of the damage and of the file.
    """
    name = sorted(files)[int(rng.integers(len(files)))]
    if len(files) > 1 and rng.random() < 0.03:
        return {other: content for other, content in files.items() if other != name}, f"missing {name}"
    kinds = list(MUTATIONS)
    kind = kinds[int(rng.choice(len(kinds), p=_WEIGHTS / _WEIGHTS.sum()))]
    return files | {name: MUTATIONS[kind](files[name], rng)}, f"{kind} in {name}"


def try_once(folder: Path, entry: str, *, memory_limit_bytes: int) -> tuple[str, float, int]:
    """Read damaged files once.

    Parameters
    ----------
    folder : pathlib.Path
        Where they lie.
    entry : str
        What ``read`` is given, relative to it.
    memory_limit_bytes : int
        Largest memory that reading may take at any time.

    Returns
    -------
    answer : str
        ``"fid"``, ``"refused"``, or what was wrong with the answer.
    seconds : float
        Time of reading.
    peak_bytes : int
        Largest memory taken.
    """
    tracemalloc.start()
    start = time.perf_counter()
    try:
        fid = read(folder / entry)
        # a finite sum would not do: it may overflow
        answer = "fid" if np.all(np.isfinite(fid.samples)) and fid.dwell_s > 0 else "an FID that is not finite"
    except ReadError as error:
        answer = "refused" if str(error) and error.problem and "\0" not in error.format else "a ReadError without words"
    except BaseException as error:
        answer = f"{type(error).__name__}: {error}"[:200]
    seconds = time.perf_counter() - start
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    if peak_bytes > memory_limit_bytes:
        answer = f"{peak_bytes / 1e6:.0f} MB of memory"
    return answer, seconds, peak_bytes


def _contents(path: Path, limit_bytes: int = 30_000_000) -> tuple[Files, str]:
    """The files of an experiment by relative path, and what ``read`` is given."""
    if path.is_file():
        return {path.name: path.read_bytes()}, path.name
    files = {child.relative_to(path).as_posix(): child for child in sorted(path.rglob("*")) if child.is_file()}
    if sum(child.stat().st_size for child in files.values()) > limit_bytes:
        raise ValueError(f"paths must be small experiments, {path} has more than {limit_bytes} bytes")
    # spectra and plots beside the data are never read: damage to them would test nothing
    read_by_nobody = re.compile(r"(^|/)(1r|1i|.*\.csv|.*\.pt1|.*\.txt|uxnmr\.par|fq1list|shimvalues|format\.temp)$")
    return {name: child.read_bytes() for name, child in files.items() if not read_by_nobody.search(name)}, "."


def _damage_and_read(path: Path, start: int, n_mutations: int, seed: int, scratch: Path) -> Any:
    """Yield (number, what, answer, seconds, peak) of each mutation of one path."""
    files, entry = _contents(path)
    size = sum(map(len, files.values()))
    written: set[Path] = set()
    for number in range(start, n_mutations):
        damaged, what = mutate(files, np.random.default_rng([seed, *"/".join(path.parts[-2:]).encode(), number]))
        folder = scratch / "damaged"
        for old in written:
            old.unlink(missing_ok=True)
        for name, content in damaged.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        written = {folder / name for name in damaged}
        yield number, what, *try_once(folder, entry, memory_limit_bytes=64_000_000 + 60 * size)


def _work(connection: Connection, path: Path, start: int, n_mutations: int, seed: int, scratch: Path) -> None:
    """The process that reads: send every answer as it comes, then None."""
    for outcome in _damage_and_read(path, start, n_mutations, seed, scratch):
        connection.send(outcome)
    connection.send(None)


def run(
    n_mutations: int = 200,
    seed: int = 0,
    paths: Sequence[str | Path] | None = None,
    *,
    time_limit_s: float = 20.0,
    isolated: bool = True,
) -> dict[str, Any]:
    """Damage experiments and judge what ``read`` answers.

    Parameters
    ----------
    n_mutations : int
        Mutations of each path.
    seed : int
        Seed of all damage.
    paths : sequence of path-like, optional
        Files or folders that ``read`` takes; default: one small example of every format.
    time_limit_s : float
        No answer within this time is a hang.
    isolated : bool
        Read in a process of its own, which survives hangs and crashes.

    Returns
    -------
    dict
        ``mutations``, ``fids`` (still readable), ``refused``, ``failures`` (list of path, number, mutation, problem),
        ``slowest_s``, ``largest_peak_mb``, and ``paths`` with the first three for each path.

    Examples
    --------
    >>> run(2, paths=[], isolated=False)["mutations"]
    0
    """
    if not n_mutations >= 1:
        raise ValueError(f"n_mutations must be >= 1, got {n_mutations!r}")
    results: dict[str, Any] = {
        "mutations": 0, "fids": 0, "refused": 0, "failures": [], "slowest_s": 0.0, "largest_peak_mb": 0.0, "paths": {},
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        if paths is None:
            (scratch / "examples").mkdir()
            paths = list(write_examples(scratch / "examples").values())
        for place, path in enumerate(paths):
            read_all = _isolated_outcomes if isolated else _plain_outcomes
            folder = scratch / str(place)
            counts = {"mutations": 0, "fids": 0, "refused": 0}
            for number, what, answer, seconds, peak_bytes in read_all(
                Path(path), n_mutations, seed, folder, time_limit_s
            ):
                counts["mutations"] += 1
                counts["fids"] += answer == "fid"
                counts["refused"] += answer == "refused"
                if seconds > time_limit_s and answer in ("fid", "refused"):
                    answer = f"{seconds:.1f} s"
                if answer not in ("fid", "refused"):
                    results["failures"].append(
                        {"path": str(path), "number": number, "mutation": what, "problem": answer}
                    )
                results["slowest_s"] = max(results["slowest_s"], seconds)
                results["largest_peak_mb"] = max(results["largest_peak_mb"], peak_bytes / 1e6)
            results["paths"][str(path)] = counts
            for key, value in counts.items():
                results[key] += value
    return results


def _plain_outcomes(path: Path, n_mutations: int, seed: int, scratch: Path, time_limit_s: float) -> Any:
    """All outcomes of one path, in this process."""
    yield from _damage_and_read(path, 0, n_mutations, seed, scratch)


def _isolated_outcomes(path: Path, n_mutations: int, seed: int, scratch: Path, time_limit_s: float) -> Any:
    """All outcomes of one path; a process that hangs or dies is replaced, and the mutation that did it is a finding."""
    context = multiprocessing.get_context("spawn")
    start = 0
    while start < n_mutations:
        ours, theirs = context.Pipe()
        process = context.Process(
            target=_work, args=(theirs, path, start, n_mutations, seed, scratch / str(start)), daemon=True
        )
        process.start()
        theirs.close()
        patience_s = time_limit_s + 60  # the first answer waits for the imports of the new process
        try:
            while ours.poll(patience_s):
                outcome = ours.recv()
                if outcome is None:
                    return
                yield outcome
                start, patience_s = outcome[0] + 1, time_limit_s
            yield start, "unknown", f"no answer within {patience_s:g} s", patience_s, 0
        except EOFError:
            process.join(5)
            yield start, "unknown", f"the reader died with exit code {process.exitcode}", 0.0, 0
        finally:
            process.kill()
            process.join()
            ours.close()
        start += 1
