"""The HTTP contract: what a client sends and what a job's event stream carries.

Standard-library dataclasses only, so that the editor process needs neither pydantic nor FastAPI to read them.
The JSON keys are the field names, with a trailing underscore dropped (`return_` is `return`).
Readers ignore fields and event types they do not know.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from alphacode_sandbox import Case, Checker
from alphacode_server.problem import Problem

PROTOCOL_VERSION = 1


@dataclass(frozen=True, slots=True)
class ExampleBody:
    """One example: what the program reads, and what it should print."""

    input: str
    output: str
    source: str = "statement"


@dataclass(frozen=True, slots=True)
class CheckerBody:
    """How outputs are compared. A checker program is never accepted from the network."""

    kind: str = "tokens"
    tolerance: float | None = None


@dataclass(frozen=True, slots=True)
class ProblemBody:
    """A problem on the wire. `Problem` is the same inside the solver."""

    title: str
    statement: str
    examples: tuple[ExampleBody, ...] = ()
    time_limit_ms: int | None = None
    memory_limit_mb: int | None = None
    checker: CheckerBody = CheckerBody()
    url: str | None = None
    rating: int | None = None
    tags: tuple[str, ...] = ()

    @classmethod
    def of(cls, problem: Problem) -> "ProblemBody":
        """The part of a problem that a backend needs, without paths or files."""
        return cls(
            title=problem.title,
            statement=problem.statement,
            examples=tuple(ExampleBody(case.input, case.expected or "") for case in problem.examples),
            time_limit_ms=problem.time_limit_ms,
            memory_limit_mb=problem.memory_limit_mb,
            checker=CheckerBody(problem.checker.kind, problem.checker.tolerance),
            url=problem.url,
            rating=problem.rating,
            tags=problem.tags,
        )

    def to_problem(self) -> Problem:
        """The problem as the solver knows it. Raises ValueError on an unknown checker kind."""
        return Problem(
            title=self.title,
            statement=self.statement,
            examples=tuple(Case(example.input, example.output) for example in self.examples),
            time_limit_ms=self.time_limit_ms,
            memory_limit_mb=self.memory_limit_mb,
            checker=Checker.named(self.checker.kind, self.checker.tolerance),
            url=self.url,
            rating=self.rating,
            tags=self.tags,
        )


@dataclass(frozen=True, slots=True)
class SamplingBody:
    """How many candidates to draw, and how. None leaves the choice to the backend."""

    n: int = 128
    temperature: float | None = None
    """A fixed temperature instead of a random one per hand."""
    seed: int | None = None
    early_stop: bool = True
    """Whether sampling may end before `n`, once more would hardly change the answer."""
    repair: bool = True
    """Whether programs that nearly pass may be mended by the model where none passes; repairs are samples of `n`."""


@dataclass(frozen=True, slots=True)
class ReturnBody:
    """How many ranked candidates to answer with."""

    candidates: int = 10


@dataclass(frozen=True, slots=True)
class BudgetBody:
    """Bounds of a job. None means no bound."""

    wall_ms: int | None = None
    tokens: int | None = None
    """That the model may write, in all stages together."""


BOTH = ("cpp", "python")
"""The languages that programs are written in where none is asked for."""


@dataclass(frozen=True, slots=True)
class SolveRequest:
    """A job: everything a stateless backend needs."""

    __pydantic_config__: ClassVar[dict[str, object]] = {"alias_generator": lambda name: name.removesuffix("_")}

    problem: ProblemBody
    language: str = "both"
    """One that the backend runs, or `both`, which is BOTH."""
    sampling: SamplingBody = SamplingBody()
    return_: ReturnBody = ReturnBody()
    budget: BudgetBody = BudgetBody()
    strategy: str | None = None
    """How programs are found, for instance `alphacodium`; None leaves it to the backend."""
    selector: str | None = None
    """How candidates are ranked, for instance `alphacode2`; None leaves it to the strategy."""
    effort: str = "normal"
    """normal, or high: the model also judges pairs of the most promising clusters, however few the samples."""
    detach: bool = False
    """Run to the end even when nobody listens."""
    grace_ms: int = 60_000
    """How long a job goes on after its last listener left."""


@dataclass(frozen=True, slots=True)
class ClusterBody:
    """A group of candidates that behave alike on the generated inputs."""

    id: int
    size: int
    """Samples in the group, duplicates counted."""
    share: float
    """Size over all passing samples, 0..1."""


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """How a program did on one example."""

    index: int
    """From 1, as people count examples."""
    verdict: str
    time_ms: int
    memory_kb: int
    difference: str | None = None


@dataclass(frozen=True, slots=True)
class OriginBody:
    """How a candidate was drawn, so that it can be drawn again."""

    model: str
    temperature: float | None = None
    metadata: dict[str, object] = field(default_factory=dict)
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class WrittenTest:
    """A test that a model wrote, right or wrong."""

    input: str
    output: str
    """As the model expects it."""
    weight: float = 0.5
    """0..1, how far it is to be believed: a half where nothing speaks for or against it."""
    explanation: str = ""

    @property
    def is_doubted(self) -> bool:
        """Whether more votes of brute force speak against it than for it."""
        return self.weight < 0.5


@dataclass(frozen=True, slots=True)
class ThoughtsBody:
    """What a flow thought before it wrote a program."""

    flow: int
    """From 1."""
    reflection: tuple[str, ...] = ()
    """The problem in bullet points."""
    solution: str = ""
    """The name of the idea that was chosen."""
    reason: str = ""
    """Why."""
    tests: tuple[WrittenTest, ...] = ()


@dataclass(frozen=True, slots=True)
class RankedCandidate:
    """One of the ranked programs."""

    rank: int
    """From 1."""
    id: str
    sha256: str
    language: str
    code: str
    score: float | None
    """0..1; comparable only between candidates with the same `score_kind`."""
    score_kind: str
    """probability (of being right, from the selector), zero-shot or likelihood (from a scorer), or none."""
    cluster: ClusterBody | None
    """None until the candidates have been clustered."""
    examples: tuple[ExampleResult, ...]
    passed: int
    total: int
    origin: OriginBody
    tokens: int = 0
    thoughts: ThoughtsBody | None = None
    """None where it was sampled without any."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many programs each stage left."""

    sampled: int = 0
    """Repairs among them."""
    distinct: int = 0
    compiled: int = 0
    passing: int = 0
    """Samples that pass every example, duplicates counted."""
    clusters: int = 0


@dataclass(frozen=True, slots=True)
class JobAccepted:
    """The first event: the job's id and the parameters after the backend's caps."""

    TYPE: ClassVar[str] = "job.accepted"
    job: str
    protocol: int
    model: str
    samples: int
    language: str


@dataclass(frozen=True, slots=True)
class JobQueued:
    """Waiting behind other jobs."""

    TYPE: ClassVar[str] = "job.queued"
    position: int
    eta_ms: int | None = None


@dataclass(frozen=True, slots=True)
class PhaseProgress:
    """Cumulative progress of one phase, so that a lost event costs nothing."""

    TYPE: ClassVar[str] = "phase"
    name: str
    """sample, generate_inputs, cluster, score, duel, or a stage of a flow, which is done as far as flows have come to
    it. Compiling and filtering run while sampling goes on."""
    done: int
    total: int
    counts: Counts
    elapsed_ms: int


@dataclass(frozen=True, slots=True)
class CandidatesSnapshot:
    """The ranked candidates as of now: replaces the previous snapshot."""

    TYPE: ClassVar[str] = "candidates"
    candidates: tuple[RankedCandidate, ...]
    final: bool = False


@dataclass(frozen=True, slots=True)
class JobWarning:
    """Something the user should know; the job goes on."""

    TYPE: ClassVar[str] = "warning"
    code: str
    """no_examples, truncated_statement, few_clusters, language_unavailable, no_passing, no_duels, flow, sampler."""
    message: str


@dataclass(frozen=True, slots=True)
class StageResult:
    """What a stage of a flow has come to, for a log of everything."""

    TYPE: ClassVar[str] = "stage"
    flow: int
    """From 1."""
    stage: str
    """By AlphaCodium's names: self_reflection, possible_solutions, and so on."""
    result: dict[str, object]
    """By the stage's own keys; `trouble` says why there is nothing else."""
    calls: int
    """Of the flow so far; likewise the next."""
    tokens: int


@dataclass(frozen=True, slots=True)
class OutlookBody:
    """What more samples would be expected to bring."""

    new_clusters: float | None = None
    """Where programs pass: how many clusters twice the samples would add."""
    first_passing: float | None = None
    """Where none passes: the chance, 0..1, that one of twice the samples would."""
    unused: int = 0
    """Samples of the budget that were not drawn, as they would hardly change the answer."""
    chance_of_change: float | None = None
    """Where some were not drawn: the chance, 0..1, that they would have changed it."""


@dataclass(frozen=True, slots=True)
class CostBody:
    """What a search asked of its model."""

    calls: int
    """Replies of the model, samples among them, and yes-or-no questions."""
    tokens: int
    """That it wrote."""


@dataclass(frozen=True, slots=True)
class SolveResult:
    """What a solve ends with."""

    candidates: tuple[RankedCandidate, ...]
    counts: Counts
    timings: dict[str, float]
    """Seconds per stage: sample, filter, generate_inputs, cluster, score, duel, total. Sampling and filtering overlap;
    what was not done is absent."""
    seed: int
    model: str
    isolation: str
    """The sandbox's level: L3, L2, L1 or L0."""
    outlook: OutlookBody | None = None
    """None from a backend that does not say; likewise the next."""
    cost: CostBody | None = None


@dataclass(frozen=True, slots=True)
class JobCompleted:
    """Terminal: the search ended."""

    TYPE: ClassVar[str] = "job.completed"
    result: SolveResult


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """An error in OpenAI's shape."""

    message: str
    type: str
    code: str
    param: str | None = None
    """The field of the request at fault, as a dotted path."""
    request_id: str | None = None
    retry_after_ms: int | None = None


@dataclass(frozen=True, slots=True)
class JobFailed:
    """Terminal: the backend could not go on. Candidates found so far are kept."""

    TYPE: ClassVar[str] = "job.failed"
    error: ErrorBody
    candidates: tuple[RankedCandidate, ...] = ()


@dataclass(frozen=True, slots=True)
class JobCancelled:
    """Terminal: somebody or something stopped the job."""

    TYPE: ClassVar[str] = "job.cancelled"
    by: str
    """client, disconnect, budget or server."""
    candidates: tuple[RankedCandidate, ...] = ()


SolveEvent = PhaseProgress | CandidatesSnapshot | JobWarning | StageResult | JobCompleted
"""What a search yields, in this process or over HTTP."""

JobEvent = JobAccepted | JobQueued | SolveEvent | JobFailed | JobCancelled
"""What a job's stream carries: exactly one terminal event (completed, failed or cancelled), always last."""

TERMINAL = (JobCompleted, JobFailed, JobCancelled)

EVENT_TYPES: dict[str, type[JobEvent]] = {
    event.TYPE: event
    for event in (
        JobAccepted, JobQueued, PhaseProgress, CandidatesSnapshot, JobWarning, StageResult, JobCompleted, JobFailed,
        JobCancelled,
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class JobSnapshot:
    """A job as `GET /v1/jobs/{id}` shows it, during its life and for an hour after."""

    job: str
    status: str
    """queued, running, completed, failed or cancelled."""
    last_event_id: int
    counts: Counts
    candidates: tuple[RankedCandidate, ...]
    error: ErrorBody | None = None


@dataclass(frozen=True, slots=True)
class Info:
    """What a backend is and can do."""

    server: str
    version: str
    protocol: dict[str, int]
    """`{"min": ..., "max": ...}`."""
    capabilities: tuple[str, ...]
    model: str
    languages: tuple[str, ...]
    isolation: str
    limits: dict[str, int]
    """max_samples, max_body_bytes."""
    gpus: tuple[str, ...] = ()
    """Those that the model runs on in this process, by name; none where it runs on the CPU or elsewhere."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """What `GET /ready` answers: with status 200 when the backend takes jobs, else with 503."""

    status: str
    """ready, loading, failed or stopping."""
    message: str = ""
    """What is going on, in words."""
    elapsed_s: float | None = None
    """How long the backend has been loading."""


@dataclass(frozen=True, slots=True)
class JudgeRequest:
    """One program and the cases to run it on, for editors without a sandbox of their own."""

    language: str
    code: str
    cases: tuple[ExampleBody, ...]
    time_limit_ms: int | None = None
    memory_limit_mb: int | None = None
    checker: CheckerBody = CheckerBody()


@dataclass(frozen=True, slots=True)
class JudgedCase:
    """One case of a judged program."""

    index: int
    """From 1."""
    verdict: str
    time_ms: int
    memory_kb: int
    stdout: str
    stderr: str
    difference: str | None = None


@dataclass(frozen=True, slots=True)
class JudgeReply:
    """A program's verdict and its cases."""

    verdict: str
    compile_output: str
    cases: tuple[JudgedCase, ...]
    isolation: str
    time_limit_ms: int | None = None
    """CPU time that each case could have, the language's and the machine's factor included."""
