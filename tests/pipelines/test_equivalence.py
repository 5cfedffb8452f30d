"""The same notebook run as a whole and as a pipeline: the same result, or a refusal with a reason.

Each case is a notebook that tempts an exporter to be silently wrong. `refusal` is a word of the
reason; cases without it must give exactly what the notebook prints.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from celltrail_pipelines.pipeline import Pipeline
from tests.pipelines.conftest import Outcome, Runner


@dataclass
class Case:
    name: str
    cells: list[str]
    refusal: str | None = None


EQUAL = [
    Case("in-place change of a list", ["a = [1]", "a.append(2)", "print(a)"]),
    Case("alias", ["a = [1]", "b = a", "b.append(2)", "print(a, a is b)"]),
    Case("alias inside of a container", ["a = [1]", "c = {'k': a}", "c['k'] += [2]", "print(a)"]),
    Case(
        "alias through a call",
        ["a = []\nb = []", "def put(x, y): x.append(y)", "put(a, b)", "b.append(1)", "print(a)"],
    ),
    Case(
        "view of an array",
        ["import numpy as np\na = np.zeros(4)", "v = a[1:3]", "v[:] = 7", "print(a)"],
    ),
    Case(
        "transposed and strided views",
        [
            "import numpy as np\na = np.arange(6.0).reshape(2, 3)",
            "t, s = a.T, a[:, ::-2]",
            "t[0, 1] = 50\ns[0] = -1",
            "print(a, t, s, a.base is None)",
        ],
    ),
    Case(
        "view of an array of objects",
        [
            "import numpy as np\na = np.array([1, 'x', None, 2.0], dtype=object)",
            "v = a[1:]",
            "v[0] = 'changed'",
            "print(a, v)",
        ],
    ),
    Case(
        "column of a frame",
        [
            "import pandas as pd\ndf = pd.DataFrame({'x': [1, 2], 'y': ['a', None]})",
            "col = df['x']",
            "df.loc[0, 'x'] = 10",
            "print(df, list(col))",
        ],
    ),
    Case(
        "frame with an index of its own",
        [
            "import pandas as pd",
            "df = pd.DataFrame({'x': [1.5, float('nan')]}, index=pd.Index([3, 4], name='n'))",
            "df.attrs['unit'] = 'm'",
            "print(df, df.attrs, df.index)",
        ],
    ),
    Case(
        "plain frame",
        [
            "import pandas as pd",
            "df = pd.DataFrame({'x': [1, 2], 't': pd.to_datetime(['2026-01-01', None])})",
            "print(df, df.dtypes, df.index)",
        ],
    ),
    Case(
        "closure over a global",
        ["k = [1]", "def f(): return len(k)", "k.append(2)", "print(f())", "k = []", "print(f())"],
    ),
    Case(
        "global changed in a called function",
        ["n = [0]", "def bump(): n[0] += 1", "bump()", "bump()\nprint(n)", "print(n)"],
    ),
    Case(
        "global rebound in a called function",
        ["n = 0", "def bump():\n    global n\n    n += 1", "bump()", "bump()", "print(n)"],
    ),
    Case(
        "global changed by a function that is called by another",
        ["n = []", "def f(): n.append(1)\ndef g(): f()", "g()", "print(n)"],
    ),
    Case(
        "global changed through a callback in a container",
        ["n = []", "def f(): n.append(1)", "hooks = [f]", "for h in hooks: h()", "print(n)"],
    ),
    Case(
        "function kept in a container looks up the name of today",
        ["x = [1]", "h = {'f': lambda: x}", "x = [2]", "print(h['f']())"],
    ),
    Case(
        "function defined twice",
        ["def f(): return 1", "old = [f]", "def f(): return 2", "print(old[0](), f())"],
    ),
    Case(
        "counter made by a closure",
        [
            "def make():\n    n = 0\n    def up():\n        nonlocal n\n        n += 1\n"
            "    def get(): return n\n    return up, get",
            "up, get = make()",
            "up()",
            "up()\nprint(get())",
        ],
    ),
    Case(
        "closure that refers to itself",
        [
            "def make(n):\n    def down(k): return k if k == n else down(k - 1)\n    return down",
            "d = make(3)",
            "print(d(9))",
        ],
    ),
    Case("rebinding", ["x = 1", "y = [x]", "x = 2", "print(x, y)", "x = 3\nprint(x)"]),
    Case(
        "rebinding in a branch",
        ["x = [1]\nc = len(x) > 5", "if c:\n    x = [2]", "print(x)"],
    ),
    Case("deletion", ["x = [1]\ny = x", "del x", "print('x' in dir(__builtins__), y)"]),
    Case(
        "deletion of a name that a later cell makes again",
        ["x = [1]", "del x", "x = 2", "print(x)"],
    ),
    Case("star import", ["from math import *", "r = [sqrt(16)]", "print(r, floor(2.5))"]),
    Case("walrus in a comprehension", ["s = [y := v + 1 for v in range(3)]", "print(s, y)"]),
    Case("names of a loop live on", ["for i in range(4): pass", "print(i)"]),
    Case(
        "exception names do not",
        [
            "e = [5]",
            "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    pass",
            "e = 6",
            "print(e)",
        ],
    ),
    Case(
        "match captures an alias",
        ["d = {'k': [1]}", "match d:\n    case {'k': v}:\n        v.append(2)", "print(d)"],
    ),
    Case(
        "global random generators",
        [
            "import random\nimport numpy as np",
            "random.seed(1)\nnp.random.seed(2)",
            "a = random.random()",
            "b = np.random.rand()",
            "print(a, b, random.random(), np.random.rand())",
        ],
    ),
    Case(
        "random generators seeded by a function",
        [
            "import random",
            "def fix(s): random.seed(s)",
            "fix(3)",
            "a = random.random()",
            "print(a, random.random())",
        ],
    ),
    Case(
        "generator object",
        [
            "import numpy as np",
            "rng = np.random.default_rng(0)",
            "a = rng.random()",
            "print(a, rng.random())",
        ],
    ),
    Case("iterator half used", ["it = iter([1, 2, 3])", "a = next(it)", "print(a, list(it))"]),
    Case("iterator used up by `sum`", ["it = iter([1, 2])", "print(sum(it))", "print(list(it))"]),
    Case("iterator asked by `in`", ["it = iter([1, 2, 3])", "print(1 in it)", "print(list(it))"]),
    Case(
        "class attribute set by a cell",
        ["class A:\n    n = 0", "A.n = 5", "a = A()", "print(a.n, A.n, isinstance(a, A))"],
    ),
    Case(
        "class attribute counted by the class",
        [
            "class A:\n    made = 0\n    def __init__(self): A.made += 1",
            "a = A()",
            "b = A()",
            "print(A.made, a.made, type(a) is type(b) is A)",
        ],
    ),
    Case(
        "instances keep their class",
        [
            "class P:\n    def __init__(self, v): self.v = v\n"
            "    def __eq__(self, o): return isinstance(o, P) and o.v == self.v",
            "p = P(1)",
            "q = P(1)",
            "print(p == q, type(p) is P)",
        ],
    ),
    Case(
        "subclass, super and dataclass",
        [
            "from dataclasses import dataclass, field",
            "@dataclass\nclass A:\n    x: list = field(default_factory=list)\n"
            "    def add(self, v): self.x.append(v)",
            "class B(A):\n    def add(self, v):\n        super().add(v * 2)",
            "b = B()",
            "b.add(2)",
            "print(b, isinstance(b, A))",
        ],
    ),
    Case(
        "property with an effect",
        [
            "log = []\nclass A:\n    @property\n    def v(self):\n        log.append(1)\n"
            "        return 1",
            "a = A()",
            "print(a.v)",
            "print(log)",
        ],
    ),
    Case(
        "operator with an effect",
        [
            "class V:\n    def __init__(s): s.n = 0\n    def __add__(s, o):\n        s.n += 1\n"
            "        return s",
            "v = V()",
            "if True: v + 1",
            "w = v + 1",
            "print(v.n, w is v)",
        ],
    ),
    Case(
        "default argument from a parameter",
        ["size = 3", "def f(n=size): return n", "print(f())"],
    ),
    Case(
        "default argument from data",
        ["d = [1]", "def f(x=d): x.append(1); return x", "f()", "print(f(), d)"],
    ),
    Case(
        "decorator that registers",
        [
            "registry = {}",
            "def register(f):\n    registry[f.__name__] = f\n    return f",
            "@register\ndef hello(): return 'hi'",
            "print(sorted(registry), registry['hello']())",
        ],
    ),
    Case(
        "names that hide builtins",
        [
            "calls = []",
            "def len(x): calls.append(x); return 0",
            "print(len('abc'))",
            "print(calls)",
        ],
    ),
    Case(
        "settings of a library",
        [
            "import numpy as np\nnp.set_printoptions(precision=2)",
            "a = np.array([1 / 3])",
            "print(a)",
        ],
    ),
    Case(
        "environment variable",
        ["import os\nos.environ['CT_CASE'] = 'on'", "print(os.environ.get('CT_CASE'))"],
    ),
    Case(
        "import of a name that is also data",
        ["import math as m\nx = m.pi", "m = [1]", "m.append(2)", "print(m, x)"],
    ),
    Case(
        "import in a branch",
        [
            "try:\n    import nothing_there as js\nexcept ImportError:\n    import json as js",
            "print(js.dumps([1]))",
        ],
    ),
    Case("timing magics", ["%time x = [1]", "%%time\nx.append(2)", "print(x)"]),
    Case(
        "output captured by a magic",
        ["%%capture out\nprint('hidden')\nx = [1]", "print(out.stdout, x)"],
    ),
    Case("shell with a variable", ["w = 'word'", "got = !echo {w}", "print(got[0])"]),
    Case("augmented assignment of an alias", ["a = [1]\nb = a", "b += [2]", "print(a)"]),
    Case(
        "default dictionary that a look-up fills",
        [
            "from collections import defaultdict",
            "d = defaultdict(list)",
            "print(d['k'])",
            "print(dict(d))",
        ],
    ),
    Case("lambda bound to a name", ["k = 2", "f = lambda x: x * k", "print(f(4))"]),
    Case(
        "top-level await",
        [
            "import asyncio",
            "async def f(x): return [x]",
            "r = await f(3)",
            "print(r)",
        ],
    ),
    Case(
        "annotated and chained assignment",
        ["a: list = [1]", "b = c = a", "c.append(2)", "print(a, b)"],
    ),
    Case("unpacking with a star", ["a, *b = [1], [2], [3]", "b[0].append(9)", "print(a, b)"]),
    Case(
        "attribute chain",
        [
            "from types import SimpleNamespace as S",
            "o = S(p=S(q=[1]))",
            "q = o.p.q",
            "q.append(2)",
            "print(o)",
        ],
    ),
    Case(
        "functions that are data keep sharing",
        [
            "f = [lambda: t]\nt = [1]",
            "g = f[0]",
            "t.append(2)",
            "print(g(), g() is t)",
        ],
    ),
]

REFUSED = [
    Case(
        "class attribute changed unseen",
        [
            "class A:\n    items = []\n    def add(self, v): self.items.append(v)",
            "a = A()",
            "a.add(1)",
            "print(a.items)",
        ],
        "changes the state of `A`",
    ),
    Case(
        "default argument that remembers",
        ["def f(x, seen=[]):\n    seen.append(x)\n    return list(seen)", "f(1)", "print(f(2))"],
        "changes the state of `f`",
    ),
    Case(
        "module changed by data",
        ["import json", "d = [1]", "json.extra = d", "print(json.extra)"],
        "changes the imported",
    ),
    Case(
        "environment changed by data",
        ["import os", "v = str(len('abc'))", "os.environ['CT_V'] = v", "print(os.environ['CT_V'])"],
        "environment",
    ),
    Case(
        "working directory of a value",
        ["import os, tempfile", "d = tempfile.mkdtemp()", "os.chdir(d)", "print(os.getcwd() == d)"],
        "working directory",
    ),
    Case("names chosen at run time", ["x = 1", "globals()['x'] = 2", "print(x)"], "run time"),
    Case("code from a string", ["x = 1", "exec('x = 2')", "print(x)"], "run time"),
    Case("output history", ["1 + 1", "print(_)"], "history"),
    Case(
        "file from cell to cell",
        [
            "with open('/tmp/ct-case', 'w') as f:\n    f.write('1')",
            "print(open('/tmp/ct-case').read())",
        ],
        "file",
    ),
    Case("open generator", ["g = (v for v in [1, 2])", "print(next(g))", "print(next(g))"], "`g`"),
    Case(
        "open file that is still used",
        ["import os\nf = open(os.devnull)", "print(f.read())", "print(f.closed)"],
        "`f`",
    ),
    Case("unknown magic", ["x = 1", "%%cython\nx = 2", "print(x)"], "cython"),
    Case(
        "star import of a name that is data",
        ["pi = [3]", "from math import *", "x = [pi]", "print(pi, x)"],
        "star import",
    ),
]


@pytest.mark.integration
@pytest.mark.parametrize("case", EQUAL, ids=lambda case: case.name)
def test_the_pipeline_gives_what_the_notebook_gives(
    case: Case, runner: Runner, pipeline_of: Callable[..., Pipeline]
) -> None:
    expected = runner.notebook(case.cells)
    pipeline = pipeline_of(*case.cells)

    assert expected.error is None, "the case itself is wrong"
    assert not pipeline.errors
    actual = runner.pipeline(pipeline)
    assert actual.error is None
    assert shown(actual) == shown(expected)


@pytest.mark.integration
@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_what_would_differ_is_refused_with_the_reason(
    case: Case, runner: Runner, pipeline_of: Callable[..., Pipeline]
) -> None:
    pipeline = pipeline_of(*case.cells)

    reasons = [problem.describe() for problem in pipeline.errors]
    if not reasons:
        reasons.append(runner.pipeline(pipeline).error or "")
    assert any(case.refusal in reason for reason in reasons), reasons


def shown(outcome: Outcome) -> list[str]:
    """Return the printed lines without what differs from run to run: timings, cell numbers."""
    lines = [re.sub(r"^Out\[\d+\]: ", "", line) for line in outcome.printed.splitlines()]
    return [line for line in lines if not line.startswith(("CPU times", "Wall time"))]
