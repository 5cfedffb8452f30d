"""Objects changed in place, their aliases and views."""

from tests.scenarios.scenario import Scenario

# fmt: off
SCENARIOS = (
    Scenario("append", "in-place mutation", (
        "items = [1]", "other = [7]", "items.append(2)", "other.append(8)", "total = sum(items)",
    ), "total", (1, 3, 5), "total == 3"),
    Scenario("dict item", "in-place mutation", (
        "config = {'lr': 1}", "config['lr'] = 5", "unrelated = 3", "rate = config['lr'] * 2",
    ), "rate", (1, 2, 4), "rate == 10"),
    Scenario("sort", "in-place mutation", (
        "values = [3, 1, 2]", "n = len(values)", "values.sort()", "first = values[0]",
    ), "first", (1, 3, 4), "first == 1"),
    Scenario("loop over items", "in-place mutation", (
        "rows = [[1], [2]]", "for row in rows:\n    row.append(0)", "size = len(rows[1])",
    ), "size", (1, 2, 3), "size == 2"),
    Scenario("item taken and changed", "in-place mutation", (
        "rows = [[1], [2]]", "row = rows[0]\nrow.append(5)", "seen = list(rows[0])",
    ), "seen", (1, 2, 3), "seen == [1, 5]"),
    Scenario("values of a dict", "in-place mutation", (
        "d = {'a': [1]}", "for one in d.values():\n    one.append(2)", "x = d['a'][-1]",
    ), "x", (1, 2, 3), "x == 2"),
    Scenario("get of a dict", "in-place mutation", (
        "d = {'a': [1]}", "e = {'a': [1]}", "d.get('a').append(2)", "e.get('a')", "x = d['a'][-1]",
    ), "x", (1, 3, 5), "x == 2"),
    Scenario("setdefault", "in-place mutation", (
        "d = {}", "d.setdefault('a', []).append(4)", "x = d['a']",
    ), "x", (1, 2, 3), "x == [4]"),
    Scenario("delete an item", "in-place mutation", (
        "a = [1, 2, 3]", "del a[0]", "b = 0", "x = a[0]",
    ), "x", (1, 2, 4), "x == 2"),
    Scenario("augmented item", "in-place mutation", (
        "a = {'n': 1}", "a['n'] += 1", "a['n'] += 1", "x = a['n']",
    ), "x", (1, 2, 3, 4), "x == 3"),
    Scenario("bytearray", "in-place mutation", (
        "raw = bytearray(b'abc')", "raw[0] = 122", "copy = bytes(raw)", "raw[1] = 0",
    ), "copy", (1, 2, 3), "copy == b'zbc'"),
    Scenario("set update", "in-place mutation", (
        "s = {1}", "t = {1}", "s |= {2}", "t.add(3)", "x = len(s)",
    ), "x", (1, 3, 5), "x == 2"),
    Scenario("read only", "in-place mutation", (
        "a = [1, 2]", "print(a, len(a), a[0])", "b = sorted(a)", "x = a[1]",
    ), "x", (1, 4), "x == 2"),
    Scenario("mutation after the read", "in-place mutation", (
        "a = [1]", "x = a[0]", "a[0] = 9", "y = a[0]",
    ), "x", (1, 2), "x == 1"),
    Scenario("in-place addition", "aliases", (
        "a = [1]", "b = a", "a += [2]", "x = len(b)",
    ), "x", (1, 2, 3, 4), "x == 2"),
    Scenario("alias changed", "aliases", (
        "a = [1]", "b = a", "c = list(a)", "c.append(3)", "b.append(2)", "x = sum(a)",
    ), "x", (1, 2, 5, 6), "x == 3"),
    Scenario("alias rebound", "aliases", (
        "a = [1]", "b = a", "b = [5]", "b.append(2)", "x = sum(a)",
    ), "x", (1, 5), "x == 1"),
    Scenario("alias inside a container", "aliases", (
        "inner = [1]", "outer = {'k': inner}", "outer['k'].append(2)", "x = inner[-1]",
    ), "x", (1, 2, 3, 4), "x == 2"),
    Scenario("shared inner object", "aliases", (
        "core = [0]", "left = (core, 'l')", "right = (core, 'r')", "left[0].append(1)",
        "x = len(right[0])",
    ), "x", (1, 2, 3, 4, 5), "x == 2"),
    Scenario("shallow copy", "aliases", (
        "a = {'x': [1], 'y': 1}", "b = dict(a)", "b['y'] = 2", "b['x'].append(2)", "n = len(a['x'])",
    ), "n", (1, 2, 4, 5), "n == 2"),
    Scenario("deep copy", "aliases", (
        "import copy", "a = [[1]]", "b = copy.deepcopy(a)", "b[0].append(2)", "x = len(a[0])",
    ), "x", (2, 5), "x == 1"),
    Scenario("argument of a function", "aliases", (
        "def grow(box):\n    box.append(1)", "a = []", "b = []", "grow(a)", "grow(b)", "x = len(a)",
    ), "x", (1, 2, 4, 6), "x == 1"),
    Scenario("bound method kept", "aliases", (
        "items = []", "add = items.append", "add(3)", "x = items[0]",
    ), "x", (1, 2, 3, 4), "x == 3"),
    Scenario("then rebound", "aliases", (
        "a = [[1]]", "b = a", "a[0].append(2)\na = None", "x = len(b[0])",
    ), "x", (1, 2, 3, 4), "x == 2"),
    Scenario("then deleted", "aliases", (
        "a = [[1]]", "b = a", "a[0].append(2)\ndel a", "x = len(b[0])",
    ), "x", (1, 2, 3, 4), "x == 2"),
    Scenario("cyclic", "aliases", (
        "a = []", "a.append(a)", "b = a[0]", "b.append(5)", "x = a[1]",
    ), "x", (1, 2, 3, 4, 5), "x == 5"),
    Scenario("swapped", "aliases", (
        "a, b = [1], [2]", "a, b = b, a", "a.append(9)", "x = a[:]",
    ), "x", (1, 2, 3, 4), "x == [2, 9]"),
    Scenario("slice of an array", "views", (
        "import numpy as np", "z = np.zeros(6)", "w = z[2:4]", "c = z.copy()", "c[:] = 7", "w[:] = 1",
        "x = z.sum()",
    ), "x", (1, 2, 3, 6, 7), "x == 2"),
    Scenario("transpose", "views", (
        "import numpy as np", "z = np.zeros((2, 3))", "t = z.T", "t[0, 1] = 5", "x = z[1, 0]",
    ), "x", (1, 2, 3, 4, 5), "x == 5"),
    Scenario("transpose in passing", "views", (
        "import numpy as np", "z = np.zeros((2, 3))", "z.T[0, 1] = 5", "x = z[1, 0]",
    ), "x", (1, 2, 3, 4), "x == 5"),
    Scenario("reshape", "views", (
        "import numpy as np\nz = np.arange(6)", "r = z.reshape(2, 3)", "r += 10", "x = int(z[5])",
    ), "x", (1, 2, 3, 4), "x == 15"),
    Scenario("base changed, view read", "views", (
        "import numpy as np\nz = np.arange(6)", "w = z[:2]", "z[0] = 100", "x = int(w[0])",
    ), "x", (1, 2, 3, 4), "x == 100"),
    Scenario("changes through both", "views", (
        "import numpy as np\nz = np.zeros(6)", "w = z[2:4]", "z[0] = 5", "w[:] = 1", "x = z.sum()",
    ), "x", (1, 2, 3, 4, 5), "x == 7"),
    Scenario("fancy copy", "views", (
        "import numpy as np\nz = np.arange(6)", "w = z[[0, 1]]", "w[:] = 9", "x = int(z.sum())",
    ), "x", (1, 4), "x == 15"),
    Scenario("memoryview", "views", (
        "raw = bytearray(4)", "view = memoryview(raw)", "view[0] = 9", "x = raw[0]",
    ), "x", (1, 2, 3, 4), "x == 9"),
    Scenario("out argument", "views", (
        "import numpy as np", "a = np.ones(3)", "r = np.zeros(3)", "np.add(a, a, out=r)",
        "x = r.sum()",
    ), "x", (1, 2, 3, 4, 5), "x == 6"),
    Scenario("array over a buffer", "views", (
        "import numpy as np", "raw = bytearray(8)", "arr = np.frombuffer(raw, dtype='u1')",
        "raw[3] = 7", "x = int(arr[3])",
    ), "x", (1, 2, 3, 4, 5), "x == 7"),
    Scenario("dict view", "views", (
        "d = {'a': 1}", "keys = d.keys()", "d['b'] = 2", "x = sorted(keys)",
    ), "x", (1, 2, 3, 4), "x == ['a', 'b']"),
    Scenario("array of objects", "views", (
        "import numpy as np", "cells = np.empty(2, dtype=object)", "cells[0] = [1]",
        "cells[0].append(2)", "x = len(cells[0])",
    ), "x", (1, 2, 3, 4, 5), "x == 2"),
)
