"""vLLM's processes end with ours, however it ends. The engine's process is played by one that sleeps."""

import os
import select
import subprocess
import sys
from pathlib import Path

COMMAND = """
import multiprocessing, time
from alphacode_server.samplers.vllm_engine import watchdog

if __name__ == "__main__":
    engine = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(3600,), name="EngineCore")
    engine.start()
    watching = watchdog()
    print(engine.pid, flush=True)
    time.sleep(3600)
"""


def test_an_engine_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(COMMAND)
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    engine = os.pidfd_open(int(parent.stdout.readline()))
    parent.kill()
    parent.communicate()
    ended, _, _ = select.select([engine], [], [], 60)
    os.close(engine)
    assert ended
