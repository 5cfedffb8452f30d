"""What notebooks do every day, and some of what they do on bad ones."""

from tests.scenarios.scenario import Scenario

_FRAME = "df = pd.DataFrame({'a': [3, 1, 2], 'b': [1.0, 2.0, 3.0]})"
_MODULE = "%%writefile tools.py\nitems = []\ndef add(v, seen=[]):\n    seen.append(v)\n    items.append(v)\n    return len(seen)"
_PATH = "import sys\nsys.path.insert(0, '')"

# fmt: off
SCENARIOS = (
    Scenario("filtered frame", "data frames", (
        "import pandas as pd", _FRAME, "big = df[df.a > 1]", "big = big.assign(c=1)", "big['d'] = 2",
        "x = (df.shape, big.shape)",
    ), "x", (1, 2, 3, 4, 5, 6), "x == ((3, 2), (2, 4))"),
    Scenario("column is a copy", "data frames", (
        "import pandas as pd", _FRAME, "s = df['a']", "s.iloc[0] = 99", "x = df.a.max()",
    ), "x", (1, 2, 5), "x == 3"),
    Scenario("two-step cleaning", "data frames", (
        "import pandas as pd", _FRAME, "df = df.rename(columns={'a': 'k'})", "print(df)",
        "df['k'] += 1", "df.drop(columns='b', inplace=True)", "x = df.values.tolist()",
    ), "x", (1, 2, 3, 5, 6, 7), "x == [[4], [2], [3]]"),
    Scenario("model in a dict", "models", (
        "import numpy as np\nfrom sklearn.linear_model import LinearRegression",
        "X = np.arange(3.0).reshape(-1, 1)\ny = X[:, 0] + 1", "model = LinearRegression()",
        "models = {'lr': model}", "_ = models['lr'].fit(X, y)", "x = round(model.predict(X)[0], 6)",
    ), "x", (1, 2, 3, 4, 5, 6), "x == 1"),
    Scenario("handler of all loggers", "options", (
        "import logging, io", "stream = io.StringIO()", "logging.basicConfig(stream=stream, force=True)",
        "unused = 1", "logging.warning('hello')", "x = 'hello' in stream.getvalue()",
    ), "x", (1, 2, 3, 5, 6), "x is True"),
    Scenario("output into a buffer", "options", (
        "import sys, io", "buffer = io.StringIO()", "old, sys.stdout = sys.stdout, buffer", "print('a', end='')",
        "sys.stdout = old", "x = buffer.getvalue()",
    ), "x", (1, 2, 3, 4, 6), "x == 'a'"),
    Scenario("two names at once", "aliases", (
        "x = y = []", "z = []", "y.append(1)", "z.append(2)", "n = len(x)",
    ), "n", (1, 3, 5), "n == 1"),
    Scenario("rows that are one", "aliases", (
        "rows = [[0] * 2] * 2", "rows[0][0] = 1", "x = rows[1][0]",
    ), "x", (1, 2, 3), "x == 1"),
    Scenario("extended by another", "aliases", (
        "a = [1]", "b = [2]", "a.extend(b)", "b.append(3)", "x = a[-1]",
    ), "x", (1, 2, 3, 5), "x == 2"),
    Scenario("list of functions", "closures", (
        "total = []", "fs = [lambda i=i: total.append(i) for i in range(3)]", "for f in fs:\n    f()",
        "x = sum(total)",
    ), "x", (1, 2, 3, 4), "x == 3"),
    Scenario("attribute of an argument", "globals in functions", (
        "class Box:\n    pass", "def fill(box):\n    box.v = 4", "a = Box()", "b = Box()", "fill(b)",
        "fill(a)", "x = a.v",
    ), "x", (1, 2, 3, 6, 7), "x == 4"),
    Scenario("module under another name", "random generators", (
        "import numpy.random as npr", "npr.seed(3)", "npr.rand()", "npr.seed(0)",
        "x = round(float(npr.rand()), 6)",
    ), "x", (1, 4, 5), "x == 0.548814"),
    Scenario("functions imported", "random generators", (
        "from numpy.random import seed, rand", "seed(3)", "rand()", "seed(0)",
        "x = round(float(rand()), 6)",
    ), "x", (1, 4, 5), "x == 0.548814"),
    Scenario("everything imported", "random generators", (
        "from random import *", "seed(1)", "a = random()", "seed(1)", "x = round(random(), 6)",
    ), "x", (1, 4, 5), "x == 0.134364"),
    Scenario("generator passed on", "random generators", (
        "import numpy as np", "rng = np.random.default_rng(1)", "def draw(g):\n    return int(g.integers(10**9))",
        "draw(rng)", "unused = 1", "x = draw(rng)",
    ), "x", (1, 2, 3, 4, 6), "x == 950463696"),
    Scenario("environ updated", "environment", (
        "import os", "os.environ.update({'CT_A': '1', 'CT_B': '2'})", "os.environ['CT_C'] = '3'",
        "x = os.environ.get('CT_B')",
    ), "x", (1, 2, 4), "x == '2'"),
    Scenario("environ built upon", "environment", (
        "import os", "os.environ['CT_N'] = '1'",
        "os.environ['CT_N'] = os.environ['CT_N'] + '1'", "x = os.environ['CT_N']",
    ), "x", (1, 2, 3, 4), "x == '11'"),
    Scenario("copy of environ", "environment", (
        "import os", "os.environ['CT_A'] = '1'", "env = dict(os.environ)", "os.environ['CT_A'] = '2'",
        "x = env['CT_A']",
    ), "x", (1, 2, 3, 5), "x == '1'"),
    Scenario("%set_env", "environment", (
        "%set_env CT_A 5", "unused = 1", "import os\nx = os.environ['CT_A']",
    ), "x", (1, 3), "x == '5'"),
    Scenario("temporary folder", "files", (
        "import tempfile, os", "d = tempfile.TemporaryDirectory()",
        "with open(os.path.join(d.name, 'k'), 'w') as f:\n    f.write('v')", "unused = 1",
        "x = os.listdir(d.name)",
    ), "x", (1, 2, 3, 5), "x == ['k']"),
    Scenario("path globbed", "files", (
        "from pathlib import Path", "Path('out').mkdir()", "n = (Path('out') / 'a.csv').write_text('1')",
        "m = Path('b.csv').write_text('1')", "x = [p.name for p in Path('out').glob('*.csv')]",
    ), "x", (1, 2, 3, 5), "x == ['a.csv']"),
    Scenario("written in a function", "files", (
        "import json", "def save(path, value):\n    with open(path, 'w') as f:\n        json.dump(value, f)",
        "save('a.json', [1])", "save('b.json', [2])",
        "def load(path):\n    with open(path) as f:\n        return json.load(f)", "x = load('b.json')",
    ), "x", (1, 2, 4, 5, 6), "x == [2]"),
    Scenario("walked", "files", (
        "import os\nos.makedirs('d/e')", "open('d/e/f', 'w').close()", "unused = 1",
        "x = [f for _, _, files in os.walk('d') for f in files]",
    ), "x", (1, 2, 4), "x == ['f']"),
    Scenario("copied by a command", "shell commands", (
        "with open('a.txt', 'w') as f:\n    f.write('hi')", "!cp a.txt b.txt", "unused = 1",
        "x = open('b.txt').read()",
    ), "x", (1, 2, 4), "x == 'hi'"),
    Scenario("script that reads and writes", "shell commands", (
        "%%writefile work.py\ntext = open('in.txt').read()\nopen('out.txt', 'w').write(text * 2)",
        "with open('in.txt', 'w') as f:\n    f.write('ab')", "import sys", "!{sys.executable} work.py",
        "unused = 1", "x = open('out.txt').read()",
    ), "x", (1, 2, 3, 4, 6), "x == 'abab'"),
    Scenario("folder made by a command", "shell commands", (
        "!mkdir made", "unused = 1", "with open('made/f', 'w') as f:\n    f.write('1')",
        "x = open('made/f').read()",
    ), "x", (1, 3, 4), "x == '1'"),
    Scenario("appended by a magic", "magics", (
        "%%writefile notes.txt\none", "%%writefile -a notes.txt\ntwo", "unused = 1",
        "x = open('notes.txt').read().split()",
    ), "x", (1, 2, 4), "x == ['one', 'two']"),
    Scenario("%%timeit", "magics", (
        "box = []", "%%timeit -n 1 -r 1\nbox.append(1)", "unused = 1", "x = len(box) > 0",
    ), "x", (1, 2, 4), "x is True"),
    Scenario("%prun", "magics", (
        "def f():\n    return 7", "%prun -q y = f()", "unused = 1", "x = y",
    ), "x", (1, 2, 4), "x == 7"),
    Scenario("%sx", "magics", (
        "word = 'w'", "lines = %sx echo $word", "unused = 1", "x = lines[0]",
    ), "x", (1, 2, 4), "x == 'w'"),
    Scenario("magic in a function", "magics", (
        "n = 3", "def f():\n    out = !echo {n}\n    return out[0]", "n = 4", "x = f()",
    ), "x", (2, 3, 4), "x == '4'"),
    Scenario("sum of outputs", "output history", (
        "3", "4", "'noise'", "x = _1 + _2",
    ), "x", (1, 2, 4), "x == 7"),
    Scenario("output by get", "output history", (
        "30", "40", "x = Out.get(1)",
    ), "x", (1, 3), "x == 30"),
    Scenario("quiet output", "output history", (
        "5", "6;", "unused = 1", "x = _",
    ), "x", (1, 4), "x == 5"),
    Scenario("item deleted", "deletion", (
        "d = {'a': 1, 'b': 2}", "del d['a']", "unused = 1", "x = list(d)",
    ), "x", (1, 2, 4), "x == ['b']"),
    Scenario("%reset_selective", "deletion", (
        "keep = [1]", "drop = keep", "keep.append(2)", "%reset_selective -f ^drop$", "x = keep[-1]",
    ), "x", (1, 3, 5), "x == 2"),
    Scenario("singleton", "class attributes", (
        "class One:\n    me = None\n    def __new__(cls):\n        if cls.me is None:\n"
        "            cls.me = super().__new__(cls)\n        return cls.me", "a = One()", "a.v = 3",
        "b = One()", "x = b.v",
    ), "x", (1, 2, 3, 4, 5), "x == 3"),
    Scenario("class made by type", "class attributes", (
        "K = type('K', (), {'n': 1})", "k = K()", "K.n = 2", "x = k.n",
    ), "x", (1, 2, 3, 4), "x == 2"),
    Scenario("callable object", "attributes", (
        "class Count:\n    n = 0\n    def __call__(self):\n        self.n += 1", "c = Count()", "c()",
        "c()", "x = c.n",
    ), "x", (1, 2, 3, 4, 5), "x == 2"),
    Scenario("finalizer", "weak references", (
        "log = []", "class A:\n    def __del__(self):\n        log.append('gone')", "a = A()", "del a",
        "x = log[0]",
    ), "x", (1, 2, 3, 4, 5), "x == 'gone'"),
    Scenario("pairs from one iterator", "iterators", (
        "it = iter(range(6))", "pairs = zip(it, it)", "next(pairs)", "x = next(it)",
    ), "x", (1, 2, 3, 4), "x == 2"),
    Scenario("slice of an iterator", "iterators", (
        "from itertools import islice", "it = iter('abcde')", "head = list(islice(it, 2))", "x = next(it)",
    ), "x", (1, 2, 3, 4), "x == 'c'"),
    Scenario("frames in chunks", "iterators", (
        "import pandas as pd, io", "text = io.StringIO('a\\n1\\n2\\n3\\n')",
        "chunks = pd.read_csv(text, chunksize=1)", "first = next(chunks)", "x = int(next(chunks).a.iloc[0])",
    ), "x", (1, 2, 3, 4, 5), "x == 2"),
    Scenario("yield from", "generators", (
        "def inner():\n    yield 1\n    yield 2", "def outer():\n    yield from inner()\n    yield 3",
        "g = outer()", "next(g)", "x = list(g)",
    ), "x", (1, 2, 3, 4, 5), "x == [2, 3]"),
    Scenario("gathered", "async", (
        "import asyncio", "done = []", "async def f(n):\n    done.append(n)\n    return n",
        "r = await asyncio.gather(f(1), f(2))", "unused = 1", "x = (sum(r), len(done))",
    ), "x", (1, 2, 3, 4, 6), "x == (3, 2)"),
    Scenario("async generator", "async", (
        "async def ticks():\n    n = 0\n    while True:\n        n += 1\n        yield n", "t = ticks()",
        "await t.__anext__()", "unused = 1", "x = await t.__anext__()",
    ), "x", (1, 2, 3, 5), "x == 2"),
    Scenario("star import of a module of one's own", "wildcard imports", (
        "%%writefile consts.py\nlow = 1\nhigh = 9", _PATH, "low = 5", "from consts import *", "x = low + high",
    ), "x", (1, 2, 4, 5), "x == 10"),
    Scenario("encoder of json", "patched modules", (
        "import json", "json.JSONEncoder.default = lambda self, o: sorted(o)", "other = json.loads('1')",
        "x = json.dumps({2, 1})",
    ), "x", (1, 2, 4), "x == '[1, 2]'"),
    Scenario("object mocked", "patched modules", (
        "import math\nfrom unittest import mock", "p = mock.patch.object(math, 'pi', 3)", "v = p.start()",
        "unused = 1", "x = math.pi\np.stop() is None",
    ), "x", (1, 2, 3, 5), "x == 3"),
    Scenario("print replaced", "patched modules", (
        "import builtins\nsaid = []", "builtins.print = said.append", "unused = 1", "print('a')", "x = said[0]",
    ), "x", (1, 2, 4, 5), "x == 'a'"),
    Scenario("rcParams updated", "options", (
        "import matplotlib as mpl", "mpl.rcParams.update({'lines.linewidth': 6})", "unused = 1",
        "import matplotlib.pyplot as plt", "x = plt.plot([1, 2])[0].get_linewidth()",
    ), "x", (1, 2, 4, 5), "x == 6"),
    Scenario("list of a module", "local modules", (
        _MODULE, _PATH, "from tools import items", "items.append(5)", "import tools", "x = tools.items[0]",
    ), "x", (1, 2, 3, 4, 5, 6), "x == 5"),
    Scenario("default in a module", "local modules", (
        _MODULE, _PATH, "from tools import add", "add('a')", "unused = 1", "x = add('b')",
    ), "x", (1, 2, 3, 4, 6), "x == 2"),
    Scenario("seeded in a module", "local modules", (
        "%%writefile seeds.py\nimport random\ndef fix():\n    random.seed(1)", _PATH,
        "import random\nimport seeds", "a = random.random()", "seeds.fix()", "x = round(random.random(), 6)",
    ), "x", (1, 2, 3, 5, 6), "x == 0.134364"),
    Scenario("training loop", "loops", (
        "import numpy as np", "w = np.zeros(2)", "history = []",
        "def step(w):\n    w -= 0.5 * (w - 1)\n    return float(((w - 1) ** 2).sum())",
        "for _ in range(3):\n    history.append(step(w))", "print(history)", "loss = history[-1]",
    ), "loss", (1, 2, 3, 4, 5, 7), "round(loss, 6) == 0.03125"),
    Scenario("resumed training", "loops", (
        "state = {'epoch': 0}", "def train(state, n):\n    for _ in range(n):\n        state['epoch'] += 1",
        "train(state, 2)", "best = dict(state)", "train(state, 3)", "x = (best['epoch'], state['epoch'])",
    ), "x", (1, 2, 3, 4, 5, 6), "x == (2, 5)"),
    Scenario("callback registered", "decorators", (
        "handlers = {}", "def on(name):\n    def keep(f):\n        handlers.setdefault(name, []).append(f)\n"
        "        return f\n    return keep", "seen = []", "@on('go')\ndef first():\n    seen.append(1)",
        "@on('stop')\ndef second():\n    seen.append(2)", "for f in handlers['go']:\n    f()", "x = list(seen)",
    ), "x", (1, 2, 3, 4, 6, 7), "x == [1]"),
    Scenario("parametrised object", "context managers", (
        "class Timer:\n    def __enter__(self):\n        self.laps = 1\n        return self\n"
        "    def __exit__(self, *a):\n        self.laps += 1", "t = Timer()", "with t as u:\n    pass", "x = t.laps",
    ), "x", (1, 2, 3, 4), "x == 2"),
)
