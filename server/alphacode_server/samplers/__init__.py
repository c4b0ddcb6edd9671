"""Where candidates come from: a model on this machine, a model behind an address, a family, or a recording."""

from alphacode_server.samplers.exchanges import ExchangeLog, LoggedSampler
from alphacode_server.samplers.hands import draw_hands
from alphacode_server.samplers.merge import merge
from alphacode_server.samplers.opening import open_sampler
from alphacode_server.samplers.replay import Recorder
from alphacode_server.samplers.sampler import Completion, Decoding, LanguageModel, Sampler, SamplerError

__all__ = [
    "Completion", "Decoding", "ExchangeLog", "LanguageModel", "LoggedSampler", "Recorder", "Sampler", "SamplerError",
    "draw_hands", "merge", "open_sampler",
]  # fmt: skip
