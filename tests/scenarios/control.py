"""Names: rebinding, branches, loops, exceptions, deletion, names as strings."""

from tests.scenarios.scenario import Scenario

# fmt: off
SCENARIOS = (
    Scenario("overwritten", "rebinding", (
        "a = 1", "a = 2", "b = a",
    ), "b", (2, 3), "b == 2"),
    Scenario("built upon", "rebinding", (
        "a = 1", "a = a + 1", "c = 5", "a = a * 10", "b = a",
    ), "b", (1, 2, 4, 5), "b == 20"),
    Scenario("augmented", "rebinding", (
        "n = 1", "m = n", "n += 1", "m += 5", "x = n",
    ), "x", (1, 3, 5), "x == 2"),
    Scenario("the same value again", "rebinding", (
        "a = 5", "b = 1", "a = 5", "x = a",
    ), "x", (3, 4), "x == 5"),
    Scenario("walrus", "rebinding", (
        "n = 1", "m = 2", "if (n := n + 4) > 3:\n    pass", "x = n",
    ), "x", (1, 3, 4), "x == 5"),
    Scenario("unpacked", "rebinding", (
        "pair = (1, [2])", "first, (second,) = pair", "first = 7", "x = second",
    ), "x", (1, 2, 4), "x == 2"),
    Scenario("loop variable", "rebinding", (
        "i = 100", "for i in range(3):\n    pass", "x = i",
    ), "x", (2, 3), "x == 2"),
    Scenario("as of an import", "rebinding", (
        "import math as m", "import cmath as c", "x = m.floor(2.5)",
    ), "x", (1, 3), "x == 2"),
    Scenario("branch not taken", "branches", (
        "flag = False", "a = 1", "b = 2", "x = a if flag else b",
    ), "x", (1, 3, 4), "x == 2"),
    Scenario("overwritten in a branch", "branches", (
        "flag = True", "a = 1", "if flag:\n    a = 2", "x = a",
    ), "x", (1, 3, 4), "x == 2"),
    Scenario("short circuit", "branches", (
        "a = 0", "b = [1]", "c = a and b", "d = a or 7", "x = (c, d)",
    ), "x", (1, 3, 4, 5), "x == (0, 7)"),
    Scenario("match", "branches", (
        "command = ('go', 3)", "fallback = 0", "match command:\n    case ('go', n):\n"
        "        steps = n\n    case _:\n        steps = fallback", "x = steps",
    ), "x", (1, 3, 4), "x == 3"),
    Scenario("accumulated", "loops", (
        "data = [1, 2, 3]", "total = 0", "for one in data:\n    total += one", "other = len(data)",
        "x = total",
    ), "x", (1, 2, 3, 5), "x == 6"),
    Scenario("else of a loop", "loops", (
        "hay = [1, 2]", "found = 'x'", "for one in hay:\n    if one == 9:\n        break\nelse:\n"
        "    found = 'none'", "x = found",
    ), "x", (1, 3, 4), "x == 'none'"),
    Scenario("while", "loops", (
        "stack = [1, 2]", "out = []", "while stack:\n    out.append(stack.pop())", "x = out[0]",
        "y = len(stack)",
    ), "y", (1, 2, 3, 5), "y == 0"),
    Scenario("comprehension", "comprehensions", (
        "k = 2", "v = 50", "data = [1, 2]", "out = [v * k for v in data]", "x = out[1] + v",
    ), "x", (1, 2, 3, 4, 5), "x == 54"),
    Scenario("comprehension over names", "comprehensions", (
        "data = [1, 2]", "key = 3", "d = {key: n for n in data}", "x = d[3]",
    ), "x", (1, 2, 3, 4), "x == 2"),
    Scenario("comprehension that changes", "comprehensions", (
        "out = []", "unused = 1", "[out.append(n) for n in range(3)]", "x = len(out)",
    ), "x", (1, 3, 4), "x == 3"),
    Scenario("caught", "exceptions", (
        "a = 0", "b = 5", "try:\n    r = 1 / a\nexcept ZeroDivisionError:\n    r = b", "x = r",
    ), "x", (1, 2, 3, 4), "x == 5"),
    Scenario("not raised", "exceptions", (
        "a = 1", "b = 5", "try:\n    r = 1 / a\nexcept ZeroDivisionError:\n    r = b", "x = r",
    ), "x", (1, 3, 4), "x == 1"),
    Scenario("finally", "exceptions", (
        "log = []", "try:\n    pass\nfinally:\n    log.append('done')", "x = log[0]",
    ), "x", (1, 2, 3), "x == 'done'"),
    Scenario("raises after a change", "exceptions", (
        "a = [1]", "a.append(2)\nraise ValueError\na.append(3)", "unused = 0", "x = len(a)",
    ), "x", (1, 2, 4), "x == 2"),
    Scenario("exception kept", "exceptions", (
        "text = 'abc'", "try:\n    int(text)\nexcept ValueError as e:\n    kept = e",
        "x = 'abc' in str(kept)",
    ), "x", (1, 2, 3), "x is True"),
    Scenario("deleted and made again", "deletion", (
        "a = 1", "del a", "a = 2", "b = a",
    ), "b", (3, 4), "b == 2"),
    Scenario("existence tested", "deletion", (
        "a = 1", "b = 2", "x = 'a' in globals()",
    ), "x", (1, 3), "x is True"),
    Scenario("name error expected", "deletion", (
        "a = 1", "try:\n    a\n    state = 'there'\nexcept NameError:\n    state = 'gone'",
        "x = state",
    ), "x", (1, 2, 3), "x == 'there'"),
    Scenario("alias outlives", "deletion", (
        "a = [1]", "b = a", "a.append(2)", "del a", "x = b[1]",
    ), "x", (1, 2, 3, 5), "x == 2"),
    Scenario("shadowed builtin", "shadowing", (
        "sum = max", "data = [1, 5]", "x = sum(data)",
    ), "x", (1, 2, 3), "x == 5"),
    Scenario("shadow taken away", "shadowing", (
        "max = min", "data = [1, 5]", "del max", "x = max(data)",
    ), "x", (2, 4), "x == 5"),
    Scenario("shadow that changes", "shadowing", (
        "def len(v):\n    v.append(0)\n    return 1", "a = []", "n = len(a)", "x = a[0]",
    ), "x", (1, 2, 3, 4), "x == 0"),
    Scenario("open shadowed", "shadowing", (
        "open = lambda path: path.upper()", "unused = 1", "x = open('a')",
    ), "x", (1, 3), "x == 'A'"),
    Scenario("read by globals", "names as strings", (
        "alpha = 3", "beta = 4", "x = globals()['alpha']",
    ), "x", (1, 3), "x == 3"),
    Scenario("read by a variable key", "names as strings", (
        "alpha = 3", "beta = 4", "key = 'alpha'", "x = globals()[key]",
    ), "x", (1, 3, 4), "x == 3"),
    Scenario("read by a made-up key", "names as strings", (
        "df_0 = 3", "df_1 = 4", "other = 5", "x = sum(globals()[f'df_{i}'] for i in range(2))",
    ), "x", (1, 2, 4), "x == 7"),
    Scenario("written by globals", "names as strings", (
        "globals()['alpha'] = 3", "beta = 4", "x = alpha",
    ), "x", (1, 3), "x == 3"),
    Scenario("updated by locals", "names as strings", (
        "locals().update(alpha=3)", "beta = 4", "x = alpha",
    ), "x", (1, 3), "x == 3"),
    Scenario("vars", "names as strings", (
        "alpha = [1]", "vars()['alpha'].append(2)", "x = len(alpha)",
    ), "x", (1, 2, 3), "x == 2"),
    Scenario("exec", "names as strings", (
        "a = 1", "code = 'b = a + 1'", "c = 5", "exec(code)", "x = b",
    ), "x", (1, 2, 4, 5), "x == 2"),
    Scenario("eval", "names as strings", (
        "a = 1", "b = 2", "x = eval('a + 1')",
    ), "x", (1, 3), "x == 2"),
    Scenario("exec in a dict", "names as strings", (
        "space = {'n': 1}", "exec('n += 1', space)", "unused = 2", "x = space['n']",
    ), "x", (1, 2, 4), "x == 2"),
    Scenario("formatted from globals", "names as strings", (
        "name = 'Ada'", "unused = 1", "x = 'hi {name}'.format(**globals())",
    ), "x", (1, 3), "x == 'hi Ada'"),
    Scenario("user_ns", "names as strings", (
        "a = 3", "b = 1", "x = get_ipython().user_ns['a']",
    ), "x", (1, 3), "x == 3"),
    Scenario("star import", "wildcard imports", (
        "from math import *", "n = 16", "x = sqrt(n)",
    ), "x", (1, 2, 3), "x == 4"),
    Scenario("star import over a name", "wildcard imports", (
        "floor = 5", "from math import *", "x = floor(2.5)",
    ), "x", (2, 3), "x == 2"),
    Scenario("from import", "wildcard imports", (
        "from math import pi", "from math import e", "x = int(pi)",
    ), "x", (1, 3), "x == 3"),
)
