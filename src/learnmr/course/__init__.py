"""The course: checks, quizzes and the local record (core only), and the builder of the notebooks (extra ``course``).

Lessons import learnmr; learnmr never imports lessons. What students use is named here and in :mod:`learnmr`; what
authors use has its own modules: ``building``, ``gates``, ``execution``, ``exercises``, ``questions``.
"""

from .checking import CheckResult, check
from .collecting import hand_in
from .exploring import explore, say
from .quizzes import Quiz, quiz
from .records import Progress, progress
from .trials import TrialLog

__all__ = ["CheckResult", "Progress", "Quiz", "TrialLog", "check", "explore", "hand_in", "progress", "quiz", "say"]
