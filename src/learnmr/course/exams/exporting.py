"""``learnmr course exam export``: an exam's questions for Moodle or Canvas, read back before they are written."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from ...writing import replacing
from ..questions.contract import draw_variant
from ..questions.streams import exam_key, self_study_key
from .canvas import canvas_package
from .canvas_reading import read_canvas
from .give_aways import check_give_aways
from .moodle import moodle_xml
from .moodle_reading import read_moodle
from .portable import PortableGroup, portable
from .specs import ExamSpec, read_spec

__all__ = ["PLATFORMS", "export_exam", "portable_groups"]

PLATFORMS = ("moodle", "canvas")


def export_exam(
    spec_path: str | os.PathLike[str],
    platform: str,
    out: str | os.PathLike[str],
    *,
    n_variants: int = 10,
    secret: bytes | None = None,
    bank: str | os.PathLike[str] | None = None,
    report: Callable[[str, int, int], None] | None = None,
) -> tuple[PortableGroup, ...]:
    """Write a file that a platform imports.

    Parameters
    ----------
    spec_path : path-like
        The specification.
    platform : str
        ``"moodle"`` or ``"canvas"``.
    out : path-like
        The file: XML for Moodle, a zip archive for Canvas.
    n_variants : int
        How many variants of each question there are to draw from.
    secret : bytes, optional
        The secret of the course. Without it the numbers are those that anybody can make.
    bank : path-like, optional
        A folder with the instructor's own questions, whose code is run.
    report : callable, optional
        Told after each question: name of the work, questions done, all questions.

    Returns
    -------
    tuple of PortableGroup
        What was written.

    Raises
    ------
    ValueError
        If specification, platform or number of variants breaks a rule.
    """
    if platform not in PLATFORMS:
        raise ValueError(f"platform must be one of {', '.join(PLATFORMS)}, got {platform!r}")
    if not 1 <= n_variants <= 200:
        raise ValueError(f"n_variants must be from 1 to 200, got {n_variants!r}")
    spec = read_spec(spec_path, bank=bank)
    check_give_aways(spec)
    groups = portable_groups(spec, n_variants=n_variants, secret=secret, report=report)
    if platform == "moodle":
        data = moodle_xml(spec.title, groups)
        back = read_moodle(data)[1]
    else:
        data = canvas_package(spec.title, groups, ident=spec.exam, minutes=spec.minutes)
        back = read_canvas(data)[1]
    _same_shape(groups, back)
    with replacing(out) as temporary:
        temporary.write_bytes(data)
    return groups


def portable_groups(
    spec: ExamSpec,
    *,
    n_variants: int,
    secret: bytes | None = None,
    report: Callable[[str, int, int], None] | None = None,
) -> tuple[PortableGroup, ...]:
    """The variants of every question; see :func:`export_exam` for the parameters."""
    groups = []
    for done, item in enumerate(spec.items, start=1):
        slug = item.question.slug
        variants = []
        for number in range(1, n_variants + 1):
            key = (
                self_study_key(slug, number)
                if secret is None
                else exam_key(secret, exam=spec.exam, question=slug, student=f"variant {number} of a platform")
            )
            variants.append(
                portable(
                    draw_variant(item.question, key),
                    ident=f"{spec.exam}.{slug}.{number:03d}",
                    title=f"{item.question.title} [{number:03d}]",
                    marks=item.marks,
                )
            )
        groups.append(PortableGroup(item.label, item.question.title, item.marks, tuple(variants)))
        if report is not None:
            report("questions", done, len(spec.items))
    return tuple(groups)


def _same_shape(written: Sequence[PortableGroup], back: Sequence[PortableGroup]) -> None:
    """What was written must come back: kinds, marks and numbers of options (the tests compare everything)."""

    def shape(groups: Sequence[PortableGroup]) -> list[object]:
        return [
            (group.label, group.marks, [(one.kind, one.title, len(one.options), one.order) for one in group.variants])
            for group in groups
        ]

    if shape(written) != shape(back):
        raise RuntimeError("what was written does not come back: please report this exam's specification")
