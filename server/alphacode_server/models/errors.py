"""What can be wrong with a model file."""


class ModelError(Exception):
    """A model cannot be used or fetched; the message holds the command that mends it."""
