"""What PyTorch's tensors and modules consist of.

A tensor is its elements, its gradient and its hooks. The elements are read where they lie; of what
lies elsewhere, or not in one piece, a sample is copied. A tensor that was computed from others is
tied to them by its graph: `backward` changes the gradients of those.
"""

import sys
from typing import Any

from celltrail_dataflow.tracing.kinds import package
from celltrail_dataflow.tracing.memory import view
from celltrail_dataflow.tracing.notes import Notes, stand_in
from celltrail_dataflow.tracing.sampling import sample

BYPASSING = (
    *("data", "numpy", "from_numpy", "from_dlpack", "to_dlpack", "__dlpack__", "data_ptr"),
    *("asarray", "array", "__array__", "untyped_storage", "storage"),
)
"""By what is called so, a tensor's elements are got at without its count of changes going up."""

COPY_BYTES = 1 << 20
"""Above this, what does not lie in one piece is sampled instead of copied."""

NODE_COST = 48
"""Bytes that a node of a graph counts for."""


class _NoElementsError(RuntimeError):
    """A tensor's elements are nowhere; PyTorch itself raises other errors of this base."""


def state_of(value: Any, notes: Notes) -> Any:
    """Return what stands for a tensor or a module; None for everything else."""
    torch = sys.modules.get("torch")
    if torch is None:
        return None
    kind = type(value)
    if issubclass(kind, _known(torch, "Tensor")):
        return _guarded(value, torch, notes)
    if issubclass(kind, _known(torch, "jit", "ScriptModule")):
        return stand_in, ("scripted",), (value.state_dict(keep_vars=True), value.training)
    if issubclass(kind, _known(torch, "nn", "Module")):
        return stand_in, (kind,), vars(value)
    return None


def address_of(value: Any) -> int | None:
    """Return where the memory of a tensor begins; None if it is no tensor."""
    if package(type(value)) != "torch" or not hasattr(value, "untyped_storage"):
        return None
    address: int = value.untyped_storage().data_ptr()
    return address


def _known(torch: Any, *names: str) -> Any:
    """Return a class of PyTorch; () while that is being imported."""
    for name in names:
        torch = getattr(torch, name, ())
    return torch


def _guarded(tensor: Any, torch: Any, notes: Notes) -> Any:
    try:
        if type(tensor).__torch_dispatch__ is not torch.Tensor.__torch_dispatch__:
            raise _NoElementsError  # but where its own code says
        with torch._C.DisableTorchFunctionSubclass():
            return _tensor(tensor, torch, notes)
    except RuntimeError:  # of a kind that has no elements to show
        notes.is_opaque = True
        notes.owners.add(id(tensor))
        return stand_in, ("opaque tensor", id(tensor))


def _tensor(tensor: Any, torch: Any, notes: Notes) -> Any:
    parts = ("tensor", tuple(tensor.shape), str(tensor.dtype), tensor.requires_grad)
    extra: list[object] = [vars(tensor) or None]
    if tensor.is_leaf or tensor.retains_grad:
        extra.append(tensor.grad)
    if tensor.requires_grad:
        extra += (tensor._backward_hooks, tensor._post_accumulate_grad_hooks)
        _tie(tensor.grad_fn, notes)
    if tensor.layout == torch.sparse_coo:
        return stand_in, parts, (tensor._indices(), tensor._values(), *extra)
    if tensor.layout != torch.strided:
        inner = [getattr(tensor, name)() for name in _COMPRESSED if _has(tensor, name)]
        if not inner:
            raise _NoElementsError
        return stand_in, parts, (*inner, *extra)
    is_counted = not tensor.is_inference()
    if is_counted:
        extra.append(tensor._version)
    storage = tensor.untyped_storage()
    notes.owners.add(storage.data_ptr())
    notes.is_borrowing |= not storage.resizable()  # it may be a part of an array
    end = tensor.storage_offset() * tensor.itemsize + tensor.nbytes
    if tensor.is_cpu and _is_dense(tensor) and storage.nbytes() >= end:
        notes.take_buffer(view(tensor.data_ptr(), tensor.nbytes), is_counted=is_counted)
    elif tensor.numel() and storage.nbytes():
        _sample(tensor, torch, notes)
    state = tuple(extra) if any(one is not None for one in extra) else None
    return stand_in, (*parts, tensor.stride(), str(tensor.device)), state


_COMPRESSED = ("crow_indices", "ccol_indices", "row_indices", "col_indices", "values")


def _has(tensor: Any, name: str) -> bool:
    try:
        getattr(tensor, name)()
    except RuntimeError:  # of another layout
        return False
    return True


def _is_dense(tensor: Any) -> bool:
    """Whether the elements lie in one piece, in whatever order."""
    if tensor.is_contiguous():
        return True
    expected = 1
    for stride, length in sorted(zip(tensor.stride(), tensor.shape, strict=True)):
        if length != 1 and stride != expected:
            return False
        expected *= length
    return True


def _sample(tensor: Any, torch: Any, notes: Notes) -> None:
    if tensor.is_meta:
        return
    part = tensor.detach()
    if tensor.nbytes > COPY_BYTES:
        notes.has_skipped = True
        notes.is_sampled |= tensor.is_inference()
        part = part[sample(tensor.shape)]
    part = part.to("cpu", copy=True, memory_format=torch.contiguous_format)
    notes.take_buffer(view(part.data_ptr(), part.nbytes))


def _tie(function: Any, notes: Notes) -> None:
    """Note the memory of the tensors whose gradients a computed one can change."""
    waiting, seen = [function], {function, None}
    while waiting:
        node = waiting.pop()
        if node is None:
            continue
        notes.charge(NODE_COST)
        if type(node).__name__ == "AccumulateGrad":
            notes.owners.add(node.variable.untyped_storage().data_ptr())
        for following, _ in node.next_functions:
            if following not in seen:
                seen.add(following)
                waiting.append(following)
