"""The command ``learnmr``: one file per command group. A command is parse, call, print.

Nothing heavy is imported here: each command imports what it needs when it runs, so that ``learnmr --help`` is quick.
With ``--json`` exactly one JSON document goes to standard output; progress and complaints go to standard error.
"""

from .application import app, main

__all__ = ["app", "main"]
