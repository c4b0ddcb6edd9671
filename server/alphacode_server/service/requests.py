"""Requests as JSON, to be kept and told apart."""

import hashlib
import json
import random
from dataclasses import replace

from pydantic import TypeAdapter

from alphacode_server.protocol import SolveRequest
from alphacode_server.protocol.encoding import to_json

_REQUEST = TypeAdapter(SolveRequest)


def request_json(request: SolveRequest) -> str:
    return json.dumps(to_json(request))


def request_from(text: str) -> SolveRequest:
    """Raises ValueError when it is no request of this version."""
    return _REQUEST.validate_json(text)


def body_hash(request: SolveRequest) -> str:
    """The same for two requests that ask for the same."""
    return hashlib.sha256(request_json(request).encode()).hexdigest()


def with_seed(request: SolveRequest) -> SolveRequest:
    """The request with a seed of its own, if it has none: a search that is begun twice must begin alike."""
    if request.sampling.seed is not None:
        return request
    return replace(request, sampling=replace(request.sampling, seed=random.randrange(2**31)))
