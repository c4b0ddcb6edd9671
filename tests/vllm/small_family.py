"""A model that is cheap enough for two cores, and a family of adapters of it."""

import hashlib
import json
import shutil
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file

from alphacode_server.samplers.manifest import ADAPTER_FILES


def shortened(model: Path, folder: Path) -> Path:
    """The model with two of its layers: what it writes is nonsense, and costs a fifteenth."""
    with safe_open(model / "model.safetensors", "pt") as whole:
        names = [name for name in whole.keys() if ".layers." not in name or name.split(".")[2] in {"0", "1"}]  # noqa: SIM118
        save_file({name: whole.get_tensor(name) for name in names}, folder / "model.safetensors", {"format": "pt"})
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        shutil.copy(model / name, folder)
    config = json.loads((model / "config.json").read_text()) | {"num_hidden_layers": 2}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def manifest(folder: Path, base: Path) -> Path:
    """Two adapters with random weights: one changes nothing, the other everything."""
    config = json.loads((base / "config.json").read_text())
    width, rank, layers = config["hidden_size"], 4, range(config["num_hidden_layers"])
    tables = [f'base = "{base}"\nsplit = "even"']
    for name, size in (("gentle", 0.0), ("wild", 5.0)):
        adapter = folder / name
        adapter.mkdir()
        key = "base_model.model.model.layers.{}.self_attn.q_proj.lora_{}.weight"
        weights = {key.format(layer, "A"): torch.randn(rank, width) for layer in layers}
        weights |= {key.format(layer, "B"): torch.randn(width, rank) * size for layer in layers}
        save_file({name: each.to(torch.bfloat16) for name, each in weights.items()}, adapter / ADAPTER_FILES[1])
        lora = {"peft_type": "LORA", "r": rank, "lora_alpha": rank, "target_modules": ["q_proj"], "bias": "none"}
        (adapter / ADAPTER_FILES[0]).write_text(json.dumps(lora))
        sha256 = hashlib.sha256(b"".join((adapter / file).read_bytes() for file in ADAPTER_FILES)).hexdigest()
        tables.append(f'[[policy]]\nname = "{name}"\nadapter = "{name}"\nsha256 = "{sha256}"')
    file = folder / "family.toml"
    file.write_text("\n".join(tables))
    return file
