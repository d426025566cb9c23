"""Inside the sandbox: runs the notebook with nbclient, says how that went, then hands the grader on to its kernel.

Started as ``python -m learnmr.course.grading.runner TIME_S CELL_S``; standard input and output are the conversation,
standard error says what goes wrong. Cells that fail are passed over, cells that take too long are interrupted, and
output is dropped: neither costs the answers of the other cells.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
import threading
import time
import warnings
from pathlib import Path
from typing import Any

from ...installation import import_extra
from ...isolation.channels import Channel
from .serving import join_message

__all__ = ["main"]

_MAX_ERRORS, _START_S = 50, 15.0


def main(time_s: float, cell_s: float) -> None:
    """Run the notebook of the inputs, then serve its answers."""
    reading, writing = os.dup(0), os.dup(1)
    os.dup2(2, 1)  # whatever prints from now on goes to standard error, not into the conversation
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    channel = Channel(reading, writing)
    scratch = Path(os.environ["LEARNMR_SCRATCH"])
    os.environ |= {
        "JUPYTER_RUNTIME_DIR": str(scratch / "runtime"),
        "JUPYTER_ALLOW_INSECURE_WRITES": "1",
        "IPYTHONDIR": str(scratch / "ipython"),
        "MPLCONFIGDIR": str(scratch / "matplotlib"),
    }
    warnings.simplefilter("ignore")  # of the machinery of Jupyter
    try:
        notebook = _read(Path(os.environ["LEARNMR_INPUTS"]))
        work = _copy_inputs(Path(os.environ["LEARNMR_INPUTS"]), scratch)
    except Exception as error:
        channel.send(*join_message({"op": "unreadable", "message": f"{type(error).__name__}: {str(error)[:200]}"}))
        return
    _run(notebook, work, scratch, channel, (reading, writing), time_s, cell_s)


def _read(inputs: Path) -> Any:
    """The notebook, its outputs thrown away, cells tagged slow left out."""
    nbformat = import_extra("nbformat", extra="course")
    (path,) = sorted(inputs.glob("*.ipynb"))
    document = json.loads(path.read_text(encoding="utf-8-sig"))
    cells = [
        {"source": "".join(cell["source"]), "slow": "slow" in cell.get("metadata", {}).get("tags", ())}
        for cell in document["cells"]
        if cell.get("cell_type") == "code"
    ]
    # made anew, so that nothing but the code of the submission decides what is run, and how
    return nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell["source"]) for cell in cells if not cell["slow"]],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )


def _copy_inputs(inputs: Path, scratch: Path) -> Path:
    """Files that were handed in beside the notebook, where it looks for them and may write."""
    work = scratch / "work"
    work.mkdir(exist_ok=True)
    for path in sorted(inputs.iterdir()):
        if path.is_file() and not path.is_symlink():
            shutil.copyfile(path, work / path.name)
    return work


def _run(
    notebook: Any,
    work: Path,
    scratch: Path,
    channel: Channel,
    pipes: tuple[int, int],
    time_s: float,
    cell_s: float,
) -> None:
    """Run all cells in one kernel, then connect this kernel with the grader."""
    nbclient = import_extra("nbclient", extra="course")

    class Client(nbclient.NotebookClient):  # type: ignore[name-defined]
        """Drops what is printed and shown: only answers count, and a gigabyte of output costs nobody anything."""

        def process_message(self, message: Any, cell: Any, cell_index: int) -> Any:
            if message["msg_type"] in ("stream", "display_data", "execute_result", "update_display_data"):
                return None
            return super().process_message(message, cell, cell_index)

    started_s = time.monotonic()
    report: dict[str, Any] = {"op": "ran", "cells": 0, "errors": [], "died": False, "time_over": False}
    client = Client(
        notebook,
        kernel_name="python3",
        allow_errors=True,
        timeout_func=lambda cell: max(1, int(min(cell_s, time_s - (time.monotonic() - started_s)))),
        interrupt_on_timeout=True,
        error_on_timeout={"ename": "CellTookTooLong", "evalue": f"stopped after {cell_s:g} s", "traceback": []},
        resources={"metadata": {"path": str(work)}},
        on_cell_executed=lambda cell, cell_index, execute_reply: _note(report, cell_index, execute_reply),
    )
    environment = os.environ | {
        "LEARNMR_GRADING": "1",
        "LEARNMR_PROGRESS": str(scratch / "progress.json"),
        "LEARNMR_STATIC": "1",
    }
    with client.setup_kernel(env=environment):
        try:
            for index, cell in enumerate(notebook.cells):
                if time.monotonic() - started_s > time_s:
                    report["time_over"] = True
                    break
                client.execute_cell(cell, index)
                report["cells"] += 1
        except Exception as error:  # the kernel is dead, or talks nonsense
            report["died"] = True
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
        path = str(scratch / "answers.socket")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            if not report["died"]:
                Path(path).unlink(missing_ok=True)
                listener.bind(path)
                listener.listen(1)
                listener.settimeout(_START_S)
                client.kc.execute(f"from learnmr.course.grading.serving import serve as _serve; _serve({path!r})")
                try:
                    door, _ = listener.accept()
                except OSError:
                    report["died"] = True
            report["seconds"] = round(time.monotonic() - started_s, 2)
            channel.send(*join_message(report))
            if not report["died"]:
                with door:
                    _relay(pipes, door)
    os._exit(0)


def _note(report: dict[str, Any], index: int, reply: dict[str, Any]) -> None:
    """An error of a cell, for the student's feedback."""
    content = reply.get("content", {})
    if content.get("status") == "error" and len(report["errors"]) < _MAX_ERRORS:
        said = [index, str(content.get("ename"))[:80], str(content.get("evalue"))[:300]]
        report["errors"].append(said)


def _relay(pipes: tuple[int, int], door: socket.socket) -> None:
    """Carry bytes both ways until one side has gone."""
    reading, writing = pipes
    for descriptor in pipes:
        os.set_blocking(descriptor, True)
    door.setblocking(True)

    def inward() -> None:
        while piece := os.read(reading, 1 << 16):
            door.sendall(piece)
        door.shutdown(socket.SHUT_WR)

    threading.Thread(target=inward, daemon=True).start()
    while piece := door.recv(1 << 16):
        while piece:
            piece = piece[os.write(writing, piece) :]


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]))
