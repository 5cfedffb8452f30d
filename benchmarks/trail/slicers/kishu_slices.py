"""Backward slices by Kishu's graph: which version of which co-variable each cell read and made."""

from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell
from kishu.jupyter.namespace import Namespace
from kishu.planning.planner import CheckpointRestorePlanner
from kishu.storage.commit_graph import KishuCommitGraph
from kishu.storage.disk_ahg import KishuDiskAHG
from serving import serve
from traitlets.config import Config

config = Config(HistoryManager={"enabled": False})
shell = InteractiveShell.instance(config=config)


def slice_of(runs: list[str], last: int) -> set[int]:
    """Return the runs that the last one needs."""
    database = Path("../kishu.db").absolute().with_name(f"{Path.cwd().name}.db")
    graph = KishuCommitGraph.new_var_graph(database)
    disk = KishuDiskAHG(database)
    graph.init_database()
    disk.init_database()
    graph.reset()
    space = Namespace(shell.user_ns)
    shell.init_create_namespaces(user_module=None, user_ns=space.get_tracked_namespace())
    planner = CheckpointRestorePlanner.from_existing(space, disk, graph, True)
    try:
        for number, source in enumerate(runs, start=1):
            shell.execution_count = number
            planner.pre_run_cell_update()
            shell.run_cell(source, store_history=True)
            planner.post_run_cell_update(str(number), source, 0.0)
            graph.step(str(number))
        return _slice(planner.get_ahg(), last)
    finally:
        database.unlink(missing_ok=True)


def _slice(ahg: object, last: int) -> set[int]:
    runs = sorted(ahg.get_all_cell_executions(), key=lambda one: one.cell_num)  # type: ignore[attr-defined]
    numbers = {one.cell_num: number for number, one in enumerate(runs, start=1)}
    found: set[int] = set()
    waiting = [runs[last - 1]]
    while waiting:
        run = waiting.pop()
        if numbers[run.cell_num] not in found:
            found.add(numbers[run.cell_num])
            for version in ahg.get_ce_input_vses(run):  # type: ignore[attr-defined]
                waiting.append(ahg.get_vs_input_ce(version))  # type: ignore[attr-defined]
    return found


serve(slice_of)
