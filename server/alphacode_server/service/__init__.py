"""The backend: the HTTP app, its jobs, and the process that serves them. Knows no model by name."""

from alphacode_server.service.admission import Caps
from alphacode_server.service.app import Services, create_app
from alphacode_server.service.errors import ServeError
from alphacode_server.service.jobs import Jobs
from alphacode_server.service.options import ServeOptions
from alphacode_server.service.policy import JobPolicy
from alphacode_server.service.server import Listening, serve

__all__ = ["Caps", "JobPolicy", "Jobs", "Listening", "ServeError", "ServeOptions", "Services", "create_app", "serve"]
