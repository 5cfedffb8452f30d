"""How a difference between the two servers is allowed: by its topic, step and field."""

import json
from dataclasses import dataclass
from fnmatch import fnmatchcase
from glob import escape

from tests.compat.replay import Found


@dataclass(frozen=True)
class Difference:
    """An allowed difference; `topic` is a module of the corpus, `*` each of them."""

    topic: str
    steps: str
    field: str
    reason: str

    def allows(self, topic: str, found: Found) -> bool:
        """Whether this is the difference that was found."""
        return (
            fnmatchcase(topic, self.topic)
            and fnmatchcase(found.step, self.steps)
            and fnmatchcase(found.field, self.field)
        )


def searches(topic: str, reason: str, *filters: str, field: str = "*") -> list[Difference]:
    """Return the difference for each search with one of the filters."""
    return listed(
        topic, reason, *(f'*"filter": {escape(json.dumps(one))}*' for one in filters), field=field
    )


def orders(topic: str, reason: str, *order_by: str, field: str = "*") -> list[Difference]:
    """Return the difference for the search with this order."""
    return listed(topic, reason, f'*"order_by": {escape(json.dumps(order_by))}*', field=field)


def listed(topic: str, reason: str, *steps: str, field: str = "*") -> list[Difference]:
    """Return the difference for each of the steps."""
    return [Difference(topic, one, field, reason) for one in steps]
