"""Backward slices by ipyflow: its shell runs the cells, and is asked for the slice of one."""

from ipyflow.data_model.cell import cells
from ipyflow.shell.interactiveshell import IPyflowInteractiveShell
from serving import serve
from traitlets.config import Config

config = Config(HistoryManager={"enabled": False})
shell = IPyflowInteractiveShell.instance(config=config)


def slice_of(runs: list[str], last: int) -> set[int]:
    """Return the runs that the last one needs."""
    for number, source in enumerate(runs, start=1):
        shell.execution_count = number
        shell.run_cell(source, store_history=True)
    return set(cells().at_counter(last).make_cell_dict_slice())


serve(slice_of)
