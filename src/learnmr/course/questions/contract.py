"""The contract of a question: one object serves self-study, homework, exams, printed sheets and exports.

A question is a class. ``generate`` draws parameters from a :class:`~learnmr.course.questions.streams.HashStream` and
rounds them as they are shown; everything after is a pure function of these parameters: ``text``, ``solve``,
``distractors`` (each the answer to which a named misconception leads), ``figure``, ``explain``, ``grade``.
Subclass one of the kinds below, put an object into ``QUESTIONS`` of a module of ``questions/bank``, and
:func:`~learnmr.course.questions.stress.stress` says whether it keeps the contract.

==========================  ========  =======================================================================
class                       kind      the answer
==========================  ========  =======================================================================
:class:`NumericQuestion`    numeric   a number with a unit, right within a tolerance
:class:`ChoiceQuestion`     choice    a letter; each wrong option belongs to a misconception
:class:`OrderQuestion`      order     letters in order
:class:`EssayQuestion`      essay     text, marked by hand with a rubric
:class:`CodeQuestion`       code      a function, graded by properties and against the reference at fresh arguments
:class:`TrainQuestion`      train     a network and the log of its trials, graded on method and on result
==========================  ========  =======================================================================

A plot to be read is a numeric or a choice question with a ``figure``. Texts are plain, with Unicode for symbols and
no LaTeX: the same words go to a notebook, a page, a sheet and an LMS.
"""

from .choices import ChoiceQuestion, OrderQuestion
from .coding import CodeQuestion
from .essays import EssayQuestion, RubricItem
from .numeric import NumericQuestion
from .question import LETTERS, USES, Grade, Option, Parameters, Question, Variant, draw_variant, variant_of
from .trainings import TrainQuestion, rows_of

__all__ = [
    "LETTERS",
    "USES",
    "ChoiceQuestion",
    "CodeQuestion",
    "EssayQuestion",
    "Grade",
    "NumericQuestion",
    "Option",
    "OrderQuestion",
    "Parameters",
    "Question",
    "RubricItem",
    "TrainQuestion",
    "Variant",
    "draw_variant",
    "rows_of",
    "variant_of",
]
