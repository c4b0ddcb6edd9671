"""From what a model wrote to the code of a program, without the prose around it."""

import re

from alphacode_server.prompts import Prompt

_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[ \t]*([\w+#.-]*)[^\n]*$", re.MULTILINE)
_THINKING = re.compile(r"<think>.*?</think>", re.DOTALL)
_MAIN = re.compile(r"\bmain\s*\(")
_INCLUDE = re.compile(r"^\s*#\s*include\b", re.MULTILINE)

_FENCE_NAMES = {
    "cpp": {"", "cpp", "c++", "cxx", "cc", "c", "cpp17", "c++17", "c++20", "c++23"},
    "python": {"", "python", "py", "python3", "py3"},
    "rust": {"", "rust", "rs"},
    "go": {"", "go", "golang"},
    "kotlin": {"", "kotlin", "kt"},
}
_VERSION_OF = {"cpp20": "cpp", "cpp23": "cpp", "pypy": "python"}


def extract_code(text: str, prompt: Prompt, language: str) -> str | None:
    """The program in a reply to `prompt`, with the code that the prompt began it with, ending in one newline.

    Understands a reply that goes on after our opening, and one that holds a whole fenced block, as chat endpoints give.
    None when there is no program, or only one in another language.
    """
    language = _VERSION_OF.get(language, language)
    reply = _THINKING.sub("", text.replace("\r\n", "\n"))
    fences = list(_FENCE.finditer(reply))
    if not fences:
        body = reply
    elif _starts_block(reply, fences[0]):
        block = _block_in(language, reply, fences)
        if block is None:
            return None
        body = block
    else:
        body = reply[: fences[0].start()]
    if not body.strip():
        return None
    code = _beginning(prompt, body, language) + body.rstrip() + "\n"
    return code if _looks_like(language, code) else None


def _starts_block(reply: str, fence: re.Match[str]) -> bool:
    """A fence with a language opens a block, and so does one at the start; any other closes the one we opened."""
    return bool(fence[1]) or not reply[: fence.start()].strip()


def _block_in(language: str, reply: str, fences: list[re.Match[str]]) -> str | None:
    """The first non-empty block whose fence names `language` or nothing. A last block that was cut counts."""
    names = _FENCE_NAMES.get(language, {"", language})
    for i in range(0, len(fences), 2):
        end = fences[i + 1].start() if i + 1 < len(fences) else len(reply)
        block = reply[fences[i].end() + 1 : end]
        if fences[i][1].lower() in names and block.strip():
            return block
    return None


def _beginning(prompt: Prompt, body: str, language: str) -> str:
    """What the prompt wrote after its fence, unless the reply is a whole program of its own that repeats it."""
    _, _, beginning = prompt.opening.partition("\n")
    repeats = bool(_MAIN.search(body)) if language == "cpp" else body.startswith(beginning)
    return "" if repeats else beginning


def _looks_like(language: str, code: str) -> bool:
    if language == "cpp":
        return bool(_MAIN.search(code))
    if language == "python":
        return not _INCLUDE.search(code)
    return True
