"""Running what others wrote: in a sandbox, under limits, with data as the only thing that comes out.

``limits`` says what may be used, ``sandboxes`` builds the walls, ``running`` starts, watches and ends what is inside,
``channels`` carries frames of bytes. The room knows nothing of notebooks or marks.
"""

from .channels import Channel, ChannelError
from .limits import Limits
from .running import Ended, Isolated, isolated, run_isolated
from .sandboxes import NO_SANDBOX, SANDBOXES, Sandbox, SandboxMissingError, find_sandbox

__all__ = [
    "NO_SANDBOX",
    "SANDBOXES",
    "Channel",
    "ChannelError",
    "Ended",
    "Isolated",
    "Limits",
    "Sandbox",
    "SandboxMissingError",
    "find_sandbox",
    "isolated",
    "run_isolated",
]
