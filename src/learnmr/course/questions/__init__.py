"""Questions: one contract for self-study quizzes, homework, exams, printed sheets and exports.

``contract`` says what a question is, ``bank`` holds them, ``streams`` gives their randomness, ``stress`` tests them.
"""

from .contract import (
    ChoiceQuestion,
    Grade,
    NumericQuestion,
    Option,
    OrderQuestion,
    Question,
    Variant,
    draw_variant,
    variant_of,
)
from .finding import all_questions, find_question, questions_of
from .streams import HashStream, exam_key, self_study_key

__all__ = [
    "ChoiceQuestion",
    "Grade",
    "HashStream",
    "NumericQuestion",
    "Option",
    "OrderQuestion",
    "Question",
    "Variant",
    "all_questions",
    "draw_variant",
    "exam_key",
    "find_question",
    "questions_of",
    "self_study_key",
    "variant_of",
]
