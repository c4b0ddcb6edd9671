"""The judge's own trouble. What a program does wrong is a `Verdict` instead.

- SandboxError
  - SandboxUnavailable: no isolation on this machine, so nothing untrusted is run
  - ToolchainMissing: a language's compiler or interpreter is not installed
"""


class SandboxError(Exception):
    """The judge is broken, not the program."""


class SandboxUnavailable(SandboxError):
    """This machine cannot isolate a program; the message says what is missing and how to get it."""


class ToolchainMissing(SandboxError):
    """The compiler or interpreter of a language is missing; the message names it and how to get it."""
