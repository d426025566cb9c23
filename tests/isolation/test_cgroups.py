"""Control groups, where one can be made."""

from __future__ import annotations

import subprocess

import pytest

from learnmr.isolation import Limits
from learnmr.isolation.cgroups import ControlGroup, make_group


@pytest.fixture
def group() -> ControlGroup:
    """A group, or a skip."""
    made = make_group(Limits(processes=20))
    if made is None:
        pytest.skip("no control group can be made here; the watcher does its work")
    return made


def test_a_group_holds_its_processes_and_takes_them_along(group: ControlGroup) -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        group.add(process.pid)
        assert all(str(process.pid) in (folder / "cgroup.procs").read_text().split() for folder in group.folders)
        assert not group.out_of_memory()
        group.remove()
        assert process.wait(timeout=10) == -9
    assert not any(folder.exists() for folder in group.folders)


def test_where_no_group_can_be_made_there_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr("learnmr.isolation.cgroups._MOUNT", tmp_path)
    assert make_group(Limits()) is None
