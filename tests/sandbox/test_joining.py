"""Several C++ programs compiled as one for their first look: each does what it does alone, or is left alone.

A program tells by the name of its file whether it was joined with others, and is wrong then. So the first look turns
away those that were joined, while the judge accepts all of them.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio

from alphacode_sandbox import Case, Judge, Limits, Program, Verdict, open_judge
from alphacode_sandbox.toolchains.joining import may_join
from tests.missing import missing

pytestmark = pytest.mark.asyncio(loop_scope="module")

BATCH = 6
CASES = [Case("7", "7")]
ANSWER = r'printf("%d\n", *__FILE__ == 109 ? 7 : 8)'  # m as in main.cpp
BEGIN = "#include <bits/stdc++.h>\nusing namespace std;\n"
PLAIN = f"int main() {{ {ANSWER}; }}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def judge(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Judge]:
    """One that compiles up to six programs at a time, and has precompiled the header for it."""
    if shutil.which("clang++") is None:
        missing("clang++ is not installed: without it there is no filter tier for C++")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(cache := tmp_path_factory.mktemp("cache")))
        async with open_judge(batch=BATCH) as judge:
            await asyncio.gather(*(judge.sift(program(f"{PLAIN} // {number}"), CASES) for number in range(3)))
            while not list(cache.rglob("*.pch")):  # noqa: ASYNC110 - the file is all there is to see of it
                await asyncio.sleep(0.02)
            yield judge


async def test_programs_do_not_notice_each_other(judge: Judge) -> None:
    codes = [
        "int n, a[10]; void solve() { cin >> n; } int main() { solve(); if (n == 7) %s; }",
        "string n = \"7\"; struct solve {}; int main() { if (n == \"7\") %s; return 0; }",
        "#define n 7\n#define int long long\nsigned main() { int big = n; if (sizeof big == 8) %s; }",
        "int main(int argc, char **arguments) { if (argc == 1 && !arguments[1]) %s; }",
        "template <class T> T n(T x) { return x; } int main() { return !n(%s); }",
        "vector<int> n(7, 1); int main() { if (accumulate(n.begin(), n.end(), 0) == 7) %s; exit(0); }",
    ]  # fmt: skip
    assert await sifted(judge, [code % ANSWER for code in codes]) == [Verdict.WA] * len(codes)


async def test_what_does_not_compile_leaves_the_others_joined(judge: Judge) -> None:
    broken = '#ifdef __clang__\nint broken = "";\n#endif\n' + PLAIN
    unlinked = "void nowhere(); int main(int n, char **) { if (n > 1) nowhere(); }"
    codes = [f"{PLAIN} // a", broken, f"{PLAIN} // b", unlinked]
    assert await sifted(judge, codes) == [Verdict.WA, Verdict.AC, Verdict.WA, Verdict.CE]


async def test_what_acts_before_main_is_left_alone_in_the_end(judge: Judge) -> None:
    object_ = "struct Fast { Fast() { ACTION } };\nFast fast;\n" + PLAIN
    for action in ("ios::sync_with_stdio(false);", "cin.tie(nullptr);", 'puts("");', "getchar();"):
        assert await sifted(judge, [f"{PLAIN} // {action}", object_.replace("ACTION", action)]) == [
            Verdict.AC,
            Verdict.AC,
        ]


async def test_each_is_given_the_memory_that_the_arrays_of_all_take(judge: Judge) -> None:
    hungry = f"char many[200 << 20]; {PLAIN}"
    assert await sifted(judge, [hungry, f"{PLAIN} // modest"], Limits(memory_mb=64)) == [Verdict.WA, Verdict.WA]


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("long long abs(long long x) { return x; }", id="an overload of what the library has"),
        pytest.param('#pragma GCC optimize("O3")', id="pragma"),
        pytest.param("#include <ext/pb_ds/assoc_container.hpp>", id="no standard header"),
        pytest.param("namespace std { struct mine {}; }", id="something added to the library"),
        pytest.param("auto x = [] { return cin.get(); }();", id="a lambda that runs before main"),
        pytest.param("struct Fast { Fast() {} } fast;", id="an object beside its class"),
        pytest.param("void *operator new(size_t);", id="operator new"),
        pytest.param("int n; int f() { return ::n; }", id="the global namespace"),
        pytest.param("vector<int> adjacent[2000000];", id="millions of objects"),
        pytest.param("}", id="a brace too many"),
        pytest.param("void f() {", id="a brace too few"),
    ],
)
async def test_unusual(code: str) -> None:
    assert not may_join(f"{BEGIN}{code}\n{PLAIN}")


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("int abs_of(int x) { return abs(x); }", id="use of the library"),
        pytest.param("#define all(x) x.begin(), x.end()\n#define abs(x) (x)", id="macros"),
        pytest.param("int dx[] = {0, 1}; bool seen[2000000];", id="arrays"),
        pytest.param("// struct { } x;\nchar brace = '{'; string other = \"}\";", id="comments and literals"),
        pytest.param("struct Node { int abs(int x) { return x; } };", id="a method of its own"),
    ],
)
async def test_usual(code: str) -> None:
    assert may_join(f"{BEGIN}{code}\n{PLAIN}")


async def sifted(judge: Judge, codes: Sequence[str], limits: Limits = Limits()) -> list[Verdict | None]:  # noqa: B008
    judgements = await asyncio.gather(*(judge.sift(program(code), CASES, limits) for code in codes))
    return [judgement and judgement.verdict for judgement in judgements]


def program(code: str) -> Program:
    return Program("cpp", BEGIN + code)
