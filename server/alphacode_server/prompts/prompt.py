"""A prompt, and how it becomes the raw text that one family of models was trained on."""

from dataclasses import dataclass
from enum import StrEnum

FENCE = "```"


class PromptStyle(StrEnum):
    """What a model wants to be asked like."""

    CHATML = "chatml"
    """`<|im_start|>` turns, written by us so that the answer can be opened; Qwen's format."""
    FEW_SHOT = "few-shot"
    """Solved problems, then the problem: for models too small to follow an instruction."""
    TEMPLATE = "template"
    """The engine's chat endpoint with the model's own template: for every model we know nothing about."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A conversation whose last turn, the assistant's, is opened by us."""

    system: str
    user: str
    opening: str = ""
    """The first characters of the answer, for instance an opened code fence."""
    stop: tuple[str, ...] = ()


def render(prompt: Prompt, style: PromptStyle) -> str:
    """The text to continue. `PromptStyle.TEMPLATE` has none: its engine renders the conversation itself."""
    match style:
        case PromptStyle.CHATML:
            return (
                f"<|im_start|>system\n{_harmless(prompt.system)}<|im_end|>\n"
                f"<|im_start|>user\n{_harmless(prompt.user)}<|im_end|>\n"
                f"<|im_start|>assistant\n{prompt.opening}"
            )
        case PromptStyle.FEW_SHOT:
            return f"{prompt.user}\n{prompt.opening or 'Answer:'}"
        case PromptStyle.TEMPLATE:
            raise ValueError("the engine renders this style; send it the conversation")


def _harmless(text: str) -> str:
    """A statement that spells a control token must not end its turn."""
    return text.replace("<|", "< |")
