"""`alphacode`: everything for people. Commands parse, call one function and render."""

from alphacode_server.cli.main import main

__all__ = ["main"]
