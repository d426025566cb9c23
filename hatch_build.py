"""Puts student notebooks and ready exams into the wheel, so that the commands of the course work without a checkout."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class StudentNotebooks(BuildHookInterface):
    """Student notebooks and ready exams; the solutions in the folder below the notebooks stay out."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files; an editable installation finds them in the checkout."""
        if version == "editable":
            return
        for path in sorted(Path(self.root).glob("course/module*/notebooks/*.ipynb")):
            build_data["force_include"][str(path)] = f"learnmr/course/notebooks/{path.name}"
        for path in sorted(Path(self.root).glob("course/exams/*.toml")):
            build_data["force_include"][str(path)] = f"learnmr/course/ready_exams/{path.name}"
