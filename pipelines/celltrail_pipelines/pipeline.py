"""A pipeline: steps made of a notebook's cells, and what passes between them.

Exporters translate these values and add nothing; `building` makes them.
"""

from dataclasses import dataclass

from celltrail_pipelines.problems import Problem

RNG_ARTIFACT = "rng"


@dataclass(frozen=True)
class Parameter:
    """A value that a user may choose for each run of the pipeline."""

    name: str
    default: int | float | str | bool


@dataclass(frozen=True)
class Transfer:
    """One artifact: the names of one alias group, saved together by `step`."""

    artifact: str
    """Lower-case letters, digits and underscores; the same group has the same in every step."""

    names: tuple[str, ...]
    step: str


@dataclass(frozen=True)
class StepCell:
    """A cell as the step runs it; `source` is IPython source."""

    id: str
    number: int
    source: str


@dataclass(frozen=True)
class Step:
    """Cells that run in one process."""

    name: str
    """Lower-case letters, digits and dashes; unique in the pipeline."""

    cells: tuple[StepCell, ...]
    preamble: str
    """IPython source that runs before the cells: imports, functions, classes, settings."""

    definitions: tuple[str, ...]
    """Names that the preamble binds; values that travel refer to these by name."""

    parameters: tuple[str, ...]
    inputs: tuple[Transfer, ...]
    outputs: tuple[Transfer, ...]
    constants: tuple[str, ...] = ()
    """Those of `definitions` that later steps make again: the cells must not change them."""

    after: tuple[str, ...] = ()
    """Steps that must be over although nothing passes from them, because of files or shells."""


@dataclass(frozen=True)
class Pipeline:
    """Steps in the order of the notebook; each reads from earlier ones only."""

    name: str
    parameters: tuple[Parameter, ...]
    steps: tuple[Step, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems because of which the pipeline must not be exported."""
        return tuple(p for p in self.problems if p.severity == "error")
