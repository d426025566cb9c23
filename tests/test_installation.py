"""A missing package names the command that brings it; the doctor tells what is wrong."""

import subprocess
import sys

import pytest

from learnmr import installation
from learnmr.installation import EXTRAS, Diagnosis, MissingExtraError, doctor, import_extra


def test_present_package_is_imported():
    assert import_extra("json", extra="train").loads("1") == 1


def test_missing_package_names_its_command():
    with pytest.raises(MissingExtraError, match=r"no_such_package is not installed.*-m pip install 'learnmr\[bench\]'"):
        import_extra("no_such_package", extra="bench")
    with pytest.raises(MissingExtraError, match="no_such_package"):
        import_extra("no_such_package.part", extra="bench")


def test_package_that_is_itself_broken_shows_its_own_error(tmp_path, monkeypatch):
    (tmp_path / "broken_package_of_a_test.py").write_text("import missing_dependency_of_a_test\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="missing_dependency_of_a_test") as raised:
        import_extra("broken_package_of_a_test", extra="train")
    assert not isinstance(raised.value, MissingExtraError)


def test_doctor_finds_the_core_and_says_so():
    found = doctor()
    assert found.healthy, found.problems
    assert found.versions["numpy"] is not None
    assert set(found.extras) == set(EXTRAS)
    assert "all is well" in str(found)


def test_doctor_names_the_command_for_what_is_missing(monkeypatch):
    monkeypatch.setattr(installation, "_CORE", ("numpy", "no-such-distribution"))
    found = doctor()
    assert not found.healthy
    assert found.problems[0].endswith("-m pip install no-such-distribution")
    assert "PROBLEM" in str(found)
    assert "no-such-distribution not installed" in " ".join(str(found).split())


def test_missing_extra_is_no_problem():
    text = str(Diagnosis("3.12.0", {"numpy": "2.0"}, (), {"train": False}))
    assert "extra [train]: not installed (pip install 'learnmr[train]')" in text
    assert "all is well" in text


def test_importing_learnmr_brings_neither_plots_nor_networks():
    code = "import sys, learnmr; print([m for m in ('matplotlib', 'keras', 'pandas', 'scipy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
