"""The comparison modes, and the words for the first difference."""

import pytest

from alphacode_sandbox import Checker, CheckerKind


def difference(kind: str, expected: str, actual: str, tolerance: float | None = None) -> str | None:
    return Checker.named(kind, tolerance).difference(expected, actual)


def check_same(kind: str, expected: str, actual: str, tolerance: float | None = None) -> None:
    assert difference(kind, expected, actual, tolerance) is None


def check_different(kind: str, expected: str, actual: str, tolerance: float | None = None) -> None:
    assert difference(kind, expected, actual, tolerance) is not None


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("", ""),
        ("", " \n\n"),
        ("1 2\n3", "1\n2\n3\n"),
        ("1\r\n2", "1\n2"),
        ("yes", "yes\n"),
        ("7", "+7"),
        ("7", "007"),
        ("0", "-0"),
        ("0.5", "0.5000004"),
        ("0.5", ".5"),
        ("0.5", "5e-1"),
        ("2", "2.0"),
        ("2.0", "2"),
        ("1000000000.0", "1000000900.0"),
        ("1e300", "1.0000000001e300"),
    ],
)
def test_tokens_same(expected: str, actual: str) -> None:
    check_same("tokens", expected, actual)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("1", "2"),
        ("9007199254740993", "9007199254740992"),
        ("1" * 5000, "1" * 4999 + "2"),
        ("-1", "1"),
        ("yes", "YES"),
        ("0.5", "0.50001"),
        ("0.5", "nan"),
        ("0.5", "inf"),
        ("nan", "0.5"),
        ("inf", "1e999"),
        ("1_000.5", "1000.5"),
        ("1e5x", "1e5"),
        ("1.5", "1.5 1.5"),
        ("1 2", "1"),
        ("1", ""),
        ("", "1"),
        ("0x10", "16"),
    ],
)
def test_tokens_different(expected: str, actual: str) -> None:
    check_different("tokens", expected, actual)


def test_tokens_tolerance_is_absolute_or_relative() -> None:
    check_same("tokens", "0.001", "0.009", tolerance=0.01)
    check_same("tokens", "1000.0", "1009.0", tolerance=0.01)
    check_different("tokens", "1000.0", "1011.0", tolerance=0.01)
    check_different("tokens", "0.5", "0.5000001", tolerance=0)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("YES no", "yes NO"),
        ("1 2", "1\n2"),
        ("1.0", "1.000009"),
        # Integers are read as floating point too, so neighbours beyond 2**53 are the same number.
        ("9007199254740993", "9007199254740992"),
        ("1", "1.000001"),
        ("0x10", "16"),
        # Not numbers one by one, but the whole outputs are the same words.
        ("nan 1", "NAN 1"),
        ("inf", "INF"),
    ],
)
def test_alphacode_same(expected: str, actual: str) -> None:
    check_same("alphacode", expected, actual)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("1.0", "1.00001"),
        ("1000000.0", "1000000.1"),  # The tolerance is absolute.
        # Only whole outputs that are the same words may contain these: compared as numbers they equal nothing.
        ("nan 1", "nan 1.000001"),
        ("inf 1", "inf 1.000001"),
        ("1_000", "1000"),
        ("a", "b"),
        ("1", "a"),
        ("1 2", "1"),
        ("", "1"),
    ],
)
def test_alphacode_different(expected: str, actual: str) -> None:
    check_different("alphacode", expected, actual)


def test_alphacode_has_one_tolerance() -> None:
    check_different("alphacode", "1.0", "1.1", tolerance=0.5)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [("a b", "a b\n"), ("a\nb\n", "a \t\nb\n\n \n"), ("a\r\nb", "a\nb"), ("", " \n\n"), ("a\n\nb", "a\n \nb")],
)
def test_lines_same(expected: str, actual: str) -> None:
    check_same("lines", expected, actual)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("a b", "a\nb"),
        ("a b", "a  b"),
        ("a", " a"),
        ("a", "\na"),
        ("a\nb", "a\n\nb"),
        ("1", "1.0"),
        ("a", ""),
        ("", "a"),
    ],
)
def test_lines_different(expected: str, actual: str) -> None:
    check_different("lines", expected, actual)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("2", "2.0000001"),
        ("2.0", "2"),
        # Integers too, unlike in `tokens`.
        ("10000000", "10000001"),
        ("0", "-0.0000009"),
        ("1e-3", "0.001"),
        ("Case 1: 0.5", "Case 1: .5"),
        ("nan inf", "nan inf"),
    ],
)
def test_float_same(expected: str, actual: str) -> None:
    check_same("float", expected, actual)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("2", "2.00001"),
        ("2", "two"),
        ("yes", "YES"),
        ("0.5", "nan"),
        ("0.5", "inf"),
        ("1e999", "5"),
        ("1e999", "1e998"),
        ("5", "1e999"),
        ("0x10", "16"),
        ("1", "1 1"),
        ("1", ""),
    ],
)
def test_float_different(expected: str, actual: str) -> None:
    check_different("float", expected, actual)


@pytest.mark.parametrize(
    ("checker", "expected", "actual", "same"),
    [
        (Checker(CheckerKind.FLOAT, 0.01), "1000", "1009", True),
        (Checker(CheckerKind.FLOAT, 0.01), "0.001", "0.009", True),
        (Checker(CheckerKind.FLOAT, 0.01, relative=0), "1000", "1000.009", True),
        (Checker(CheckerKind.FLOAT, 0.01, relative=0), "1000", "1009", False),
        (Checker(CheckerKind.FLOAT, 0, relative=0.01), "1000", "1009", True),
        (Checker(CheckerKind.FLOAT, 0, relative=0.01), "-1000", "-1009", True),
        (Checker(CheckerKind.FLOAT, 0, relative=0.01), "-1000", "1009", False),
        (Checker(CheckerKind.FLOAT, 0, relative=0.01), "0.001", "0.009", False),
        (Checker(CheckerKind.FLOAT, 0), "1.50", "1.5", True),
        (Checker(CheckerKind.TOKENS, 0.01, relative=0), "1000.5", "1009.5", False),
    ],
)
def test_absolute_and_relative(checker: Checker, expected: str, actual: str, same: bool) -> None:
    assert (checker.difference(expected, actual) is None) is same


@pytest.mark.parametrize(("expected", "actual"), [("a b\n", "a b\n"), ("a b\n", "a b"), ("a", "a\n"), ("", "\n")])
def test_exact_same(expected: str, actual: str) -> None:
    check_same("exact", expected, actual)


@pytest.mark.parametrize(
    ("expected", "actual"), [("a b", "a  b"), ("a", "a "), ("a", "a\n\n"), ("1.0", "1.00"), ("a", ""), ("", "a")]
)
def test_exact_different(expected: str, actual: str) -> None:
    check_different("exact", expected, actual)


@pytest.mark.parametrize(
    ("kind", "expected", "actual", "words"),
    [
        ("tokens", "6\n", "5\n", "line 1: expected `6`, got `5`"),
        ("tokens", "1 2\n3 4\n", "1 2\n3 5\n", "line 2: expected `4`, got `5`"),
        ("tokens", "1 2 3", "1\n\n2\n4", "line 4: expected `3`, got `4`"),
        ("tokens", "6", "", "the output is empty, expected `6`"),
        ("tokens", "6", "6\n7", "line 2: extra output `7`"),
        ("tokens", "", "7", "line 1: extra output `7`"),
        ("tokens", "6 7", "6\n", "line 1: expected `7` next, but the output ends"),
        ("tokens", "a" * 100, "b", f"line 1: expected `{'a' * 40}…` (100 characters), got `b`"),
        ("alphacode", "Yes", "no", "line 1: expected `yes`, got `no`"),
        ("lines", "a\nb c", "a\nb\nc", "line 2: expected `b c`, got `b`"),
        ("lines", "a", "a\nb", "line 2: extra output `b`"),
        ("lines", "a\nb", "a\n", "line 2: expected `b`, but the output ends"),
        ("float", "1 2", "1 2.1", "line 1: expected `2`, got `2.1`"),
        ("exact", "a b", "a  b", "line 1: expected `a b`, got `a  b`"),
        ("exact", "a", "a\nb", "line 2: extra output `b`"),
        ("exact", "a\nb", "a", "line 2: expected `b`, but the output ends"),
    ],
)
def test_words(kind: str, expected: str, actual: str, words: str) -> None:
    assert difference(kind, expected, actual) == words


def test_default_is_tokens() -> None:
    assert Checker().kind is CheckerKind.TOKENS


def test_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="unknown checker 'spaces'; known: tokens, lines, exact, float, alphacode"):
        Checker.named("spaces")


@pytest.mark.parametrize("kind", [CheckerKind.TOKENS, CheckerKind.LINES, CheckerKind.EXACT, CheckerKind.FLOAT])
def test_case_matters_unless_it_is_ignored(kind: CheckerKind) -> None:
    assert Checker(kind).difference("YES\n", "yes\n")
    assert Checker(kind, ignore_case=True).difference("YES\n", "yes\n") is None
    assert Checker(kind, ignore_case=True).difference("YES\n", "no\n")
