"""Files and folders."""

from tests.scenarios.scenario import Scenario

_WRITE = "with open('a.txt', 'w') as f:\n    f.write('one')"

# fmt: off
SCENARIOS = (
    Scenario("text", "files", (
        _WRITE, "with open('b.txt', 'w') as g:\n    g.write('two')", "x = open('a.txt').read()",
    ), "x", (1, 3), "x == 'one'"),
    Scenario("appended", "files", (
        _WRITE, "with open('a.txt', 'a') as f:\n    f.write('+')", "unused = 1",
        "x = open('a.txt').read()",
    ), "x", (1, 2, 4), "x == 'one+'"),
    Scenario("overwritten", "files", (
        _WRITE, "with open('a.txt', 'w') as f:\n    f.write('two')", "x = open('a.txt').read()",
    ), "x", (2, 3), "x == 'two'"),
    Scenario("read and written back", "files", (
        _WRITE, "text = open('a.txt').read()\nwith open('a.txt', 'w') as f:\n    f.write(text * 2)",
        "x = open('a.txt').read()",
    ), "x", (1, 2, 3), "x == 'oneone'"),
    Scenario("handle over cells", "files", (
        "f = open('a.txt', 'w')", "n = f.write('one')", "unused = 1", "m = f.write('two')", "f.close()",
        "x = open('a.txt').read()",
    ), "x", (1, 2, 4, 5, 6), "x == 'onetwo'"),
    Scenario("read over cells", "files", (
        "with open('a.txt', 'w') as f:\n    f.write('1\\n2\\n')", "g = open('a.txt')",
        "first = g.readline()", "unused = 1", "x = g.readline()\ng.close()",
    ), "x", (1, 2, 3, 5), "x == '2\\n'"),
    Scenario("pathlib", "files", (
        "from pathlib import Path", "n = Path('a.txt').write_text('one')", "unused = 1",
        "x = Path('a.txt').read_text()",
    ), "x", (1, 2, 4), "x == 'one'"),
    Scenario("path in a variable", "files", (
        "from pathlib import Path\np = Path('a.txt')", "n = p.write_text('one')", "m = p.write_text('t')",
        "x = p.read_text()",
    ), "x", (1, 3, 4), "x == 't'"),
    Scenario("csv", "files", (
        "import pandas as pd", "df = pd.DataFrame({'a': [1, 2]})", "df.to_csv('d.csv', index=False)",
        "df['a'] = 0", "x = pd.read_csv('d.csv').a.sum()",
    ), "x", (1, 2, 3, 5), "x == 3"),
    Scenario("parquet", "files", (
        "import pandas as pd", "df = pd.DataFrame({'a': [1, 2]})", "df.to_parquet('d.parquet')",
        "other = 1", "x = pd.read_parquet('d.parquet').a.sum()",
    ), "x", (1, 2, 3, 5), "x == 3"),
    Scenario("parquet of pyarrow", "files", (
        "import pyarrow as pa, pyarrow.parquet as pq", "t = pa.table({'a': [1, 2]})",
        "pq.write_table(t, 'd.parquet')", "other = 1", "x = pq.read_table('d.parquet').num_rows",
    ), "x", (1, 2, 3, 5), "x == 2"),
    Scenario("npy", "files", (
        "import numpy as np", "np.save('a.npy', np.arange(3))", "np.save('b.npy', np.arange(9))",
        "x = int(np.load('a.npy').sum())",
    ), "x", (1, 2, 4), "x == 3"),
    Scenario("tofile", "files", (
        "import numpy as np", "np.arange(3.0).tofile('a.bin')", "unused = 1",
        "x = np.fromfile('a.bin').sum()",
    ), "x", (1, 2, 4), "x == 3"),
    Scenario("memory map", "files", (
        "import numpy as np", "m = np.memmap('m.bin', dtype='u1', mode='w+', shape=4)", "m[0] = 9",
        "m.flush()", "x = int(np.fromfile('m.bin', dtype='u1')[0])",
    ), "x", (1, 2, 3, 5), "x == 9"),
    Scenario("joblib", "files", (
        "import joblib", "model = {'w': 1}", "f = joblib.dump(model, 'm.joblib')", "model['w'] = 2",
        "x = joblib.load('m.joblib')['w']",
    ), "x", (1, 2, 3, 5), "x == 1"),
    Scenario("pickle", "files", (
        "import pickle", "with open('p.pkl', 'wb') as f:\n    pickle.dump([1], f)", "unused = 1",
        "with open('p.pkl', 'rb') as f:\n    x = pickle.load(f)",
    ), "x", (1, 2, 4), "x == [1]"),
    Scenario("sqlite", "files", (
        "import sqlite3", "con = sqlite3.connect('d.db')\ncon.execute('create table t (a)')",
        "con.execute('insert into t values (5)')\ncon.commit()\ncon.close()", "unused = 1",
        "x = sqlite3.connect('d.db').execute('select a from t').fetchall()",
    ), "x", (1, 2, 3, 5), "x == [(5,)]"),
    Scenario("shelve", "files", (
        "import shelve", "with shelve.open('s') as s:\n    s['k'] = 1",
        "with shelve.open('t') as t:\n    t['k'] = 2", "with shelve.open('s') as s:\n    x = s['k']",
    ), "x", (1, 2, 4), "x == 1"),
    Scenario("replaced", "files", (
        "import os", _WRITE, "os.replace('a.txt', 'b.txt')", "unused = 1", "x = open('b.txt').read()",
    ), "x", (1, 2, 3, 5), "x == 'one'"),
    Scenario("copied", "files", (
        "import shutil", _WRITE, "to = shutil.copy('a.txt', 'b.txt')", "unused = 1",
        "x = open('b.txt').read()",
    ), "x", (1, 2, 3, 5), "x == 'one'"),
    Scenario("moved", "files", (
        "import shutil", _WRITE, "to = shutil.move('a.txt', 'b.txt')", "unused = 1",
        "x = open('b.txt').read()",
    ), "x", (1, 2, 3, 5), "x == 'one'"),
    Scenario("removed", "files", (
        "import os", _WRITE, "os.remove('a.txt')", "unused = 1",
        "with open('a.txt', 'a+') as f:\n    f.write('!')\n    f.seek(0)\n    x = f.read()",
    ), "x", (5,), "x == '!'"),
    Scenario("existence", "files", (
        "import os", _WRITE, "unused = 1", "x = os.path.exists('a.txt')",
    ), "x", (1, 2, 4), "x is True"),
    Scenario("listed", "files", (
        "import os\nos.mkdir('d')", "with open('d/a', 'w') as f:\n    f.write('1')",
        "with open('e', 'w') as f:\n    f.write('1')", "x = os.listdir('d')",
    ), "x", (1, 2, 4), "x == ['a']"),
    Scenario("globbed", "files", (
        "import glob", "for n in range(2):\n    with open(f'p{n}.txt', 'w') as f:\n        f.write('1')",
        "with open('q.log', 'w') as f:\n    f.write('1')", "x = len(glob.glob('p*.txt'))",
    ), "x", (1, 2, 4), "x == 2"),
    Scenario("temporary file", "files", (
        "import tempfile, os", "fd, path = tempfile.mkstemp()", "n = os.write(fd, b'abc')",
        "os.close(fd)", "x = open(path).read()\nos.remove(path)",
    ), "x", (1, 2, 3, 5), "x == 'abc'"),
    Scenario("zip archive", "files", (
        "import zipfile", "with zipfile.ZipFile('a.zip', 'w') as z:\n    z.writestr('k', 'v')",
        "unused = 1", "x = zipfile.ZipFile('a.zip').read('k')",
    ), "x", (1, 2, 4), "x == b'v'"),
    Scenario("json", "files", (
        "import json", "conf = {'a': 1}", "with open('c.json', 'w') as f:\n    json.dump(conf, f)",
        "conf['a'] = 2", "with open('c.json') as f:\n    x = json.load(f)['a']",
    ), "x", (1, 2, 3, 5), "x == 1"),
    Scenario("figure saved", "files", (
        "import matplotlib.pyplot as plt", "fig, ax = plt.subplots()", "unused = 1",
        "fig.savefig('f.png')", "x = open('f.png', 'rb').read(4)",
    ), "x", (1, 2, 4, 5), "x == b'\\x89PNG'"),
)
