"""JSON answers in ASCII: a program may hold half a surrogate pair, which UTF-8 cannot carry and an escape can."""

import json

from starlette.responses import JSONResponse

from alphacode_server.protocol.encoding import to_json


class Answer(JSONResponse):
    """A message, or anything else that JSON can say."""

    def render(self, content: object) -> bytes:
        return json.dumps(to_json(content), allow_nan=False, separators=(",", ":")).encode("ascii")
