"""The version of the distribution, as it was installed."""

from importlib.metadata import version

VERSION = version("alphacode-lsp")
