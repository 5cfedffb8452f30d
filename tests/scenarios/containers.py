"""Iterators, collections and other objects of the standard library."""

from tests.scenarios.scenario import Scenario

# fmt: off
SCENARIOS = (
    Scenario("list iterator", "iterators", (
        "it = iter([1, 2, 3])", "next(it)", "other = iter([9])", "next(other)", "x = next(it)",
    ), "x", (1, 2, 5), "x == 2"),
    Scenario("iterator over a changing list", "iterators", (
        "data = [1]", "it = iter(data)", "data.append(2)", "next(it)", "x = next(it)",
    ), "x", (1, 2, 3, 4, 5), "x == 2"),
    Scenario("zip", "iterators", (
        "pairs = zip('ab', [1, 2])", "next(pairs)", "x = list(pairs)",
    ), "x", (1, 2, 3), "x == [('b', 2)]"),
    Scenario("map", "iterators", (
        "lengths = map(len, ['a', 'bb'])", "first = next(lengths)", "x = next(lengths)",
    ), "x", (1, 2, 3), "x == 2"),
    Scenario("enumerate", "iterators", (
        "e = enumerate('abc')", "next(e)", "unused = 5", "x = next(e)",
    ), "x", (1, 2, 4), "x == (1, 'b')"),
    Scenario("exhausted by a membership test", "iterators", (
        "it = iter([1, 2, 3])", "2 in it", "x = list(it)",
    ), "x", (1, 2, 3), "x == [3]"),
    Scenario("count", "iterators", (
        "import itertools", "ids = itertools.count(10)", "next(ids)", "x = next(ids)",
    ), "x", (1, 2, 3, 4), "x == 11"),
    Scenario("cycle", "iterators", (
        "import itertools", "colors = itertools.cycle('rgb')", "next(colors)", "unused = 1",
        "x = next(colors)",
    ), "x", (1, 2, 3, 5), "x == 'g'"),
    Scenario("tee", "iterators", (
        "import itertools", "a, b = itertools.tee([1, 2, 3])", "next(a)", "x = next(a)",
    ), "x", (1, 2, 3, 4), "x == 2"),
    Scenario("own iterator", "iterators", (
        "class It:\n    def __init__(self):\n        self.n = 0\n    def __iter__(self):\n"
        "        return self\n    def __next__(self):\n        self.n += 1\n        return self.n",
        "it = It()", "next(it)", "x = next(it)",
    ), "x", (1, 2, 3, 4), "x == 2"),
    Scenario("for over half", "iterators", (
        "it = iter(range(5))", "for one in it:\n    if one == 2:\n        break", "x = next(it)",
    ), "x", (1, 2, 3), "x == 3"),
    Scenario("csv reader", "iterators", (
        "import csv", "rows = csv.reader(['a,b', '1,2'])", "header = next(rows)", "x = next(rows)",
    ), "x", (1, 2, 3, 4), "x == ['1', '2']"),
    Scenario("in-memory file", "iterators", (
        "import io", "buffer = io.StringIO('a\\nb\\n')", "buffer.readline()", "x = buffer.readline()",
    ), "x", (1, 2, 3, 4), "x == 'b\\n'"),
    Scenario("deque", "collections", (
        "from collections import deque", "q = deque([1, 2])", "q.rotate(1)", "len(q)", "x = q[0]",
    ), "x", (1, 2, 3, 5), "x == 2"),
    Scenario("counter", "collections", (
        "from collections import Counter", "c = Counter('aab')", "c.update('a')", "d = Counter(c)",
        "d['a'] = 0", "x = c['a']",
    ), "x", (1, 2, 3, 6), "x == 3"),
    Scenario("defaultdict by reading", "collections", (
        "from collections import defaultdict", "d = defaultdict(list)", "d['k']", "x = len(d)",
    ), "x", (1, 2, 3, 4), "x == 1"),
    Scenario("ordered dict", "collections", (
        "from collections import OrderedDict", "d = OrderedDict(a=1, b=2)", "d.move_to_end('a')",
        "x = next(iter(d))",
    ), "x", (1, 2, 3, 4), "x == 'b'"),
    Scenario("chain map", "collections", (
        "from collections import ChainMap", "base = {'a': 1}", "top = {}", "both = ChainMap(top, base)",
        "both['a'] = 5", "x = top['a']",
    ), "x", (1, 2, 3, 4, 5, 6), "x == 5"),
    Scenario("heap", "collections", (
        "import heapq", "h = [5, 9]", "heapq.heappush(h, 1)", "spare = sorted(h)", "x = h[0]",
    ), "x", (1, 2, 3, 5), "x == 1"),
    Scenario("queue", "collections", (
        "import queue", "q = queue.Queue()", "q.put(1)", "q.put(2)", "q.get()", "x = q.get_nowait()",
    ), "x", (1, 2, 3, 4, 5, 6), "x == 2"),
    Scenario("weak reference", "weak references", (
        "import weakref", "class A:\n    pass", "a = A()", "r = weakref.ref(a)", "b = 1", "del a",
        "x = r() is None",
    ), "x", (1, 2, 3, 4, 6, 7), "x is True"),
    Scenario("through a weak reference", "weak references", (
        "import weakref", "class A:\n    pass", "a = A()", "r = weakref.ref(a)", "r().v = 4", "x = a.v",
    ), "x", (1, 2, 3, 4, 5, 6), "x == 4"),
    Scenario("weak dictionary", "weak references", (
        "import weakref", "class A:\n    pass", "a = A()",
        "names = weakref.WeakValueDictionary()", "names['a'] = a", "unused = 1", "x = len(names)",
    ), "x", (1, 2, 3, 4, 5, 7), "x == 1"),
    Scenario("context variable", "context variables", (
        "import contextvars", "level = contextvars.ContextVar('level', default=0)", "level.set(4)",
        "other = 1", "x = level.get()",
    ), "x", (1, 2, 3, 5), "x == 4"),
    Scenario("array of the standard library", "collections", (
        "import array", "a = array.array('i', [1, 2])", "a.append(3)", "x = sum(a)",
    ), "x", (1, 2, 3, 4), "x == 6"),
    Scenario("config parser", "collections", (
        "import configparser", "c = configparser.ConfigParser()", "c.read_dict({'s': {'k': '1'}})",
        "c['s']['k'] = '2'", "x = c['s']['k']",
    ), "x", (1, 2, 3, 4, 5), "x == '2'"),
    Scenario("regular expression scanner", "iterators", (
        "import re", "found = re.finditer('[0-9]', 'a1b2')", "next(found)", "x = next(found).group()",
    ), "x", (1, 2, 3, 4), "x == '2'"),
    Scenario("array iterator", "iterators", (
        "import numpy as np", "it = np.nditer(np.arange(3))", "next(it)", "x = int(next(it))",
    ), "x", (1, 2, 3, 4), "x == 1"),
    Scenario("flat", "iterators", (
        "import numpy as np", "a = np.arange(4)", "f = a.flat", "next(f)", "x = int(next(f))",
    ), "x", (1, 2, 3, 4, 5), "x == 1"),
    Scenario("database in memory", "databases", (
        "import sqlite3", "con = sqlite3.connect(':memory:')", "con.execute('create table t (a)')",
        "con.execute('insert into t values (5)')", "con.execute('select 1').fetchall()",
        "x = con.execute('select a from t').fetchone()[0]\ncon.close()",
    ), "x", (1, 2, 3, 4, 6), "x == 5"),
    Scenario("cursor", "databases", (
        "import sqlite3\ncon = sqlite3.connect(':memory:')", "cur = con.cursor()",
        "cur.execute('select 1 union select 2')", "cur.fetchone()",
        "x = cur.fetchone()\ncon.close()",
    ), "x", (1, 2, 3, 4, 5), "x == (2,)"),
)
