"""A program as text, before anybody has compiled or run it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Program:
    """Source code and the id of its language, a key of `languages.LANGUAGES`."""

    language: str
    code: str
