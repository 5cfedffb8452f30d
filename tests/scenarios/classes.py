"""Classes and their instances."""

from tests.scenarios.scenario import Scenario

_POINT = "class Point:\n    def __init__(self):\n        self.x = 0"

# fmt: off
SCENARIOS = (
    Scenario("attribute", "attributes", (
        _POINT, "p = Point()", "q = Point()", "p.x = 5", "q.x = 6", "v = p.x",
    ), "v", (1, 2, 4, 6), "v == 5"),
    Scenario("method", "attributes", (
        "class Bag:\n    def __init__(self):\n        self.items = []\n"
        "    def add(self, v):\n        self.items.append(v)", "bag = Bag()", "bag.add(1)",
        "print(bag)", "n = len(bag.items)",
    ), "n", (1, 2, 3, 5), "n == 1"),
    Scenario("attribute by name", "attributes", (
        _POINT, "p = Point()", "setattr(p, 'x', 3)", "v = getattr(p, 'x')",
    ), "v", (1, 2, 3, 4), "v == 3"),
    Scenario("through vars", "attributes", (
        _POINT, "p = Point()", "vars(p)['x'] = 8", "v = p.x",
    ), "v", (1, 2, 3, 4), "v == 8"),
    Scenario("slots", "attributes", (
        "class S:\n    __slots__ = ('v',)", "s = S()", "s.v = 1", "s.v = 2", "x = s.v",
    ), "x", (1, 2, 4, 5), "x == 2"),
    Scenario("property", "attributes", (
        "class T:\n    def __init__(self):\n        self._c = 0\n    @property\n"
        "    def f(self):\n        return self._c * 2\n    @f.setter\n"
        "    def f(self, v):\n        self._c = v // 2", "t = T()", "t.f = 10", "x = t._c",
    ), "x", (1, 2, 3, 4), "x == 5"),
    Scenario("property that counts", "attributes", (
        "class T:\n    n = 0\n    @property\n    def v(self):\n        self.n += 1\n"
        "        return self.n", "t = T()", "t.v", "x = t.v",
    ), "x", (1, 2, 3, 4), "x == 2"),
    Scenario("descriptor", "attributes", (
        "class D:\n    store = {}\n    def __set__(self, obj, v):\n        self.store['v'] = v\n"
        "    def __get__(self, obj, kind):\n        return self.store['v']",
        "class A:\n    d = D()", "a = A()", "a.d = 4", "x = D.store['v']",
    ), "x", (1, 2, 3, 4, 5), "x == 4"),
    Scenario("setattr hook", "attributes", (
        "log = []", "class A:\n    def __setattr__(self, k, v):\n        log.append(k)", "a = A()",
        "a.z = 1", "x = log[0]",
    ), "x", (1, 2, 3, 4, 5), "x == 'z'"),
    Scenario("getattr hook with effects", "attributes", (
        "asked = []", "class A:\n    def __getattr__(self, k):\n        asked.append(k)\n"
        "        return 0", "a = A()", "a.foo", "x = list(asked)",
    ), "x", (1, 2, 3, 4, 5), "x == ['foo']"),
    Scenario("dataclass", "attributes", (
        "from dataclasses import dataclass, field", "@dataclass\nclass C:\n    n: int = 0\n"
        "    tags: list = field(default_factory=list)", "c = C()", "c.tags.append('t')", "d = C(5)",
        "x = c.tags[0]",
    ), "x", (1, 2, 3, 4, 6), "x == 't'"),
    Scenario("namespace object", "attributes", (
        "from types import SimpleNamespace", "ns = SimpleNamespace(a=1)", "ns.b = 2",
        "x = ns.a + ns.b",
    ), "x", (1, 2, 3, 4), "x == 3"),
    Scenario("class attribute", "class attributes", (
        "class C:\n    n = 1", "a = C()", "C.n = 5", "unused = 1", "x = a.n",
    ), "x", (1, 2, 3, 5), "x == 5"),
    Scenario("class attribute by class", "class attributes", (
        "class C:\n    n = 1", "C.n = 5", "x = C.n",
    ), "x", (1, 2, 3), "x == 5"),
    Scenario("counted instances", "class attributes", (
        "class C:\n    made = 0\n    def __init__(self):\n        type(self).made += 1", "a = C()",
        "b = C()", "x = C.made",
    ), "x", (1, 2, 3, 4), "x == 2"),
    Scenario("class-level list", "class attributes", (
        "class C:\n    shared = []", "a = C()", "b = C()", "a.shared.append(1)", "x = len(b.shared)",
    ), "x", (1, 2, 3, 4, 5), "x == 1"),
    Scenario("attribute of the base", "class attributes", (
        "class A:\n    k = 1", "class B(A):\n    pass", "b = B()", "A.k = 7", "x = b.k",
    ), "x", (1, 2, 3, 4, 5), "x == 7"),
    Scenario("method replaced", "class attributes", (
        "class A:\n    def f(self):\n        return 1", "a = A()", "A.f = lambda self: 2", "x = a.f()",
    ), "x", (1, 2, 3, 4), "x == 2"),
    Scenario("class method changes", "class attributes", (
        "class A:\n    names = ()\n    @classmethod\n    def add(cls, n):\n        cls.names += (n,)",
        "A.add('a')", "A.add('b')", "x = A.names",
    ), "x", (1, 2, 3, 4), "x == ('a', 'b')"),
    Scenario("class redefined", "class attributes", (
        "class A:\n    def f(self):\n        return 1", "a = A()", "class A:\n    def f(self):\n"
        "        return 2", "x = a.f()",
    ), "x", (1, 2, 4), "x == 1"),
    Scenario("subclass registry", "class attributes", (
        "class Base:\n    kinds = []\n    def __init_subclass__(cls):\n"
        "        Base.kinds.append(cls.__name__)", "class One(Base):\n    pass", "unused = 1",
        "class Two(Base):\n    pass", "x = list(Base.kinds)",
    ), "x", (1, 2, 4, 5), "x == ['One', 'Two']"),
    Scenario("operator changes its operand", "operators", (
        "class Acc:\n    def __init__(self):\n        self.v = []\n    def __add__(self, o):\n"
        "        self.v.append(o)\n        return 0", "a = Acc()", "a + 1", "x = a.v",
    ), "x", (1, 2, 3, 4), "x == [1]"),
    Scenario("operator changes the other", "operators", (
        "class Eat:\n    def __radd__(self, o):\n        o.append(1)\n        return o", "a = []",
        "e = Eat()", "b = a + e", "x = len(a)",
    ), "x", (1, 2, 3, 4, 5), "x == 1"),
    Scenario("comparison with effects", "operators", (
        "class C:\n    seen = 0\n    def __eq__(self, o):\n        C.seen += 1\n        return True",
        "c = C()", "c == 3", "x = C.seen",
    ), "x", (1, 2, 3, 4), "x == 1"),
    Scenario("repr with effects", "operators", (
        "class C:\n    n = 0\n    def __repr__(self):\n        self.n += 1\n        return 'c'",
        "box = [C()]", "print(box)", "x = box[0].n",
    ), "x", (1, 2, 3, 4), "x == 1"),
    Scenario("reduce that lies", "pickling", (
        "class L:\n    def __init__(self):\n        self.v = 0\n    def __reduce__(self):\n"
        "        return (L, ())", "a = L()", "a.v = 3", "x = a.v",
    ), "x", (1, 2, 3, 4), "x == 3"),
    Scenario("state that is left out", "pickling", (
        "class L:\n    def __init__(self):\n        self.v = 0\n    def __getstate__(self):\n"
        "        return {}", "a = L()", "b = L()", "a.v = 3", "b.v = 4", "x = a.v",
    ), "x", (1, 2, 4, 6), "x == 3"),
    Scenario("lock inside", "pickling", (
        "import threading", "class S:\n    def __init__(self):\n        self.lock = threading.Lock()\n"
        "        self.v = []", "s = S()", "s.v.append(1)", "print(s.v)", "x = len(s.v)",
    ), "x", (1, 2, 3, 4, 6), "x == 1"),
    Scenario("lambda inside", "pickling", (
        "box = {'f': lambda v: v + 1, 'n': 1}", "box['n'] = 4", "len(box)", "x = box['f'](box['n'])",
    ), "x", (1, 2, 4), "x == 5"),
    Scenario("socket inside", "pickling", (
        "import socket", "conn = {'s': socket.socket(), 'tries': 0}", "conn['tries'] += 1",
        "print(conn['tries'])", "x = conn['tries']\nconn['s'].close()",
    ), "x", (1, 2, 3, 5), "x == 1"),
    Scenario("list subclass", "pickling", (
        "class Stack(list):\n    def push(self, v):\n        self.append(v)", "s = Stack()",
        "s.push(1)", "s.note = 'n'", "x = (s[0], s.note)",
    ), "x", (1, 2, 3, 4, 5), "x == (1, 'n')"),
    Scenario("enumeration", "pickling", (
        "import enum", "class Color(enum.Enum):\n    RED = 1", "prices = {Color.RED: 1}",
        "prices[Color.RED] = 5", "x = prices[Color.RED]",
    ), "x", (1, 2, 3, 4, 5), "x == 5"),
)
