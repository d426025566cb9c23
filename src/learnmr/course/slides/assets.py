"""What slides bring along: reveal.js and MathJax, pinned by version and hash, fetched once and kept.

Looked for in a folder that is named, then in the cache, then fetched by ``npm``, which honours the settings of the
machine. Nothing is unpacked onto the disk: the files are read out of the archives after the hash was found right.
"""

from __future__ import annotations

import base64
import hashlib
import io
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pooch

from ...writing import replacing

__all__ = ["PACKAGES", "Assets", "Package", "slide_assets"]

_TIMEOUT_S = 120


@dataclass(frozen=True)
class Package:
    """A package of npm.

    Parameters
    ----------
    name, version : str
        Which.
    sha512 : str
        Hash of its archive, base64, as the registry states it.
    """

    name: str
    version: str
    sha512: str

    @property
    def archive(self) -> str:
        """File name of the archive, as ``npm pack`` gives it."""
        return f"{self.name}-{self.version}.tgz"


#: version 3 of MathJax is one file with its glyphs inside; version 4 loads them while it runs
PACKAGES = (
    Package(
        "reveal.js",
        "5.2.1",
        "r7//6mIM5p34hFiDMvYfXgyjXqGRta+/psd9YtytsgRlrpRzFv4RbH76TXd2qD+7ZPZEbpBDhdRhJaFgfQ7zNQ==",
    ),
    Package(
        "mathjax",
        "3.2.2",
        "Bt+SSVU8eBG27zChVewOicYs7Xsdt40qm4+UpHyX7k0/O9NliPc+x77k1/FEsPsjKPZGJvtRZM1vO+geW0OhGw==",
    ),
)


@dataclass(frozen=True)
class Assets:
    """Scripts and styles, as text.

    Parameters
    ----------
    reveal_js, reveal_css, notes_js : str
        reveal.js 5, its layout without a theme, and its window for the speaker.
    mathjax_js : str
        MathJax 3, TeX to SVG.
    """

    reveal_js: str
    reveal_css: str
    notes_js: str
    mathjax_js: str


def slide_assets(folder: Path | str | None = None) -> Assets:
    """Read the assets; fetch them where they are not there yet.

    Parameters
    ----------
    folder : path-like, optional
        A folder with the archives, for a machine without a network: made by ``npm pack reveal.js@5.2.1
        mathjax@3.2.2``. Default: the cache of learnmr.

    Returns
    -------
    Assets
        Texts.

    Raises
    ------
    FileNotFoundError
        If the folder does not hold an archive.
    ValueError
        If an archive is not the one that is pinned.
    OSError
        If nothing is cached and nothing can be fetched; the message holds the command that makes the folder.
    """
    reveal, mathjax = (_checked(package, _archive(package, folder)) for package in PACKAGES)
    return Assets(
        reveal_js=_member(reveal, "package/dist/reveal.js"),
        reveal_css=_member(reveal, "package/dist/reveal.css"),
        notes_js=_member(reveal, "package/plugin/notes/notes.js"),
        mathjax_js=_member(mathjax, "package/es5/tex-svg-full.js"),
    )


def _archive(package: Package, folder: Path | str | None) -> Path:
    """Where the archive is; fetched into the cache if need be."""
    if folder is not None:
        path = Path(folder) / package.archive
        if not path.is_file():
            raise FileNotFoundError(f"folder must hold {package.archive} ({_command()} makes it), got {folder}")
        return path
    cached = Path(pooch.os_cache("learnmr")) / "npm" / package.archive
    if not cached.is_file():
        cached.parent.mkdir(parents=True, exist_ok=True)
        with replacing(cached) as temporary:
            _packed_by_npm(package, temporary)
            _checked(package, temporary)
    return cached


def _packed_by_npm(package: Package, target: Path) -> None:
    """Ask the client of npm, or say what to do without it."""
    npm = shutil.which("npm")
    said = "npm is not installed"
    if npm is not None:
        with tempfile.TemporaryDirectory() as place:
            done = subprocess.run(
                [npm, "pack", "--silent", f"{package.name}@{package.version}"],
                cwd=place,
                capture_output=True,
                timeout=_TIMEOUT_S,
                check=False,
            )
            made = Path(place) / package.archive
            if done.returncode == 0 and made.is_file():
                shutil.copyfile(made, target)
                return
        said = f"npm ended with exit code {done.returncode}"
    raise OSError(
        f"slides need {package.name} {package.version}, which could not be fetched: {said}. On a machine that has npm "
        f"and a network: {_command()}; then give the folder with both files: --assets FOLDER"
    )


def _command() -> str:
    return "npm pack " + " ".join(f"{package.name}@{package.version}" for package in PACKAGES)


def _checked(package: Package, path: Path) -> bytes:
    """The bytes of the archive, which must be the pinned ones."""
    content = path.read_bytes()
    if base64.b64encode(hashlib.sha512(content).digest()).decode("ascii") != package.sha512:
        raise ValueError(f"{path.name} must be the archive with the pinned SHA-512, this is another file: {path}")
    return content


def _member(archive: bytes, name: str) -> str:
    """One text file of the archive."""
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as opened:
        member = opened.extractfile(name)
        if member is None:
            raise ValueError(f"the archive must hold the file {name}")
        return member.read().decode("utf-8")
