"""How the service says no: one exception, one JSON shape (OpenAI's)."""

from dataclasses import dataclass

from alphacode_server.protocol import ErrorBody
from alphacode_server.service.answer import Answer


class ServeError(Exception):
    """The service cannot start; the message says why and the way out."""


@dataclass(frozen=True, slots=True)
class ErrorReply:
    """The body of every answer that is an error."""

    error: ErrorBody


class Refusal(Exception):
    """A request is answered with an error; `param` is the field at fault, as a dotted path."""

    def __init__(self, status: int, code: str, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.param = param
        self.retry_after_s: int | None = None

    def later(self, retry_after_s: int) -> "Refusal":
        """The same refusal, with a time after which to ask again."""
        self.retry_after_s = retry_after_s
        return self

    def response(self, request_id: str) -> Answer:
        body = ErrorBody(
            self.message,
            _type_of(self.status),
            self.code,
            self.param,
            request_id,
            None if self.retry_after_s is None else 1000 * self.retry_after_s,
        )
        headers = {} if self.retry_after_s is None else {"Retry-After": str(self.retry_after_s)}
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return Answer(ErrorReply(body), self.status, headers)


def _type_of(status: int) -> str:
    names = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
    if status < 500:
        return names.get(status, "invalid_request_error")
    return "unavailable_error" if status == 503 else "server_error"
