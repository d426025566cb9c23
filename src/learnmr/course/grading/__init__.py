"""Grading what students hand in: found, run in a sandbox, asked for its answers, marked outside.

``submissions`` finds and unpacks, ``runner`` and ``serving`` are inside the sandbox, ``sessions`` is the outer end of
the conversation, ``codec`` says what may cross, ``examining`` marks, ``grading`` does a whole class.
"""
