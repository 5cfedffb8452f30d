"""Functions: globals, closures, defaults, decorators, generators, coroutines."""

from tests.scenarios.scenario import Scenario

# fmt: off
SCENARIOS = (
    Scenario("global list", "globals in functions", (
        "log = []", "def note(x):\n    log.append(x)", "note(1)", "unused = 2", "note(2)",
        "n = len(log)",
    ), "n", (1, 2, 3, 5, 6), "n == 2"),
    Scenario("global statement", "globals in functions", (
        "count = 0", "def bump():\n    global count\n    count += 1", "bump()", "bump()", "x = count",
    ), "x", (1, 2, 3, 4, 5), "x == 2"),
    Scenario("global read late", "globals in functions", (
        "rate = 1", "def cost(n):\n    return n * rate", "a = cost(2)", "rate = 3", "b = cost(2)",
    ), "b", (2, 4, 5), "b == 6"),
    Scenario("through another function", "globals in functions", (
        "k = 4", "def f():\n    return k", "def g():\n    return f() + 1", "k2 = 5", "x = g()",
    ), "x", (1, 2, 3, 5), "x == 5"),
    Scenario("helper redefined", "globals in functions", (
        "def h():\n    return 1", "def g():\n    return h()", "def h():\n    return 2", "x = g()",
    ), "x", (2, 3, 4), "x == 2"),
    Scenario("not called", "globals in functions", (
        "secret = 1", "def f():\n    return secret", "x = f.__name__",
    ), "x", (2, 3), "x == 'f'"),
    Scenario("nonlocal", "closures", (
        "def counter():\n    n = 0\n    def step():\n        nonlocal n\n        n += 1\n"
        "        return n\n    return step", "c = counter()", "d = counter()", "c()", "d()", "x = c()",
    ), "x", (1, 2, 4, 6), "x == 2"),
    Scenario("shared closure", "closures", (
        "def make():\n    box = []\n    return box.append, lambda: list(box)", "add, show = make()",
        "add(1)", "unused = 1", "x = show()",
    ), "x", (1, 2, 3, 5), "x == [1]"),
    Scenario("closure over a mutable", "closures", (
        "items = [1]", "def keep(things):\n    return lambda: sum(things)", "total = keep(items)",
        "items.append(4)", "x = total()",
    ), "x", (1, 2, 3, 4, 5), "x == 5"),
    Scenario("function attribute", "closures", (
        "def f():\n    f.calls += 1\n    return f.calls", "f.calls = 10", "g = f", "g()", "x = f()",
    ), "x", (1, 2, 3, 4, 5), "x == 12"),
    Scenario("partial", "closures", (
        "import functools", "box = []", "add = functools.partial(box.extend, [1, 2])", "add()",
        "x = len(box)",
    ), "x", (1, 2, 3, 4, 5), "x == 2"),
    Scenario("mutable default", "default arguments", (
        "def add(x, seen=[]):\n    seen.append(x)\n    return len(seen)", "add(1)", "y = 5",
        "n = add(2)",
    ), "n", (1, 2, 4), "n == 2"),
    Scenario("default is bound early", "default arguments", (
        "size = 3", "def f(n=size):\n    return n", "size = 9", "x = f()",
    ), "x", (1, 2, 4), "x == 3"),
    Scenario("registering decorator", "decorators", (
        "registry = {}", "def register(f):\n    registry[f.__name__] = f\n    return f",
        "@register\ndef one():\n    return 1", "@register\ndef two():\n    return 2",
        "x = sorted(registry)",
    ), "x", (1, 2, 3, 4, 5), "x == ['one', 'two']"),
    Scenario("counting decorator", "decorators", (
        "def counted(f):\n    def inner(*args):\n        inner.n += 1\n        return f(*args)\n"
        "    inner.n = 0\n    return inner", "@counted\ndef f(a):\n    return a", "f(1)", "b = 2",
        "f(3)", "x = f.n",
    ), "x", (1, 2, 3, 5, 6), "x == 2"),
    Scenario("cached result", "decorators", (
        "import functools", "base = 1",
        "@functools.cache\ndef f():\n    return base", "f()", "base = 2", "x = (f(), base)",
    ), "x", (1, 2, 3, 4, 5, 6), "x == (1, 2)"),
    Scenario("cached for another argument", "decorators", (
        "import functools", "@functools.cache\ndef f(n):\n    return n + 1", "a = f(1)", "x = f(2)",
    ), "x", (1, 2, 4), "x == 3"),
    Scenario("star arguments", "functions", (
        "args = [1, 2]", "extra = {'c': 3}", "def f(a, b, c):\n    return a + b + c",
        "x = f(*args, **extra)",
    ), "x", (1, 2, 3, 4), "x == 6"),
    Scenario("key that changes", "functions", (
        "seen = []", "data = [3, 1, 2]", "def key(v):\n    seen.append(v)\n    return v",
        "ordered = sorted(data, key=key)", "x = len(seen)",
    ), "x", (1, 2, 3, 4, 5), "x == 3"),
    Scenario("lambda that changes", "functions", (
        "rows = [[2], [1]]", "rows.sort(key=lambda row: row.append(0) or row[0])", "x = rows[0]",
    ), "x", (1, 2, 3), "x == [1, 0]"),
    Scenario("map over a changing function", "functions", (
        "log = []", "def f(v):\n    log.append(v)\n    return v", "data = [1, 2]",
        "out = list(map(f, data))", "x = log[-1]",
    ), "x", (1, 2, 3, 4, 5), "x == 2"),
    Scenario("generator over cells", "generators", (
        "def numbers():\n    n = 0\n    while True:\n        n += 1\n        yield n", "g = numbers()",
        "next(g)", "other = numbers()", "next(other)", "x = next(g)",
    ), "x", (1, 2, 3, 6), "x == 2"),
    Scenario("generator reads late", "generators", (
        "k = 1", "def g():\n    while True:\n        yield k", "it = g()", "k = 5", "x = next(it)",
    ), "x", (2, 3, 4, 5), "x == 5"),
    Scenario("send", "generators", (
        "def echo():\n    got = []\n    while True:\n        got.append((yield list(got)))",
        "e = echo()\nnext(e)", "e.send('a')", "x = e.send('b')",
    ), "x", (1, 2, 3, 4), "x == ['a', 'b']"),
    Scenario("generator expression", "generators", (
        "data = [1, 2, 3]", "squares = (v * v for v in data)", "first = next(squares)",
        "x = list(squares)",
    ), "x", (1, 2, 3, 4), "x == [4, 9]"),
    Scenario("context manager", "context managers", (
        "from contextlib import contextmanager", "events = []",
        "@contextmanager\ndef span(name):\n    events.append('+' + name)\n    yield\n"
        "    events.append('-' + name)", "with span('a'):\n    pass", "x = ''.join(events)",
    ), "x", (1, 2, 3, 4, 5), "x == '+a-a'"),
    Scenario("exit stack", "context managers", (
        "import contextlib", "closed = []", "stack = contextlib.ExitStack()",
        "_ = stack.callback(closed.append, 1)", "stack.close()", "x = list(closed)",
    ), "x", (1, 2, 3, 4, 5, 6), "x == [1]"),
    Scenario("await", "async", (
        "base = 2", "async def f(n):\n    return n * base", "unused = 3", "x = await f(4)",
    ), "x", (1, 2, 4), "x == 8"),
    Scenario("async for", "async", (
        "async def numbers(n):\n    for i in range(n):\n        yield i", "out = []", "unused = 0",
        "async for one in numbers(3):\n    out.append(one)", "x = sum(out)",
    ), "x", (1, 2, 4, 5), "x == 3"),
    Scenario("queue of asyncio", "async", (
        "import asyncio", "q = asyncio.Queue()", "await q.put(1)", "await q.put(2)", "q.get_nowait()",
        "x = q.get_nowait()",
    ), "x", (1, 2, 3, 4, 5, 6), "x == 2"),
    Scenario("task of an earlier cell", "async", (
        "import asyncio\ngo = asyncio.Event()", "done = []",
        "async def work():\n    await go.wait()\n    done.append(1)",
        "task = asyncio.ensure_future(work())\nawait asyncio.sleep(0)", "unused = 1",
        "go.set()\nawait asyncio.sleep(0.01)", "x = len(done)",
    ), "x", (1, 2, 3, 4, 6, 7), "x == 1"),
)
