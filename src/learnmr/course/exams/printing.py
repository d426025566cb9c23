"""From HTML to PDF through Chromium, and PDFs that are the same bytes from run to run.

Chromium writes the time of printing into a PDF, twice; nothing else differs between two runs of one version. The dates
are replaced by a fixed one of the same length, so that the table of offsets inside the file stays right.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from ...installation import MissingExtraError
from ...writing import replacing

__all__ = ["find_chromium", "print_pdf"]

#: names on the path, then where the systems put them
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
_VARIABLE = "LEARNMR_CHROMIUM"
_TIME_LIMIT_S = 120
_DATE = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}([^)]*)\)")


def find_chromium() -> str:
    """The program that prints: of the variable LEARNMR_CHROMIUM, of the path, or where systems keep it.

    Raises
    ------
    MissingExtraError
        If there is none; the message says what to install.
    """
    named = os.environ.get(_VARIABLE)
    if named:
        found = shutil.which(named)
        if found is None:
            raise MissingExtraError(f"{_VARIABLE} must name a program, got {named!r}")
        return found
    for candidate in (*_NAMES, *_PLACES):
        found = shutil.which(candidate)
        if found is not None:
            return found
    raise MissingExtraError(
        "a PDF needs Chromium, Chrome or Edge, and none was found; install one (Debian and Ubuntu: "
        f"apt install chromium) or name it in the variable {_VARIABLE}; without it, print the HTML from any browser"
    )


def print_pdf(html_path: str | os.PathLike[str], pdf_path: str | os.PathLike[str], *, program: str) -> Path:
    """Print a page to PDF, without a network, with fixed dates.

    Parameters
    ----------
    html_path : path-like
        A self-contained page.
    pdf_path : path-like
        Where the PDF goes; written whole or not at all.
    program : str
        From :func:`find_chromium`.

    Returns
    -------
    pathlib.Path
        The PDF.

    Raises
    ------
    OSError
        If the program fails or takes more than two minutes; the message has its last words.
    """
    target = Path(pdf_path)
    with replacing(target) as temporary, tempfile.TemporaryDirectory(prefix="learnmr-print-") as profile:
        command = [
            program,
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-extensions",
            "--proxy-server=127.0.0.1:9",  # nothing in a paper is fetched; nothing could be
            f"--user-data-dir={profile}",
            "--no-pdf-header-footer",
            f"--print-to-pdf={temporary.resolve()}",
            Path(html_path).resolve().as_uri(),
        ]
        if sys.platform == "linux" and os.geteuid() == 0:
            command.insert(1, "--no-sandbox")  # Chromium refuses to run as root otherwise; the page has no scripts
        try:
            done = subprocess.run(command, capture_output=True, timeout=_TIME_LIMIT_S, check=False)
        except subprocess.TimeoutExpired as error:
            raise OSError(f"{program} took more than {_TIME_LIMIT_S} s for {html_path}") from error
        if done.returncode or not temporary.exists():
            last = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no message"]
            raise OSError(f"{program} could not print {html_path}: {last[0]}")
        temporary.write_bytes(with_fixed_dates(temporary.read_bytes()))
    return target


def with_fixed_dates(pdf: bytes) -> bytes:
    """A PDF whose dates say the beginning of 2000, at the same length.

    Examples
    --------
    >>> with_fixed_dates(b"/CreationDate (D:20261129161244+00'00')")
    b"/CreationDate (D:20000101000000+00'00')"
    """
    return _DATE.sub(lambda match: b"/" + match[1] + b" (D:20000101000000" + match[2] + b")", pdf)
