"""The language of a buffer, as the sandbox names languages, and how languages are shown."""

from alphacode_sandbox import LANGUAGES, language_of

_OF_LANGUAGE_ID = {"cpp": "cpp", "c++": "cpp", "python": "python"}


def language_of_buffer(path: str, language_id: str | None) -> str | None:
    """The file's ending decides, since editors differ in what they call languages; a new buffer has only its id."""
    language = language_of(path)
    return language.id if language else _OF_LANGUAGE_ID.get((language_id or "").lower())


def shown(language: str) -> str:
    """`cpp` -> `C++`."""
    known = LANGUAGES.get(language)
    return known.name if known else language
