"""What a problem is, and reading one from a statement. Knows no model and no HTTP."""

from alphacode_server.problem.model import CheckerFile, Finding, ParsedStatement, Problem, Severity
from alphacode_server.problem.statement import parse_statement

__all__ = ["CheckerFile", "Finding", "ParsedStatement", "Problem", "Severity", "parse_statement"]
