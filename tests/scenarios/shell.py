"""What IPython adds: magics, shell commands, output history."""

from tests.scenarios.scenario import Scenario

# fmt: off
SCENARIOS = (
    Scenario("%time", "magics", (
        "n = 10", "m = 20", "%time total = sum(range(n))", "x = total",
    ), "x", (1, 3, 4), "x == 45"),
    Scenario("%%time", "magics", (
        "n = 10", "m = 20", "%%time\ntotal = sum(range(n))", "x = total",
    ), "x", (1, 3, 4), "x == 45"),
    Scenario("%timeit that changes", "magics", (
        "box = []", "%timeit -n 1 -r 1 box.append(1)", "unused = 1", "x = len(box) > 0",
    ), "x", (1, 2, 4), "x is True"),
    Scenario("%timeit result", "magics", (
        "data = [1]", "t = %timeit -o -q -n 1 -r 1 sum(data)", "unused = 2", "x = t.loops",
    ), "x", (1, 2, 4), "x == 1"),
    Scenario("%%capture", "magics", (
        "name = 'Ada'", "other = 1", "%%capture out\nprint(name)\nn = len(name)", "x = out.stdout",
    ), "x", (1, 3, 4), "x == 'Ada\\n'"),
    Scenario("%%capture and a name inside", "magics", (
        "name = 'Ada'", "%%capture\nn = len(name)", "x = n",
    ), "x", (1, 2, 3), "x == 3"),
    Scenario("%run", "magics", (
        "%%writefile prog.py\nresult = 6 * 7", "unused = 1", "%run prog.py", "x = result",
    ), "x", (1, 3, 4), "x == 42"),
    Scenario("%run -i", "magics", (
        "base = 5", "%%writefile prog.py\nresult = base + 1", "unused = 1", "%run -i prog.py",
        "x = result",
    ), "x", (1, 2, 4, 5), "x == 6"),
    Scenario("%env", "magics", (
        "%env CT_MODE=fast", "%env CT_OTHER=1", "import os", "x = os.environ['CT_MODE']",
    ), "x", (1, 3, 4), "x == 'fast'"),
    Scenario("%cd", "magics", (
        "import os", "os.mkdir('sub')", "%cd -q sub", "unused = 1", "x = os.path.basename(os.getcwd())",
    ), "x", (1, 2, 3, 5), "x == 'sub'"),
    Scenario("magic of one's own", "magics", (
        "from IPython.core.magic import register_line_magic", "bag = []",
        "@register_line_magic\ndef keep(line):\n    bag.append(line)", "%keep hello", "x = bag[0]",
    ), "x", (1, 2, 3, 4, 5), "x == 'hello'"),
    Scenario("line magic with a variable", "magics", (
        "value = 7", "unused = 1", "%env CT_VALUE={value}", "import os", "x = os.environ['CT_VALUE']",
    ), "x", (1, 3, 4, 5), "x == '7'"),
    Scenario("%macro", "magics", (
        "n = 0", "n += 1", "%macro -q again 2", "unused = 5", "again", "x = n",
    ), "x", (1, 2, 3, 5, 6), "x == 2"),
    Scenario("output of a command", "shell commands", (
        "word = 'hello'", "unused = 1", "out = !echo {word}", "x = out[0]",
    ), "x", (1, 3, 4), "x == 'hello'"),
    Scenario("dollar", "shell commands", (
        "word = 'hello'", "out = !echo $word", "x = str(out[0])",
    ), "x", (1, 2, 3), "x == 'hello'"),
    Scenario("command that writes", "shell commands", (
        "!echo hi > made.txt", "!echo ho > other.txt", "unused = 1", "x = open('made.txt').read()",
    ), "x", (1, 4), "x == 'hi\\n'"),
    Scenario("command that reads", "shell commands", (
        "with open('in.txt', 'w') as f:\n    f.write('abc')",
        "with open('no.txt', 'w') as f:\n    f.write('no')", "out = !cat in.txt", "x = out[0]",
    ), "x", (1, 3, 4), "x == 'abc'"),
    Scenario("environment of a command", "shell commands", (
        "import os", "os.environ['CT_A'] = '5'", "os.environ['CT_B'] = '6'", "out = !echo $CT_A",
        "x = out[0]",
    ), "x", (1, 2, 4, 5), "x == '5'"),
    Scenario("exit code", "shell commands", (
        "!true", "!exit 3", "unused = 1", "x = _exit_code",
    ), "x", (2, 4), "x == 3"),
    Scenario("%%bash", "shell commands", (
        "unused = 1", "%%bash --out said\necho one", "x = said.strip()",
    ), "x", (2, 3), "x == 'one'"),
    Scenario("subprocess that writes", "shell commands", (
        "import subprocess, sys",
        "code = \"open('o.txt', 'w').write('5')\"", "unused = 1",
        "done = subprocess.run([sys.executable, '-c', code])", "x = open('o.txt').read()",
    ), "x", (1, 2, 4, 5), "x == '5'"),
    Scenario("last output", "output history", (
        "a = 4", "a * 2", "b = 5", "x = _ + 1",
    ), "x", (1, 2, 4), "x == 9"),
    Scenario("the output before", "output history", (
        "10 + 1", "20 + 2", "unused = 1", "'text'", "x = __",
    ), "x", (2, 4, 5), "x == 22"),
    Scenario("numbered output", "output history", (
        "7 + 1", "'other'", "x = _1",
    ), "x", (1, 3), "x == 8"),
    Scenario("Out", "output history", (
        "7 + 1", "'other'", "x = Out[1]",
    ), "x", (1, 3), "x == 8"),
    Scenario("Out by a variable", "output history", (
        "7 + 1", "'other'", "n = 1", "x = Out[n]",
    ), "x", (1, 3, 4), "x == 8"),
    Scenario("output changed", "output history", (
        "[1]", "_.append(2)", "x = len(_1)",
    ), "x", (1, 2, 3), "x == 2"),
    Scenario("output is an alias", "output history", (
        "a = [1]", "a", "_.append(2)", "x = len(a)",
    ), "x", (1, 2, 3, 4), "x == 2"),
    Scenario("source of a cell", "output history", (
        "a = 1", "b = 2", "x = In[1]",
    ), "x", (1, 3), "x == 'a = 1'"),
    Scenario("source run again", "output history", (
        "n = 0", "n += 5", "unused = 1", "exec(In[2])", "x = n",
    ), "x", (1, 2, 4, 5), "x == 10"),
    Scenario("own underscore", "output history", (
        "for _ in range(3):\n    pass", "unused = 1", "x = _",
    ), "x", (1, 3), "x == 2"),
    Scenario("help and comments", "input transformations", (
        "a = 3  # !not a command {b}", "b = 4", "s = '!x {b}'", "x = a",
    ), "x", (1, 4), "x == 3"),
)
