"""What leaves this machine, in the words that documentation, `doctor` and the editors share."""

SENT = (
    "Sent, and only to the configured backend: the statement, its examples and limits, its title, address, rating and "
    "tags where it has them, the target language, and counts."
)
NOT_SENT = (
    "Not sent: file names, paths, other files, your code, and anything about your editor but its name and version. "
    "Your own program goes to the backend only when you run its examples and this machine cannot. There is no "
    "telemetry."
)
