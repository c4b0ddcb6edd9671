"""The language of a buffer, as the sandbox names languages, and how languages are shown."""

from alphacode_sandbox import LANGUAGES, language_of

_OTHER_IDS = {"c++": "cpp"}


def language_of_buffer(path: str, language_id: str | None) -> str | None:
    """The file's ending decides, since editors differ in what they call languages; a new buffer has only its id."""
    language = language_of(path)
    if language:
        return language.id
    named = (language_id or "").lower()
    named = _OTHER_IDS.get(named, named)
    return named if named in LANGUAGES else None


def shown(language: str) -> str:
    """`cpp` -> `C++`."""
    known = LANGUAGES.get(language)
    return known.name if known else language
