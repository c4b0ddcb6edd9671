"""Which programs count as one: layout and comments do not tell programs apart, everything else does."""

import pytest

from alphacode_server.pipeline.normal_form import normal_form


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("cpp", "int main(){return 0;}", "int main()\n{\n  return 0; // done\n}\n"),
        ("cpp", "int a=1; /* one\ntwo */ int b;", "int a = 1;\nint b;"),
        ("cpp", "#include <map>\nint a;", "  #include <map>\n\n int a;"),
        ("cpp", 'auto s = "a  b";', 'auto s="a  b" ;'),
        ("python", "x=1\nif x:\n  print(x)\n", "x = 1  # one\n\nif x:\n        print( x )"),
        ("python", "f(1,\n  2)", "f(1, 2)"),
        ("cpp20", "int a; // one", "int a ;"),
        ("pypy", "x=1", "x = 1  # one"),
        ("rust", "fn main() {}  \n\n", "fn main() {}"),
        ("rust", "fn f<'a>(x: &'a str) -> char { '\"' } // it's\n", "fn f<'a>(x: &'a str)->char{'\"'}"),
        ("java", "class A {\n  // one\n\n  int a = 1; // two\n}\n", "class A {\nint a=1;\n}"),
        ("go", "a := b / c // one\n\n\nd()", "a := b/c\n\td()"),
        ("kotlin", "fun main() { }\n", "\nfun main() {}"),
        ("haskell", "main = a  \n\n", "main = a"),
    ],
)
def test_the_same_program(language: str, one: str, other: str) -> None:
    assert normal_form(language, one) == normal_form(language, other)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("cpp", "a++ + b;", "a + ++b;"),
        ("cpp", "a - -b;", "a--b;"),
        ("cpp", 'puts("a b");', 'puts("a  b");'),
        ("cpp", 'puts("// a");', 'puts("// b");'),
        ("cpp", 'auto s = R"(a\n// b)";', 'auto s = R"(a\n)";'),
        ("cpp", "int ab;", "int a b;"),
        ("cpp", "#define F (x)\nint a;", "#define F(x)\nint a;"),
        ("cpp", "#define F a\nb", "#define F a b"),
        ("cpp", "char c = '\"'; int a;", "char c = '\"';int b;"),
        ("python", "if x:\n  f()\ng()", "if x:\n  f()\n  g()"),
        ("python", "print('a # b')", "print('a # c')"),
        ("python", "a = 1\nb = 2", "a = 1; b = 3"),
        ("python", "print(", "print(1"),
        ("go", "a\n(b)", "a (b)"),
        ("kotlin", "val a = b\n-c", "val a = b - c"),
        ("kotlin", 'print("${f("//")}a")', 'print("${f("//")}b")'),
        ("kotlin", 'print("""\n// a\n""")', 'print("""\n// b\n""")'),
        ("rust", 'println!("// a");', 'println!("// b");'),
        ("rust", "f(&'a \"it's // a\")", "f(&'a \"it's // b\")"),
        ("rust", 'print("\n // a\n")', 'print("\n // b\n")'),
        ("rust", "/* /* */ a */", "/* /* */ b */"),
        ("go", "f(`\n// a`)", "f(`\n// b`)"),
        ("java", "a + +b;", "a ++b;"),
        ("java", "int ab;", "int a b;"),
    ],
)
def test_different_programs(language: str, one: str, other: str) -> None:
    assert normal_form(language, one) != normal_form(language, other)
