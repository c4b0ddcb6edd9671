"""From a prompt to token ids: in the model's own chat template, and with what prompts share read once."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from alphacode_server.prompts import Prompt, PromptStyle, render

Message = dict[str, str]

MIN_SHARED_CHARS = 256
"""Shorter beginnings are not worth remembering."""
REMEMBERED = 16
"""Shared beginnings, and whole texts to find them in: a few problems at a time."""
_USER = "\N{OBJECT REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a tokenizer can do."""

    encode: Callable[[str], list[int]]
    """Control tokens are read as such."""
    beginning: tuple[int, ...] = ()
    """What every text begins with that no template has begun."""
    control_tokens: tuple[str, ...] = ()
    chat: Callable[[Sequence[Message]], str] | None = None
    """A conversation up to where the assistant's turn is opened; None for a model without a template. Raises ValueError
    for roles it does not have."""


class PromptIds:
    """Turns prompts into token ids.

    Prompts of a problem begin with its statement: that is tokenised once, and the rest of each is appended. The seam is
    the start of a line well inside of what is shared, so that no token reaches over it.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._frames: dict[str, tuple[str, str]] = {}
        self._shared: deque[tuple[str, list[int]]] = deque(maxlen=REMEMBERED)
        self._texts: deque[str] = deque(maxlen=REMEMBERED)

    @property
    def style(self) -> PromptStyle:
        """The one that suits a model about which nothing else is known."""
        return PromptStyle.TEMPLATE if self._vocabulary.chat else PromptStyle.FEW_SHOT

    def of(self, prompt: Prompt, style: PromptStyle) -> list[int]:
        chat = self._vocabulary.chat
        if style is PromptStyle.TEMPLATE and chat:
            return self._encoded(self._in_template(prompt, chat))
        return [*self._vocabulary.beginning, *self._encoded(render(prompt, style))]

    def _in_template(self, prompt: Prompt, chat: Callable[[Sequence[Message]], str]) -> str:
        if prompt.system not in self._frames:
            self._frames[prompt.system] = _frame(chat, self._harmless(prompt.system))
        before, after = self._frames[prompt.system]
        return f"{before}{self._harmless(prompt.user)}{after}{prompt.opening}"

    def _harmless(self, text: str) -> str:
        """A statement that spells a control token must not end its turn."""
        for token in self._vocabulary.control_tokens:
            if token in text:
                text = text.replace(token, f"{token[0]} {token[1:]}")
        return text

    def _encoded(self, text: str) -> list[int]:
        encode = self._vocabulary.encode
        for shared, ids in self._shared:
            if text.startswith(shared):
                return ids + encode(text[len(shared) :])
        ids = encode(text)
        if seam := _seam(text, self._texts):
            rest = encode(text[seam:])
            # Not so for a tokenizer whose tokens know what came before: it has no seam.
            if ids[-len(rest) :] == rest:
                self._shared.append((text[:seam], ids[: -len(rest)]))
        self._texts.append(text)
        return ids


def _frame(chat: Callable[[Sequence[Message]], str], system: str) -> tuple[str, str]:
    """What the template writes before and after the user's words."""
    turn = {"role": "user", "content": _USER}
    try:
        text = chat([{"role": "system", "content": system}, turn] if system else [turn])
    except ValueError:  # Some templates know no system.
        text = chat([{"role": "user", "content": f"{system}\n\n{_USER}"}])
    before, _, after = text.partition(_USER)
    return before, after


def _seam(text: str, others: Iterable[str]) -> int:
    """Where the last line but one begins of what `text` shares with one of the others; 0 when that is too little.

    A whole shared line after the seam keeps out of reach what differs, however far a tokenizer looks ahead.
    """
    n_shared = max((_n_shared(text, other) for other in others), default=0)
    if n_shared < MIN_SHARED_CHARS:
        return 0
    lines = text[:n_shared].splitlines(keepends=True)
    seam = n_shared - sum(map(len, lines[-2:]))
    # White space that goes on after a line's end may be one token with it.
    while seam > 0 and (text[seam].isspace() or text[seam - 1] != "\n"):
        seam = text.rfind("\n", 0, seam - 1) + 1
    return seam


def _n_shared(text: str, other: str) -> int:
    """Characters that both begin with."""
    low, high = 0, min(len(text), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if text[:middle] == other[:middle] else (low, middle - 1)
    return low
