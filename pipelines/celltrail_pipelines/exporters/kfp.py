"""Kubeflow Pipelines v2: one lightweight Python component per step, compiled to IR YAML.

Components install nothing: the image (or this environment, for a local run) has Celltrail and the
notebook's packages.
"""

import keyword
import linecache
import pprint
import tempfile
import textwrap
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from celltrail import __version__
from celltrail.errors import InvalidError
from celltrail_pipelines.names import UniqueNames, slug
from celltrail_pipelines.pipeline import Parameter, Pipeline, Step

DEFAULT_IMAGE = f"localhost/celltrail-step:{__version__}"
"""As `make images` names it (helm/images)."""
MAX_ARGUMENT_BYTES = 128 * 1024
"""Linux takes no longer argument, its final zero byte included (MAX_ARG_STRLEN)."""


def export(pipeline: Pipeline, *, image: str | None = None) -> str:
    """Return `pipeline` as IR YAML.

    Raises InvalidError if a step is too large for a command line.
    """
    with _quiet():
        from kfp import compiler  # type: ignore[import-untyped]

        function = _pipeline_function(pipeline, image or DEFAULT_IMAGE)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "pipeline.yaml"
            compiler.Compiler().compile(function, str(file))
            text = file.read_text(encoding="utf-8")
    _validate(text)
    return text


@contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # kfp and its dependencies warn of their own future
        yield


def _pipeline_function(pipeline: Pipeline, image: str) -> Any:
    """Return the kfp pipeline, its signature made of the parameters."""
    from kfp import dsl

    components = {step.name: _component(step, pipeline, image) for step in pipeline.steps}

    def build(**parameters: Any) -> None:
        tasks: dict[str, Any] = {}
        for step in pipeline.steps:
            arguments = {
                _input(t.artifact): tasks[t.step].outputs[_output(t.artifact)] for t in step.inputs
            }
            arguments |= {_argument(name, pipeline): parameters[name] for name in step.parameters}
            task = components[step.name](**arguments)
            # What a step did outside of its outputs would be missing if it were skipped.
            task.set_caching_options(False)
            tasks[step.name] = task.after(*(tasks[name] for name in step.after))

    signature = ", ".join(
        f"{p.name}: {type(p.default).__name__} = {p.default!r}" for p in pipeline.parameters
    )
    names = ", ".join(f"{p.name}={p.name}" for p in pipeline.parameters)
    # No name of a notebook is as odd as `__build__`.
    source = f"def pipeline({signature}):\n    __build__({names})\n"
    function = _function("pipeline", source, {"__build__": build})
    return dsl.pipeline(name=pipeline.name)(function)


def _component(step: Step, pipeline: Pipeline, image: str) -> Any:
    from kfp import dsl

    name = step.name.replace("-", "_")
    if keyword.iskeyword(name) or name in ("dsl", "kfp"):
        name += "_step"
    source = _component_source(name, step, pipeline)
    size = len(source.encode())
    # kfp puts a few hundred bytes of imports in front.
    if size > MAX_ARGUMENT_BYTES - 1024:
        numbers = ", ".join(str(cell.number) for cell in step.cells)
        raise InvalidError(
            f"step {step.name} (cell {numbers}) has {size:,} bytes of source, and Kubeflow "
            f"Pipelines takes {MAX_ARGUMENT_BYTES:,} at most; move data out of the code, or split "
            "the cell"
        )
    function = _function(name, source, {"dsl": dsl})
    return dsl.component(
        function, base_image=image, packages_to_install=[], install_kfp_package=False
    )


def _component_source(name: str, step: Step, pipeline: Pipeline) -> str:
    kinds = {parameter.name: type(parameter.default).__name__ for parameter in pipeline.parameters}
    signature = [f"{_argument(n, pipeline)}: {kinds[n]}" for n in step.parameters]
    signature += [f"{_input(t.artifact)}: dsl.Input[dsl.Artifact]" for t in step.inputs]
    signature += [f"{_output(t.artifact)}: dsl.Output[dsl.Artifact]" for t in step.outputs]
    specification = pprint.pformat(msgspec.to_builtins(step), width=100, sort_dicts=False)
    # In the cells, `{{…}}` must not look like a placeholder of Kubeflow Pipelines or Argo.
    specification = specification.replace("{{", "{\\x7b")
    parameters = [f"{n!r}: {_argument(n, pipeline)}" for n in step.parameters]
    inputs = [f"{t.artifact!r}: {_input(t.artifact)}.path" for t in step.inputs]
    outputs = [f"{t.artifact!r}: {_output(t.artifact)}.path" for t in step.outputs]
    body = (
        "from celltrail_pipelines.step import run_step\n\n"
        f"step = {specification}\n"
        "run_step(\n"
        "    step,\n"
        f"    parameters={{{', '.join(parameters)}}},\n"
        f"    inputs={{{', '.join(inputs)}}},\n"
        f"    outputs={{{', '.join(outputs)}}},\n"
        ")\n"
    )
    return f"def {name}({', '.join(signature)}):\n{textwrap.indent(body, '    ')}"


def _function(name: str, source: str, namespace: dict[str, Any]) -> Callable[..., Any]:
    """Return the function in `source`; kfp finds its text through `linecache`."""
    file = f"<celltrail {name}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(source, file, "exec", dont_inherit=True), namespace)
    function: Callable[..., Any] = namespace[name]
    return function


def _input(artifact: str) -> str:
    return f"in_{artifact}"


def _output(artifact: str) -> str:
    return f"out_{artifact}"


def _argument(name: str, pipeline: Pipeline) -> str:
    """Return the component's argument for a parameter: kfp wants lower case, names may not."""
    unique = UniqueNames()
    names: dict[str, str] = {}
    parameter: Parameter
    for parameter in pipeline.parameters:
        names[parameter.name] = unique.take([f"p_{slug(parameter.name, '_') or 'x'}"], "_")
    return names[name]


def _validate(text: str) -> None:
    """Raise ValueError if `text` is no PipelineSpec: a fault of this module."""
    import yaml
    from google.protobuf import json_format  # type: ignore[import-untyped]
    from kfp.pipeline_spec import pipeline_spec_pb2  # type: ignore[import-untyped]

    json_format.ParseDict(yaml.safe_load(text), pipeline_spec_pb2.PipelineSpec())
