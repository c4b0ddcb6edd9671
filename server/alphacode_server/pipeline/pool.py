"""The pool: every distinct program of a search, how often it was drawn and how it did on the examples."""

import hashlib
from dataclasses import dataclass, field

from alphacode_sandbox import Judgement, Verdict
from alphacode_server.candidate import Candidate, Sample
from alphacode_server.protocol import Counts


@dataclass(slots=True)
class Pool:
    """Grows while sampling goes on. Duplicates are judged once and counted as often as they were drawn."""

    n_sampled: int = 0
    _drawn: dict[str, int] = field(default_factory=dict)
    _candidates: dict[str, Candidate] = field(default_factory=dict)

    def add(self, sample: Sample) -> bool:
        """Count a sample; True when its program is new and has to be judged."""
        self.n_sampled += 1
        key = program_id(sample)
        self._drawn[key] = self._drawn.get(key, 0) + 1
        return self._drawn[key] == 1

    def settle(self, sample: Sample, judgement: Judgement) -> None:
        """Record how a new program did on the examples."""
        key = program_id(sample)
        self._candidates[key] = Candidate(key, sample, judgement)

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Every judged program with its multiplicity as of now, in the order they were judged."""
        return tuple(
            Candidate(key, candidate.sample, candidate.judgement, self._drawn[key])
            for key, candidate in self._candidates.items()
        )

    @property
    def passing(self) -> tuple[Candidate, ...]:
        """The programs that compile and pass every example."""
        return tuple(candidate for candidate in self.candidates if passes(candidate))

    @property
    def n_passing(self) -> int:
        """How many distinct programs pass."""
        return len(self.passing)

    @property
    def counts(self) -> Counts:
        """Progress in numbers; clusters are not known yet."""
        candidates = self.candidates
        return Counts(
            sampled=self.n_sampled,
            distinct=len(self._drawn),
            compiled=sum(candidate.judgement.verdict is not Verdict.CE for candidate in candidates),
            passing=sum(candidate.multiplicity for candidate in candidates if passes(candidate)),
        )


def passes(candidate: Candidate) -> bool:
    """Whether a candidate is right on every example; without examples, whether it compiles."""
    return candidate.judgement.verdict in (Verdict.AC, Verdict.RUN)


def program_id(sample: Sample) -> str:
    """12 hex digits over language and code."""
    return hashlib.sha256(f"{sample.program.language}\0{sample.program.code}".encode()).hexdigest()[:12]
