"""Three solved problems, ours, that show a very small model the form of an answer."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shot:
    """A solved problem. Its C++ program stands without the beginning that every C++ answer is opened with."""

    statement: str
    tags: str
    programs: Mapping[str, str]


SHOTS = (
    Shot(
        """Mia buys n pencils, and each pencil costs c coins. How many coins does she pay?

Input
Two integers n and c on one line.

Output
Print the number of coins.

Example
Input
3 5
Output
15""",
        "math",
        {
            "python": "n, c = map(int, input().split())\nprint(n * c)\n",
            "cpp": "    long long n, c;\n    cin >> n >> c;\n    cout << n * c << endl;\n    return 0;\n}\n",
        },
    ),
    Shot(
        """A thermometer wrote down n temperatures. Count those below zero.

Input
The first line holds the integer n. The second line holds n integers.

Output
Print how many of them are negative.

Example
Input
5
3 -1 0 -7 2
Output
2""",
        "implementation",
        {
            "python": "n = int(input())\na = list(map(int, input().split()))\nprint(sum(1 for x in a if x < 0))\n",
            "cpp": "    int n;\n    cin >> n;\n    int count = 0;\n    for (int i = 0; i < n; i++) {\n        int x;\n"
            "        cin >> x;\n        if (x < 0) count++;\n    }\n    cout << count << endl;\n    return 0;\n}\n",
        },
    ),
    Shot(
        """A door opens only to words whose first and last letters are the same. Does it open?

Input
One line with a word of lowercase letters.

Output
Print OPEN if the door opens and SHUT if it does not.

Example
Input
level
Output
OPEN""",
        "strings",
        {
            "python": 's = input().strip()\nif s[0] == s[-1]:\n    print("OPEN")\nelse:\n    print("SHUT")\n',
            "cpp": '    string s;\n    cin >> s;\n    if (s.front() == s.back()) {\n        cout << "OPEN" << endl;\n'
            '    } else {\n        cout << "SHUT" << endl;\n    }\n    return 0;\n}\n',
        },
    ),
)
