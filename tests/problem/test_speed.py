"""Reading takes time in proportion to the text, whatever it is. CPU time is measured: load does not count."""

import time

import pytest

from alphacode_server.problem import parse_statement

SIZE = 200_000

HOSTILE = {
    "fences that are never closed": "".join("`" * (3 + n % 600) + "\n" for n in range(700)),
    "fences": "```\n",
    "fences that hold examples": "```\nInput\n1\nOutput\n2\n```\n",
    "labels": "Input\nOutput\n",
    "numbered labels": "Sample Input 1\n1\nSample Output 1\n2\n",
    "inputs": "Sample Input\n1\n",
    "columns": "Sample Input 1  Sample Output 1\n1\t2\n",
    "tabs": "Sample Input 1\tSample Output 1" + "\n\t" * 1000,
    "values": "Input: n = 1\nOutput: 2\n",
    "glued labels": "x." * 20 + "Sample Input 1:\n",
    "headings": "# \n# abc\n",
    "marks": "*" * 79 + "\n",
    "long marks": "**" + "_" * 5000 + "\n",
    "blanks": " ",
    "blanks after a label": "Input:" + " " * 5000,
    "one line": "a",
    "limits": "time limit per test" + " " * 50,
    "digits in limits": "time limit per " + "1" * 40,
    "errors": "absolute error ",
    "powers": "error 10^10^10" + "10" * 20,
    "sentences": "the first line of the input is a number\n",
    "sentences in an output": "Sample Output 1\n" + "\nthe first line of the input is a number\n" * 500,
    "keys": "---\n" + "a: b\n" * 1000,
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text(piece: str) -> None:
    assert seconds_to_read(piece * (SIZE // len(piece) + 1)) < 3


def test_a_megabyte_of_sample_data() -> None:
    rows = "1000000000 -5 abc\n" * 30_000
    assert seconds_to_read(f"Title\n\nSample Input 1\n{rows}\nSample Output 1\n{rows}") < 1.5


def seconds_to_read(text: str) -> float:
    start = time.process_time()
    parse_statement(text)
    return time.process_time() - start
