"""Modules of the user's own, figures, threads, runs out of order, metrics."""

from tests.scenarios.scenario import Scenario

_MODULE = (
    "%%writefile helper.py\ncounter = 0\nlimit = 5\ndef bump():\n    global counter\n"
    "    counter += 1\n    return counter\ndef size():\n    return limit"
)
_PATH = "import sys\nsys.path.insert(0, '')"

# fmt: off
SCENARIOS = (
    Scenario("attribute of a module", "local modules", (
        _MODULE, _PATH, "import helper", "helper.counter += 10", "unused = 1", "x = helper.counter",
    ), "x", (1, 2, 3, 4, 6), "x == 10"),
    Scenario("changed by its function", "local modules", (
        _MODULE, _PATH, "import helper", "helper.bump()", "unused = 1", "x = helper.bump()",
    ), "x", (1, 2, 3, 4, 6), "x == 2"),
    Scenario("function imported from it", "local modules", (
        _MODULE, _PATH, "from helper import bump", "bump()", "unused = 1", "x = bump()",
    ), "x", (1, 2, 3, 4, 6), "x == 2"),
    Scenario("imported a second time", "local modules", (
        _MODULE, _PATH, "from helper import bump", "bump()", "import helper", "x = helper.counter",
    ), "x", (1, 2, 3, 4, 5, 6), "x == 1"),
    Scenario("patched inside", "local modules", (
        _MODULE, _PATH, "import helper", "helper.limit = 9", "x = helper.size()",
    ), "x", (1, 2, 3, 4, 5), "x == 9"),
    Scenario("written again and reloaded", "local modules", (
        _MODULE, _PATH, "import helper, importlib",
        "with open('helper.py', 'w') as f:\n    f.write('def size():\\n    return 12345')",
        "m = importlib.reload(helper)", "x = helper.size()",
    ), "x", (1, 2, 3, 4, 5, 6), "x == 12345"),
    Scenario("module made by hand", "local modules", (
        "import sys, types", "m = types.ModuleType('handmade')\nm.v = 3", "sys.modules['handmade'] = m",
        "unused = 1", "import handmade", "x = handmade.v",
    ), "x", (1, 2, 3, 5, 6), "x == 3"),
    Scenario("figure", "figures", (
        "import matplotlib.pyplot as plt", "fig, ax = plt.subplots()", "line = ax.plot([1, 2])",
        "ax.set_title('t')", "x = len(ax.lines)",
    ), "x", (1, 2, 3, 5), "x == 1"),
    Scenario("axes of a figure", "figures", (
        "import matplotlib.pyplot as plt", "fig = plt.figure()", "ax = fig.add_subplot()", "unused = 1",
        "x = len(fig.axes)",
    ), "x", (1, 2, 3, 5), "x == 1"),
    Scenario("current figure", "figures", (
        "import matplotlib.pyplot as plt", "fig = plt.figure(num=7)", "line = plt.plot([1, 2])", "unused = 1",
        "x = (len(plt.gca().lines), plt.gcf().number)",
    ), "x", (1, 2, 3, 5), "x == (1, 7)"),
    Scenario("joined later", "threads", (
        "import threading", "box = []", "t = threading.Thread(target=lambda: box.append(1))", "t.start()\nt.join()",
        "x = len(box)",
    ), "x", (1, 2, 3, 4, 5), "x == 1"),
    Scenario("changes while another cell runs", "threads", (
        "import threading, time", "box = []\ngo = threading.Event()",
        "def work():\n    go.wait(5)\n    box.append(1)", "t = threading.Thread(target=work)\nt.start()",
        "unused = 1", "go.set()\nt.join()", "x = len(box)",
    ), "x", (1, 2, 3, 4, 6, 7), "x == 1"),
    Scenario("changes between cells", "threads", (
        "import threading, time", "box = []", "def work():\n    time.sleep(0.05)\n    box.append(1)",
        "t = threading.Thread(target=work)\nt.start()", "time.sleep(0.2)", "x = len(box)",
    ), "x", (1, 2, 3, 4, 5, 6), "x == 1"),
    Scenario("result of a pool", "threads", (
        "from concurrent.futures import ThreadPoolExecutor", "n = 4", "pool = ThreadPoolExecutor(1)",
        "f = pool.submit(lambda: n * 2)", "unused = 1", "x = f.result()",
    ), "x", (1, 2, 3, 4, 6), "x == 8"),
    Scenario("cell run again", "history", (
        "n = 0", "n += 1", "x = n",
    ), "x", (1, 2, 3, 4), "x == 2", order=(0, 1, 1, 2)),
    Scenario("definition run again", "history", (
        "n = 0", "n += 1", "x = n",
    ), "x", (3, 4, 5), "x == 1", order=(0, 1, 0, 1, 2)),
    Scenario("out of order", "history", (
        "x = a + b", "a = 1", "b = 2", "b = 5",
    ), "x", (2, 3, 4), "x == 3", order=(3, 1, 2, 0, 3)),
    Scenario("first failed", "history", (
        "x = a", "a = 1",
    ), "x", (2, 3), "x == 1", order=(0, 1, 0)),
    Scenario("edited and run again", "history", (
        "def f():\n    return 1", "x = f()", "def f():\n    return 2",
    ), "x", (1, 2), "x == 1", order=(0, 1, 2)),
    Scenario("target made twice", "history", (
        "x = 1", "y = x + 1", "x = 5",
    ), "x", (3,), "x == 5"),
    Scenario("syntax error between", "history", (
        "a = 1", "b = = 2", "x = a",
    ), "x", (1, 3), "x == 1"),
    Scenario("metric", "metrics", (
        "import celltrail as ct", "scores = [0.5]", "noise = 1", "scores.append(1.0)",
        "ct.log(acc=sum(scores) / 2)",
    ), "acc", (1, 2, 4, 5), "logged['acc'] == 0.75"),
    Scenario("metric logged twice", "metrics", (
        "import celltrail as ct", "a = 1", "ct.log(loss=a)", "b = 2", "ct.log(loss=b)",
    ), "loss", (1, 4, 5), "logged['loss'] == 2"),
    Scenario("metric in a function", "metrics", (
        "import celltrail as ct", "k = 3", "def report(v):\n    ct.log(score=v * k)", "unused = 1",
        "report(2)",
    ), "score", (1, 2, 3, 5), "logged['score'] == 6"),
    Scenario("metric of a model", "metrics", (
        "import celltrail as ct\nimport numpy as np\nfrom sklearn.linear_model import LinearRegression",
        "X = np.arange(4.0).reshape(-1, 1)", "y = 3 * X[:, 0]", "m = LinearRegression()", "m.fit(X, y)",
        "p = m.predict(X)", "ct.log(r2=m.score(X, y))",
    ), "r2", (1, 2, 3, 4, 5, 7), "logged['r2'] == 1"),
)
