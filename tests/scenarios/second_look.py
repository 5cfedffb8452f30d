"""A second look at many constructs, written before the tracer was tried on them."""

from tests.scenarios.scenario import Scenario

# fmt: off
SCENARIOS = (
    Scenario("captured", "captured output", (
        "a=[1]", "b=2", "from IPython.utils.capture import capture_output", "with capture_output() as c:\n    print(a)", "x=c.stdout",
    ), "x", (1, 3, 4, 5), "x=='[1]\\n'"),
    Scenario("redirected", "captured output", (
        "import io, contextlib", "buf=io.StringIO()", "with contextlib.redirect_stdout(buf):\n    print('hi')", "print('noise')", "x=buf.getvalue()",
    ), "x", (1, 2, 3, 5), "x=='hi\\n'"),
    Scenario("loc through an alias", "data frames", (
        "import pandas as pd", "df=pd.DataFrame({'a':[1,2]})", "df2=df", "df2.loc[0,'a']=10", "t=df.a.sum()",
    ), "t", (1, 2, 3, 4, 5), "t==12"),
    Scenario("row of a reshaped array", "views", (
        "import numpy as np", "a=np.zeros(4)", "row=a.reshape(2,2)[1]", "row+=1", "s=a.sum()",
    ), "s", (1, 2, 3, 4, 5), "s==2"),
    Scenario("array of an attribute", "views", (
        "import numpy as np\nclass M:\n    pass", "m=M(); m.w=np.zeros(3)", "w=m.w", "w[0]=5", "x=m.w[0]",
    ), "x", (1, 2, 3, 4, 5), "x==5"),
    Scenario("nested function mutates", "globals in functions", (
        "cfg={'n':0}", "def outer():\n    def inner():\n        cfg['n']+=1\n    inner()", "outer()", "y=1", "x=cfg['n']",
    ), "x", (1, 2, 3, 5), "x==1"),
    Scenario("default of a lambda", "default arguments", (
        "k=[1]", "f=lambda v, k=k: v+k[0]", "k[0]=5", "k=[100]", "x=f(1)",
    ), "x", (1, 2, 3, 5), "x==6"),
    Scenario("another module under the name", "rebinding", (
        "import math as m", "import statistics as m", "x=m.mean([1,3])",
    ), "x", (2, 3), "x==2"),
    Scenario("printenv", "environment", (
        "import os", "os.environ['CTX']='9'", "y=0", "v = !printenv CTX", "x=v[0]",
    ), "x", (1, 2, 4, 5), "x=='9'"),
    Scenario("environment of %%bash", "environment", (
        "import os\nos.environ['CTX']='9'", "y=0", "%%bash --out o\necho -n $CTX", "x=o",
    ), "x", (1, 3, 4), "x=='9'"),
    Scenario("there and back", "working directory", (
        "import os\nos.makedirs('q')", "%cd -q q", "open('f','w').write('z')", "%cd -q ..", "x=open('q/f').read()",
    ), "x", (1, 2, 3, 4, 5), "x=='z'"),
    Scenario("named temporary file", "files", (
        "import tempfile", "t=tempfile.NamedTemporaryFile('w+',delete=False)", "n=t.write('hey')", "t.flush()", "x=open(t.name).read()",
    ), "x", (1, 2, 3, 4, 5), "x=='hey'"),
    Scenario("np.savez", "files", (
        "import numpy as np", "np.savez('z.npz', a=np.arange(3))", "q=1", "x=int(np.load('z.npz')['a'].sum())",
    ), "x", (1, 2, 4), "x==3"),
    Scenario("savetxt", "files", (
        "import numpy as np", "np.savetxt('z.txt', np.arange(3))", "q=1", "x=np.loadtxt('z.txt').sum()",
    ), "x", (1, 2, 4), "x==3"),
    Scenario("pickled frame", "files", (
        "import pandas as pd", "df=pd.DataFrame({'a':[1]})", "df.to_pickle('d.pkl')", "df.a=5", "x=int(pd.read_pickle('d.pkl').a[0])",
    ), "x", (1, 2, 3, 5), "x==1"),
    Scenario("pandas sql", "databases", (
        "import pandas as pd, sqlite3", "con=sqlite3.connect('p.db')", "n=pd.DataFrame({'a':[7]}).to_sql('t',con,index=False)", "q=1", "x=int(pd.read_sql('select a from t',con).a[0])\ncon.close()",
    ), "x", (1, 2, 3, 5), "x==7"),
    Scenario("gzip", "files", (
        "import gzip", "with gzip.open('a.gz','wt') as f:\n    f.write('k')", "q=1", "with gzip.open('a.gz','rt') as f:\n    x=f.read()",
    ), "x", (1, 2, 4), "x=='k'"),
    Scenario("print to file", "files", (
        "f=open('log','w')", "print('a',file=f)", "print('noise')", "f.close()", "x=open('log').read()",
    ), "x", (1, 2, 4, 5), "x=='a\\n'"),
    Scenario("made by a function", "globals in functions", (
        "def make():\n    global made\n    made=[1]", "make()", "made.append(2)", "other=[1]", "x=len(made)",
    ), "x", (1, 2, 3, 5), "x==2"),
    Scenario("cached property", "class attributes", (
        "import functools\nclass A:\n    n=0\n    @functools.cached_property\n    def v(self):\n        A.n+=1\n        return A.n", "a=A()", "a.v", "b=A()", "x=(b.v,a.v)",
    ), "x", (1, 2, 3, 4, 5), "x==(2,1)"),
    Scenario("classes made in a loop", "class attributes", (
        "reg=[]", "for i in range(2):\n    class K:\n        idx=i\n    reg.append(K)", "reg[0].idx=9", "q=1", "x=[k.idx for k in reg]",
    ), "x", (1, 2, 3, 5), "x==[9,1]"),
    Scenario("items of a dict", "iterators", (
        "d={'a':1,'b':2}", "it=iter(d.items())", "next(it)", "q=0", "x=next(it)",
    ), "x", (1, 2, 3, 5), "x==('b',2)"),
    Scenario("closed generator", "generators", (
        "log=[]", "def g():\n    try:\n        yield 1\n    finally:\n        log.append('c')", "it=g()", "next(it)", "it.close()", "x=log[:]",
    ), "x", (1, 2, 3, 4, 5, 6), "x==['c']"),
    Scenario("deleted after use", "deletion", (
        "a=1", "b=a+1", "del a", "x=b",
    ), "x", (1, 2, 4), "x==2"),
    Scenario("caught in a loop", "exceptions", (
        "vals=[1,0]", "out=[]", "for v in vals:\n    try:\n        out.append(1/v)\n    except ZeroDivisionError as e:\n        out.append(None)", "z=3", "x=out[1] is None",
    ), "x", (1, 2, 3, 5), "x is True"),
    Scenario("timed function", "magics", (
        "acc=[]", "def f():\n    acc.append(1)", "%timeit -n2 -r1 f()", "q=1", "x=len(acc)>=2",
    ), "x", (1, 2, 3, 5), "x is True"),
    Scenario("nothing shown", "output history", (
        "5", "None", "q=1", "x=_",
    ), "x", (1, 4), "x==5"),
    Scenario("variable of an output", "output history", (
        "a={'k':1}", "a", "a['k']=2", "x=Out[2]['k']",
    ), "x", (1, 2, 3, 4), "x==2"),
    Scenario("seeded twice alike", "random generators", (
        "import numpy as np", "np.random.seed(0)", "p=np.random.permutation(20)", "np.random.seed(0)", "x=np.random.permutation(20).tolist()",
    ), "x", (1, 4, 5), "x[:9]==[18,1,19,8,10,17,6,13,4]"),
    Scenario("method added to a class", "patched modules", (
        "import collections", "collections.Counter.top=lambda s: s.most_common(1)[0][0]", "c=collections.Counter('aab')", "q=1", "x=c.top()",
    ), "x", (1, 2, 3, 5), "x=='a'"),
    Scenario("clock stopped", "patched modules", (
        "import time", "time.time=lambda: 42", "import datetime", "x=time.time()",
    ), "x", (1, 2, 4), "x==42"),
    Scenario("object in an object", "attributes", (
        "class P: pass", "p=P(); q=P()", "p.child=q", "q.v=3", "x=p.child.v",
    ), "x", (1, 2, 3, 4, 5), "x==3"),
    Scenario("frame of lists", "data frames", (
        "import pandas as pd", "d={'a':[1,2]}", "df=pd.DataFrame(d)", "d['a'].append(3)", "x=len(df)",
    ), "x", (1, 2, 3, 5), "x==2"),
    Scenario("array of a list", "views", (
        "import numpy as np", "l=[1,2]", "a=np.array(l)", "l.append(3)", "x=a.size",
    ), "x", (1, 2, 3, 5), "x==2"),
    Scenario("asarray", "views", (
        "import numpy as np", "l=np.array([1,2])", "a=np.asarray(l)", "a[0]=9", "x=int(l[0])",
    ), "x", (1, 2, 3, 4, 5), "x==9"),
    Scenario("series of an array", "data frames", (
        "import numpy as np, pandas as pd", "l=np.array([1,2])", "s=pd.Series(l)", "l[0]=9", "x=int(s[0])",
    ), "x", (1, 2, 3, 5), "x==1"),
    Scenario("function redefined", "rebinding", (
        "def f(): return 1", "a=f()", "def f(): return 2", "b=f()", "x=a+b",
    ), "x", (1, 2, 3, 4, 5), "x==3"),
    Scenario("set by a function", "names as strings", (
        "def setv(n,v):\n    globals()[n]=v", "setv('q1',4)", "setv('q2',5)", "x=q1",
    ), "x", (1, 2, 4), "x==4"),
    Scenario("pool that fills a dict", "threads", (
        "import concurrent.futures as cf", "res={}", "def w(i):\n    res[i]=i*i", "with cf.ThreadPoolExecutor(2) as ex:\n    list(ex.map(w,range(3)))", "q=1", "x=res[2]",
    ), "x", (1, 2, 3, 4, 6), "x==4"),
    Scenario("%load_ext autoreload", "magics", (
        "%load_ext autoreload", "%autoreload 2", "a=1", "b=2", "x=a",
    ), "x", (3, 5), "x==1"),
    Scenario("%precision", "magics", (
        "%precision 2", "a=3.14159", "q=1", "x=a",
    ), "x", (2, 4), "x>3"),
    Scenario("result of a magic", "magics", (
        "a=2", "p = %pwd", "q=1", "x=(len(p)>0, a)",
    ), "x", (1, 2, 4), "x==(True,2)"),
    Scenario("shown before the change", "in-place mutation", (
        "import numpy as np", "def stats(v):\n    return v.mean()", "v=np.arange(4.)", "print(stats(v))", "v*=2", "x=stats(v)",
    ), "x", (1, 2, 3, 5, 6), "x==3"),
)
