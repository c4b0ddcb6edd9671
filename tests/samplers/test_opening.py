"""What is said when a sampler cannot be opened."""

import importlib.util
from pathlib import Path

import pytest

from alphacode_server.samplers import SamplerError, open_sampler

SETTINGS = [
    ("no_value", "--engine takes name=value"),
    ("trust_remote_code=true", "outside of the sandbox"),
    ("trust-remote-code=true", "outside of the sandbox"),
]


def model_folder(path: Path) -> str:
    (path / "config.json").write_text('{"max_position_embeddings": 2048}')
    return str(path)


async def test_vllm_needs_a_folder(tmp_path: Path) -> None:
    with pytest.raises(SamplerError, match="name the model: --model DIR"):
        await open_sampler("vllm")
    with pytest.raises(SamplerError, match=r"Hugging Face's layout.*cannot read .*config\.json"):
        await open_sampler("vllm", model=str(tmp_path / "model.gguf"))


@pytest.mark.parametrize(("setting", "message"), SETTINGS)
async def test_settings_of_the_engine_are_checked(tmp_path: Path, setting: str, message: str) -> None:
    with pytest.raises(SamplerError, match=message):
        await open_sampler("vllm", model=model_folder(tmp_path), engine=[setting])


@pytest.mark.skipif(importlib.util.find_spec("vllm") is not None, reason="vLLM is installed here")
async def test_vllm_that_is_not_installed(tmp_path: Path) -> None:
    with pytest.raises(SamplerError, match=r"not installed: pip install 'alphacode-lsp\[gpu\]'"):
        await open_sampler("vllm", model=model_folder(tmp_path))


async def test_a_family_needs_a_file() -> None:
    with pytest.raises(SamplerError, match=r"--sampler family:FILE\.toml"):
        await open_sampler("family")
