"""Small random programs over a few lists and numbers, for property tests.

They run to the end or stop with an exception; both are fine, as both must be the same everywhere.
"""

import builtins
import contextlib
import textwrap
from collections.abc import Callable, Iterator

from hypothesis import strategies as st

PRELUDE = "a = [1]\nb = [2, a]\nc = 3\nd = [b]\n"

CALLS = 40


class TooManyCalls(BaseException):
    """A program calls itself without end; nothing in it catches this."""


@contextlib.contextmanager
def limited_calls() -> Iterator[None]:
    """Let the programs that run inside call their functions `CALLS` times in all."""
    left = CALLS

    def tick() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise TooManyCalls

    builtins.tick = tick  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del builtins.tick  # type: ignore[attr-defined]


# In the templates: N a name, E an expression, F a function, P parameters, and an indented B a
# block of statements.
EXPRESSIONS = """
[E, E]
(E, E)[0]
[i for i in [E] if i != E]
[E for N in [1, 2]]
list(E for N in [E])
(E if E else E)
(E or E)
(N := E)
(lambda N: [E])(E)
F(E)
f'{N}'
len(str(E))
[E][-1]
""".strip().splitlines()

SIMPLE = """
N = E
N = E
N = N = E
N, N = E, E
N += [E]
N.append(E)
N.append(N)
N[0] = E
del N
print(E)
N: list = E
assert N is not None
N = [K]
N = [F, F]
F = lambda *x: (tick(), E)[1]
print([k.x for k in N if type(k) is K])
""".strip().splitlines()

COMPOUND = [
    "if E:\n    B\nelse:\n    B",
    "for N in [E]:\n    B",
    "for N in N[:3]:\n    N(N)",
    "try:\n    B\nexcept Exception as N:\n    B",
    "try:\n    B\nfinally:\n    B",
    "match N:\n    case [N, *_]:\n        B",
    "def F(P):\n    tick()\n    B\n    return N",
    "def F(P):\n    tick()\n    return E",
    "def F(x=None):\n    global N\n    tick()\n    B\n    return [N]",
    "def F(x=None):\n    def F(P):\n        tick()\n        B\n        return N\n    return F",
    "class K:\n    B",
    *(
        "class K:\n    kept = []\n    def __init__(self, x):\n        self.x = x\n"
        f"        {extra}\n    def __repr__(self): return 'K'\nN = [K(E)]"
        for extra in ("pass", "K.kept.append(1)", "self.kept.append(x)", "N.append(x)")
    ),
]
PARAMETERS = ("", "a", "x", "b=2", "*c", "x=[]", "x=N")


@st.composite
def cells(draw: st.DrawFn) -> str:
    """A program of one to three statements."""
    sources = [_statement(draw, depth=2) for _ in range(draw(st.integers(1, 3)))]
    source = "\n".join(sources)
    try:
        compile(source, "<program>", "exec")
    except SyntaxError:  # a name that is a parameter and global, say
        return "pass"
    return source


def _statement(draw: st.DrawFn, depth: int) -> str:
    templates = SIMPLE + COMPOUND if depth else SIMPLE
    return _fill(draw, draw(st.sampled_from(templates)), depth)


def _fill(draw: st.DrawFn, template: str, depth: int) -> str:
    makers: dict[str, Callable[[], str]] = {
        "N": lambda: draw(st.sampled_from("abcd")),
        "F": lambda: draw(st.sampled_from("fg")),
        "P": lambda: _fill(draw, draw(st.sampled_from(PARAMETERS)), 0),
        "E": lambda: _expression(draw, depth),
    }
    lines = []
    for line in template.split("\n"):
        if line.strip() == "B":
            block = [_statement(draw, depth - 1) for _ in range(draw(st.integers(1, 2)))]
            lines.append(textwrap.indent("\n".join(block), line.replace("B", "")))
        else:
            lines.append("".join(makers.get(c, lambda c=c: c)() for c in _marks(line)))
    return "\n".join(lines)


def _marks(line: str) -> list[str]:
    """Split a template into its marks, which are single capital letters, and the rest."""
    for word in ("None", "Exception"):
        line = line.replace(word, f"\0{word}\0")
    parts = line.split("\0")
    return [
        piece
        for part in parts
        for piece in ([part] if part in ("None", "Exception") else list(part))
    ]


def _expression(draw: st.DrawFn, depth: int) -> str:
    if depth <= 0 or draw(st.booleans()):
        return draw(st.sampled_from(["a", "b", "c", "d", "0", "1"]))
    return _fill(draw, draw(st.sampled_from(EXPRESSIONS)), depth - 1)


notebooks = st.lists(cells(), min_size=2, max_size=5)
