"""From a notebook to its pipeline.

The dependencies come from `celltrail_dataflow`; here cells become steps, and what a step needs is
collected. Nothing here runs the notebook.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from celltrail.errors import InvalidError
from celltrail_dataflow.dependencies import Dependencies, Version, infer_dependencies
from celltrail_dataflow.flows import EMPTY, FILE, RNG, Flow, in_sequence
from celltrail_dataflow.groups import Group
from celltrail_pipelines.checks import check_notebook
from celltrail_pipelines.names import UniqueNames, slug, step_names, step_tag
from celltrail_pipelines.notebook import Cell, Notebook
from celltrail_pipelines.pipeline import (
    RNG_ARTIFACT,
    Parameter,
    Pipeline,
    Step,
    StepCell,
    Transfer,
)
from celltrail_pipelines.roles import Analysis, Statement, literal_value
from celltrail_pipelines.sources import ParsedCell, parse_cell


@dataclass(frozen=True)
class Draft:
    """A step in the making: its cells, and the flow of what they compute."""

    cells: tuple[ParsedCell, ...]
    flow: Flow
    """With the effects of called code, names of every kind included."""

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers of its cells."""
        return frozenset(parsed.cell.number for parsed in self.cells)


def build_pipeline(notebook: Notebook) -> Pipeline:
    """Return the pipeline of `notebook`, with the problems that were found.

    Raises InvalidError if a cell has a syntax error or if there is nothing to run.
    """
    parsed = [parse_cell(cell) for cell in notebook.cells if "skip" not in cell.tags]
    analysis = Analysis(parsed)
    drafts = _carry_random_state(_draft_steps(analysis))
    if not drafts:
        raise InvalidError(
            f"{notebook.name} has no cell that computes anything, so there is no step to export"
        )
    problems = check_notebook(notebook, analysis, [(d.numbers, d.flow) for d in drafts])
    parameters = _parameters(analysis)
    steps = _Builder(analysis, drafts, parameters).build()
    used = {name for step in steps for name in step.parameters}
    return Pipeline(
        name=slug(notebook.name, "-") or "notebook",
        parameters=tuple(p for p in parameters if p.name in used),
        steps=steps,
        problems=tuple(problems),
    )


def _parameters(analysis: Analysis) -> list[Parameter]:
    found = []
    for statement, role in zip(analysis.statements, analysis.roles, strict=True):
        value = literal_value(statement.parsed.node)
        if role == "parameter" and value is not None:
            found.append(Parameter(next(iter(statement.own)), value))
    return found


def _draft_steps(analysis: Analysis) -> list[Draft]:
    """Return one draft per cell that computes; Kale's `step:` tags join the cells that follow."""
    computed: dict[int, list[Flow]] = {}
    for statement, expanded, role in zip(
        analysis.statements, analysis.expanded, analysis.roles, strict=True
    ):
        if role == "computation":
            computed.setdefault(statement.number, []).append(expanded)
    by_tag = any(step_tag(parsed.cell) for parsed in analysis.cells)
    drafts: list[Draft] = []
    for parsed in analysis.cells:
        flows = computed.get(parsed.cell.number)
        if flows is None:
            continue
        draft = Draft((parsed,), in_sequence(flows))
        if by_tag and drafts and _continues(drafts[-1].cells[0].cell, parsed.cell):
            between = tuple(
                p
                for p in analysis.cells
                if max(drafts[-1].numbers) < p.cell.number < parsed.cell.number
            )
            last = drafts.pop()
            draft = Draft((*last.cells, *between, parsed), last.flow.then(draft.flow))
        drafts.append(draft)
    return drafts


def _continues(first: Cell, cell: Cell) -> bool:
    tag = step_tag(cell)
    return tag is None or tag == step_tag(first)


def _carry_random_state(drafts: list[Draft]) -> list[Draft]:
    """Let every step from the first that seeds a global generator on use and change its state."""
    seeded = False
    carried = []
    state = frozenset([RNG])
    for draft in drafts:
        seeded = seeded or RNG in draft.flow.changes
        uses = Flow(reads=state, changes=state) if seeded else Flow()
        carried.append(replace(draft, flow=draft.flow.then(uses)))
    return carried


class _Builder:
    """Turns drafts into steps."""

    def __init__(
        self, analysis: Analysis, drafts: Sequence[Draft], parameters: Iterable[Parameter]
    ) -> None:
        self.analysis = analysis
        self.drafts = drafts
        self.parameters = {parameter.name for parameter in parameters}
        self.passed = analysis.bound - analysis.repeated - {"*"}
        self.names = self._step_names()
        self._artifacts: dict[Group, str] = {}
        self._artifact_names = UniqueNames()
        self._artifact_names.take([RNG_ARTIFACT], "_")

    def build(self) -> tuple[Step, ...]:
        dependencies = self._dependencies()
        steps = []
        outside: str | None = None
        for position, draft in enumerate(self.drafts):
            step = self._step(position, dependencies)
            if _reaches_outside(draft):
                step = replace(step, after=(outside,) if outside else ())
                outside = step.name
            steps.append(step)
        return tuple(_with_constants(steps))

    def _dependencies(self) -> Dependencies:
        """Return what passes between the steps: the notebook's data, and the random state."""
        passed = self.passed | {RNG}
        flows = [
            draft.flow.without(draft.flow.names.union(*draft.flow.links) - passed)
            for draft in self.drafts
        ]
        return infer_dependencies(flows, self.analysis.scalars)

    def _step(self, position: int, dependencies: Dependencies) -> Step:
        draft = self.drafts[position]
        execution = dependencies.executions[position]
        inputs = tuple(self._transfer(version) for version in execution.reads)
        read_later = {v for e in dependencies.executions[position + 1 :] for v in e.reads}
        outputs = tuple(self._transfer(v) for v in execution.writes if v in read_later)
        travelling = EMPTY.union(*(t.names for t in (*inputs, *outputs)))
        needed, chosen = self._preamble(draft, travelling)
        texts = [self.analysis.statements[i].parsed.text for i in chosen]
        defined = EMPTY.union(*(self._defined(i) for i in chosen))
        return Step(
            name=self.names[position],
            cells=tuple(self._cell(parsed) for parsed in draft.cells),
            preamble="\n".join(texts),
            definitions=tuple(sorted(defined)),
            parameters=tuple(sorted(needed & self.parameters)),
            inputs=inputs,
            outputs=outputs,
        )

    def _transfer(self, version: Version) -> Transfer:
        if version.names == {RNG}:
            return Transfer(RNG_ARTIFACT, (RNG,), self.names[version.writer])
        if version.group not in self._artifacts:
            wanted = slug("_".join(sorted(version.names, key=str.lower)[:3]), "_") or "data"
            self._artifacts[version.group] = self._artifact_names.take([wanted], "_")
        artifact = self._artifacts[version.group]
        return Transfer(artifact, tuple(sorted(version.names)), self.names[version.writer])

    def _preamble(
        self, draft: Draft, travelling: frozenset[str]
    ) -> tuple[frozenset[str], list[int]]:
        """Return the names that a step uses, and the statements that define repeatable ones."""
        analysis = self.analysis
        needed = draft.flow.names | travelling
        needed |= {h.definition for h in analysis.code.held_by(travelling) if h.definition}
        pieces = self._pieces(draft)
        chosen: set[int] = set()
        while more := {i for i in pieces if i not in chosen and self._is_needed(i, needed)}:
            chosen |= more
            for i in more:
                statement = analysis.statements[i]
                later = in_sequence(held.flow for held in statement.flow.deferred)
                needed |= analysis.expanded[i].names | analysis.code.expand(later).names
        return needed, sorted(chosen)

    def _pieces(self, draft: Draft) -> list[int]:
        """Return the repeatable statements above the step, and the definitions in its own cells.

        The latter run twice, so that a definition that its cell goes on to change is found out.
        """
        first, last = min(draft.numbers), max(draft.numbers)
        found = []
        for i, (statement, role) in enumerate(
            zip(self.analysis.statements, self.analysis.roles, strict=True)
        ):
            own = first <= statement.number <= last and not statement.is_star_import
            above = statement.number < first
            if (role == "definition" and (above or own)) or (role == "setting" and above):
                found.append(i)
        return found

    def _is_needed(self, i: int, needed: frozenset[str]) -> bool:
        statement = self.analysis.statements[i]
        if self.analysis.roles[i] == "setting" or statement.is_star_import:
            return True
        return bool(statement.own & needed) or _is_for_its_effect(statement, self.analysis)

    def _defined(self, i: int) -> frozenset[str]:
        is_definition = self.analysis.roles[i] == "definition"
        return self.analysis.statements[i].own if is_definition else EMPTY

    def _cell(self, parsed: ParsedCell) -> StepCell:
        dropped = [
            s.parsed
            for s, role in zip(self.analysis.statements, self.analysis.roles, strict=True)
            if role == "dropped" and s.number == parsed.cell.number
        ]
        return StepCell(parsed.cell.id, parsed.cell.number, parsed.runnable_source(dropped))

    def _step_names(self) -> list[str]:
        unique = UniqueNames()
        names = []
        for draft in self.drafts:
            made = dict.fromkeys(b.name for b in draft.flow.bindings if b.kind != "import")
            changed = sorted(draft.flow.changes & self.passed)
            wanted = list(step_names(draft.cells[0].cell, [*made, *changed]))
            names.append(unique.take(wanted or ["step"], "-"))
        return names


def _with_constants(steps: list[Step]) -> list[Step]:
    """Name in each step the definitions that later steps make again, so must not change."""
    later: set[str] = set()
    found = []
    for step in reversed(steps):
        constants = tuple(name for name in step.definitions if name in later)
        found.append(replace(step, constants=constants))
        later.update(step.definitions)
    return found[::-1]


def _reaches_outside(draft: Draft) -> bool:
    shells = any(
        kind == "shell"
        for parsed in draft.cells
        for statement in parsed.statements
        for _, kind in statement.magics
    )
    return shells or any(name.startswith(FILE) for name in draft.flow.names)


def _is_for_its_effect(statement: Statement, analysis: Analysis) -> bool:
    """Return whether an import binds only names that no code mentions (`import seaborn`)."""
    imports = all(binding.kind == "import" for binding in statement.flow.bindings)
    return imports and not statement.own & analysis.mentioned
