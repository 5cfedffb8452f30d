"""A third look, written before the tracer was tried on it."""

from tests.scenarios.scenario import Scenario

# fmt: off
SCENARIOS = (
    Scenario("exec with two spaces", "names as strings", (
        "code='r = base * 2'", "base=4", "ns={}", "exec(code, globals(), ns)", "x=ns['r']",
    ), "x", (1, 2, 3, 4, 5), "x==8"),
    Scenario("compiled expression", "names as strings", (
        "base=4", "c=compile('base+1','<s>','eval')", "q=0", "x=eval(c)",
    ), "x", (1, 2, 4), "x==5"),
    Scenario("attribute of a module by name", "names as strings", (
        "import math, importlib", "m=importlib.import_module('math')", "f=getattr(m,'floor')", "x=f(2.5)",
    ), "x", (1, 2, 3, 4), "x==2"),
    Scenario("attribute deleted", "deletion", (
        "class A:\n    pass", "a=A(); a.v=1; a.w=2", "del a.v", "q=1", "x=sorted(vars(a))",
    ), "x", (1, 2, 3, 5), "x==['w']"),
    Scenario("one list three times", "aliases", (
        "base=[]", "grid=[base]*3", "grid[1].append(7)", "x=base",
    ), "x", (1, 2, 3, 4), "x==[7]"),
    Scenario("list in a tuple", "aliases", (
        "t=([1],2)", "u=t[0]", "u+=[3]", "x=t[0]",
    ), "x", (1, 2, 3, 4), "x==[1,3]"),
    Scenario("frozen, and yet", "attributes", (
        "import dataclasses", "@dataclasses.dataclass(frozen=True)\nclass F:\n    v: list", "f=F([1])", "g=dataclasses.replace(f)", "g.v.append(2)", "x=f.v",
    ), "x", (1, 2, 3, 4, 5, 6), "x==[1,2]"),
    Scenario("two generators of one stream", "random generators", (
        "import numpy as np", "bg=np.random.PCG64(0)", "r1=np.random.Generator(bg)", "r2=np.random.Generator(bg)", "v=r1.random()", "x=round(float(r2.random()),4)",
    ), "x", (1, 2, 3, 4, 5, 6), "x==0.2698"),
    Scenario("field of records", "views", (
        "import numpy as np", "a=np.zeros(2,dtype=[('p','i4'),('q','i4')])", "p=a['p']", "p[0]=9", "x=int(a[0]['p'])",
    ), "x", (1, 2, 3, 4, 5), "x==9"),
    Scenario("raveled", "views", (
        "import numpy as np", "a=np.arange(4).reshape(2,2).copy()", "r=a.ravel()", "r[3]=50", "x=int(a[1,1])",
    ), "x", (1, 2, 3, 4, 5), "x==50"),
    Scenario("flattened", "views", (
        "import numpy as np", "a=np.arange(4).reshape(2,2).copy()", "r=a.flatten()", "r[3]=50", "x=int(a[1,1])",
    ), "x", (1, 2, 5), "x==3"),
    Scenario("put", "in-place mutation", (
        "import numpy as np", "a=np.arange(4)", "np.put(a,[0],[9])", "q=1", "x=int(a[0])",
    ), "x", (1, 2, 3, 5), "x==9"),
    Scenario("evaluated in place", "data frames", (
        "import pandas as pd", "df=pd.DataFrame({'a':[1,2]})", "df.eval('b = a*2', inplace=True)", "q=1", "x=df.b.sum()",
    ), "x", (1, 2, 3, 5), "x==6"),
    Scenario("index set in place", "data frames", (
        "import pandas as pd", "df=pd.DataFrame({'a':[1,2],'b':[3,4]})", "d2=df", "df.set_index('a',inplace=True)", "x=list(d2.columns)",
    ), "x", (1, 2, 3, 4, 5), "x==['b']"),
    Scenario("frames of groups", "data frames", (
        "import pandas as pd", "df=pd.DataFrame({'k':['u','v','u'],'n':[1,2,3]})", "sums={}", "for k,g in df.groupby('k'):\n    sums[k]=g.n.sum()", "x=sums['u']",
    ), "x", (1, 2, 3, 4, 5), "x==4"),
    Scenario("name of a series", "data frames", (
        "import pandas as pd", "s=pd.Series([1,2])", "s.name='z'", "q=1", "x=s.name",
    ), "x", (1, 2, 3, 5), "x=='z'"),
    Scenario("popped", "environment", (
        "import os", "os.environ['CTP']='1'", "v=os.environ.pop('CTP')", "q=1", "x=(v,'CTP' in os.environ)",
    ), "x", (1, 2, 3, 5), "x==('1',False)"),
    Scenario("path unlinked", "files", (
        "from pathlib import Path", "n=Path('k').write_text('1')", "m=Path('j').write_text('1')", "x=Path('j').exists()",
    ), "x", (1, 3, 4), "x is True"),
    Scenario("folder renamed", "files", (
        "import os\nos.mkdir('d1')", "open('d1/f','w').write('q')", "os.rename('d1','d2')", "x=open('d2/f').read()",
    ), "x", (1, 2, 3, 4), "x=='q'"),
    Scenario("folder copied", "files", (
        "import os, shutil\nos.mkdir('d1')", "n=open('d1/f','w').write('q')", "r=shutil.copytree('d1','d2')", "z=1", "x=open('d2/f').read()",
    ), "x", (1, 2, 3, 5), "x=='q'"),
    Scenario("appended by a function", "files", (
        "def log(m):\n    with open('l.txt','a') as f:\n        f.write(m)", "log('a')", "q=1", "log('b')", "x=open('l.txt').read()",
    ), "x", (1, 2, 4, 5), "x=='ab'"),
    Scenario("appended by commands", "shell commands", (
        "!echo a > s.txt", "!echo b >> s.txt", "q=1", "x=open('s.txt').read().split()",
    ), "x", (1, 2, 4), "x==['a','b']"),
    Scenario("sorted by a command", "shell commands", (
        "open('n.txt','w').write('3\\n1\\n')", "open('o.txt','w').write('9')", "v=!sort n.txt", "x=list(v)",
    ), "x", (1, 3, 4), "x==['1','3']"),
    Scenario("name in the head of a magic", "magics", (
        "name='Z'", "%%writefile {name}.txt\nhello", "q=1", "x=open('Z.txt').read().strip()",
    ), "x", (1, 2, 4), "x=='hello'"),
    Scenario("argument of a program", "magics", (
        "%%writefile p.py\nimport sys\nres=sys.argv[1]", "arg='hey'", "q=1", "%run p.py {arg}", "x=res",
    ), "x", (1, 2, 4, 5), "x=='hey'"),
    Scenario("program that calls a function", "magics", (
        "def helper():\n    return 3", "%%writefile p.py\nv=helper()*2", "%run -i p.py", "x=v",
    ), "x", (1, 2, 3, 4), "x==6"),
    Scenario("gathered over a global", "async", (
        "import asyncio", "acc=[]", "async def w(i):\n    await asyncio.sleep(0)\n    acc.append(i)", "for_=1", "_r = await asyncio.gather(*(w(i) for i in range(3)))", "x=sorted(acc)",
    ), "x", (1, 2, 3, 5, 6), "x==[0,1,2]"),
    Scenario("entered asynchronously", "async", (
        "class C:\n    n=0\n    async def __aenter__(self):\n        C.n+=1\n    async def __aexit__(self,*a):\n        C.n+=10", "q=1", "async with C():\n    pass", "x=C.n",
    ), "x", (1, 3, 4), "x==11"),
    Scenario("output of an output", "output history", (
        "[3,1,2]", "sorted(_)", "q=0", "x=_[0]",
    ), "x", (1, 2, 4), "x==1"),
    Scenario("output sorted", "output history", (
        "[3,1,2]", "Out[1].sort()", "q=0", "x=_1[0]",
    ), "x", (1, 2, 4), "x==1"),
    Scenario("method of an instance", "patched modules", (
        "import random", "r=random.Random(0)", "r.random=lambda: 0.25", "q=1", "x=r.random()",
    ), "x", (1, 2, 3, 5), "x==0.25"),
    Scenario("function of a submodule", "patched modules", (
        "import os", "os.path.exists=lambda p: True", "q=1", "x=os.path.exists('/nope')",
    ), "x", (1, 2, 4), "x is True"),
    Scenario("constant imported after", "patched modules", (
        "import numpy as np", "np.pi=3", "from numpy import pi as p", "x=p",
    ), "x", (1, 2, 3, 4), "x==3"),
    Scenario("cache of a class", "class attributes", (
        "class R:\n    cache={}\n    def get(self,k):\n        return self.cache.setdefault(k,len(self.cache))", "r=R()", "r.get('a')", "s=R()", "x=s.get('b')",
    ), "x", (1, 2, 3, 4, 5), "x==1"),
    Scenario("registry of a metaclass", "class attributes", (
        "class M(type):\n    seen=[]\n    def __new__(m,n,b,d):\n        c=super().__new__(m,n,b,d)\n        M.seen.append(n)\n        return c", "class A(metaclass=M):\n    pass", "q=1", "class B(metaclass=M):\n    pass", "x=list(M.seen)",
    ), "x", (1, 2, 4, 5), "x==['A','B']"),
    Scenario("groups of an iterator", "iterators", (
        "import itertools", "g=itertools.groupby('aab')", "k,grp=next(g)", "q=1", "x=next(g)[0]",
    ), "x", (1, 2, 3, 5), "x=='b'"),
    Scenario("chain", "iterators", (
        "import itertools", "it=itertools.chain([1],[2])", "a=next(it)", "b=next(it)", "x=(a,b)",
    ), "x", (1, 2, 3, 4, 5), "x==(1,2)"),
    Scenario("lines of an open file", "iterators", (
        "n=open('ff','w').write('a\\nb\\n')", "f=open('ff')", "h=next(f)", "q=1", "x=f.read()\nf.close()",
    ), "x", (1, 2, 3, 5), "x=='b\\n'"),
    Scenario("variable of an outer function", "closures", (
        "def mk():\n    s=0\n    class K:\n        def add(self,v):\n            nonlocal s\n            s+=v\n            return s\n    return K()", "k=mk()", "k.add(2)", "q=1", "x=k.add(3)",
    ), "x", (1, 2, 3, 5), "x==5"),
    Scenario("assigned inside", "comprehensions", (
        "data=[1,5,2]", "big=[last:=v for v in data if v>1]", "q=1", "x=last",
    ), "x", (1, 2, 4), "x==2"),
    Scenario("global of a stored function", "closures", (
        "k=2", "ops={'d':lambda v:v*k}", "k=3", "q=1", "x=ops['d'](5)",
    ), "x", (2, 3, 5), "x==15"),
    Scenario("deleted and made in a function", "deletion", (
        "tmp=[1]", "def reset():\n    global tmp\n    del tmp\n    tmp=[9]", "reset()", "q=1", "x=tmp[0]",
    ), "x", (1, 2, 3, 5), "x==9"),
)
