"""A compiled pipeline file: its name and parameters, and reading their values from text."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from celltrail.errors import InvalidError, NotFoundError


@dataclass(frozen=True)
class CompiledPipeline:
    """A file of Kubeflow Pipelines' intermediate representation (IR YAML)."""

    file: Path
    name: str
    inputs: Mapping[str, Mapping[str, Any]]
    """The parameters: name → `parameterType`, `defaultValue` and the like."""

    @property
    def defaults(self) -> dict[str, object]:
        """The defaults of the parameters that have one."""
        return {
            name: _as_type(spec["defaultValue"], spec["parameterType"])
            for name, spec in self.inputs.items()
            if "defaultValue" in spec
        }

    def parse_parameters(self, texts: Sequence[str]) -> dict[str, object]:
        """Return the values of `NAME=VALUE` texts; raises InvalidError for what does not fit."""
        values = {}
        for text in texts:
            name, sign, value = text.partition("=")
            if not sign:
                raise InvalidError(f"{text!r} is not NAME=VALUE")
            values[name] = self._parse(name, value)
        missing = [n for n, s in self.inputs.items() if n not in values and "defaultValue" not in s]
        if missing:
            raise InvalidError(f"parameter {missing[0]} has no default; give -p {missing[0]}=VALUE")
        return values

    def _parse(self, name: str, value: str) -> object:
        if name not in self.inputs:
            close = difflib.get_close_matches(name, self.inputs, n=1)
            known = f"did you mean {close[0]}?" if close else f"it has: {_listed(self.inputs)}"
            raise InvalidError(f"pipeline {self.name} has no parameter {name!r}; {known}")
        kind = self.inputs[name]["parameterType"]
        try:
            return _as_type(value, kind)
        except ValueError as error:
            article = _KINDS.get(kind, kind)
            raise InvalidError(f"parameter {name} is {value!r}, but must be {article}") from error


_KINDS = {
    "NUMBER_INTEGER": "an integer",
    "NUMBER_DOUBLE": "a number",
    "BOOLEAN": "true or false",
    "STRING": "text",
}


def read_compiled(path: Path) -> CompiledPipeline:
    """Return the pipeline in `path`; raises NotFoundError or InvalidError, naming the file."""
    import yaml

    try:
        text = path.read_text(encoding="utf-8")
        document = next(iter(yaml.safe_load_all(text)))
        name = document["pipelineInfo"]["name"]
        inputs = document["root"].get("inputDefinitions", {}).get("parameters", {})
    except FileNotFoundError as error:
        raise NotFoundError(f"{path} does not exist; name a pipeline file (.yaml)") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidError(f"{path} cannot be read: {error}") from error
    except (yaml.YAMLError, StopIteration, KeyError, TypeError, AttributeError) as error:
        raise InvalidError(
            f"{path} is not a Kubeflow pipeline; make one with `celltrail export NOTEBOOK --to kfp`"
        ) from error
    return CompiledPipeline(path, str(name), inputs)


def _as_type(value: Any, kind: str) -> object:
    match kind:
        case "NUMBER_INTEGER":
            return int(value)
        case "NUMBER_DOUBLE":
            return float(value)
        case "BOOLEAN" if isinstance(value, str):
            if value.lower() not in ("true", "false"):
                raise ValueError(value)
            return value.lower() == "true"
        case _:
            return value


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(names) or "none"
