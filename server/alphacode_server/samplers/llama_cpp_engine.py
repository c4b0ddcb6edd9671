"""The embedded engine, llama.cpp, in a process of its own: `python -P -m alphacode_server.samplers.llama_cpp_engine`.

Reads one JSON line of options, answers with one JSON line, `{"address": ..., "gpus": [...]}` or `{"error": ...}`, and
then serves HTTP on the loopback interface until its standard input closes. The only file that names its package.
"""

import ctypes
import json
import os
import signal
import sys
from typing import Any

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Serve until the parent is gone, however it went."""
    die_with_parent(int(sys.argv[1]))
    # The parent decides when this process ends; a Ctrl-C is meant for the parent.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    options = json.loads(sys.stdin.readline())
    answers = os.fdopen(os.dup(1), "w")
    # The engine's native code logs to both; standard output carries only the answer.
    os.dup2(2, 1)
    # Idle threads sleep instead of spinning, or one busy neighbour stalls them all. Read when the library is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    answer: dict[str, object]
    try:
        server = start(options)
    except ImportError as error:
        answer = {"error": f"the embedded engine is not installed ({error}); pip install 'alphacode-lsp[cpu]'"}
    except (RuntimeError, ValueError) as error:
        answer = {"error": str(error)}
    else:
        answer = {"address": server.listening_address, "gpus": gpus()}
    print(json.dumps(answer), file=answers, flush=True)
    if "address" in answer:
        sys.stdin.read()
    # Native threads may be in the middle of a batch; nothing they hold outlives the process.
    os._exit(0)


def die_with_parent(parent: int) -> None:
    """Ask the kernel to kill this process when its parent dies, even while native code holds the interpreter."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the parent ended before the engine began")


def start(options: dict[str, Any]) -> Any:
    """Load the model and listen on a free port of the loopback interface."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = options["model_path"]
    params.api_keys = [options["api_key"]]
    params.n_parallel = options["parallel"]
    params.n_ctx = options["context"]
    # One cache for all slots: children share their prompt's part of it instead of each owning a copy.
    params.kv_unified = True
    params.cpuparams.n_threads = options["threads"]
    params.cpuparams_batch.n_threads = options["threads"]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.ui = False
    params.warmup = False
    params.endpoint_slots = True
    params.verbosity = 2
    return xllamacpp.Server(params)


def gpus() -> list[str]:
    """Those that this build of the engine can use, by name."""
    import xllamacpp

    kinds = xllamacpp.ggml_backend_dev_type
    ours = (kinds.GGML_BACKEND_DEVICE_TYPE_GPU, kinds.GGML_BACKEND_DEVICE_TYPE_IGPU)
    return [device["description"] for device in xllamacpp.get_device_info() if device["type"] in ours]


if __name__ == "__main__":
    main()
