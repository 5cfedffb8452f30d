"""A fourth look, at objects, what they share and what changes them.

Written before the tracer was tried on them: of the first 122 it then left out nothing unsaid in 113,
and was exact in 97; after it was mended, of the next 54 in 47 and 37, and after that in all of the
last 14. Six on iterators that containers hold were found wrong between, and four needed less for
their value than for what they show, so they were changed.
"""

from tests.scenarios.scenario import Scenario

_NODE = "class Node:\n    def __init__(self, value, parent=None):\n        self.value, self.parent, self.children = value, parent, []\n        if parent:\n            parent.children.append(self)"
_NP = "import numpy as np"
_PD = "import pandas as pd"

# fmt: off
SCENARIOS = (
    # Python's own containers
    Scenario("slice replaced through an alias", "aliases", (
        "a=[1,2,3]", "b=a", "b[1:2]=[7,8]", "n=len(a)", "x=a[2]",
    ), "x", (1, 2, 3, 5), "x==8"),
    Scenario("dict that holds itself", "aliases", (
        "d={}", "d['me']=d", "q=1", "d['me']['me']['n']=5", "x=d['n']",
    ), "x", (1, 2, 4, 5), "x==5"),
    Scenario("tree with parents", "aliases", (
        _NODE, "root=Node(1)", "leaf=Node(2,root)", "other=Node(3)", "leaf.parent.value=9", "x=root.value",
    ), "x", (1, 2, 3, 5, 6), "x==9"),
    Scenario("child reached from the root", "aliases", (
        _NODE, "root=Node(1)", "leaf=Node(2,root)", "root.children[0].value=9", "x=leaf.value",
    ), "x", (1, 2, 3, 4, 5), "x==9"),
    Scenario("two configs from one", "aliases", (
        "base={'opt':{'lr':1}}", "c1=dict(base)", "c2=dict(base)", "c3=dict(base)", "c1['opt']['lr']=5", "x=c2['opt']['lr']",
    ), "x", (1, 2, 3, 5, 6), "x==5"),
    Scenario("one default for all keys", "aliases", (
        "d=dict.fromkeys('ab',[])", "d['a'].append(1)", "q=1", "x=d['b']",
    ), "x", (1, 2, 4), "x==[1]"),
    Scenario("deep copy that is none", "aliases", (
        "import copy", "class S:\n    n=0\n    def __deepcopy__(self,memo):\n        return self", "s=S()", "t=copy.deepcopy([s])", "s.n=5", "x=t[0].n",
    ), "x", (1, 2, 3, 4, 5, 6), "x==5"),
    Scenario("sum that makes a new list", "aliases", (
        "a=[1]", "b=a", "a=a+[3]", "x=b",
    ), "x", (1, 2, 4), "x==[1]"),
    Scenario("tuple added to", "aliases", (
        "t=(1,)", "u=t", "t+=(2,)", "x=u",
    ), "x", (1, 2, 4), "x==(1,)"),
    Scenario("merged in place", "aliases", (
        "cfg={'a':1}", "ref=cfg", "cfg|={'b':2}", "q=1", "x=ref['b']",
    ), "x", (1, 2, 3, 5), "x==2"),
    Scenario("rows of a sorted copy", "aliases", (
        "rows=[[2],[1]]", "s=sorted(rows)", "r=sorted(rows)", "s[0].append(9)", "x=rows[1]",
    ), "x", (1, 2, 4, 5), "x==[1,9]"),
    Scenario("those that were filtered", "aliases", (
        "class P:\n    def __init__(self,v):\n        self.v=v", "people=[P(1),P(2)]", "even=[p for p in people if p.v%2==0]", "for p in even:\n    p.v=100", "x=sum(p.v for p in people)",
    ), "x", (1, 2, 3, 4, 5), "x==101"),
    Scenario("settings that a trainer keeps", "aliases", (
        "cfg={'lr':1}", "class Trainer:\n    def __init__(self,cfg):\n        self.cfg=cfg", "t=Trainer(cfg)", "other={'lr':3}", "cfg['lr']=5", "x=t.cfg['lr']",
    ), "x", (1, 2, 3, 5, 6), "x==5"),
    Scenario("all instances are one", "aliases", (
        "class Borg:\n    _s={}\n    def __init__(self):\n        self.__dict__=self._s", "a=Borg()", "b=Borg()", "a.v=3", "x=b.v",
    ), "x", (1, 2, 3, 4, 5), "x==3"),
    Scenario("default factory that shares", "aliases", (
        "from dataclasses import dataclass, field", "shared=[]", "@dataclass\nclass A:\n    tags: list = field(default_factory=lambda: shared)", "a=A()", "b=A()", "a.tags.append(1)", "x=b.tags",
    ), "x", (1, 2, 3, 4, 5, 6, 7), "x==[1]"),
    Scenario("replaced, but for the list", "aliases", (
        "from collections import namedtuple", "P=namedtuple('P','xs y')", "p=P([1],2)", "q=p._replace(y=3)", "r=p._replace(y=4)", "q.xs.append(4)", "x=p.xs",
    ), "x", (1, 2, 3, 4, 6, 7), "x==[1,4]"),
    Scenario("list of a slot", "aliases", (
        "class S:\n    __slots__=('items',)", "a=S(); a.items=[]", "b=S()", "b.items=a.items", "b.items.append(1)", "x=a.items",
    ), "x", (1, 2, 3, 4, 5, 6), "x==[1]"),
    Scenario("insorted", "in-place mutation", (
        "import bisect", "a=[1,9]", "bisect.insort(a,5)", "i=bisect.bisect(a,5)", "x=a[1]",
    ), "x", (1, 2, 3, 5), "x==5"),
    Scenario("operator.iadd", "in-place mutation", (
        "import operator", "a=[1]", "b=a", "c=operator.iadd(b,[4])", "x=a",
    ), "x", (1, 2, 3, 4, 5), "x==[1,4]"),
    Scenario("caller of a method", "in-place mutation", (
        "from operator import methodcaller", "add=methodcaller('append',3)", "a=[]", "b=[]", "add(a)", "add(b)", "x=a",
    ), "x", (1, 2, 3, 5, 7), "x==[3]"),
    Scenario("item set by a partial", "in-place mutation", (
        "import functools, operator", "d={}", "put=functools.partial(operator.setitem,d,'n')", "put(3)", "put(4)\nd['m']=d['n']+1", "x=d['m']",
    ), "x", (1, 2, 3, 5, 6), "x==5"),
    Scenario("handlers in a dict", "in-place mutation", (
        "items=[]", "others=[]", "handlers={'add':items.append}", "for h in handlers.values():\n    h(3)", "x=items",
    ), "x", (1, 3, 4, 5), "x==[3]"),
    Scenario("mapped append", "in-place mutation", (
        "items=[]", "n=len(list(map(items.append,'ab')))", "q=n+1", "x=items",
    ), "x", (1, 2, 4), "x==['a','b']"),
    Scenario("attributes from a dict", "in-place mutation", (
        "class O:\n    pass", "o=O()", "params={'lr':3}", "for k,v in params.items():\n    setattr(o,k,v)", "q=1", "x=o.lr",
    ), "x", (1, 2, 3, 4, 6), "x==3"),
    Scenario("reached by attrgetter", "in-place mutation", (
        "from types import SimpleNamespace as N\nfrom operator import attrgetter", "o=N(a=N(b=[]))", "get=attrgetter('a.b')", "get(o)", "get(o).append(1)", "x=o.a.b",
    ), "x", (1, 2, 3, 5, 6), "x==[1]"),
    Scenario("folded into a list", "in-place mutation", (
        "from functools import reduce", "acc=[]", "r=reduce(lambda a,v: a.append(v) or a,[1,2],acc)", "q=1", "x=acc",
    ), "x", (1, 2, 3, 5), "x==[1,2]"),
    Scenario("popped by an iterator", "in-place mutation", (
        "stack=[3,0,5]", "it=iter(stack.pop,0)", "n=next(it)", "q=1", "x=stack",
    ), "x", (1, 2, 3, 5), "x==[3,0]"),
    Scenario("tree of default dicts", "collections", (
        "from collections import defaultdict", "tree=lambda: defaultdict(tree)", "t=tree()", "u=tree()", "t['a']['b']=1", "x=t['a']['b']",
    ), "x", (1, 2, 3, 5, 6), "x==1"),
    Scenario("parents of a chain map", "collections", (
        "from collections import ChainMap", "base={'k':1}", "c=ChainMap({},base)", "p=c.parents", "p['k']=5", "x=base['k']",
    ), "x", (1, 2, 3, 4, 5, 6), "x==5"),
    Scenario("subtracted", "collections", (
        "from collections import Counter", "c=Counter('aab')", "c.most_common(1)", "c.subtract('aa')", "x=c.most_common(1)[0][0]",
    ), "x", (1, 2, 4, 5), "x=='b'"),
    Scenario("proxy of a mapping", "collections", (
        "from types import MappingProxyType", "d={'a':1}", "p=MappingProxyType(d)", "d['a']=2", "x=p['a']",
    ), "x", (1, 2, 3, 4, 5), "x==2"),
    Scenario("sorter of a graph", "collections", (
        "from graphlib import TopologicalSorter", "ts=TopologicalSorter()", "ts.add('a','b')", "q=1", "x=list(ts.static_order())",
    ), "x", (1, 2, 3, 5), "x==['b','a']"),
    Scenario("parser of arguments", "collections", (
        "import argparse", "p=argparse.ArgumentParser()", "g=p.add_argument_group('g')", "a=g.add_argument('--n',default=3)", "x=p.parse_args([]).n",
    ), "x", (1, 2, 3, 4, 5), "x==3"),
    Scenario("element of a document", "collections", (
        "import xml.etree.ElementTree as ET", "root=ET.fromstring('<a><b/></a>')", "b=root[0]", "b.set('k','v')", "q=b.tag", "x=ET.tostring(root)",
    ), "x", (1, 2, 3, 4, 6), "b'v' in x"),
    # raw memory
    Scenario("cast memory of an array", "raw memory", (
        "from array import array", "buf=array('i',[1,2])", "m=memoryview(buf).cast('B')", "m[0]=9", "q=1", "x=buf[0]",
    ), "x", (1, 2, 3, 4, 6), "x==9"),
    Scenario("packed into", "raw memory", (
        "import struct", "raw=bytearray(8)", "struct.pack_into('<I',raw,4,7)", "n=struct.unpack_from('<I',raw,0)", "x=raw[4]",
    ), "x", (1, 2, 3, 5), "x==7"),
    Scenario("pointer to a structure", "raw memory", (
        "import ctypes\nclass P(ctypes.Structure):\n    _fields_=[('x',ctypes.c_int)]", "p=P(1)", "ptr=ctypes.pointer(p)", "ptr.contents.x=9", "q=1", "v=p.x",
    ), "v", (1, 2, 3, 4, 6), "v==9"),
    Scenario("C array over a buffer", "raw memory", (
        "import ctypes", "raw=bytearray(4)", "c=(ctypes.c_ubyte*4).from_buffer(raw)", "c[0]=5", "x=raw[0]",
    ), "x", (1, 2, 3, 4, 5), "x==5"),
    Scenario("memory moved", "raw memory", (
        "import ctypes", "src=ctypes.create_string_buffer(b'hey')", "dst=ctypes.create_string_buffer(4)", "r=ctypes.memmove(dst,src,3)", "x=dst.value",
    ), "x", (1, 2, 3, 4, 5), "x==b'hey'"),
    Scenario("anonymous map", "raw memory", (
        "import mmap", "m=mmap.mmap(-1,16)", "n=m.write(b'ab')", "n=m.write(b'cd')", "x=m[:4]",
    ), "x", (1, 2, 3, 4, 5), "x==b'abcd'"),
    Scenario("buffer of bytes in memory", "raw memory", (
        "import io", "b=io.BytesIO(b'abc')", "v=b.getbuffer()", "v[0]=122", "x=b.getvalue()",
    ), "x", (1, 2, 3, 4, 5), "x==b'zbc'"),
    # attributes, classes
    Scenario("setter that keeps a history", "attributes", (
        "class T:\n    log=[]\n    @property\n    def v(self):\n        return 1\n    @v.setter\n    def v(self,n):\n        T.log.append(n)", "t=T()", "t.v=3", "n=t.v", "x=T.log",
    ), "x", (1, 2, 3, 5), "x==[3]"),
    Scenario("descriptor with values of its own", "attributes", (
        "import weakref\nclass D:\n    def __init__(self):\n        self.data=weakref.WeakKeyDictionary()\n    def __get__(self,o,t):\n        return self.data.get(o)\n    def __set__(self,o,v):\n        self.data[o]=v", "class A:\n    d=D()", "a=A()", "q=1", "a.d=4", "x=a.d",
    ), "x", (1, 2, 3, 5, 6), "x==4"),
    Scenario("class of an object set", "attributes", (
        "class A:\n    def f(self):\n        return 1", "class B:\n    def f(self):\n        return 2", "o=A()", "o.__class__=B", "q=1", "x=o.f()",
    ), "x", (1, 2, 3, 4, 6), "x==2"),
    Scenario("registered implementation", "attributes", (
        "from functools import singledispatch", "@singledispatch\ndef f(v):\n    return 'any'", "@f.register(int)\ndef f_int(v):\n    return 'int'", "@f.register(str)\ndef f_str(v):\n    return 'str'", "x=f(3)\ny=f('s')", "z=x",
    ), "z", (1, 2, 3, 4, 5, 6), "z=='int' and y=='str'"),
    Scenario("virtual subclass", "attributes", (
        "from abc import ABC", "class Base(ABC):\n    pass", "class C:\n    pass", "Base.register(C)", "q=1", "x=isinstance(C(),Base)",
    ), "x", (1, 2, 3, 4, 6), "x is True"),
    Scenario("method bound by hand", "attributes", (
        "import types", "class O:\n    v=2", "o=O()", "k=3", "o.f=types.MethodType(lambda self: self.v*k,o)", "q=1", "x=o.f()",
    ), "x", (1, 2, 3, 4, 5, 7), "x==6"),
    Scenario("value of a member", "attributes", (
        "from enum import Enum", "class C(Enum):\n    RED=[1]", "C.RED.value.append(2)", "q=C.RED.name", "x=C['RED'].value",
    ), "x", (1, 2, 3, 5), "x==[1,2]"),
    Scenario("memo made by hand", "closures", (
        "memo={}", "def f(k):\n    if k not in memo:\n        memo[k]=len(memo)\n    return memo[k]", "f('a')", "q=1", "f('b')", "x=list(memo.values())",
    ), "x", (1, 2, 3, 5, 6), "x==[0,1]"),
    Scenario("hits of a cache", "closures", (
        "from functools import lru_cache", "@lru_cache\ndef f(k):\n    return k", "r=f(1)", "r=f(1)", "x=f.cache_info().hits",
    ), "x", (1, 2, 3, 4, 5), "x==1"),
    Scenario("dies when rebound", "weak references", (
        "log=[]", "class R:\n    def __del__(self):\n        log.append('gone')", "r=R()", "r=None", "x=list(log)",
    ), "x", (1, 2, 3, 4, 5), "x==['gone']"),
    Scenario("called back at death", "weak references", (
        "import weakref", "seen=[]", "class O:\n    pass", "o=O()", "r=weakref.ref(o,lambda _: seen.append(1))", "del o", "x=seen",
    ), "x", (1, 2, 3, 4, 5, 6, 7), "x==[1]"),
    Scenario("through a weak proxy", "weak references", (
        "import weakref", "class O:\n    pass", "o=O()", "p=weakref.proxy(o)", "p.v=5", "x=o.v",
    ), "x", (1, 2, 3, 4, 5, 6), "x==5"),
    # iterators
    Scenario("counted through another", "iterators", (
        "it=iter('abc')", "e=enumerate(it)", "p=next(e)", "q=1", "x=next(it)",
    ), "x", (1, 2, 3, 5), "x=='b'"),
    Scenario("accumulated late", "iterators", (
        "import itertools", "data=[1,2]", "acc=itertools.accumulate(data)", "a=next(acc)", "data.append(10)", "x=list(acc)",
    ), "x", (1, 2, 3, 4, 5, 6), "x==[3,13]"),
    Scenario("generator that collects", "generators", (
        "def feed(out):\n    while True:\n        out.append((yield))", "out=[]", "g=feed(out)", "next(g)", "g.send(5)", "x=out",
    ), "x", (1, 2, 3, 4, 5, 6), "x==[5]"),
    Scenario("reversed, then grown", "iterators", (
        "a=[1,2]", "r=reversed(a)", "a[0]=7", "q=1", "x=list(r)",
    ), "x", (1, 2, 3, 5), "x==[2,7]"),
    # numpy
    Scenario("overlapping slices", "views", (
        _NP, "a=np.arange(10)", "u=a[:6]", "v=a[4:]", "w=a[8:]", "u+=100", "x=int(v[0])",
    ), "x", (1, 2, 3, 4, 6, 7), "x==104"),
    Scenario("slices that do not meet", "views", (
        _NP, "a=np.arange(10)", "u=a[:5]", "v=a[5:]", "u[:]=0", "x=int(v.sum())",
    ), "x", (1, 2, 4, 6), "x==35"),
    Scenario("records by attribute", "views", (
        _NP, "a=np.zeros(2,dtype=[('p','i4')])", "r=a.view(np.recarray)", "r.p[0]=9", "x=int(a['p'][0])",
    ), "x", (1, 2, 3, 4, 5), "x==9"),
    Scenario("data of a masked array", "views", (
        _NP, "a=np.arange(3)", "m=np.ma.masked_array(a,mask=[0,0,1])", "m[0]=50", "x=int(a[0])",
    ), "x", (1, 2, 3, 4, 5), "x==50"),
    Scenario("masked", "in-place mutation", (
        _NP, "m=np.ma.arange(3)", "n=m.count()", "m[1]=np.ma.masked", "x=m.count()",
    ), "x", (1, 2, 4, 5), "x==2"),
    Scenario("broadcast", "views", (
        _NP, "a=np.arange(4)", "b=np.broadcast_to(a,(3,4))", "a[0]=9", "x=int(b[2,0])",
    ), "x", (1, 2, 3, 4, 5), "x==9"),
    Scenario("sliding windows", "views", (
        _NP, "a=np.arange(5)", "w=np.lib.stride_tricks.sliding_window_view(a,3)", "m=w.mean()", "a[2]=100", "x=int(w[0].sum())",
    ), "x", (1, 2, 3, 5, 6), "x==101"),
    Scenario("halves of an array", "views", (
        _NP, "a=np.arange(4)", "lo,hi=np.split(a,2)", "hi[:]=0", "x=int(a.sum())",
    ), "x", (1, 2, 3, 4, 5), "x==1"),
    Scenario("imaginary part", "views", (
        _NP, "z=np.zeros(2,complex)", "i=z.imag", "i[:]=1", "x=complex(z[0])",
    ), "x", (1, 2, 3, 4, 5), "x==1j"),
    Scenario("added at", "in-place mutation", (
        _NP, "a=np.zeros(3)", "np.add.at(a,[0,0,1],1)", "s=np.add.reduce(a)", "x=float(a[0])",
    ), "x", (1, 2, 3, 5), "x==2"),
    Scenario("copied to a slice", "in-place mutation", (
        _NP, "a=np.zeros(3)", "b=np.ones(2)", "np.copyto(a[1:],b)", "c=b.sum()", "x=float(a.sum())",
    ), "x", (1, 2, 3, 4, 6), "x==2"),
    Scenario("written by nditer", "in-place mutation", (
        _NP, "a=np.arange(3)", "with np.nditer(a,op_flags=['readwrite']) as it:\n    for v in it:\n        v[...]=v*2", "q=1", "x=int(a[2])",
    ), "x", (1, 2, 3, 5), "x==4"),
    Scenario("read-only flag", "in-place mutation", (
        _NP, "a=np.arange(3)", "a.flags.writeable=False", "b=a.sum()", "x=a.flags.writeable",
    ), "x", (1, 2, 3, 5), "x is False"),
    Scenario("shape set", "in-place mutation", (
        _NP, "a=np.arange(6)", "b=a", "a.resize((2,3))", "n=b.sum()", "x=b.shape",
    ), "x", (1, 2, 3, 4, 6), "x==(2,3)"),
    Scenario("function on each element that collects", "in-place mutation", (
        _NP, "seen=[]", "f=np.frompyfunc(seen.append,1,1)", "r=f(np.arange(3))", "x=len(seen)",
    ), "x", (1, 2, 3, 4, 5), "x==3"),
    # pandas, pyarrow
    Scenario("groups read late", "data frames", (
        _PD, "df=pd.DataFrame({'k':['u','v'],'n':[1,2]})", "g=df.groupby('k')", "df['n']=df.n*10", "x=int(g.n.sum()['u'])",
    ), "x", (1, 2, 3, 4, 5), "x==10"),
    Scenario("shallow copy written", "data frames", (
        _PD, "df=pd.DataFrame({'a':[1,2]})", "d2=df.copy(deep=False)", "d2.iloc[0,0]=99", "x=int(df.iloc[0,0])",
    ), "x", (1, 2, 5), "x==1"),
    Scenario("piped through a changer", "data frames", (
        _PD, "def scale(d):\n    d['a']*=2\n    return d", "df=pd.DataFrame({'a':[1,2]})", "r=df.pipe(scale)", "s=r.a.max()", "x=int(df.a.sum())",
    ), "x", (1, 3, 6), "x==3"),
    Scenario("updated from another", "data frames", (
        _PD, "df=pd.DataFrame({'a':[1,2]})", "other=pd.DataFrame({'a':[8]})", "df.update(other)", "m=other.mean()", "x=int(df.a.sum())",
    ), "x", (1, 2, 3, 4, 6), "x==10"),
    Scenario("collected per group", "data frames", (
        _PD, "df=pd.DataFrame({'k':['u','v','u'],'n':[1,2,3]})", "out=[]", "r=df.groupby('k').n.apply(lambda g: out.append(int(g.sum())))", "x=sorted(out)",
    ), "x", (1, 2, 3, 4, 5), "x==[2,4]"),
    Scenario("row by row", "data frames", (
        _PD, "df=pd.DataFrame({'a':[1,2]})", "for i,row in df.iterrows():\n    df.at[i,'a']=row.a*5", "d=df.describe()", "x=int(df.a.sum())",
    ), "x", (1, 2, 3, 5), "x==15"),
    Scenario("frames in a dict", "data frames", (
        _PD, "df=pd.DataFrame({'a':[1]})", "frames={'one':df}", "for d in frames.values():\n    d['z']=1", "x=list(df.columns)",
    ), "x", (1, 2, 3, 4, 5), "x==['a','z']"),
    Scenario("accessor of one's own", "data frames", (
        _PD, "@pd.api.extensions.register_dataframe_accessor('mine')\nclass Mine:\n    def __init__(self,df):\n        self.df=df\n    def total(self):\n        return int(self.df.a.sum())", "df=pd.DataFrame({'a':[1,2]})", "q=1", "x=df.mine.total()",
    ), "x", (1, 2, 3, 5), "x==3"),
    Scenario("level of an index named", "data frames", (
        _PD, "df=pd.DataFrame({'v':[1,2]},index=pd.MultiIndex.from_tuples([('a',1),('b',2)]))", "df.index.names=['k','i']", "m=df.v.max()", "x=int(df.xs('b',level='k').v.iloc[0])",
    ), "x", (1, 2, 3, 5), "x==2"),
    Scenario("one cell of an index of two", "data frames", (
        _PD, "df=pd.DataFrame({'v':[1,2]},index=pd.MultiIndex.from_tuples([('a',1),('b',2)]))", "df.loc[('a',1),'v']=9", "m=df.loc['b']", "x=int(df.v.sum())",
    ), "x", (1, 2, 3, 5), "x==11"),
    Scenario("concatenated, then changed", "data frames", (
        _PD, "d1=pd.DataFrame({'a':[1]})", "both=pd.concat([d1,d1])", "d1.loc[0,'a']=50", "x=int(both.a.sum())",
    ), "x", (1, 2, 3, 5), "x==2"),
    Scenario("buffer over bytes", "arrow", (
        "import pyarrow as pa", "raw=bytearray(b'abc')", "buf=pa.py_buffer(raw)", "raw[0]=122", "x=buf.to_pybytes()",
    ), "x", (1, 2, 3, 4, 5), "x==b'zbc'"),
    Scenario("array without a copy", "arrow", (
        "import numpy as np, pyarrow as pa", "a=np.arange(3)", "t=pa.array(a)", "a[0]=99", "x=t[0].as_py()",
    ), "x", (1, 2, 3, 4, 5), "x==99"),
    Scenario("stream into memory", "arrow", (
        "import pyarrow as pa", "s=pa.BufferOutputStream()", "s.write(b'ab')", "q=1", "s.write(b'c')", "x=s.getvalue().to_pybytes()",
    ), "x", (1, 2, 3, 5, 6), "x==b'abc'"),
    # scipy, networkx, models
    Scenario("data of a sparse matrix", "sparse matrices", (
        "import numpy as np\nfrom scipy import sparse", "m=sparse.csr_array(np.eye(2))", "t=m.T", "m.data*=3", "n=m.nnz", "x=float(t.sum())",
    ), "x", (1, 2, 3, 4, 6), "x==6"),
    Scenario("item of a sparse matrix", "sparse matrices", (
        "from scipy import sparse", "m=sparse.lil_array((2,2))", "m[0,1]=5", "n=m.nnz", "x=float(m.tocsr().sum())",
    ), "x", (1, 2, 3, 5), "x==5"),
    Scenario("view of a graph", "graphs", (
        "import networkx as nx", "g=nx.Graph([(1,2),(2,3)])", "h=g.subgraph([1,2])", "d=g.degree(2)", "g[1][2]['w']=9", "x=h[1][2]['w']",
    ), "x", (1, 2, 3, 5, 6), "x==9"),
    Scenario("attributes of nodes", "graphs", (
        "import networkx as nx", "g=nx.path_graph(3)", "nx.set_node_attributes(g,{0:'red'},'c')", "p=nx.shortest_path(g,0,2)", "x=g.nodes[0]['c']",
    ), "x", (1, 2, 3, 5), "x=='red'"),
    Scenario("scaler in two pipelines", "models", (
        "from sklearn.pipeline import make_pipeline\nfrom sklearn.preprocessing import StandardScaler\nfrom sklearn.linear_model import LinearRegression", "X,y=[[1.],[3.]],[1,2]", "sc=StandardScaler()", "p1=make_pipeline(sc,LinearRegression())", "p2=make_pipeline(sc,LinearRegression())", "p1.fit(X,y)", "x=float(p2[0].mean_[0])",
    ), "x", (1, 2, 3, 4, 5, 6, 7), "x==2"),
    Scenario("clone before the fit", "models", (
        "from sklearn.base import clone\nfrom sklearn.linear_model import LinearRegression", "m=LinearRegression(fit_intercept=False)", "c=clone(m)", "m.fit([[1.],[2.]],[1,2])", "x=hasattr(c,'coef_')",
    ), "x", (1, 2, 3, 5), "x is False"),
    Scenario("warm start", "models", (
        "from sklearn.ensemble import RandomForestRegressor as RF", "X,y=[[1.],[2.],[3.]],[1,2,3]", "m=RF(2,warm_start=True,random_state=0)", "m.fit(X,y)", "m.n_estimators+=3", "p=m.predict(X)", "m.fit(X,[0,0,0])", "x=(len(m.estimators_),float(m.estimators_[0].predict([[3.]])[0]))",
    ), "x", (1, 2, 3, 4, 5, 7, 8), "x[0]==5 and x[1]>1"),
    Scenario("function of a transformer", "models", (
        "import numpy as np\nfrom sklearn.preprocessing import FunctionTransformer", "k=2", "ft=FunctionTransformer(lambda a: a*k)", "k=3", "x=float(ft.fit_transform(np.ones((1,1)))[0,0])",
    ), "x", (1, 3, 4, 5), "x==3"),
    Scenario("models in a list", "models", (
        "from sklearn.linear_model import LinearRegression", "X,y=[[1.],[2.]],[2,4]", "models=[LinearRegression() for _ in range(2)]", "second=models[1]", "for m in models:\n    m.fit(X,y)", "x=round(float(second.coef_[0]),6)",
    ), "x", (1, 2, 3, 4, 5, 6), "x==2"),
    Scenario("data of a regression changed", "models", (
        "import numpy as np, statsmodels.api as sm", "y=np.array([1.,2.,3.])", "X=np.array([1.,2.,3.])", "mod=sm.OLS(y,X)", "y*=2", "q=y.sum()", "x=round(float(mod.fit().params[0]),6)",
    ), "x", (1, 2, 3, 4, 5, 7), "x==2"),
    # big
    Scenario("one of ten million numbers", "big objects", (
        _NP, "a=np.zeros(10_000_000,'i1')", "m=a.max()", "a[7_654_321]=1", "x=int(a.sum())",
    ), "x", (1, 2, 4, 5), "x==1"),
    Scenario("one item of a million", "big objects", (
        "xs=list(range(1_000_000))", "n=xs[5]", "xs[654_321]=-1", "x=min(xs)",
    ), "x", (1, 3, 4), "x==-1"),
    Scenario("inner list of many", "big objects", (
        "d={i:[i] for i in range(200_000)}", "inner=d[123_456]", "inner.append(1)", "x=sum(map(len,d.values()))",
    ), "x", (1, 2, 3, 4), "x==200_001"),
    Scenario("big list only read", "big objects", (
        "xs=list(range(1_000_000))", "n=sum(xs)", "m=max(xs,key=lambda v: -v)", "x=len(xs)",
    ), "x", (1, 4), "x==1_000_000"),
    Scenario("cell of a long frame", "big objects", (
        "import numpy as np, pandas as pd", "df=pd.DataFrame({'a':np.zeros(2_000_000),'b':1})", "n=df.b.sum()", "df.iat[1_234_567,0]=5", "x=float(df.a.sum())",
    ), "x", (1, 2, 4, 5), "x==5"),
    Scenario("text in a long column", "big objects", (
        _PD, "df=pd.DataFrame({'s':['a']*500_000})", "n=len(df)", "df.loc[499_000,'s']='b'", "x=int((df.s=='b').sum())",
    ), "x", (1, 2, 4, 5), "x==1"),
    Scenario("byte of five million", "big objects", (
        "raw=bytearray(5_000_000)", "n=raw[7]", "raw[3_210_987]=1", "x=raw.count(1)",
    ), "x", (1, 3, 4), "x==1"),
    Scenario("object among many", "big objects", (
        "class P:\n    def __init__(self):\n        self.v=0", "ps=[P() for _ in range(100_000)]", "p=ps[77_777]", "p.v=1", "x=sum(o.v for o in ps)",
    ), "x", (1, 2, 3, 4, 5), "x==1"),
    # what cannot be pickled, and what resists
    Scenario("two ends of a connection", "pickling", (
        "import socket", "a,b=socket.socketpair()", "n=a.send(b'hi')", "q=1", "x=b.recv(2)\na.close(); b.close()",
    ), "x", (1, 2, 3, 5), "x==b'hi'"),
    Scenario("hash of bytes", "pickling", (
        "import hashlib", "h=hashlib.sha256()", "h.update(b'a')", "q=1", "x=h.hexdigest()[:4]",
    ), "x", (1, 2, 3, 5), "x=='ca97'"),
    Scenario("event set", "pickling", (
        "import threading", "ev=threading.Event()", "ev.is_set()", "ev.set()", "x=ev.is_set()",
    ), "x", (1, 2, 4, 5), "x is True"),
    Scenario("local of a thread", "pickling", (
        "import threading", "loc=threading.local()", "loc.v=3", "q=1", "x=loc.v",
    ), "x", (1, 2, 3, 5), "x==3"),
    Scenario("function of a database", "databases", (
        "import sqlite3", "con=sqlite3.connect(':memory:')", "k=2", "con.create_function('f',1,lambda v: v*k)", "k=3", "x=con.execute('select f(2)').fetchone()[0]",
    ), "x", (1, 2, 4, 5, 6), "x==6"),
    Scenario("rows by name", "databases", (
        "import sqlite3", "con=sqlite3.connect(':memory:')", "con.row_factory=sqlite3.Row", "q=1", "x=con.execute('select 4 as n').fetchone()['n']",
    ), "x", (1, 2, 3, 5), "x==4"),
    Scenario("equal to nothing", "hostile objects", (
        "class H:\n    def __init__(self):\n        self.v=[]\n    def __eq__(self,o):\n        raise TypeError('no')\n    __hash__=None", "h=H()", "d={'h':h}", "d['h'].v.append(1)", "x=h.v",
    ), "x", (1, 2, 3, 4, 5), "x==[1]"),
    Scenario("has every attribute", "hostile objects", (
        "class H:\n    def __getattr__(self,n):\n        return H()\n    def __call__(self,*a,**k):\n        return H()", "h=H()", "h.v=[1]", "w=h.other.thing(3)", "h.v.append(2)", "x=h.v",
    ), "x", (1, 2, 3, 5, 6), "x==[1,2]"),
    Scenario("counts each look", "hostile objects", (
        "class C:\n    n=0\n    def __getattribute__(self,a):\n        v=object.__getattribute__(self,a)\n        C.n+=1\n        return v", "c=C()", "c.v=1", "v=c.v", "k=[c]", "x=C.n",
    ), "x", (1, 2, 3, 4, 6), "x==1"),
    Scenario("counts being pickled", "hostile objects", (
        "class R:\n    n=0\n    def __reduce_ex__(self,p):\n        R.n+=1\n        return (R,())", "r=R()", "r.v=1", "k=[r]", "x=R.n",
    ), "x", (1, 5), "x==0"),
    Scenario("has no __dict__ to show", "hostile objects", (
        "class H:\n    @property\n    def __dict__(self):\n        raise RuntimeError('private')", "h=H()", "h.v=1", "h.v+=1", "x=h.v",
    ), "x", (1, 2, 3, 4, 5), "x==2"),
    Scenario("is no good as truth", "hostile objects", (
        "class T:\n    def __init__(self):\n        self.n=0\n    def __bool__(self):\n        raise ValueError('ambiguous')\n    def __len__(self):\n        raise ValueError('endless')", "t=T()", "u=t", "u.n+=1", "x=t.n",
    ), "x", (1, 2, 3, 4, 5), "x==1"),
    Scenario("sum that is another object", "hostile objects", (
        "class A:\n    def __init__(self):\n        self.seen=[]\n    def __iadd__(self,v):\n        self.seen.append(v)\n        return v", "a=A()", "b=a", "a+=5", "q=1", "x=(a,b.seen)",
    ), "x", (1, 2, 3, 4, 6), "x==(5,[5])"),
    # order
    Scenario("made again, alias old", "history", (
        "a=[1]", "b=a", "a.append(2)", "x=b",
    ), "x", (1, 2, 3, 6), "x==[1,2]", (0, 1, 2, 0, 2, 3)),
    Scenario("change run twice", "history", (
        "a=[]", "a.append(len(a))", "b=list(a)", "x=len(a)",
    ), "x", (1, 2, 4, 5), "x==2", (0, 1, 2, 1, 3)),
    Scenario("view of the array before", "history", (
        _NP, "a=np.arange(3)", "v=a[:2]", "v[0]+=7", "x=int(a[0])",
    ), "x", (1, 2, 3, 4, 6), "x==7", (0, 1, 2, 3, 2, 4)),
    Scenario("columns dropped anew", "history", (
        _PD, "df=pd.DataFrame({'a':[1,2],'b':[3,4]})", "df.drop(columns='b',inplace=True)", "df['a']+=1", "x=df.to_dict('list')",
    ), "x", (1, 5, 6, 7), "x=={'a':[2,3],'b':[3,4]}", (0, 1, 2, 3, 1, 3, 4)),
    Scenario("fit again on other data", "history", (
        "from sklearn.linear_model import LinearRegression", "X=[[1.],[2.]]", "y=[1,2]", "m=LinearRegression()", "m.fit(X,y)", "y=[3,6]", "x=round(float(m.coef_[0]),6)",
    ), "x", (1, 2, 4, 6, 7, 8), "x==3", (0, 1, 2, 3, 4, 5, 4, 6)),
    # a second time
    Scenario("another key", "parts of an object", (
        "cfg={'a':1,'b':1}", "cfg['b']=2", "cfg['a']=5", "x=cfg['a']",
    ), "x", (1, 3, 4), "x==5"),
    Scenario("another column", "parts of an object", (
        _PD, "df=pd.DataFrame({'a':[1,2]})", "df['c']=df.a*2", "df['d']=df.a*3", "x=int(df.c.sum())",
    ), "x", (1, 2, 3, 5), "x==6"),
    Scenario("another attribute", "parts of an object", (
        "class O:\n    pass", "o=O()", "o.a=1", "o.b=2", "x=o.b",
    ), "x", (1, 2, 4, 5), "x==2"),
    Scenario("key set over", "parts of an object", (
        "d={}", "d['k']=[1]", "d['k']=[2]", "x=d['k']",
    ), "x", (1, 3, 4), "x==[2]"),
    Scenario("finalizer of C", "weak references", (
        "import weakref", "log=[]", "class O:\n    pass", "o=O()", "fin=weakref.finalize(o,log.append,'end')", "o=None", "x=log",
    ), "x", (1, 2, 3, 4, 5, 6, 7), "x==['end']"),
    Scenario("died in a weak set", "weak references", (
        "import weakref", "class O:\n    pass", "ws=weakref.WeakSet()", "o=O()", "ws.add(o)", "p=O()", "o=p", "x=(len(ws),o is p)",
    ), "x", (1, 2, 3, 6, 7, 8), "x==(0,True)"),
    Scenario("virtual subclass of a library's", "attributes", (
        "from collections.abc import Sequence", "class C:\n    pass", "Sequence.register(C)", "q=1", "x=isinstance(C(),Sequence)",
    ), "x", (1, 2, 3, 5), "x is True"),
    Scenario("defaults replaced", "attributes", (
        "def f(v=1):\n    return v", "g=f", "f.__defaults__=(5,)", "q=1", "x=g()",
    ), "x", (1, 2, 3, 5), "x==5"),
    Scenario("code replaced", "attributes", (
        "def f():\n    return 1", "def g():\n    return 2", "f.__code__=g.__code__", "x=f()",
    ), "x", (1, 2, 3, 4), "x==2"),
    Scenario("keywords of a partial", "attributes", (
        "from functools import partial", "def f(k):\n    return k", "p=partial(f,k=1)", "p.keywords['k']=5", "x=p()",
    ), "x", (1, 2, 3, 4, 5), "x==5"),
    Scenario("registered after it was made", "attributes", (
        "from dataclasses import dataclass\nfrom typing import ClassVar", "@dataclass\nclass Item:\n    name: str\n    known: ClassVar[dict] = {}\n    def __post_init__(self):\n        Item.known[self.name]=self", "a=Item('a')", "q=1", "a.name='z'", "x=[i.name for i in Item.known.values()]",
    ), "x", (1, 2, 3, 5, 6), "x==['z']"),
    Scenario("node of a syntax tree", "attributes", (
        "import ast", "tree=ast.parse('3+2',mode='eval')", "node=tree.body", "node.op=ast.Mult()", "x=eval(compile(tree,'<t>','eval'))",
    ), "x", (1, 2, 3, 4, 5), "x==6"),
    Scenario("table of a frame", "arrow", (
        "import numpy as np, pandas as pd, pyarrow as pa", "df=pd.DataFrame({'a':np.zeros(3)})", "t=pa.Table.from_pandas(df)", "q=1", "x=t.num_rows",
    ), "x", (1, 2, 3, 5), "x==3"),
    Scenario("batches into a buffer", "arrow", (
        "import pyarrow as pa", "b=pa.record_batch({'a':[1,2]})", "sink=pa.BufferOutputStream()", "w=pa.ipc.new_file(sink,b.schema)", "w.write_batch(b)", "w.close()", "x=pa.ipc.open_file(sink.getvalue()).read_all().num_rows",
    ), "x", (1, 2, 3, 4, 5, 6, 7), "x==2"),
    Scenario("two fields at once", "views", (
        _NP, "a=np.zeros(2,dtype=[('p','i4'),('q','i4'),('r','i4')])", "v=a[['p','q']]", "v['q'][1]=9", "x=int(a['q'][1])",
    ), "x", (1, 2, 3, 4, 5), "x==9"),
    Scenario("array over an array of Python", "views", (
        "import numpy as np\nfrom array import array", "buf=array('d',[1,2])", "a=np.asarray(memoryview(buf))", "buf[0]=7.5", "x=float(a[0])",
    ), "x", (1, 2, 3, 4, 5), "x==7.5"),
    Scenario("frame over an array", "views", (
        "import numpy as np, pandas as pd", "a=np.zeros((2,2))", "df=pd.DataFrame(a,copy=False)", "a[0,0]=9", "x=float(df.iloc[0,0])",
    ), "x", (1, 2, 3, 4, 5), "x==9"),
    Scenario("sorted row", "views", (
        _NP, "m=np.array([[3,1],[9,4]])", "row=m[1]", "row.sort()", "n=m.sum()", "x=m.tolist()",
    ), "x", (1, 2, 3, 4, 6), "x==[[3,1],[4,9]]"),
    Scenario("clipped onto itself", "in-place mutation", (
        _NP, "a=np.array([5.,-5.])", "b=a.clip(0)", "r=np.clip(a,0,1,out=a)", "x=a.tolist()",
    ), "x", (1, 2, 4, 5), "x==[1,0]"),
    Scenario("half of a big array", "big objects", (
        _NP, "a=np.zeros(10_000_000)", "v=a[5_000_000:]", "v[17]=1", "x=float(a.sum())",
    ), "x", (1, 2, 3, 4, 5), "x==1"),
    Scenario("big list of an object", "big objects", (
        "class S:\n    def __init__(self):\n        self.items=list(range(1_000_000))", "s=S()", "n=len(s.items)", "s.items[500_005]=-1", "x=min(s.items)",
    ), "x", (1, 2, 4, 5), "x==-1"),
    Scenario("big dict in a function", "big objects", (
        "def put(d,k):\n    d[k]=-1", "big={i:i for i in range(500_000)}", "n=big[3]", "put(big,300_007)", "x=min(big.values())",
    ), "x", (1, 2, 4, 5), "x==-1"),
    Scenario("operator over an array", "sparse matrices", (
        "import numpy as np\nfrom scipy.sparse.linalg import LinearOperator", "M=np.eye(2)", "A=LinearOperator((2,2),matvec=lambda v: M@v)", "M*=2", "x=float(A.matvec(np.ones(2)).sum())",
    ), "x", (1, 2, 3, 4, 5), "x==4"),
    Scenario("tree over points", "sparse matrices", (
        "import numpy as np\nfrom scipy.spatial import KDTree", "pts=np.zeros((3,2))", "t=KDTree(pts)", "pts[0]=5", "x=float(t.data[0,0])",
    ), "x", (1, 2, 3, 4, 5), "x==5"),
    Scenario("steps of a minimizer", "in-place mutation", (
        "from scipy.optimize import minimize", "path=[]", "r=minimize(lambda v: (v[0]-1)**2,[0.],callback=lambda v: path.append(float(v[0])))", "q=1", "x=len(path)>0",
    ), "x", (1, 2, 3, 5), "x is True"),
    Scenario("step of a pipeline", "models", (
        "from sklearn.pipeline import Pipeline\nfrom sklearn.preprocessing import StandardScaler", "pipe=Pipeline([('sc',StandardScaler())])", "sc=pipe.named_steps['sc']", "pipe.fit([[1.],[3.]])", "x=float(sc.mean_[0])",
    ), "x", (1, 2, 3, 4, 5), "x==2"),
    Scenario("coefficients set to nothing", "models", (
        "from sklearn.linear_model import LinearRegression", "m=LinearRegression().fit([[1.],[2.]],[1,2])", "w=m.coef_", "p=m.predict([[5.]])", "w[:]=0", "x=round(float(m.predict([[7.]])[0]),6)",
    ), "x", (1, 2, 3, 5, 6), "x==0"),
    Scenario("folds one by one", "models", (
        "from sklearn.model_selection import KFold", "cv=KFold(2).split([0,1])", "first=next(cv)", "q=1", "x=next(cv)[1].tolist()",
    ), "x", (1, 2, 3, 5), "x==[1]"),
    Scenario("reversed graph", "graphs", (
        "import networkx as nx", "g=nx.DiGraph([(1,2)])", "r=g.reverse(copy=False)", "n=g.number_of_nodes()", "g.add_edge(5,6)", "x=r.has_edge(6,5)",
    ), "x", (1, 2, 3, 5, 6), "x is True"),
    Scenario("task on a heap", "aliases", (
        "import heapq", "h=[]", "task={'done':False}", "heapq.heappush(h,(1,task))", "task['done']=True", "x=h[0][1]['done']",
    ), "x", (1, 2, 3, 4, 5, 6), "x is True"),
    Scenario("middle of a memory view", "raw memory", (
        "raw=bytearray(b'abcdef')", "mv=memoryview(raw)[2:4]", "other=memoryview(raw)[4:]", "mv[:]=b'zz'", "x=bytes(raw)",
    ), "x", (1, 2, 4, 5), "x==b'abzzef'"),
    Scenario("shared memory", "raw memory", (
        "from multiprocessing.shared_memory import SharedMemory", "a=SharedMemory(create=True,size=8)", "b=SharedMemory(name=a.name)", "b.buf[0]=7", "x=a.buf[0]\na.unlink()",
    ), "x", (1, 2, 3, 4, 5), "x==7"),
    Scenario("linked list", "big objects", (
        "class Node:\n    def __init__(self,v,after):\n        self.v,self.after=v,after", "last=Node(1,None)", "head=last\nfor i in range(5000):\n    head=Node(0,head)", "last.v=9", "n=head\nwhile n.after:\n    n=n.after", "x=n.v",
    ), "x", (1, 2, 3, 4, 5, 6), "x==9"),
    Scenario("counts whatever is asked", "hostile objects", (
        "class C:\n    n=0\n    def _count(self,*a):\n        C.n+=1\n        return 1\n    __hash__=__len__=__bool__=__sizeof__=__index__=_count\n    def __eq__(self,o):\n        C.n+=1\n        return True\n    def __repr__(self):\n        C.n+=1\n        return 'C'\n    def __iter__(self):\n        C.n+=1\n        return iter(())\n    def __getstate__(self):\n        C.n+=1\n        return {}", "c=C()", "k=[c,(c,)]", "c.v=1", "x=C.n",
    ), "x", (1, 5), "x==0"),
    Scenario("class that counts looks", "hostile objects", (
        "class M(type):\n    n=0\n    def __getattribute__(c,name):\n        v=type.__getattribute__(c,name)\n        M.n+=1\n        return v", "class A(metaclass=M):\n    v=1", "a=A()", "k=[A,a]", "q=A.v", "x=M.n",
    ), "x", (1, 2, 5, 6), "x==1"),
    Scenario("without end", "hostile objects", (
        "class Inf:\n    def __iter__(self):\n        while True:\n            yield 1\n    def __len__(self):\n        return 2**62\n    def __getitem__(self,i):\n        return i", "inf=Inf()", "inf.k=3", "x=inf.k",
    ), "x", (1, 2, 3, 4), "x==3"),
    Scenario("next of a counter", "iterators", (
        "import itertools", "c=itertools.count(5)", "nxt=c.__next__", "a=nxt()", "x=next(c)",
    ), "x", (1, 2, 3, 4, 5), "x==6"),
    Scenario("merged streams", "iterators", (
        "import heapq", "a=iter([1,4])", "m=heapq.merge(a,[2])", "v=next(m)", "q=1", "x=list(a)",
    ), "x", (1, 2, 3, 4, 6), "x==[4]"),
    Scenario("default from a pop", "collections", (
        "from collections import defaultdict", "items=[1,2]", "dd=defaultdict(items.pop)", "v=dd['a']", "x=items",
    ), "x", (1, 2, 3, 4, 5), "x==[1]"),
    Scenario("rows written as text", "pickling", (
        "import csv, io", "buf=io.StringIO()", "w=csv.writer(buf)", "n=w.writerow([1,2])", "x=buf.getvalue().strip()",
    ), "x", (1, 2, 3, 4, 5), "x=='1,2'"),
    Scenario("archive in memory", "pickling", (
        "import io, zipfile", "buf=io.BytesIO()", "z=zipfile.ZipFile(buf,'w')", "z.writestr('a','1')", "z.close()", "x=zipfile.ZipFile(buf).namelist()",
    ), "x", (1, 2, 3, 4, 5, 6), "x==['a']"),
    Scenario("text over bytes", "pickling", (
        "import io", "b=io.BytesIO()", "t=io.TextIOWrapper(b,write_through=True)", "n=t.write('hi')", "x=b.getvalue()",
    ), "x", (1, 2, 3, 4, 5), "x==b'hi'"),
    Scenario("future", "pickling", (
        "from concurrent.futures import Future", "f=Future()", "f.done()", "f.set_result(3)", "x=f.result()",
    ), "x", (1, 2, 4, 5), "x==3"),
    Scenario("pipe of the system", "pickling", (
        "import os", "r,w=os.pipe()", "n=os.write(w,b'x')", "q=1", "x=os.read(r,1)",
    ), "x", (1, 2, 3, 5), "x==b'x'"),
    Scenario("index shared by two", "data frames", (
        _PD, "df=pd.DataFrame({'a':[1,2]})", "idx=df.index", "df.index=['u','v']", "x=int(df.loc['u','a'])",
    ), "x", (1, 2, 4, 5), "x==1"),
    Scenario("windows read late", "data frames", (
        _PD, "s=pd.Series([1.,2.])", "r=s.rolling(2)", "s.iloc[1]=10", "x=float(r.sum().iloc[1])",
    ), "x", (1, 2, 3, 4, 5), "x==11"),
    Scenario("column taken and added to", "data frames", (
        _PD, "df=pd.DataFrame({'a':[1,2]})", "s=df['a']", "s+=1", "x=int(df.a.sum())",
    ), "x", (1, 2, 5), "x==3"),
    Scenario("row added at the end", "data frames", (
        _PD, "df=pd.DataFrame({'a':[1,2]})", "m=df.a.mean()", "df.loc[len(df)]=[7]", "x=int(df.a.sum())",
    ), "x", (1, 2, 4, 5), "x==10"),
    Scenario("all columns filled", "data frames", (
        _PD, "df=pd.DataFrame({'a':[1,None],'b':[None,2]})", "n=df.isna().sum()", "for c in df.columns:\n    df[c]=df[c].fillna(0)", "x=float(df.sum().sum())+int(df.isna().sum().sum())",
    ), "x", (1, 2, 4, 5), "x==3"),
    Scenario("records made before a change", "data frames", (
        _PD, "rows=[{'a':1},{'a':2}]", "df=pd.DataFrame(rows)", "rows[0]['a']=50", "x=int(df.a.sum())",
    ), "x", (1, 2, 3, 5), "x==3"),
    Scenario("results of several runs", "history", (
        "results=[]", "lr=1", "results.append({'lr':lr})", "lr=2", "x=[r['lr'] for r in results]",
    ), "x", (1, 2, 3, 4, 5, 6), "x==[1,2]", (0, 1, 2, 3, 2, 4)),
    Scenario("popped again and again", "history", (
        "import heapq", "h=[3,1,2]", "heapq.heapify(h)", "x=heapq.heappop(h)",
    ), "x", (1, 2, 3, 4, 5), "x==2", (0, 1, 2, 3, 3)),
    Scenario("alias taken anew", "history", (
        "a=[1]", "b=a", "b.append(2)", "x=list(a)",
    ), "x", (4, 5, 6, 7), "x==[1,2]", (0, 1, 2, 0, 1, 2, 3)),
    Scenario("old instance of a class that was redefined", "history", (
        "class A:\n    def f(self):\n        return 1", "a=A()", "class A:\n    def f(self):\n        return 2", "b=A()", "x=a.f()",
    ), "x", (1, 2, 5), "x==1"),
    Scenario("iterator in a dict by for","iterators",("d={'it':iter([1,2,3])}","for v in d['it']:\n    break","q=1","x=next(d['it'])"),"x",(1,2,4),"x==2"),
    Scenario("iterator in a dict summed","iterators",("d={'it':iter([1,2,3])}","s=sum(d['it'])","q=1","x=list(d['it'])"),"x",(1,2,4),"x==[]"),
    Scenario("iterator in a tuple","iterators",("t=(iter([1,2,3]),)","a,b=zip(t[0],'ab')","q=1","x=list(t[0])"),"x",(1,2,4),"x==[]"),
    Scenario("iterator in a list starred","iterators",("t=[iter([1,2,3])]","a=[*t[0]]","q=1","x=list(t[0])"),"x",(1,2,4),"x==[]"),
    Scenario("membership in a held iterator","iterators",("t=[iter([1,2,3])]","b=2 in t[0]","q=1","x=list(t[0])"),"x",(1,2,4),"x==[3]"),
    Scenario("unpacked from a held iterator","iterators",("t=[iter([1,2,3])]","a,b,c=t[0]","q=1","x=list(t[0])"),"x",(1,2,4),"x==[]"),
    # a third time
    Scenario("generator in an attribute", "iterators", (
        "class Feed:\n    def __init__(self,rows):\n        self.it=iter(rows)", "feed=Feed([1,2,3])", "first=next(feed.it)", "q=1", "x=list(feed.it)",
    ), "x", (1, 2, 3, 5), "x==[2,3]"),
    Scenario("batches over cells", "iterators", (
        "data=list(range(6))", "batches=(data[i:i+2] for i in range(0,6,2))", "a=next(batches)", "b=next(batches)", "x=b",
    ), "x", (1, 2, 3, 4, 5), "x==[2,3]"),
    Scenario("queue of work", "collections", (
        "from collections import deque", "todo=deque([1,2,3])", "seen=[]", "while todo:\n    seen.append(todo.popleft())", "q=len(seen)", "x=len(todo)",
    ), "x", (1, 2, 3, 4, 6), "x==0"),
    Scenario("frame kept in an object", "data frames", (
        _PD, "class Data:\n    def __init__(self,df):\n        self.df=df\n    def clean(self):\n        self.df.dropna(inplace=True)\n        return self", "df=pd.DataFrame({'a':[1,None]})", "d=Data(df)", "r=d.clean()", "x=len(df)",
    ), "x", (1, 2, 3, 4, 5, 6), "x==1"),
    Scenario("categories set in place", "data frames", (
        _PD, "df=pd.DataFrame({'k':['a','b']})", "df['k']=df['k'].astype('category')", "codes=df.k.cat.codes", "df['k']=df.k.cat.rename_categories({'a':'z'})", "x=list(df.k)",
    ), "x", (1, 2, 3, 5, 6), "x==['z','b']"),
    Scenario("lists kept in a group", "data frames", (
        _PD, "df=pd.DataFrame({'k':['a','b','a'],'v':[1,2,3]})", "lists=df.groupby('k').v.apply(list)", "lists['a'].append(9)", "q=df.v.sum()", "x=lists['a']",
    ), "x", (1, 2, 3, 4, 6), "x==[1,3,9]"),
    Scenario("weights averaged in place", "views", (
        _NP, "params={'w':np.ones(2),'b':np.zeros(1)}", "flat=[p for p in params.values()]", "for p in flat:\n    p-=0.5", "n=len(flat)", "x=float(params['w'].sum())",
    ), "x", (1, 2, 3, 4, 6), "x==1"),
    Scenario("diagonal filled through a block", "views", (
        _NP, "m=np.zeros((4,4))", "block=m[2:,2:]", "np.fill_diagonal(block,7)", "r=np.linalg.matrix_rank(block)", "x=float(np.trace(m))",
    ), "x", (1, 2, 3, 4, 6), "x==14"),
    Scenario("column vectors of a matrix", "views", (
        _NP, "m=np.arange(6.).reshape(3,2)", "cols=list(m.T)", "cols[1]*=0", "x=float(m.sum())",
    ), "x", (1, 2, 3, 4, 5), "x==6"),
    Scenario("observer of changes", "attributes", (
        "class Model:\n    def __init__(self):\n        self.observers=[]\n    def set(self,v):\n        for f in self.observers:\n            f(v)", "m=Model()", "log=[]", "m.observers.append(log.append)", "m.set(3)", "x=log",
    ), "x", (1, 2, 3, 4, 5, 6), "x==[3]"),
    Scenario("undo of a change", "closures", (
        "state={'n':1}", "undo=[]", "undo.append(lambda v=state['n']: state.update(n=v))", "state.update(n=5,m=2)", "undo.pop()()", "x=dict(state)",
    ), "x", (1, 2, 3, 4, 5, 6), "x=={'n':1,'m':2}"),
    Scenario("estimator held by a search", "models", (
        "from sklearn.model_selection import GridSearchCV\nfrom sklearn.linear_model import Ridge", "grid={'alpha':[1.,10.]}", "gs=GridSearchCV(Ridge(),grid,cv=2)", "grid['alpha'].append(0.001)", "r=gs.fit([[1.],[2.],[3.],[4.]],[1,2,3,4])", "x=gs.best_params_['alpha']",
    ), "x", (1, 2, 3, 4, 5, 6), "x==0.001"),
    Scenario("vocabulary shared", "models", (
        "from sklearn.feature_extraction.text import CountVectorizer", "cv=CountVectorizer()", "cv.fit(['a1 b1'])", "vocab=cv.vocabulary_", "vocab['c1']=2", "x=cv.transform(['c1 c1']).shape[1]",
    ), "x", (1, 2, 3, 4, 5, 6), "x==3"),
    Scenario("rebuilt from parts", "aliases", (
        "a=[1]", "b=[2]", "pair=(a,b)", "swapped=pair[::-1]", "swapped[0].append(9)", "a.append(5)", "x=b",
    ), "x", (1, 2, 3, 4, 5, 7), "x==[2,9]"),
)
