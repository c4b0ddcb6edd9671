import pytest

from alphacode_lsp.buffers import KnownPrograms, fingerprint, is_own_work, lines_of, replacement_of

CODE = "print(1)\n"


def applied(buffer: str, code: str = CODE) -> str:
    """The buffer after the replacement, computed as an editor does."""
    replacement = replacement_of(buffer, code)
    newline = "\r\n" if "\r\n" in buffer else "\n"
    lines = buffer.split(newline)
    before = newline.join(
        [*lines[: replacement.start_line], lines[replacement.start_line][: replacement.start_character]]
    )
    after = newline.join([lines[replacement.end_line][replacement.end_character :], *lines[replacement.end_line + 1 :]])
    return before + replacement.text + after


@pytest.mark.parametrize(
    ("buffer", "expected"),
    [
        ("", CODE),
        ("x = 1\n", CODE),
        ("x = 1", CODE),
        ("x = 1\r\ny = 2\r\n", "print(1)\r\n"),
        ("héllo 😀\nwörld 😀", CODE),
        (
            "a\n# alphacode: begin\nold\nolder\n# alphacode: end\nz\n",
            "a\n# alphacode: begin\nprint(1)\n# alphacode: end\nz\n",
        ),
        ("// alphacode: begin\n// alphacode: end", "// alphacode: begin\nprint(1)\n// alphacode: end"),
        (
            "// alphacode: begin\r\nx\r\n// alphacode: end\r\n",
            "// alphacode: begin\r\nprint(1)\r\n// alphacode: end\r\n",
        ),
        ("# alphacode: end\nx\n# alphacode: begin\n", CODE),
        ("# alphacode: begin\nx\n", CODE),
        ("# alphacode: texts/a.md\nold\n", "# alphacode: texts/a.md\nprint(1)\n"),
    ],
)
def test_replacement(buffer: str, expected: str) -> None:
    assert applied(buffer) == expected


def test_code_without_a_last_line_end_gets_one() -> None:
    assert applied("x", "print(1)") == "print(1)\n"
    assert applied("x", "print(1)\n\n\n") == "print(1)\n"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", "python"),
        ("\n\n  \n", "cpp"),
        ("# Open problem.md beside this file\n", "python"),
        ('"""Solve it here.\n\nx = 1\n"""\n', "python"),
        (
            "import sys\nfrom math import gcd\n\n\ndef main():\n    pass\n\n\nif __name__ == '__main__':\n    main()\n",
            "python",
        ),
        ("// hello\n/* x = 1;\n y */\n", "cpp"),
        (
            "#include <bits/stdc++.h>\nusing namespace std;\n\nint main() {\n  cin.tie(nullptr);\n  return 0;\n}\n",
            "cpp",
        ),
        ("#include <iostream>\nint main() { return 0; }\n", "cpp"),
    ],
)
def test_comments_and_templates_are_nobodys_work(text: str, language: str) -> None:
    assert not is_own_work(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("n = int(input())\n", "python"),
        ("import sys\nprint(sys.argv)\n", "python"),
        ("def main():\n    n = 1\n", "python"),
        ("int main() { int n; }\n", "cpp"),
        ("#include <iostream>\n#define FOR(i, n) for (int i = 0; i < n; i++)\n", "cpp"),
        ("int f() { return 1; }", "cpp"),
    ],
)
def test_code_is_its_users_work(text: str, language: str) -> None:
    assert is_own_work(text, language)


def test_fingerprints_ignore_what_editors_change() -> None:
    assert fingerprint("a = 1\nb\n") == fingerprint("a = 1  \r\nb") == fingerprint("# alphacode: p.md\na = 1\nb\n\n")
    assert fingerprint("a = 1\n") != fingerprint("a = 2\n")
    assert fingerprint("if a:\n  b\n") != fingerprint("if a:\nb\n")


def test_a_known_program_is_known_whatever_editors_change() -> None:
    known = KnownPrograms()
    known.add("# alphacode: p.md\nint a;\nint b;\n")
    for text in (
        "int a;\nint b;",
        "int a;  \r\nint b;\r\n\r\n",
        "\n# alphacode: q.md\n// alphacode: q.md\nint a;\nint b;\n",
    ):
        assert text in known
    for text in ("", "int a;\n", "int a;\nint c;\n", "int a;\n\nint b;\n"):
        assert text not in known


@pytest.mark.parametrize("text", ["/* a\n*/ /* b */ x\n", "/* /* */ int f;", "// a\n/* b */\nint x; // c\n"])
def test_code_between_comments_is_seen(text: str) -> None:
    assert is_own_work(text, "cpp")


def test_lines_end_where_editors_end_them() -> None:
    assert lines_of("a\r\nb\x0cc\u2028d\re\n") == ["a", "b\x0cc\u2028d", "e", ""]
