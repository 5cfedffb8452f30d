"""What IPython's magics mean for a pipeline.

Each use is put into a class and translated into Python that touches the same names, for the
analysis only: the steps run the magics themselves, under IPython.
"""

import ast
import re
from collections.abc import Callable, Iterable
from typing import Literal

MagicKind = Literal["code", "setting", "dropped", "params", "shell", "install", "opaque"]
"""`setting`: repeated in every later step. `dropped`: left out of the steps. `params`: likewise, if
it records parameters of the pipeline. `opaque`: nobody knows which names it touches."""

Translation = tuple[MagicKind, list[ast.stmt]]

_SETTINGS = frozenset(
    {"autoreload", "cd", "colors", "config", "load_ext", "matplotlib", "precision"}
)
_DROPPED = frozenset({
    "debug", "history", "lsmagic", "pdb", "pinfo", "pinfo2", "pwd", "quickref", "who", "whos",
})  # fmt: skip
_INSTALLERS = frozenset({"conda", "mamba", "micromamba", "pip", "uv"})
_SHELLS = frozenset({"bash", "getoutput", "sh", "sx", "system"})
_TIMERS = frozenset({"memit", "prun", "time", "timeit"})
_DISPLAYS = frozenset({"HTML", "SVG", "html", "javascript", "js", "latex", "markdown", "svg"})
_INSTALLATION = re.compile(r"\s*(\S*python\S* -m |uv )?(pip3?|conda|mamba) ")
_INTERPOLATED = re.compile(r"\{([^{}]+)\}|\$([^\W\d]\w*)")
_IDENTIFIER = re.compile(r"(?<![\w.])[^\W\d]\w*")
_OPTIONS = re.compile(r"^(\s*-\S+(\s+\d+)?)*\s*")


def translate_magic(
    name: str, line: str, body: str | None, parse: Callable[[str], ast.Module]
) -> Translation:
    """Return the class of `%name line` (or `%%name line` over `body`) and Python for its names.

    `parse` turns IPython source into a tree; it raises SyntaxError.
    """
    code = parse(body).body if body is not None and name in (*_TIMERS, "capture") else []
    if name == "track":
        return _translate_track(line)
    if name in _INSTALLERS or (name in _SHELLS and _INSTALLATION.match(line)):
        return "install", []
    if name in ("load_ext", "reload_ext") and line.strip() == "celltrail":
        return "dropped", []
    if name in _DROPPED:
        return "dropped", []
    if name in _SETTINGS or (name in ("env", "set_env") and not _INTERPOLATED.search(line)):
        return "setting", []
    if name in _DISPLAYS:
        return "code", []
    if name in _SHELLS and "--" not in line.split(" ")[0]:
        return "shell", _interpolated_names(line + (body or ""))
    if name == "writefile" and line.split():
        return "code", ast.parse(f"open({line.split()[-1]!r}, 'w')").body
    if name in _TIMERS:
        return "code", parse(_OPTIONS.sub("", line)).body + code
    if name == "capture" and body is not None:
        return "code", code + _bound(word for word in line.split() if word.isidentifier())
    return "opaque", []


def translate_directive(options: str) -> Translation:
    """Return the meaning of `%%track OPTIONS`, which records variables after its cell."""
    words = options.split()
    kind: MagicKind = "code" if "--metrics" in words else "params"
    return kind, _looked_at(name for word in words for name in word.split(","))


def _translate_track(line: str) -> Translation:
    """Return the meaning of `%track LINE`: recording evaluates expressions, but binds nothing."""
    command, *words = line.split() or [""]
    if command not in ("log", "params"):
        return "dropped", []
    expressions = [word.partition("=")[2] or word for word in words]
    meaning: list[ast.stmt] = []
    for expression in expressions:
        try:
            meaning += ast.parse(expression).body
        except SyntaxError:
            meaning += _looked_at(_IDENTIFIER.findall(expression))
    return ("code" if command == "log" else "params"), meaning


def _interpolated_names(text: str) -> list[ast.stmt]:
    found = [expression or name for expression, name in _INTERPOLATED.findall(text)]
    return _looked_at(name for part in found for name in _IDENTIFIER.findall(part))


def _looked_at(names: Iterable[str]) -> list[ast.stmt]:
    return ast.parse("\n".join(name for name in names if name.isidentifier())).body


def _bound(names: Iterable[str]) -> list[ast.stmt]:
    return ast.parse("\n".join(f"{name} = object()" for name in names)).body
