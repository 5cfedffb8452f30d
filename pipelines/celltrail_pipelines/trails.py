"""The trail of a notebook that was never run: what its cells would read and write, inferred."""

from celltrail_dataflow.dependencies import Version, infer_dependencies
from celltrail_dataflow.flows import Flow, in_sequence
from celltrail_dataflow.tracing.traces import Execution, Read, Trace, Write
from celltrail_dataflow.tracing.trail import Trail
from celltrail_pipelines.notebook import Notebook
from celltrail_pipelines.roles import Analysis
from celltrail_pipelines.sources import parse_cell


def infer_trail(notebook: Notebook) -> Trail:
    """Return the trail that the cells leave if they run once, from top to bottom.

    It has the types of one that was traced, but its evidence is "inferred": nothing that happens
    is missing, and more may be named than happens. Raises InvalidError for a syntax error.
    """
    analysis = Analysis([parse_cell(cell) for cell in notebook.cells])
    flows = {cell.number: Flow() for cell in notebook.cells}
    for statement, expanded in zip(analysis.statements, analysis.expanded, strict=True):
        flows[statement.number] = in_sequence([flows[statement.number], expanded])
    alone = analysis.scalars | analysis.repeated
    wanted = frozenset[str]().union(*(flow.names for flow in flows.values()))
    dependencies = infer_dependencies(list(flows.values()), alone, wanted=wanted)
    trail = Trail()
    for cell, flow, found in zip(
        notebook.cells, flows.values(), dependencies.executions, strict=True
    ):
        reads = [
            Read(name, notebook.cells[version.writer].id)
            for version in found.reads
            for name in sorted(version.names & flow.reads or version.names)
        ]
        writes = [Write(name) for version in found.writes for name in _changed(version, flow)]
        trace = Trace(cell.id, tuple(reads), tuple(writes), evidence=dependencies.evidence)
        trail.add(Execution(cell.id, cell.number, cell.source, cell.id, trace))
    return trail


def _changed(version: Version, flow: Flow) -> list[str]:
    """Return the names that a cell writes; all that share state with what it changes in place."""
    return sorted(version.names if version.group & flow.changes else version.names & flow.writes)
