"""Where this server's answers may differ from MLflow's, each with its reason; nothing else may.

`steps` and `field` are patterns of `fnmatch` (a `[` is written `[[]`). An entry that no longer
matches anything fails the tests.
"""

import json
from glob import escape

from tests.compat.rules import Difference, listed, orders, searches

AT_ONCE = "at most 1000 datasets are taken at once, a limit that MLflow names and does not hold to"
CODES = "a Databricks convention that no client reads"
COLUMN = "a message about a search points at the column and names what there is here"
CRASH = "MLflow's server ends in an exception there: a 500 without JSON"
CUT = "a tag's value of 8000 characters is shown as it is kept; MLflow cuts what it shows"
DEFAULT = "a run of no experiment belongs to the default one; MLflow ends in an error of its SQL"
EITHER_ID = "a run may be named by run_uuid in each call, not in some of them"
EMPTY = "an empty text counts as missing, as MLflow has it in a batch"
EMPTY_ANSWER = "an answer without content is {} as on every other call"
EMPTY_FILE = "an empty file has a size, 0"
HALF = "a filter that breaks off is refused; MLflow leaves out what it cannot read"
HTML = "errors are JSON on every route; MLflow's are HTML pages there"
INFINITE = "infinity is kept as what it is, not as the greatest number"
JSON_NAN = "NaN is a text, which each JSON parser takes, as in the other calls"
LOST = "a value that cannot be kept is refused by name; MLflow drops it and answers 200"
MARK = "a mark of MLflow's store for itself"
MISSING_RUN = "a run that is not there is an error, not an empty history"
NEVER = "a request that can never be granted is a 400, not a 500, which clients send again"
NOT_JSON = "a body that is no JSON object is called so; MLflow reads it as an empty one"
NO_NUMBER = "a time that is no number is refused; MLflow compares it with all, and finds nothing"
NO_PAGE = "a page of no results is refused in each search"
NO_VALUE = "a feedback that has an error and no value has no value, not null"
ONE_WORDING = "one wording for each search"
OWNER = "the user is who the token says, not what the client says"
OWN_PLACE = "this server keeps the artifacts itself; clients choose no place of its file system"
OWN_TOKEN = "page tokens are each server's own"
SAID_MORE = "MLflow's words are followed by what is wrong with the path"
SAME_TRACE = "that there is no such trace is told in the same words on every route"
SAME_WORDS = "a param that changes is told in the same words for one and for many"
SAYS_NOTHING = "an assessment that says nothing is named, and so is a name that is missing"
SPELLED_ONCE = "a path has one spelling; what would mean another one is refused"
SQL_TEXT = "MLflow's message is the text and the parameters of its SQL, or ends with them"
STARTED = "a run that does not say when it started starts now, not in 1970"
SUPERSET = "filters and orders that MLflow does not know are answered, not refused"
TAGS_FIT = "tags of a new run are held to the limits of set-tag; MLflow leaves that to its database"
VERSION_2 = "without a trace the request is one of version 2, which is not there"
WHICH_MISSING = "of two fields that are missing another one is named"
WHOSE_FILE = "a file that is missing is named with its run, not with a path of the proxy"
WORKSPACE = "workspaces are always on here; MLflow's are off by default and then called `default`"
WRONG_ITEM = "the item that is wrong is named, not the empty field that is left of it"

EVERYWHERE = [
    Difference("*", "*", "sqlstate", CODES),
    Difference("*", "*", "error_class", CODES),
    Difference("*", "*", "*workspace", WORKSPACE),
    Difference("*", "*", "*user_id", OWNER),
]

EXPERIMENTS = [
    *listed("experiments", SQL_TEXT, '* experiments/create {"name": "trees"}',
             '* experiments/create {"name": "doomed"}', '* experiments/update *: "tagged"}',
             field="message"),
    Difference("experiments", '* experiments/update *: "tagged"}', "error_code",
               "a taken name is RESOURCE_ALREADY_EXISTS, as in experiments/create"),
    *listed("experiments", WRONG_ITEM, '* "tags": [[]1]}', field="message"),
    *listed("experiments", OWN_PLACE, "* *runs:/abc*", field="message"),
    *listed("experiments", NOT_JSON, '* experiments/create "{"', '* experiments/create "null"',
             field="message"),
    *listed("experiments", CRASH, '* experiments/create "[[]]"', '* experiments/create "7"'),
]  # fmt: skip

RUNS = [
    Difference("runs", "* {*$random*}", "run.info.start_time", STARTED),
    Difference("runs", '* runs/create {"experiment_id": "$home"}', "run.info.start_time", STARTED),
    Difference("runs", "* {*$nameless*}", "run.info.start_time", STARTED),
    Difference("runs", "* runs/create *null*", "run.info.start_time", STARTED),
    *listed("runs", LOST, "* runs/create *-5*", "* runs/create *: 9223372036854775808}",
             "* runs/create *1.5}", '* runs/create *"n", "value": 5*',
             '* runs/create *"tags": "no"}',
             *(f'* runs/update *"status": {one}}}' for one in ('"DONE"', '"finished"', '""', "3")),
             *(f'* runs/update *"end_time": {one}}}'
               for one in ("0", "-1", "1.5", "9223372036854775808", "true"))),
    *listed("runs", DEFAULT, '* runs/create {"run_name": "default"*',
             '* runs/create *"run_name": "empty"*', "* {*$default*}", "* {*$empty*}"),
    *listed("runs", SQL_TEXT, '* runs/create *"run_name": "twice"*'),
    *listed("runs", TAGS_FIT, '* runs/create *"odd"*"key": ""*', '* runs/create *[[]{"value": *',
             '* runs/create *"kkk*', ),
    Difference("runs", '* runs/create *"key": "long"*', "run.data.tags[[]long].value", TAGS_FIT),
    *listed("runs", NOT_JSON, '* runs/create "[[]1]"'),
    *listed("runs", HTML, "POST runs/get *", "PUT runs/create", "GET runs/create",
             "GET runs/nothing"),
    *listed("runs", EITHER_ID, '* runs/get {"run_id": "", "run_uuid": *',
             '* runs/delete {"run_uuid": *', '* runs/restore {"run_uuid": *'),
]  # fmt: skip

LOGGING = [
    *listed("logging", EMPTY, '* runs/log-metric *"timestamp": "",*', field="message"),
    *(Difference("logging", "* runs/get *", f"run.data.metrics[[]{key}].value", INFINITE)
      for key in ("v5", "v6", "odd")),
    *listed("logging", LOST,
             *(f'* runs/log-metric *"odd", "value": {one},*' for one in ("true",)),
             *(f'* runs/log-metric *"odd"*"{name}": {one}[,}}]*' for name in ("timestamp", "step")
               for one in ("9223372036854775808", "-9223372036854775809", "1.5", "true"))),
    *listed("logging", CRASH, '* runs/log-metric *"odd", "value": [[]],*',
             *(f'* runs/log-batch *"odd", "value": {one},*' for one in ('"x"', "true", "[[]]")),
             *(f'* runs/log-batch *"odd"*"timestamp": {one}}}]}}'
               for one in ("9223372036854775808", "-9223372036854775809", '"x"', "1.5", "true")),
             *(f"* runs/log-batch {{*: [[]{one}]}}" for one in ('"no"', "5", "[[]]"))),
    *listed("logging", WRONG_ITEM, '* runs/log-batch *[[]{"key": 5,*', field="message"),
    *listed("logging", SAME_WORDS, '* runs/log-batch *"params": [[]{"key": "a"}]*',
             '* runs/log-batch *"params": [[]{"key": "p", "value": "2"}*', field="message"),
    *listed("logging", EITHER_ID, '* runs/log-batch {"run_uuid":*'),
    *listed("logging", CRASH, '* runs/log-batch "[[]]"', '* runs/log-batch *"metrics": null}'),
    *listed("logging", NOT_JSON, '* runs/log-batch "{"'),
]  # fmt: skip

TRACES = [
    Difference("traces", "*", "*trace_metadata.mlflow.trace.infoFinalized", MARK),
    *listed("traces", CRASH, '* {"trace": {"trace_info": {"trace_id": "tr-5"}}}',
             '* {"trace": {}}'),
    *listed("traces", VERSION_2, "POST /api/3.0/mlflow/traces"),
    *listed("traces", SAME_TRACE, '*/traces/get {"trace_id": "tr-0"}', "DELETE *tr-0/tags *",
             field="message"),
    *listed("traces", COLUMN, '* "max_results": 501}', '* "filter": "nothing.x = *',
             '* "filter": "status >"}', '* "filter": "status = 5"}', '* "filter": "tags.team > *',
             '* "order_by": [[]"nothing ASC"]}', '* "order_by": [[]"timestamp_ms SIDEWAYS"]}',
             field="message"),
    *listed("traces", NO_NUMBER, '* "filter": "timestamp_ms = *'),
    *listed("traces", CUT, "GET *tr-2", field="*tags.k"),
    *listed("traces", NO_VALUE, "POST *", field="*assessment*feedback.value"),
    *listed("traces", SAYS_NOTHING, "POST *tr-1/assessments *", field="message"),
    *listed("traces", WRONG_ITEM, "POST traces/link-to-run", field="message"),
]  # fmt: skip

MODEL_SEARCH = [
    *searches("model_search", COLUMN, "name", "name > 'a'", "name = 5", "nothing = 'x'",
               "tags.team > 'x'", "name = 'Oak", "version_number = 'x'", "run_id IN ()",
               "what.x = 'x'", "name = 'net", field="message"),
    *searches("model_search", CRASH, "metrics.acc = 'x'"),
    *searches("model_search", SUPERSET, "name = 'a' OR name = 'b'",
               "name = 'Oak' OR name = 'elm'", "name = 'net' OR name = 'Net'"),
    *searches("model_search", "a status is compared by its name, not by its number",
               "status = 'PENDING'", field="models*"),
    *(Difference("model_search", f'*"order_by": {one}}}', "message", COLUMN)
      for one in ('"nothing"', '"name sideways"', '""')),
    *listed("model_search", SUPERSET, '*"order_by": "creation_timestamp"}'),
    *(Difference("model_search", f"*{one}]}}", "message", COLUMN) for one in (
        '{"field_name": "nothing"}', '{"field_name": "params.lr"}', '"order_by": [[]{}',
        '"order_by": [[]"name"')),
    *(Difference("model_search", f'*"max_results": {one}}}', "*", NO_PAGE) for one in ("0", "-1")),
    *(Difference("model_search", f'*"max_results": {one}}}', "message", ONE_WORDING)
      for one in ("1001", "200001")),
    *listed("model_search", "a dataset without a digest is each one of that name",
             '*"datasets": [[]{"dataset_name": "iris"}]}', field="models*"),
    *listed("model_search", OWN_TOKEN, "GET *rubbish*", field="message"),
    *listed("model_search", CRASH, "POST *rubbish*"),
]  # fmt: skip

ALLOWED = (*EVERYWHERE, *EXPERIMENTS, *RUNS, *LOGGING, *TRACES)
HISTORIES = [
    *listed("histories", MISSING_RUN, '* {"run_id": "000*', '* {"run_id": "abc"*',
             '*interval *"run_ids": "000*', '*bulk *"run_id": "000*'),
    *listed("histories", JSON_NAN, "*bulk *", field="metrics[[]3].value"),
    *(Difference("histories", f'*bulk *"max_results": {one}}}', "*", LOST) for one in ("0", "-1")),
    *(Difference("histories", f'*bulk *"max_results": {one}}}', "*", CRASH)
      for one in ('"x"', '""')),
    *listed("histories", WHICH_MISSING, "GET metrics/get-history", field="message"),
    *listed("histories", HTML, "POST metrics/get-history *"),
    *listed("histories", OWN_TOKEN, '* "page_token": *', field="message"),
    *(Difference("histories", f'* metrics/get-history *"max_results": {one}}}', "*", LOST)
      for one in ('"x"', '""', "1.5")),
]  # fmt: skip

INPUTS = [
    *listed("inputs", SQL_TEXT, '* runs/outputs {"run_id": "$used"*'),
    *listed("inputs", AT_ONCE, '* runs/log-inputs *"digest": "0", *'),
    *(Difference("inputs", f"* runs/log-inputs *{one}*", "*", LOST) for one in (
        '[[]{"dataset": {"digest"', '[[]{"dataset": {"name": "iris", "source_type"',
        '"dataset": {"name": 5,', '"datasets": [[]{}]', '"datasets": [[]5]', '"dataset": 5}',
        '"models": [[]{}]', '"tags": [[]{"value": "v"}]', '"tags": "no"')),
    *listed("inputs", LOST, '* runs/outputs *[[]{"step": 1}]}'),
]  # fmt: skip

ARTIFACTS = [
    *listed("artifacts", EMPTY_ANSWER, "PUT *", field="text"),
    *listed("artifacts", WHOSE_FILE, "GET */none*", "GET */a.txt", field="message"),
    *listed("artifacts", SAID_MORE, "GET artifacts/list *", "GET *path*/../*", "* *..%2f*",
             "* *%2e%2e/*", field="message"),
    *listed("artifacts", EMPTY_FILE, "GET *folder*", field="files[[]?].file_size"),
    *listed("artifacts", SPELLED_ONCE, '* "path": "./folder"}', field="status"),
]  # fmt: skip

REGISTRY = [
    *listed("registry", SQL_TEXT, '* registered-models/rename *"new_name": "trees"}',
             field="message"),
    *listed("registry", NEVER, '*"Archived", "archive_existing_versions": true}', field="status"),
    Difference("registry", "* {*ftp://*", "message", "that a path climbs up is told first"),
    *(Difference("registry", step, "registered_model.latest_versions[[]0].aliases*",
                 "each version has its aliases in each answer; MLflow's leaves them out of some")
      for step in ("* registered-models/get *", "* registered-models/rename *oaks*")),
]  # fmt: skip

LOGGED_MODELS = [
    *listed("logged_models", LOST, '* "params": [[]5]}', '* [[]{"value": "a"}]}',
             *(f'PATCH */$model *"status": {one}}}' for one in ('"READY"', "9"))),
    *listed("logged_models", SQL_TEXT, '* runs/log-metric *"m-000*',
             '* "params": [[]{"key": "more"*', '* "params": [[]{"key": "lr"*'),
    *listed("logged_models", EMPTY_ANSWER, "PUT *", field="text"),
    *listed("logged_models", SAID_MORE, '*"artifact_directory_path": ".."}', field="message"),
    *listed("logged_models", "the id in the path is enough", 'PATCH */$model {"status"*'),
]  # fmt: skip

SEARCH = [
    *searches("experiment_search", SUPERSET, "attributes.name = 'oaks'", "attr.name = 'oaks'",
               "experiment_id LIKE '1%'", "name IN ('oaks')", "name = 'oaks' OR name = 'x'",
               "NOT name = 'oaks'", "(name = 'oaks')", "name IS NULL", "   "),
    *searches("experiment_search", HALF, "name = 'oaks' AND", "AND name = 'oaks'",
               "name = 'oaks' name = 'oaks'"),
    *searches("experiment_search", COLUMN, "name", "name =", "= 'oaks'", "name > 'oaks'",
               "name = oaks", "name = 5", "owner", "nothing = 'x'", "metrics.a > 1",
               "params.a = 'x'", "creation_time = 'x'", "creation_time LIKE 'x'",
               "tags.team > 'x'", "tags.team = 5", "name = 'oaks", "name === 'oaks'", ";",
               "name = 'a';name = 'b'", "tags.team IS", "tags.team IS NOT", field="message"),
    *orders("experiment_search", SUPERSET, "tags.team"),
    *orders("experiment_search", "a key that orders twice is refused, as in runs/search",
             "name", "name"),
    *(one for text in ("name sideways", "nothing", "metrics.a", "", "name ASC DESC")
      for one in orders("experiment_search", COLUMN, text, field="message")),
    *(Difference("experiment_search", f'*"view_type": {one}, *', "*", LOST)
      for one in ('"SOME"', "2", '""')),
    *(Difference("experiment_search", f'*"max_results": {one}, "order_by"*', "message", LOST)
      for one in ("1.5", "true")),
    *listed("experiment_search", WRONG_ITEM, '* {"order_by": [[]5]*', field="message"),
    *listed("experiment_search", OWN_TOKEN, "*rubbish*", field="message"),
    *listed("experiment_search", "max_results may be left out, as in runs/search",
             "POST experiments/search", "GET experiments/search"),
    *searches("run_search", SUPERSET, "params.p = 1", "metrics.m IS NULL",
               "status IN ('FINISHED')", "metrics.m > 0 OR metrics.m < 0", "NOT metrics.m > 0",
               "(metrics.m > 0)", "   "),
    *searches("run_search", HALF, "metrics.m > 0 AND", "metrics.m > 0 metrics.m > 0",
               "metrics. > 1"),
    *searches("run_search", COLUMN, "metrics.m", "metrics.m >", "> 3", "metrics.m = 'x'",
               "metrics.m LIKE 'x'", "params.p > '1'", "params.p = abc", "tags.t > 'a'",
               "tags.t = 5", "status > 'a'", "status = 5", "start_time = 'x'",
               "start_time LIKE '1'", "nothing = 'x'", "attributes.nothing = 'x'",
               "what.p = 'x'", "p = 'x'", "datasets.nothing = 'x'", "datasets.name > 'x'",
               "run_id IN '$r1'", "run_id IN ()", "run_id IN (1, 2)", "params.p = 'abc",
               "metrics.m === 1", ";", "metrics.m > 1; metrics.m > 1", field="message"),
    *(one for text in ("datasets.name", "metrics.m sideways", "nothing", "what.m",
                       "attributes.nothing", "", "metrics.m ASC DESC", "metrics")
      for one in orders("run_search", COLUMN, text, field="message")),
    *listed("run_search", NEVER, *(f'*"order_by": {escape(json.dumps(one))}}}' for one in (
        ["metrics.m", "metrics.m"], ["metrics.m", "metrics.m DESC"],
        ["start_time", "attributes.start_time"])), field="status"),
    *listed("run_search", ONE_WORDING, '*"max_results": 50001}',
             field="message"),
    *listed("run_search", LOST, '*"max_results": 1.5}', '*"run_view_type": "SOME"}',
             '*"run_view_type": ""}', '*"experiment_ids": [[]5]*'),
    *listed("run_search", OWN_TOKEN, "*rubbish*", field="message"),
]  # fmt: skip

ALLOWED = (
    *EVERYWHERE, *EXPERIMENTS, *RUNS, *LOGGING, *HISTORIES, *INPUTS, *ARTIFACTS, *REGISTRY,
    *LOGGED_MODELS, *SEARCH, *MODEL_SEARCH,
    *TRACES,
)  # fmt: skip
