"""Assets are the pinned ones or none: read out of archives whose hash is right."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from learnmr.course.slides import assets

MEMBERS = {
    "reveal.js": ("package/dist/reveal.js", "package/dist/reveal.css", "package/plugin/notes/notes.js"),
    "mathjax": ("package/es5/tex-svg-full.js",),
}


def archive(path: Path, names: tuple[str, ...]) -> str:
    """An archive whose files hold their own names; gives its hash."""
    with tarfile.open(path, "w:gz") as opened:
        for name in names:
            content = f"/* {name} */".encode()
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            opened.addfile(entry, io.BytesIO(content))
    return base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


@pytest.fixture
def packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with small archives, pinned."""
    made = []
    for package in assets.PACKAGES:
        sha512 = archive(tmp_path / package.archive, MEMBERS[package.name])
        made.append(assets.Package(package.name, package.version, sha512))
    monkeypatch.setattr(assets, "PACKAGES", tuple(made))
    return tmp_path


def test_assets_are_read_from_a_folder_of_archives(packed: Path) -> None:
    read = assets.slide_assets(packed)
    assert read.reveal_js == "/* package/dist/reveal.js */"
    assert read.mathjax_js == "/* package/es5/tex-svg-full.js */"


def test_another_file_of_the_same_name_is_refused(packed: Path) -> None:
    target = packed / assets.PACKAGES[0].archive
    target.write_bytes(target.read_bytes() + b"\0")
    with pytest.raises(ValueError, match=r"reveal\.js-5\.2\.1\.tgz must be the archive with the pinned SHA-512"):
        assets.slide_assets(packed)


def test_a_folder_without_archives_names_the_command_that_makes_them(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"npm pack reveal\.js@5\.2\.1 mathjax@3\.2\.2 makes it"):
        assets.slide_assets(tmp_path)


def test_without_npm_the_way_out_is_told_and_nothing_is_left(
    packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setattr(assets.pooch, "os_cache", lambda name: str(cache))
    monkeypatch.setattr(assets.shutil, "which", lambda name: None)
    with pytest.raises(
        OSError, match=r"npm is not installed\. On a machine that has npm .*: npm pack .*--assets FOLDER"
    ):
        assets.slide_assets()
    assert [path for path in cache.rglob("*") if path.is_file()] == []


def test_what_is_cached_is_used_without_a_network(
    packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets.pooch, "os_cache", lambda name: str(tmp_path / "cache"))
    monkeypatch.setattr(assets.shutil, "which", lambda name: pytest.fail("nothing is to be fetched"))
    (tmp_path / "cache" / "npm").mkdir(parents=True)
    for package in assets.PACKAGES:
        (packed / package.archive).rename(tmp_path / "cache" / "npm" / package.archive)
    assert assets.slide_assets().notes_js == "/* package/plugin/notes/notes.js */"
