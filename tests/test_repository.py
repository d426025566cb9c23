"""What holds for the files of the repository together: no machine in them, one source for every fact."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from learnmr import __version__
from learnmr.installation import EXTRAS

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
HOMEPAGE = PROJECT["urls"]["Homepage"]

# put together here, so that this file does not name them either
_PLACES = "|".join(("wo" + "rk", "ro" + "ot", "o" + "pt", "ho" + "me", "Us" + "ers"))
MACHINE = re.compile(
    rf"(?<![\w.~/)}}\]-])/(?:{_PLACES})/(?!somebody)[\w.]"  # absolute paths of one machine; somebody is nobody
    + "|[A-Za-z]:" + r"\\\\?Us" + "ers"
    + "|fi" + "le:///?"
    + r"|\bpy" + r"pi\.org/simple|python" + r"hosted\.org|registry\.np" + r"mjs|deb\.deb" + r"ian\.org"
    + "|--(?:extra-)?ind" + "ex-url|--trus" + "ted-host"
)  # fmt: skip


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """All files of the repository, or skip: an unpacked archive has no list of them."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("no git repository here")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    """The text of a file; bytes that are none are shown as one sign."""
    return path.read_text(encoding="utf-8", errors="replace")


@pytest.mark.parametrize(
    "pieces", [("see /wo", "rk/data"), ("fi", "le:///srv/x"), ("https://py", "pi.org/simple/x"), ("--ind", "ex-url x")]
)
def test_the_search_for_machine_paths_finds_one(pieces):
    assert MACHINE.search("".join(pieces))


def test_no_tracked_file_names_a_path_of_a_machine_or_a_package_host(tracked):
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in tracked
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if MACHINE.search(line)
    ]
    assert found == []


def test_every_constraint_is_a_name_and_a_version():
    lines = [line for line in text_of(ROOT / "constraints.txt").splitlines() if line and not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*==[0-9][0-9a-z.]*", line)] == []
    assert "://" not in text_of(ROOT / "constraints.txt")


def test_constraints_hold_every_direct_dependency_within_its_floor():
    tested = dict(
        line.split("==") for line in text_of(ROOT / "constraints.txt").splitlines() if line and line[0] != "#"
    )
    wanted = [
        *PROJECT["dependencies"],
        *(name for extra in PROJECT["optional-dependencies"].values() for name in extra),
    ]
    for requirement in map(Requirement, wanted):
        assert requirement.name in tested, f"{requirement.name} is not in constraints.txt: make constraints"
        assert requirement.specifier.contains(Version(tested[requirement.name])), requirement


def test_extras_of_the_package_are_those_that_the_doctor_knows():
    declared = {
        extra: {Requirement(entry).name for entry in entries}
        for extra, entries in PROJECT["optional-dependencies"].items()
        if extra not in ("dev", "docs")  # tools of the project, not of its users
    }
    assert declared == {extra: {name for _, name in modules} for extra, modules in EXTRAS.items()}


def test_citation_says_what_the_project_says():
    citation = text_of(ROOT / "CITATION.cff")
    assert f"url: {HOMEPAGE}\n" in citation
    assert f"version: {__version__}\n" in citation
    assert __version__ in text_of(ROOT / "CHANGELOG.md")


def test_badges_lead_to_the_project():
    readme = text_of(ROOT / "README.md")
    targets = re.findall(r"\[!\[[^\]]*\]\([^)]*\)\]\(([^)]*)\)", readme)
    ours = (
        HOMEPAGE + "/",
        "https://colab.research.google.com/github" + HOMEPAGE.removeprefix("https://github.com") + "/",
    )
    assert targets
    assert [target for target in targets if not target.startswith(ours)] == []
    assert [
        target for target in targets if "/main/" in target and not (ROOT / target.split("/main/")[1]).is_file()
    ] == []


def test_links_inside_the_repository_lead_somewhere(tracked):
    for path in (path for path in tracked if path.suffix == ".md" and path.parent == ROOT):
        for target in re.findall(r"\]\(([^)#:]+)\)", text_of(path)):
            assert (ROOT / target).exists(), f"{path.name} links {target}"


def test_every_make_target_that_is_spoken_of_exists():
    makefile = text_of(ROOT / "Makefile")
    spoken = {
        name
        for document in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Makefile", ".ci/run")
        for name in re.findall(r"(?:^|[`(\s])make ([a-z][a-z-]+)(?=[\s`]|$)", text_of(ROOT / document), re.MULTILINE)
        if name not in ("environments", "them", "what")
    }
    assert {"demo", "test"} <= spoken
    assert [name for name in sorted(spoken) if not re.search(rf"^{name}:", makefile, re.MULTILINE)] == []


def test_the_version_of_the_time_course_has_one_value():
    named = {
        version
        for document in (
            "README.md",
            "Makefile",
            ".ci/run",
            *(path.relative_to(ROOT) for path in ROOT.glob("src/**/*.py")),
        )
        for version in re.findall(r"nmrpy==([0-9.]+[0-9])", text_of(ROOT / document))
    }
    assert len(named) == 1


@pytest.mark.parametrize(
    ("extra", "room"), [("train", "networks"), ("jax", "networks"), ("spins", "physics"), ("course", "course")]
)
def test_packages_of_an_extra_are_asked_for_in_one_room(extra, room):
    """The import rule for what is imported by name when it is needed, which import-linter cannot see."""
    modules = "|".join(module for module, _ in EXTRAS[extra])
    asked = re.compile(rf'import_extra\(\s*"(?:{modules})[".]|^\s*(?:import|from) (?:{modules})\b', re.MULTILINE)
    package = ROOT / "src" / "learnmr"
    found = {path.relative_to(package).parts[0] for path in package.rglob("*.py") if asked.search(text_of(path))}
    assert found == {room}
