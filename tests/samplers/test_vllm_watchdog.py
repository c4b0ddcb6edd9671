"""vLLM's processes end with ours, however it ends. The engine and its worker are played by two that sleep."""

import os
import select
import subprocess
import sys
from pathlib import Path

PARENT = """
import multiprocessing, subprocess, time
from alphacode_server.samplers.vllm_engine import watchdog

def engine(pids):
    pids.put(subprocess.Popen(["sleep", "3600"]).pid)
    time.sleep(3600)

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    pids = context.Queue()
    process = context.Process(target=engine, args=(pids,), name="EngineCore")
    process.start()
    worker = pids.get()
    watching = watchdog([process.pid])
    print(process.pid, worker, flush=True)
    time.sleep(3600)
"""


def test_the_engine_and_its_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    processes = [os.pidfd_open(int(pid)) for pid in parent.stdout.readline().split()]
    parent.kill()
    parent.communicate()
    for process in processes:
        assert select.select([process], [], [], 60)[0]
        os.close(process)
