"""Where this server's answers may differ from MLflow's, each with its reason; nothing else may.

`steps` and `field` are patterns of `fnmatch` (a `[` is written `[[]`). An entry that no longer
matches anything fails the tests.
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


CODES = "a Databricks convention that no client reads"
CRASH = "MLflow's server ends in an exception there: a 500 without JSON"
NOT_JSON = "a body that is no JSON object is called so; MLflow reads it as an empty one"
OWNER = "the user is who the token says, not what the client says"
OWN_PLACE = "this server keeps the artifacts itself; clients choose no place of its file system"
SQL_TEXT = "MLflow's message goes on with the text and the parameters of its SQL"
WORKSPACE = "workspaces are always on here; MLflow's are off by default and then called `default`"
WRONG_ITEM = "the item that is wrong is named, not the empty field that is left of it"

ALLOWED = (
    Difference("*", "*", "sqlstate", CODES),
    Difference("*", "*", "error_class", CODES),
    Difference("*", "*", "*workspace", WORKSPACE),
    Difference("*", "*", "*info.user_id", OWNER),
    Difference("experiments", '* experiments/create {"name": "trees"}', "message", SQL_TEXT),
    Difference("experiments", '* experiments/create {"name": "doomed"}', "message", SQL_TEXT),
    Difference("experiments", '* experiments/update *"new_name": "tagged"}', "message", SQL_TEXT),
    Difference("experiments", '* experiments/update *"new_name": "tagged"}', "error_code",
               "a taken name is RESOURCE_ALREADY_EXISTS, as in experiments/create"),
    Difference("experiments", '* "tags": [[]1]}', "message", WRONG_ITEM),
    Difference("experiments", "* *runs:/abc*", "message", OWN_PLACE),
    Difference("experiments", '* experiments/create "{"', "message", NOT_JSON),
    Difference("experiments", '* experiments/create "null"', "message", NOT_JSON),
    Difference("experiments", '* experiments/create "[[]]"', "*", CRASH),
    Difference("experiments", '* experiments/create "7"', "*", CRASH),
)  # fmt: skip
