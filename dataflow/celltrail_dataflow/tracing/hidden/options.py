"""Options that change what libraries do: `@option:pandas.display.max_rows`."""

from typing import Any

from celltrail_dataflow.tracing.hidden.cell import Cell, Effects, changes
from celltrail_dataflow.tracing.hidden.option_groups import GROUPS, Group
from celltrail_dataflow.tracing.ownership import loaded


class Options:
    """Compares the options of all groups."""

    def __init__(self) -> None:
        self._known = {
            group.name: group.state(module) for group in GROUPS if (module := loaded(group.module))
        }
        self._set: dict[str, set[str]] = {}

    def begin(self) -> None:
        """A cell is about to run."""

    def end(self, cell: Cell, effects: Effects) -> None:
        """Add the options that the cell set, and those that it depends on."""
        for group in GROUPS:
            module = loaded(group.module)
            if module is None:
                continue
            for option in self._set.get(group.name, ()):
                if group.is_used(cell, option):
                    effects.read(f"@option:{group.name}.{option}")
                    effects.objects |= group.objects(module)
                elif group.is_shown(cell, option):
                    effects.shown.add(f"@option:{group.name}.{option}")
            if group.name not in self._known:
                self._known[group.name] = (group.initial or group.state)(module)
            if group.may_set(cell):
                self._compare(group, group.state(module), effects)

    def _compare(self, group: Group, after: dict[str, Any], effects: Effects) -> None:
        for option, value in changes(self._known[group.name], after):
            effects.write(f"@option:{group.name}.{option}", value)
            self._set.setdefault(group.name, set()).add(option)
        self._known[group.name] = after
