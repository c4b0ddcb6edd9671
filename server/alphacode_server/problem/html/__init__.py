"""Statements that are web pages as a browser saved them. Imports an HTML parser, so it is imported when one is read."""

from alphacode_server.problem.html.page import Page, read_page

__all__ = ["Page", "read_page"]
