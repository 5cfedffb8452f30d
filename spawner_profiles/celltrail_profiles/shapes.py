"""Which types of `schema` a mapping, a list or a word may be read as."""

import types
import typing
from functools import cache
from typing import Any, get_args, get_origin

import msgspec


class Shape(msgspec.Struct, frozen=True):
    """A type taken apart.

    `type` is it without a description around. A mapping is read as `struct`, or as the types of key
    and value in `mapping`; a list as `item`s. `optional` tells whether null may stand there,
    `words` which fixed words.
    """

    type: Any
    struct: type[msgspec.Struct] | None
    mapping: tuple[Any, Any] | None
    item: Any
    optional: bool
    words: tuple[str, ...]

    def takes_instead(self, value: Any) -> bool:
        """Tell whether a value may stand where a mapping may: nothing, or a fixed word."""
        return self.optional if value is None else bool(self.words) and isinstance(value, str)


@cache
def shape_of(type_: Any) -> Shape:
    """Return the shape of a type of the schema."""
    bare = _bare(type_)
    members = [_bare(each) for each in get_args(bare)] if _is_union(bare) else [bare]
    origins: dict[Any, Any] = {get_origin(each): each for each in members}
    structs = [each for each in members if _is_struct(each)]
    mapping = get_args(origins[dict]) if dict in origins else None
    return Shape(
        type=bare,
        struct=structs[0] if structs else None,
        mapping=(mapping[0], mapping[1]) if mapping else None,
        item=get_args(origins[tuple])[0] if tuple in origins else None,
        optional=types.NoneType in members,
        words=tuple(word for each in members for word in _words_of(each)),
    )


@cache
def fields_of(type_: type[msgspec.Struct]) -> dict[str, msgspec.structs.FieldInfo]:
    """Return the fields of a struct by name."""
    return {field.name: field for field in msgspec.structs.fields(type_)}


def _bare(type_: Any) -> Any:
    """Return a type without the description around it; constraints of a leaf stay."""
    if get_origin(type_) is typing.Annotated:
        inner = get_args(type_)[0]
        if _is_struct(inner) or _is_union(inner) or get_origin(inner) in (tuple, dict):
            return inner
    return type_


def _words_of(type_: Any) -> tuple[str, ...]:
    if get_origin(type_) is typing.Annotated:
        type_ = get_args(type_)[0]
    if isinstance(type_, typing.TypeAliasType):
        type_ = type_.__value__
    return get_args(type_) if get_origin(type_) is typing.Literal else ()


def _is_struct(type_: Any) -> bool:
    return isinstance(type_, type) and issubclass(type_, msgspec.Struct)


def _is_union(type_: Any) -> bool:
    return get_origin(type_) in (types.UnionType, typing.Union)
