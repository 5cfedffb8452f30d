"""Where this server's answers may differ from MLflow's, each with its reason; nothing else may.

`steps` and `field` are patterns of `fnmatch` (a `[` is written `[[]`). An entry that no longer
matches anything fails the test of its topic.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase

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


WORKSPACE = "workspaces are always on here; MLflow's are off by default and then called `default`"
OWNER = "the user is who the token says, not what the client says"

ALLOWED = (
    Difference("*", "*", "sqlstate", "a Databricks convention that no client reads"),
    Difference("*", "*", "error_class", "a Databricks convention that no client reads"),
    Difference("*", "*", "*workspace", WORKSPACE),
    Difference("*", "*", "*info.user_id", OWNER),
)
