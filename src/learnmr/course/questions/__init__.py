"""Questions: one contract for self-study quizzes, homework, exams, printed sheets and exports.

``contract`` says what a question is and which kinds there are, ``bank`` holds the questions, ``finding`` finds them,
``streams`` gives their randomness, ``stress`` tests them.
"""

from .contract import (
    ChoiceQuestion,
    CodeQuestion,
    EssayQuestion,
    Grade,
    NumericQuestion,
    Option,
    OrderQuestion,
    Question,
    RubricItem,
    TrainQuestion,
    Variant,
    draw_variant,
    variant_of,
)
from .finding import all_questions, find_question, question_table, questions_of, quiz_questions
from .streams import HashStream, exam_key, self_study_key

__all__ = [
    "ChoiceQuestion",
    "CodeQuestion",
    "EssayQuestion",
    "Grade",
    "HashStream",
    "NumericQuestion",
    "Option",
    "OrderQuestion",
    "Question",
    "RubricItem",
    "TrainQuestion",
    "Variant",
    "all_questions",
    "draw_variant",
    "exam_key",
    "find_question",
    "question_table",
    "questions_of",
    "quiz_questions",
    "self_study_key",
    "variant_of",
]
