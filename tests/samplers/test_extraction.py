import pytest

from alphacode_server.extraction import extract_code
from alphacode_server.prompts import Prompt

PYTHON = Prompt("", "", "```python\n")
CPP = Prompt("", "", "```cpp\n#include <bits/stdc++.h>\n\nusing namespace std;\n\nint main() {\n")
GENERATOR = Prompt("", "", "```python\nimport random\nrandom.seed(1)\n")
PREFIX = "#include <bits/stdc++.h>\n\nusing namespace std;\n\nint main() {\n"
WHOLE = "#include <iostream>\nint main() { return 0; }\n"


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ("print(1)\n", "print(1)\n"),
        ("print(1)", "print(1)\n"),
        ("print(1)\n```\nThis prints one.", "print(1)\n"),
        ("print(1)\n```\nOr:\n```python\nprint(2)\n```\n", "print(1)\n"),
        ("```python\nprint(1)\n```", "print(1)\n"),
        ("Sure, here it is:\n\n```python\nprint(1)\n```\nIt prints one.", "print(1)\n"),
        ("Here:\n```py\nprint(1)", "print(1)\n"),
        ("```\nprint(1)\n```", "print(1)\n"),
        ("In C++:\n```cpp\nint main() {}\n```\nIn Python:\n```python\nprint(1)\n```", "print(1)\n"),
        ("<think>```python\nprint(0)\n```</think>```python\nprint(1)\n```", "print(1)\n"),
        ("print('a```b')\n", "print('a```b')\n"),
        ("  if x:\r\n    pass\r\n", "  if x:\n    pass\n"),
        ("", None),
        ("   \n\n", None),
        ("```\n", None),
        ("```python\n\n```", None),
        ("```java\nclass A {}\n```", None),
        ("#include <iostream>\nint main() {}\n", None),
    ],
)
def test_python(reply: str, code: str | None) -> None:
    assert extract_code(reply, PYTHON, "python") == code


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ("    return 0;\n}\n", PREFIX + "    return 0;\n}\n"),
        ("    return 0;\n}\n```\nThe program ends.", PREFIX + "    return 0;\n}\n"),
        (WHOLE, WHOLE),
        (f"Here:\n```cpp\n{WHOLE}```\n", WHOLE),
        (f"```c++\n{WHOLE}```\n", WHOLE),
        ("```python\nprint(1)\n```", None),
        ("", None),
    ],
)
def test_cpp(reply: str, code: str | None) -> None:
    assert extract_code(reply, CPP, "cpp") == code


def test_cpp_without_a_beginning_of_ours_needs_a_main() -> None:
    assert extract_code("int f() { return 1; }", Prompt("", ""), "cpp") is None


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ("print(random.randint(1, 9))\n```", "import random\nrandom.seed(1)\nprint(random.randint(1, 9))\n"),
        ("```python\nprint(3)\n```", "import random\nrandom.seed(1)\nprint(3)\n"),
        ("```python\nimport random\nrandom.seed(1)\nprint(3)\n```", "import random\nrandom.seed(1)\nprint(3)\n"),
    ],
)
def test_the_seeding_of_a_generator_is_always_there_once(reply: str, code: str) -> None:
    assert extract_code(reply, GENERATOR, "python") == code
