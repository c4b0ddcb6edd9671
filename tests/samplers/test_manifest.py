import hashlib
import re
from pathlib import Path

import pytest

from alphacode_server.prompts import PromptStyle, prompt_sha256
from alphacode_server.samplers import SamplerError
from alphacode_server.samplers.manifest import Adapter, Policy, Served, read_manifest

CONFIG, WEIGHTS = b'{"r": 8}', b"weights"
SHA256 = hashlib.sha256(CONFIG + WEIGHTS).hexdigest()
ADAPTER = f'name = "a"\nadapter = "gold"\nsha256 = "{SHA256}"\n'


def family(folder: Path, text: str) -> Path:
    (folder / "gold").mkdir(exist_ok=True)
    (folder / "gold" / "adapter_config.json").write_bytes(CONFIG)
    (folder / "gold" / "adapter_model.safetensors").write_bytes(WEIGHTS)
    file = folder / "family.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_adapters_of_one_base(tmp_path: Path) -> None:
    text = f"""
base = "qwen"
split = "thompson"
[[policy]]
{ADAPTER}train_temperature = 0.2
prompt = "chatml"
prompt_sha256 = "{prompt_sha256(PromptStyle.CHATML)}"
languages = ["cpp"]
[[policy]]
{ADAPTER.replace('"a"', '"b"')}
"""
    manifest = read_manifest(family(tmp_path, text))
    source = Adapter(tmp_path / "gold", SHA256)
    assert manifest.policies == (
        Policy("a", source, 0.2, PromptStyle.CHATML, frozenset({"cpp"})),
        Policy("b", source),
    )
    assert (manifest.name, manifest.base, manifest.split) == ("family", tmp_path / "qwen", "thompson")
    assert manifest.adapters == {"a": tmp_path / "gold", "b": tmp_path / "gold"}


def test_a_server_for_each(tmp_path: Path) -> None:
    text = '[[policy]]\nname = "a"\nurl = "http://x:1"\nmodel = "m"\ntrain_temperature = 1'
    manifest = read_manifest(family(tmp_path, text))
    assert manifest.policies == (Policy("a", Served("http://x:1", "m")),)
    assert (manifest.base, manifest.split, manifest.adapters) == (None, "even", {})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a family needs policies"),
        ("policy = 3", "policy must be a list, not 3"),
        ("policy = [3]", "policies are tables"),
        ('split = "luck"', "split must be even or thompson, not 'luck'"),
        ("[[policy]]", "policy 1 needs a name"),
        ('[[policy]]\nname = "a"', "policy a: give the folder of an `adapter` and the `sha256`"),
        ('[[policy]]\nname = "a"\nadapter = "gold"', "policy a: give the folder of an `adapter` and the `sha256`"),
        (f'[[policy]]\n{ADAPTER}url = "http://x"', "policy a: give the folder"),
        (f"[[policy]]\n{ADAPTER.replace('gold', 'silver')}", "policy a: cannot read .*silver.*No such file"),
        (
            f"[[policy]]\n{ADAPTER.replace(SHA256, '0' * 64)}",
            f"policy a: the files of .*gold have sha256 {SHA256}, not",
        ),
        (f"[[policy]]\n{ADAPTER}[[policy]]\n{ADAPTER}", "every policy needs a name of its own"),
        (f'[[policy]]\n{ADAPTER}[[policy]]\nname = "b"\nurl = "http://x"', "a family does not mix them"),
        (f"[[policy]]\n{ADAPTER}train_temperature = 0", "policy a: train_temperature must be above 0, not 0"),
        (f'[[policy]]\n{ADAPTER}train_temperature = "hot"', "policy a: train_temperature must be a number, not 'hot'"),
        (f"[[policy]]\n{ADAPTER}train_temperature = true", "policy a: train_temperature must be a number, not True"),
        (f'[[policy]]\n{ADAPTER}prompt = "poem"', "policy a: prompt must be one of chatml, few-shot, template"),
        (f'[[policy]]\n{ADAPTER}prompt_sha256 = "00"', "policy a: it was trained on other words .* is [0-9a-f]{64}"),
        (f"[[policy]]\n{ADAPTER}languages = []", "policy a: languages must be a list of names"),
        (f"[[policy]]\n{ADAPTER}rank = 3", "policy a: rank is no field; there are name, adapter"),
        ("not toml", "line 1"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, message: str) -> None:
    file = family(tmp_path, text)
    with pytest.raises(SamplerError, match=message) as caught:
        read_manifest(file)
    assert str(caught.value).startswith(f"{file}: ")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SamplerError, match=re.escape(f"cannot read the family {tmp_path / 'gone'}")):
        read_manifest(tmp_path / "gone")


def test_every_style_has_words_of_its_own() -> None:
    assert len({prompt_sha256(style) for style in PromptStyle}) > 1
    assert prompt_sha256(PromptStyle.FEW_SHOT) != prompt_sha256(PromptStyle.CHATML)
