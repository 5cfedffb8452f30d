"""Instructions that must have run although nobody told of them. Pure.

If another tool of `sys.monitoring` switches its line events off after the first, as coverage does,
the interpreter swallows the event of the first instruction of each line. But an instruction that
nothing jumps to runs only after the one before it.
"""

import dis
from collections.abc import Iterable, Iterator
from itertools import pairwise

from celltrail_dataflow.tracing.codes import Hit, WatchedCode

_CACHE = dis.opmap["CACHE"]
_NEVER_PASSED = {
    dis.opmap[name]
    for name in (
        *("RETURN_VALUE", "RETURN_CONST", "RAISE_VARARGS", "RERAISE", "INTERPRETER_EXIT"),
        *("JUMP_FORWARD", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT"),
        "YIELD_VALUE",  # what follows may run in a later cell
    )
    if name in dis.opmap
}
_HANDLERS = {dis.opmap["PUSH_EXC_INFO"], dis.opmap["CLEANUP_THROW"]}


def completed(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Yield the hits, each behind the instructions that must have run before it."""
    seen: set[Hit] = set()
    before: dict[WatchedCode, dict[int, int]] = {}
    for hit in hits:
        code = hit.code
        if code not in before:
            before[code] = _predecessors(code)
        missed = []
        offset: int | None = hit.offset
        while offset is not None and (one := Hit(code, offset)) not in seen:
            seen.add(one)
            missed.append(one)
            offset = before[code].get(offset)
        yield from reversed(missed)


def _predecessors(code: WatchedCode) -> dict[int, int]:
    """Return the offset of the instruction that runs right before each, where it is the only."""
    bytecode = code.bytecode
    offsets = [at for at in range(0, len(bytecode), 2) if bytecode[at] != _CACHE]
    targets = set(dis.findlabels(bytecode))  # type: ignore[arg-type]
    return {
        later: earlier
        for earlier, later in pairwise(offsets)
        if later not in targets
        and bytecode[earlier] not in _NEVER_PASSED
        and bytecode[later] not in _HANDLERS
    }
