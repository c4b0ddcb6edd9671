"""Selection over a recorded matrix of 50,000 programs x 64 inputs: CPU seconds and memory of every selector.

    python benchmarks/selection_scale.py [--programs N] [--inputs N] [--selector NAME,...]

The recording is made up: programs make none, some or many independent mistakes, each of which changes some outputs, so
that there are a few large clusters and thousands of small ones. Every selector has a process of its own, on one core,
that reads the recording, ranks, and draws ten picks. Memory is the most that the process ever had.
"""

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from alphacode_sandbox import Verdict
from alphacode_server.selection import (
    SELECTORS,
    Evidence,
    ExecutionMatrix,
    Outcome,
    Recording,
    output_hash,
    picks,
    read_recording,
    write_recording,
)

N_PROGRAMS = 50_000
N_INPUTS = 64
N_MISTAKES = 400
N_OUTPUTS = 6
"""Different outputs of an input, at most, beside the right one."""
MAX_S = 10
MAX_GB = 2
SEED = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=int, default=N_PROGRAMS)
    parser.add_argument("--inputs", type=int, default=N_INPUTS)
    parser.add_argument("--selector", default=",".join(SELECTORS))
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        measure(args.measure, args.selector)
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "matrix.jsonl.gz"
        write_recording(made_up(args.programs, args.inputs), file)
        print(f"{args.programs} programs x {args.inputs} inputs, {file.stat().st_size / 1e6:.1f} MB")
        print(f"{'selector':14}{'groups':>8}{'read s':>8}{'select s':>10}{'GB':>6}   in {MAX_S} s and {MAX_GB} GB")
        for name in args.selector.split(","):
            command = [sys.executable, __file__, "--measure", str(file), "--selector", name]
            subprocess.run(command, check=True)


def measure(file: Path, name: str) -> None:
    os.sched_setaffinity(0, list(os.sched_getaffinity(0))[:1])
    began = time.process_time()
    evidence = read_recording(file).evidence
    read = time.process_time()
    ranking = SELECTORS[name].rank(evidence)
    picks(ranking, 10, random.Random(SEED))
    selected = time.process_time()
    memory_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    verdict = "yes" if selected - began < MAX_S and memory_gb < MAX_GB else "NO"
    print(f"{name:14}{len(ranking):8}{read - began:8.1f}{selected - read:10.1f}{memory_gb:6.2f}   {verdict}")


def made_up(n_programs: int, n_inputs: int) -> Recording:
    rng = random.Random(SEED)
    places = range(n_inputs)
    mistakes = [
        {place: rng.randrange(1, N_OUTPUTS + 1) for place in rng.sample(places, rng.randint(1, n_inputs // 2))}
        for _ in range(N_MISTAKES)
    ]
    time_out = Outcome(Verdict.TLE, "", 2000, 0)

    def row() -> list[Outcome | None]:
        outputs = dict.fromkeys(places, 0)
        for mistake in rng.choices(mistakes, k=min(int(rng.expovariate(0.7)), 8)):
            outputs |= mistake
        if rng.random() < 0.02:
            return [time_out] * 3 + [None] * (n_inputs - 3)
        return [Outcome(Verdict.RUN, hashes[place][outputs[place]], rng.randint(1, 500), 4000) for place in places]

    hashes = [[output_hash(f"{place} {output}") for output in range(N_OUTPUTS + 1)] for place in places]
    matrix = ExecutionMatrix.of(
        programs=[f"{number:012x}" for number in range(n_programs)],
        multiplicities=[1 + int(rng.expovariate(1)) for _ in range(n_programs)],
        inputs=[str(place) for place in places],
        outcomes=(row() for _ in range(n_programs)),
    )
    votes = tuple({hashes[place][0]: 5.0, hashes[place][1]: 3.0} for place in places)
    evidence = Evidence(
        matrix=matrix,
        scores={number: rng.random() for number in range(0, n_programs, 10)},
        votes=votes,
        n_examples=1,
        examples=(1,) * n_programs,
        time_limits_ms=(2000,) * n_programs,
    )
    return Recording("made up", evidence)


if __name__ == "__main__":
    main()
