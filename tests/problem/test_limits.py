import pytest

from alphacode_server.problem import parse_statement


@pytest.mark.parametrize(
    ("text", "time_ms", "memory_mb"),
    [
        ("time limit per test: 2 seconds\nmemory limit per test: 256 megabytes", 2000, 256),
        ("time limit per test2.5 seconds\nmemory limit per test64 megabytes", 2500, 64),
        ("time limit per test\n1 second\nmemory limit per test\n512 megabytes", 1000, 512),
        ("Time Limit: 2 sec / Memory Limit: 1024 MB", 2000, 1024),
        ("Time Limit: 1.525 sec / Memory Limit: 1024 MiB", 1525, 1024),
        ("Time Limit : 8 sec, Memory Limit : 65536 KB", 8000, 64),
        ("CPU Time limit 1 second\nMemory limit 2048 MB", 1000, 2048),
        ("CPU Time limit\n3 seconds\nMemory limit\n1 GB", 3000, 1024),
        ("**Time limit:** 500 ms\n**Memory limit:** 16 MB", 500, 16),
        ("| Time limit | 2 s |\n| Memory limit | 64 MB |", 2000, 64),
        ("The time limit is 4 seconds, the memory limit for this problem is 32 MB.", 4000, 32),
        ("Memory limit: 1000 bytes", None, 1),
        ("time limit exceeded after 3 seconds", None, None),
        ("Time limit: short. Memory limit: 5", None, None),
        ("A limit of time: 2 seconds", None, None),
    ],
)
def test_limits_in_the_text(text: str, time_ms: int | None, memory_mb: int | None) -> None:
    problem = parse_statement(text).problem
    assert (problem.time_limit_ms, problem.memory_limit_mb) == (time_ms, memory_mb)


@pytest.mark.parametrize(
    ("text", "tolerance"),
    [
        ("if its absolute or relative error does not exceed 10^{-6}.", 1e-6),
        ("if the absolute or relative error doesn't exceed 10 - 9.", 1e-9),
        ("The absolute or relative inaccuracy must not exceed $10^{-4}$.", 1e-4),
        ("accepted when the relative error is at most 1e-6", 1e-6),
        ("accepted when the relative error is at most 1E–7", 1e-7),
        ("an absolute error greater than 10-8", 1e-8),
        ("with an error of at most 10⁻⁶", 1e-6),
        ("with an error less than 10−5", 1e-5),
        ("with a precision of 0.001", 1e-3),
        ("within a relative or absolute error of 10**-6", 1e-6),
        (r"an absolute error of at most $5 \cdot 10^{-7}$ is fine", 5e-7),
        ("an error of 2.5e-3 is tolerated", 2.5e-3),
        ("Beware of rounding errors. Print the sum. An absolute error of 1e-3 is allowed", 1e-3),
        ("Print exactly 10 - 6 = 4 lines", None),
        ("the error message has code 404", None),
        ("an error of 0.5 is allowed", None),
        ("an error of 10^6 is no joke", None),
        ("n is at most 1e-6", None),
    ],
)
def test_tolerance_in_the_text(text: str, tolerance: float | None) -> None:
    assert parse_statement(text).problem.checker.tolerance == tolerance
