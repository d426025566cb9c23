"""What the student writes and what everybody sees are kept apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnmr.course.solution_regions import (
    canary,
    outside_regions,
    solution_lines,
    split_regions,
    with_solutions,
    with_stubs,
)

CELL = """def width(t2_star_s):
    # <solution>
    # the inverse of pi T2*
    return 1 / (3.14159 * t2_star_s)
    # <stub>
    raise NotImplementedError("later")
    # </solution>


width(0.1)"""


def test_student_and_solution_agree_outside_the_region() -> None:
    student, solution = with_stubs(CELL, "m1.a.b", "1.2"), with_solutions(CELL, "m1.a.b", "1.2")
    assert outside_regions(student) == outside_regions(solution)
    assert student != solution
    assert 'raise NotImplementedError("later")' in student
    assert "3.14159" not in student
    assert canary("m1.a.b") in solution
    assert "canary" not in student


def test_a_stub_that_is_not_written_names_the_exercise_at_the_right_indent() -> None:
    cell = "def f():\n    # <solution>\n    return 1\n    # </solution>"
    student = with_stubs(cell, "m1.a.b", "1.2")
    assert '\n    raise NotImplementedError("exercise 1.2 (m1.a.b): write your code here")\n' in student
    names: dict[str, object] = {}
    exec(compile(student, "cell", "exec"), names)
    with pytest.raises(NotImplementedError, match=r"exercise 1\.2"):
        names["f"]()  # type: ignore[operator]


def test_lines_of_the_solution_leave_out_comments() -> None:
    assert solution_lines(CELL) == ("return 1 / (3.14159 * t2_star_s)",)


@given(st.lists(st.text(st.characters(codec="ascii", exclude_characters="\n\r#"), max_size=20), min_size=1, max_size=6))
def test_a_cell_without_regions_is_untouched(lines: list[str]) -> None:
    cell = "\n".join(lines)
    assert with_stubs(cell, "m1.a.b", "1") == with_solutions(cell, "m1.a.b", "1") == cell


@pytest.mark.parametrize(
    ("cell", "complaint"),
    [
        ("# <solution>\nx = 1", "must end with"),
        ("# </solution>", "line 1: </solution> must not stand inside shared"),
        ("# <solution>\n# <solution>\n# </solution>", "line 2: <solution> must not stand inside solution"),
        ("# <solution>\nx\n# <stub>\n# <stub>\n# </solution>", "line 4: <stub> must not stand inside stub"),
        ("# <solution>\n\n# </solution>", "must hold a solution"),
    ],
)
def test_broken_regions_are_refused_with_their_line(cell: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        split_regions(cell)
