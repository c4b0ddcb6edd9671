"""The language server: AlphaCode in any LSP client. The only package that knows LSP."""

__version__ = "0.1.0"
