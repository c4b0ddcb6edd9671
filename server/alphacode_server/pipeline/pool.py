"""The pool: every distinct program of a search, how often it was drawn and how it did on the examples."""

import hashlib
from dataclasses import replace

from alphacode_sandbox import Judgement, Verdict
from alphacode_server.candidate import Candidate, Sample
from alphacode_server.pipeline.normal_form import normal_form
from alphacode_server.protocol import Counts


class Pool:
    """Grows while sampling goes on. Duplicates are judged once and counted as often as they were drawn."""

    def __init__(self) -> None:
        self._drawn: dict[str, int] = {}
        self._judged: dict[str, Candidate] = {}
        self._passing: dict[str, None] = {}
        self.n_sampled = 0
        self._n_compiled = 0
        self._n_passing_samples = 0

    def add(self, sample: Sample) -> bool:
        """Count a sample; True when its program is new and has to be judged."""
        key = program_id(sample)
        self._drawn[key] = self._drawn.get(key, 0) + 1
        self.n_sampled += 1
        self._n_passing_samples += key in self._passing
        return self._drawn[key] == 1

    def settle(self, sample: Sample, judgement: Judgement) -> None:
        """Record how a new program did on the examples. Without examples, one that compiles passes."""
        key = program_id(sample)
        self._judged[key] = Candidate(key, sample, judgement)
        self._n_compiled += judgement.verdict is not Verdict.CE
        if judgement.verdict in (Verdict.AC, Verdict.RUN):
            self._passing[key] = None
            self._n_passing_samples += self._drawn[key]

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Every judged program with its multiplicity as of now, in the order they were judged."""
        return tuple(map(self._candidate, self._judged))

    @property
    def passing(self) -> tuple[Candidate, ...]:
        """The programs that compile and pass every example."""
        return tuple(map(self._candidate, self._passing))

    @property
    def n_passing(self) -> int:
        """How many distinct programs pass."""
        return len(self._passing)

    @property
    def has_near_misses(self) -> bool:
        """Whether a program compiles and fails an example."""
        return self._n_compiled > self.n_passing

    def counts(self, n_clusters: int = 0) -> Counts:
        """The search in numbers."""
        return Counts(self.n_sampled, len(self._drawn), self._n_compiled, self._n_passing_samples, n_clusters)

    def _candidate(self, key: str) -> Candidate:
        return replace(self._judged[key], multiplicity=self._drawn[key])


def program_id(sample: Sample) -> str:
    """12 hex digits over language and normal form: programs that differ in layout alone are one."""
    language, code = sample.program.language, sample.program.code
    return hashlib.sha256(f"{language}\0{normal_form(language, code)}".encode()).hexdigest()[:12]
