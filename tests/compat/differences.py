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


def _listed(topic: str, reason: str, *steps: str, field: str = "*") -> list[Difference]:
    return [Difference(topic, one, field, reason) for one in steps]


CODES = "a Databricks convention that no client reads"
COLUMN = "a message about a search points at the column and names what there is here"
CRASH = "MLflow's server ends in an exception there: a 500 without JSON"
CUT = "a tag's value of 8000 characters is shown as it is kept; MLflow cuts what it shows"
DEFAULT = "a run of no experiment belongs to the default one; MLflow ends in an error of its SQL"
EITHER_ID = "a run may be named by run_uuid in each call, not in some of them"
EMPTY = "an empty text counts as missing, as MLflow has it in a batch"
HTML = "errors are JSON on every route; MLflow's are HTML pages there"
INFINITE = "infinity is kept as what it is, not as the greatest number"
LOST = "a value that cannot be kept is refused by name; MLflow drops it and answers 200"
MARK = "a mark of MLflow's store for itself"
NOT_JSON = "a body that is no JSON object is called so; MLflow reads it as an empty one"
NO_NUMBER = "a time that is no number is refused; MLflow compares it with all, and finds nothing"
NO_VALUE = "a feedback that has an error and no value has no value, not null"
OWNER = "the user is who the token says, not what the client says"
OWN_PLACE = "this server keeps the artifacts itself; clients choose no place of its file system"
SAME_WORDS = "a param that changes is told in the same words for one and for many"
SAME_TRACE = "that there is no such trace is told in the same words on every route"
SAYS_NOTHING = "an assessment that says nothing is named, and so is a name that is missing"
SQL_TEXT = "MLflow's message is the text and the parameters of its SQL, or ends with them"
STARTED = "a run that does not say when it started starts now, not in 1970"
TAGS_FIT = "tags of a new run are held to the limits of set-tag; MLflow leaves that to its database"
VERSION_2 = "without a trace the request is one of version 2, which is not there"
WORKSPACE = "workspaces are always on here; MLflow's are off by default and then called `default`"
WRONG_ITEM = "the item that is wrong is named, not the empty field that is left of it"

EVERYWHERE = [
    Difference("*", "*", "sqlstate", CODES),
    Difference("*", "*", "error_class", CODES),
    Difference("*", "*", "*workspace", WORKSPACE),
    Difference("*", "*", "*info.user_id", OWNER),
]

EXPERIMENTS = [
    *_listed("experiments", SQL_TEXT, '* experiments/create {"name": "trees"}',
             '* experiments/create {"name": "doomed"}', '* experiments/update *: "tagged"}',
             field="message"),
    Difference("experiments", '* experiments/update *: "tagged"}', "error_code",
               "a taken name is RESOURCE_ALREADY_EXISTS, as in experiments/create"),
    *_listed("experiments", WRONG_ITEM, '* "tags": [[]1]}', field="message"),
    *_listed("experiments", OWN_PLACE, "* *runs:/abc*", field="message"),
    *_listed("experiments", NOT_JSON, '* experiments/create "{"', '* experiments/create "null"',
             field="message"),
    *_listed("experiments", CRASH, '* experiments/create "[[]]"', '* experiments/create "7"'),
]  # fmt: skip

RUNS = [
    Difference("runs", "* {*$random*}", "run.info.start_time", STARTED),
    Difference("runs", '* runs/create {"experiment_id": "$home"}', "run.info.start_time", STARTED),
    Difference("runs", "* {*$nameless*}", "run.info.start_time", STARTED),
    Difference("runs", "* runs/create *null*", "run.info.start_time", STARTED),
    *_listed("runs", LOST, "* runs/create *-5*", "* runs/create *: 9223372036854775808}",
             "* runs/create *1.5}", '* runs/create *"n", "value": 5*',
             '* runs/create *"tags": "no"}',
             *(f'* runs/update *"status": {one}}}' for one in ('"DONE"', '"finished"', '""', "3")),
             *(f'* runs/update *"end_time": {one}}}'
               for one in ("0", "-1", "1.5", "9223372036854775808", "true"))),
    *_listed("runs", DEFAULT, '* runs/create {"run_name": "default"*',
             '* runs/create *"run_name": "empty"*', "* {*$default*}", "* {*$empty*}"),
    *_listed("runs", SQL_TEXT, '* runs/create *"run_name": "twice"*'),
    *_listed("runs", TAGS_FIT, '* runs/create *"odd"*"key": ""*', '* runs/create *[[]{"value": *',
             '* runs/create *"kkk*', ),
    Difference("runs", '* runs/create *"key": "long"*', "run.data.tags[[]long].value", TAGS_FIT),
    *_listed("runs", NOT_JSON, '* runs/create "[[]1]"'),
    *_listed("runs", HTML, "POST runs/get *", "PUT runs/create", "GET runs/create",
             "GET runs/nothing"),
    *_listed("runs", EITHER_ID, '* runs/get {"run_id": "", "run_uuid": *',
             '* runs/delete {"run_uuid": *', '* runs/restore {"run_uuid": *'),
]  # fmt: skip

LOGGING = [
    *_listed("logging", EMPTY, '* runs/log-metric *"timestamp": "",*',
             '* runs/log-metric *"step": ""}', field="message"),
    *(Difference("logging", "* runs/get *", f"run.data.metrics[[]{key}].value", INFINITE)
      for key in ("v5", "v6", "odd")),
    *_listed("logging", LOST,
             *(f'* runs/log-metric *"odd", "value": {one},*' for one in ("true",)),
             *(f'* runs/log-metric *"odd"*"{name}": {one}[,}}]*' for name in ("timestamp", "step")
               for one in ("9223372036854775808", "-9223372036854775809", "1.5", "true"))),
    *_listed("logging", CRASH, '* runs/log-metric *"odd", "value": [[]],*',
             *(f'* runs/log-batch *"odd", "value": {one},*' for one in ('"x"', "true", "[[]]")),
             *(f'* runs/log-batch *"odd"*"timestamp": {one}}}]}}'
               for one in ("9223372036854775808", "-9223372036854775809", '"x"', "1.5", "true")),
             *(f"* runs/log-batch {{*: [[]{one}]}}" for one in ('"no"', "5", "[[]]"))),
    *_listed("logging", WRONG_ITEM, '* runs/log-batch *[[]{"key": 5,*', field="message"),
    *_listed("logging", SAME_WORDS, '* runs/log-batch *"params": [[]{"key": "a"}]*',
             '* runs/log-batch *"params": [[]{"key": "p", "value": "2"}*', field="message"),
    *_listed("logging", EITHER_ID, '* runs/log-batch {"run_uuid":*'),
    *_listed("logging", CRASH, '* runs/log-batch "[[]]"', '* runs/log-batch *"metrics": null}'),
    *_listed("logging", NOT_JSON, '* runs/log-batch "{"'),
]  # fmt: skip

TRACES = [
    Difference("traces", "*", "*trace_metadata.mlflow.trace.infoFinalized", MARK),
    *_listed("traces", CRASH, '* {"trace": {"trace_info": {"trace_id": "tr-5"}}}',
             '* {"trace": {}}'),
    *_listed("traces", VERSION_2, "POST /api/3.0/mlflow/traces"),
    *_listed("traces", SAME_TRACE, '*/traces/get {"trace_id": "tr-0"}', "DELETE *tr-0/tags *",
             field="message"),
    *_listed("traces", COLUMN, '* "max_results": 501}', '* "filter": "nothing.x = *',
             '* "filter": "status >"}', '* "filter": "status = 5"}', '* "filter": "tags.team > *',
             '* "order_by": [[]"nothing ASC"]}', '* "order_by": [[]"timestamp_ms SIDEWAYS"]}',
             field="message"),
    *_listed("traces", NO_NUMBER, '* "filter": "timestamp_ms = *'),
    *_listed("traces", CUT, "GET *tr-2", field="*tags.k"),
    *_listed("traces", NO_VALUE, "POST *", field="*assessment*feedback.value"),
    *_listed("traces", SAYS_NOTHING, "POST *tr-1/assessments *", field="message"),
    *_listed("traces", WRONG_ITEM, "POST traces/link-to-run", field="message"),
]  # fmt: skip

ALLOWED = (*EVERYWHERE, *EXPERIMENTS, *RUNS, *LOGGING, *TRACES)
