import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alphacode_server.protocol import (
    EVENT_TYPES,
    CandidatesSnapshot,
    ClusterBody,
    Counts,
    ErrorBody,
    JobCancelled,
    JobCompleted,
    JobEvent,
    JobFailed,
    JobQueued,
    OriginBody,
    OutlookBody,
    RankedCandidate,
    ReturnBody,
    SolveRequest,
    SolveResult,
    StageResult,
)
from alphacode_server.protocol.decoding import decode_event
from alphacode_server.protocol.encoding import encode, to_json

numbers = st.floats(allow_nan=False, allow_infinity=False)
json_values = st.none() | st.booleans() | st.integers() | numbers | st.text() | st.lists(st.integers() | st.text())
metadata = st.dictionaries(st.text(), json_values, max_size=3)
origins = st.builds(OriginBody, temperature=st.none() | numbers, metadata=metadata)
clusters = st.none() | st.builds(ClusterBody, share=numbers)
ranked = st.builds(RankedCandidate, score=st.none() | numbers, cluster=clusters, origin=origins)
candidates = st.lists(ranked, max_size=2).map(tuple)
some = st.none() | numbers
outlooks = st.builds(OutlookBody, some, some, st.integers(), some)
timings = st.dictionaries(st.text(), numbers, max_size=3)
results = st.builds(SolveResult, candidates=candidates, timings=timings, outlook=st.none() | outlooks)
events = {
    CandidatesSnapshot: st.builds(CandidatesSnapshot, candidates=candidates),
    JobCompleted: st.builds(JobCompleted, result=results),
    JobFailed: st.builds(JobFailed, candidates=candidates),
    JobCancelled: st.builds(JobCancelled, candidates=candidates),
    StageResult: st.builds(StageResult, result=metadata),
}


@given(st.one_of([events.get(kind, st.builds(kind)) for kind in EVENT_TYPES.values()]))
def test_every_event_reads_back_as_itself(event: JobEvent) -> None:
    data = json.loads(json.dumps(encode(event), allow_nan=False))
    assert decode_event(event.TYPE, data) == event


def test_a_result_of_an_earlier_backend_has_no_outlook() -> None:
    event = JobCompleted(SolveResult((), Counts(), {}, 1, "m", "L2"))
    data = encode(event)
    result = data["result"]
    assert isinstance(result, dict)
    del result["outlook"]
    assert decode_event(event.TYPE, data) == event


@given(metadata)
def test_fields_of_a_later_version_are_ignored(later: dict[str, object]) -> None:
    event = JobFailed(ErrorBody("m", "engine", "c"))
    data = encode(event)
    added = {f"later_{name}": value for name, value in later.items()}
    error = data["error"]
    assert isinstance(error, dict)
    assert decode_event("job.failed", {**data, **added, "error": {**error, **added}}) == event


def test_unknown_event_types_are_ignored() -> None:
    assert decode_event("job.moved", {"where": "elsewhere"}) is None


@pytest.mark.parametrize(
    ("kind", "data", "named"),
    [
        ("job.queued", {}, "position"),
        ("job.queued", {"position": "2"}, "position"),
        ("job.queued", {"position": True}, "position"),
        ("job.failed", {"error": {"message": None, "type": "t", "code": "c"}}, "error.message"),
    ],
)
def test_data_that_do_not_fit_name_their_field(kind: str, data: object, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        decode_event(kind, data)


def test_reserved_words_lose_their_underscore(request_body: SolveRequest) -> None:
    request = replace(request_body, return_=ReturnBody(3))
    body = to_json(request)
    assert isinstance(body, dict)
    assert body["return"] == {"candidates": 3}
    assert "return_" not in body


def test_whole_numbers_are_read_as_fractions_where_those_are_due() -> None:
    assert decode_event("job.queued", {"position": 1, "eta_ms": None}) == JobQueued(1)
    event = decode_event(
        "job.completed",
        {
            "result": {
                "candidates": [],
                "counts": {},
                "timings": {"total": 3},
                "seed": 1,
                "model": "m",
                "isolation": "L2",
            }
        },
    )
    assert isinstance(event, JobCompleted)
    assert event.result.timings == {"total": 3.0}
