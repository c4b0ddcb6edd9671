"""A GGUF file of llama.cpp becomes a folder in Hugging Face's layout, for vLLM: `python convert.py FILE.gguf FOLDER`.

For the architectures `llama` (SmolLM2) and `qwen2`. Weights are unpacked to bfloat16, so the folder holds what
the packed file has kept of the model, not the model as it was trained.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy
import torch
from gguf import GGUFReader, dequantize
from safetensors.torch import save_file
from transformers import AutoTokenizer

CLASSES = {"llama": "LlamaForCausalLM", "qwen2": "Qwen2ForCausalLM"}
OF_LAYERS = {
    "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
    "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
}  # fmt: skip
OTHERS = {"token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head"}


def convert(file: Path, folder: Path) -> None:
    """Writes weights, configuration and tokenizer; what `folder` held of them is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    reader = GGUFReader(file)
    config = _config(reader)
    save_file(dict(_tensors(reader, config)), folder / "model.safetensors", metadata={"format": "pt"})
    # transformers reads a tokenizer from a GGUF file that lies in the folder.
    packed = folder / "packed.gguf"
    packed.symlink_to(file.resolve())
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=packed.name)
    finally:
        packed.unlink()
    tokenizer.save_pretrained(folder)
    (folder / "config.json").write_text(json.dumps(config, indent=2))
    end = {"eos_token_id": config["eos_token_id"], "bos_token_id": config["bos_token_id"]}
    (folder / "generation_config.json").write_text(json.dumps(end))


def _config(reader: GGUFReader) -> dict[str, object]:
    arch = str(_value(reader, "general.architecture"))
    names = {tensor.name for tensor in reader.tensors}
    n_heads = int(_value(reader, f"{arch}.attention.head_count"))
    return {
        "architectures": [CLASSES[arch]],
        "model_type": arch,
        "dtype": "bfloat16",
        "hidden_act": "silu",
        "hidden_size": int(_value(reader, f"{arch}.embedding_length")),
        "intermediate_size": int(_value(reader, f"{arch}.feed_forward_length")),
        "num_hidden_layers": int(_value(reader, f"{arch}.block_count")),
        "num_attention_heads": n_heads,
        "num_key_value_heads": int(_value(reader, f"{arch}.attention.head_count_kv")),
        "max_position_embeddings": int(_value(reader, f"{arch}.context_length")),
        "rms_norm_eps": float(_value(reader, f"{arch}.attention.layer_norm_rms_epsilon")),
        "rope_theta": float(_value(reader, f"{arch}.rope.freq_base")),
        "vocab_size": len(reader.fields["tokenizer.ggml.tokens"].data),
        "bos_token_id": int(_value(reader, "tokenizer.ggml.bos_token_id")),
        "eos_token_id": int(_value(reader, "tokenizer.ggml.eos_token_id")),
        "tie_word_embeddings": "output.weight" not in names,
    }


def _tensors(reader: GGUFReader, config: dict[str, object]) -> Iterator[tuple[str, torch.Tensor]]:
    heads = {"attn_q": config["num_attention_heads"], "attn_k": config["num_key_value_heads"]}
    for tensor in reader.tensors:
        parts = tensor.name.split(".")
        if parts[0] not in {"blk", *OTHERS}:
            continue  # Precomputed frequencies and the like.
        values = numpy.array(dequantize(tensor.data, tensor.tensor_type))
        if parts[0] == "blk":
            name = f"model.layers.{parts[1]}.{OF_LAYERS[parts[2]]}.{parts[3]}"
            if config["model_type"] == "llama" and parts[2] in heads:
                values = _halves(values, int(str(heads[parts[2]])))
        else:
            name = f"{OTHERS[parts[0]]}.{parts[1]}"
        yield name, torch.from_numpy(values).to(torch.bfloat16).contiguous()


def _halves(values: numpy.ndarray, n_heads: int) -> numpy.ndarray:
    """llama.cpp keeps the two numbers that are rotated together side by side, transformers half a head apart."""
    pairs = values.reshape(n_heads, values.shape[0] // n_heads // 2, 2, *values.shape[1:])
    return pairs.swapaxes(1, 2).reshape(values.shape)


def _value(reader: GGUFReader, key: str) -> object:
    return reader.fields[key].contents()


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
