"""State without a name: random generators, environment, folder, options, patches."""

from tests.scenarios.scenario import Scenario

# fmt: off
SCENARIOS = (
    Scenario("seed and draw", "random generators", (
        "import random", "random.seed(1)", "other = 3", "x = random.random()",
    ), "x", (1, 2, 4), "round(x, 6) == 0.134364"),
    Scenario("second draw", "random generators", (
        "import random", "random.seed(1)", "a = random.random()", "b = random.random()",
    ), "b", (1, 2, 3, 4), "round(b, 6) == 0.847434"),
    Scenario("seeded again", "random generators", (
        "import random", "random.seed(7)", "a = random.random()", "random.seed(1)",
        "b = random.random()",
    ), "b", (1, 4, 5), "round(b, 6) == 0.134364"),
    Scenario("seeded in the same cell", "random generators", (
        "import random", "random.seed(7)", "a = random.random()",
        "random.seed(1)\nb = random.random()",
    ), "b", (1, 4), "round(b, 6) == 0.134364"),
    Scenario("drawn, then seeded", "random generators", (
        "import random", "random.seed(1)", "a = random.random()\nrandom.seed(2)", "x = a",
    ), "x", (1, 2, 3, 4), "round(x, 6) == 0.134364"),
    Scenario("numpy legacy", "random generators", (
        "import numpy as np", "np.random.seed(0)", "import random\nrandom.seed(3)",
        "a = np.random.rand(2)", "b = np.random.rand()", "x = round(float(b), 6)",
    ), "x", (1, 2, 4, 5, 6), "x == 0.602763"),
    Scenario("numpy seeded again", "random generators", (
        "import numpy as np", "np.random.seed(5)", "a = np.random.rand(2)", "np.random.seed(0)",
        "b = np.random.rand()", "x = round(float(b), 6)",
    ), "x", (1, 4, 5, 6), "x == 0.548814"),
    Scenario("Generator object", "random generators", (
        "import numpy as np", "rng = np.random.default_rng(0)", "spare = np.random.default_rng(0)",
        "rng.normal()", "spare.normal()", "x = round(float(rng.random()), 4)",
    ), "x", (1, 2, 4, 6), "x == 0.2698"),
    Scenario("Random object", "random generators", (
        "import random", "r = random.Random(1)", "q = r", "q.random()", "x = round(r.random(), 6)",
    ), "x", (1, 2, 3, 4, 5), "x == 0.847434"),
    Scenario("state kept and set back", "random generators", (
        "import random", "random.seed(1)", "state = random.getstate()", "a = random.random()",
        "random.setstate(state)", "x = (a, random.random())",
    ), "x", (1, 2, 3, 4, 5, 6), "x[0] == x[1] and round(a, 6) == 0.134364"),
    Scenario("shuffled", "random generators", (
        "import random", "random.seed(1)", "cards = list(range(20))", "random.shuffle(cards)",
        "x = cards[:]",
    ), "x", (1, 2, 3, 4, 5), "x[:9] == [11, 5, 17, 19, 9, 0, 16, 1, 15]"),
    Scenario("seeded by a function", "random generators", (
        "import random", "def seed_all(n):\n    random.seed(n)", "random.seed(9)",
        "a = random.random()", "seed_all(1)", "x = round(random.random(), 6)",
    ), "x", (1, 2, 5, 6), "x == 0.134364"),
    Scenario("drawn by a library", "random generators", (
        "import numpy as np\nimport pandas as pd", "np.random.seed(0)",
        "s = pd.Series(range(100)).sample(3)", "x = list(s)",
    ), "x", (1, 2, 3, 4), "x == [26, 86, 2]"),
    Scenario("given a random state", "random generators", (
        "import numpy as np\nimport pandas as pd", "np.random.seed(0)", "np.random.rand()",
        "s = pd.Series(range(100)).sample(3, random_state=0)", "x = list(s)",
    ), "x", (1, 4, 5), "x == [26, 86, 2]"),
    Scenario("environ", "environment", (
        "import os", "os.environ['CT_K'] = '1'", "os.environ['CT_L'] = '2'",
        "x = os.environ['CT_K']",
    ), "x", (1, 2, 4), "x == '1'"),
    Scenario("getenv", "environment", (
        "import os", "os.environ['CT_K'] = '1'", "unused = 2", "x = os.getenv('CT_K')",
    ), "x", (1, 2, 4), "x == '1'"),
    Scenario("environ in a function", "environment", (
        "import os", "def level():\n    return os.environ.get('CT_LEVEL', 'low')",
        "os.environ['CT_LEVEL'] = 'high'", "os.environ['CT_LEVEL2'] = 'x'", "x = level()",
    ), "x", (1, 2, 3, 5), "x == 'high'"),
    Scenario("environ by a variable", "environment", (
        "import os", "key = 'CT_K'", "os.environ[key] = '1'", "x = os.environ[key]",
    ), "x", (1, 2, 3, 4), "x == '1'"),
    Scenario("variable taken away", "environment", (
        "import os", "os.environ['CT_K'] = '1'", "del os.environ['CT_K']", "n = 5",
        "os.environ['CT_K'] = '2'", "x = os.environ['CT_K']",
    ), "x", (1, 5, 6), "x == '2'"),
    Scenario("environment of a child", "environment", (
        "import os, subprocess", "os.environ['CT_K'] = '1'",
        "x = subprocess.check_output('echo $CT_K', shell=True, text=True).strip()",
    ), "x", (1, 2, 3), "x == '1'"),
    Scenario("environ not read", "environment", (
        "import os", "os.environ['CT_K'] = '1'", "x = os.path.basename('/a/b')",
    ), "x", (1, 3), "x == 'b'"),
    Scenario("chdir", "working directory", (
        "import os", "os.makedirs('d/e')", "os.chdir('d')", "unused = 1", "x = os.listdir('.')",
    ), "x", (1, 2, 3, 5), "x == ['e']"),
    Scenario("relative path", "working directory", (
        "import os\nos.mkdir('d')", "with open('d/f.txt', 'w') as f:\n    f.write('in')", "unused = 0",
        "os.chdir('d')", "x = open('f.txt').read()",
    ), "x", (1, 2, 4, 5), "x == 'in'"),
    Scenario("folder not used", "working directory", (
        "import os, math\nos.mkdir('d')", "os.chdir('d')", "x = math.floor(2.5)",
    ), "x", (1, 3), "x == 2"),
    Scenario("constant of a module", "patched modules", (
        "import math", "math.pi = 3", "unused = 1", "x = math.pi",
    ), "x", (1, 2, 4), "x == 3"),
    Scenario("imported again", "patched modules", (
        "import math", "math.pi = 3", "import math as m", "x = m.pi",
    ), "x", (1, 2, 3, 4), "x == 3"),
    Scenario("imported from", "patched modules", (
        "import math", "math.pi = 3", "from math import pi", "x = pi",
    ), "x", (1, 2, 3, 4), "x == 3"),
    Scenario("another function of it", "patched modules", (
        "import math", "math.pi = 3", "x = math.floor(2.5)",
    ), "x", (1, 3), "x == 2"),
    Scenario("function replaced", "patched modules", (
        "import json", "json.dumps = lambda value: 'patched'", "other = json.loads('1')",
        "x = json.dumps(1)",
    ), "x", (1, 2, 4), "x == 'patched'"),
    Scenario("submodule", "patched modules", (
        "import os, os.path", "os.path.sep = '!'", "unused = 1", "x = os.path.sep",
    ), "x", (1, 2, 4), "x == '!'"),
    Scenario("set by name", "patched modules", (
        "import math", "setattr(math, 'tau', 6)", "x = math.tau",
    ), "x", (1, 2, 3), "x == 6"),
    Scenario("put back", "patched modules", (
        "import math", "keep = math.pi", "math.pi = 3", "math.pi = keep + 1", "x = int(math.pi)",
    ), "x", (1, 2, 4, 5), "x == 4"),
    Scenario("class of a library", "patched modules", (
        "import pandas as pd", "s = pd.Series([1, 2])", "pd.Series.double = lambda self: self * 2",
        "unused = s.sum()", "x = list(s.double())",
    ), "x", (1, 2, 3, 5), "x == [2, 4]"),
    Scenario("random replaced", "patched modules", (
        "import random", "random.random = lambda: 0.5", "n = 1", "x = random.random()",
    ), "x", (1, 2, 4), "x == 0.5"),
    Scenario("builtin added", "patched modules", (
        "import builtins", "builtins.answer = 42", "unused = 1", "x = answer",
    ), "x", (1, 2, 4), "x == 42"),
    Scenario("mocked", "patched modules", (
        "import time\nfrom unittest import mock", "p = mock.patch('time.time', lambda: 7)",
        "_ = p.start()", "unused = 1", "x = time.time()\np.stop() is None",
    ), "x", (1, 2, 3, 5), "x == 7"),
    Scenario("pandas display", "options", (
        "import pandas as pd", "pd.set_option('display.max_rows', 4)",
        "s = pd.Series(range(50))", "total = s.sum()", "x = len(repr(s).splitlines())",
    ), "x", (1, 2, 3, 5), "x == 6"),
    Scenario("pandas option not used", "options", (
        "import pandas as pd", "pd.set_option('display.max_rows', 4)",
        "s = pd.Series(range(50))", "x = s.sum()",
    ), "x", (1, 3, 4), "x == 1225"),
    Scenario("pandas option read", "options", (
        "import pandas as pd", "pd.options.display.precision = 2", "unused = 1",
        "x = pd.get_option('display.precision')",
    ), "x", (1, 2, 4), "x == 2"),
    Scenario("numpy print options", "options", (
        "import numpy as np", "np.set_printoptions(precision=2)", "a = np.array([1.23456])",
        "n = a.sum()", "x = str(a)",
    ), "x", (1, 2, 3, 5), "x == '[1.23]'"),
    Scenario("numpy error state", "options", (
        "import numpy as np", "np.seterr(divide='raise')", "unused = np.ones(1).sum()",
        "try:\n    r = np.ones(1) / 0\nexcept FloatingPointError:\n    r = 'raised'", "x = r",
    ), "x", (1, 2, 4, 5), "isinstance(x, str) and x == 'raised'"),
    Scenario("rcParams", "options", (
        "import matplotlib.pyplot as plt", "plt.rcParams['lines.linewidth'] = 7", "unused = 1",
        "x = plt.rcParams['lines.linewidth']",
    ), "x", (1, 2, 4), "x == 7"),
    Scenario("rc of a figure", "options", (
        "import matplotlib.pyplot as plt", "plt.rc('figure', figsize=(2, 3))", "unused = 1",
        "fig = plt.figure()", "x = fig.get_figwidth()",
    ), "x", (1, 2, 4, 5), "x == 2"),
    Scenario("warnings as errors", "options", (
        "import warnings", "warnings.simplefilter('error')", "unused = 1",
        "try:\n    warnings.warn('w')\n    r = 'calm'\nexcept UserWarning:\n    r = 'raised'", "x = r",
    ), "x", (1, 2, 4, 5), "x == 'raised'"),
    Scenario("decimal context", "options", (
        "from decimal import Decimal, getcontext", "getcontext().prec = 3", "unused = 1 / 7",
        "x = str(Decimal(1) / Decimal(7))",
    ), "x", (1, 2, 4), "x == '0.143'"),
    Scenario("locale", "options", (
        "import locale", "_ = locale.setlocale(locale.LC_ALL, 'C')",
        "x = locale.setlocale(locale.LC_ALL)",
    ), "x", (1, 2, 3), "x == 'C' and _ == 'C'"),
    Scenario("logging level", "options", (
        "import logging", "logging.getLogger().setLevel(logging.ERROR)", "unused = 1",
        "x = logging.getLogger().isEnabledFor(logging.WARNING)",
    ), "x", (1, 2, 4), "x is False"),
    Scenario("handler of a logger", "options", (
        "import logging, io", "stream = io.StringIO()", "log = logging.getLogger('ct')",
        "log.addHandler(logging.StreamHandler(stream))", "log.warning('hello')",
        "x = stream.getvalue()",
    ), "x", (1, 2, 3, 4, 5, 6), "x == 'hello\\n'"),
    Scenario("recursion limit", "options", (
        "import sys", "sys.setrecursionlimit(4321)", "unused = 1", "x = sys.getrecursionlimit()",
    ), "x", (1, 2, 4), "x == 4321"),
    Scenario("output redirected", "options", (
        "import sys, io", "old, sys.stdout = sys.stdout, io.StringIO()", "print('a', end='')",
        "x = sys.stdout.getvalue()\nsys.stdout = old",
    ), "x", (1, 2, 3, 4), "x == 'a'"),
)
