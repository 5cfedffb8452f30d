"""What JupyterLab asks the kernel for when cells have run: which of them are stale.

It asks by a user expression of a silent request, so that kernels without the extension answer with
an error that nobody sees, and that a page that is loaded anew finds what there is.
"""

from typing import Any

from celltrail_magics.changed_files import modified_ms
from celltrail_magics.explaining import latest


class StaleCells:
    """The cells whose latest run is older than what it was made from, by id, and why."""

    def __init__(self, reasons: dict[str, str]) -> None:
        self.reasons = reasons

    def _repr_json_(self) -> dict[str, Any]:
        return self.reasons


def stale_cells() -> StaleCells:
    """Return what is stale in the session; raises `NotFoundError` if no cell has been recorded."""
    trail = latest().trail
    last = {one.cell_id: one for one in trail if one.cell_id}
    return StaleCells(
        {
            found.execution.cell_id: "; ".join(found.reasons)
            for found in trail.stale(modified_ms(trail))
            if found.execution.cell_id and last[found.execution.cell_id] is found.execution
        }
    )
