"""What two machines say to each other: the messages, and (in `client`) the HTTP client that says them."""

from alphacode_server.protocol.messages import *  # noqa: F403
