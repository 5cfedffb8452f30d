"""Traces of version 3: starting, finding, tagging, assessing, deleting them, and asking wrongly."""

from typing import Any

from tests.compat.replay import Step, get, post, send

V3 = "/api/3.0/mlflow/traces"
HERE = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "$home"}}
ADA = {"source_type": "HUMAN", "source_id": "ada"}
TIME = "2026-01-02T03:04:05Z"


def _start(trace_id: str, **fields: Any) -> Step:
    info = {
        "trace_id": trace_id, "trace_location": HERE, "request_time": "2026-01-02T03:04:05.678Z",
        "execution_duration": "1.250s", "state": "OK", **fields,
    }  # fmt: skip
    return post(V3, {"trace": {"trace_info": info}})


def _search(**fields: Any) -> Step:
    return post(f"{V3}/search", {"locations": [HERE], **fields})


def _assess(trace_id: str = "tr-1", *, second: int = 0, **fields: Any) -> Step:
    made = f"2026-01-02T03:04:{second:02}Z"  # assessments are listed by that
    body = {
        "assessment_name": "good", "trace_id": trace_id, "source": ADA, "create_time": made,
        "last_update_time": made, **fields,
    }  # fmt: skip
    return post(f"{V3}/{trace_id}/assessments", {"assessment": body})


def _change(mask: str, **fields: Any) -> Step:
    return send("PATCH", ONE, {"assessment": fields, "update_mask": mask})


ONE = f"{V3}/tr-1/assessments/$one"

STARTING = [
    post("experiments/create", {"name": "traces"}, home="experiment_id"),
    post("runs/create", {"experiment_id": "$home", "run_name": "r", "start_time": 1},
         run="run.info.run_id"),
    _start("tr-1", client_request_id="c1", request_preview="what? ☃", response_preview="that",
           trace_metadata={"mlflow.sourceRun": "$run", "k": "v"},
           tags={"mlflow.traceName": "double", "team": "red"}),
    _start("tr-2", state="ERROR", request_time="2026-01-02T03:04:06Z", execution_duration="2s",
           trace_metadata={"k": "w"}, tags={"mlflow.traceName": "halve"}),
    _start("tr-3", state="IN_PROGRESS", request_time="2026-01-02T03:04:07.000900Z",
           execution_duration="0.001500s", trace_metadata={"k": "x"}),
    _start("tr-1", state="OK", execution_duration="3.5s", trace_metadata={"more": "m"},
           tags={"team": "blue"}),
    _start("tr-4", trace_location={"type": "MLFLOW_EXPERIMENT",
                                   "mlflow_experiment": {"experiment_id": "999"}}),
    post(V3, {"trace": {"trace_info": {"trace_id": "tr-5"}}}),
    post(V3), post(V3, {"trace": {}}),
]  # fmt: skip

FINDING = [
    *(get(f"{V3}/{one}") for one in ("tr-1", "tr-2", "tr-3", "tr-0")),
    get(f"{V3}/get", {"trace_id": "tr-0"}), get(f"{V3}/get"),
    get(f"{V3}/batchGet", {"trace_ids": "tr-0"}), get(f"{V3}/batchGet"),
    post(f"{V3}/batchGetInfos", {"trace_ids": ["tr-2", "tr-0", "tr-1"]}),
    post(f"{V3}/batchGetInfos"),
    _search(), post(f"{V3}/search"), post(f"{V3}/search", {"locations": []}),
    *(_search(max_results=one) for one in (1, 500, 501)),
    *(_search(filter=one) for one in (
        "status = 'OK'", "attributes.status != 'OK'", "trace.status IN ('OK', 'ERROR')",
        "name = 'double'", "trace.name LIKE 'dou%'", "attributes.name ILIKE 'DOU%'",
        "run_id = '$run'", "request_id = 'tr-2'", "client_request_id = 'c1'",
        "timestamp_ms > 1767323046000", "timestamp >= 1767323046000", "execution_time_ms < 2500",
        "execution_time > 1", "tags.team = 'blue'", "tag.team != 'red'", "tags.team IS NULL",
        "tags.`team` IS NOT NULL", "request_metadata.k = 'w'", "metadata.k LIKE '%'",
        "request_metadata.`mlflow.sourceRun` = '$run'", "status = 'OK' AND tags.team = 'blue'",
        "nothing.x = 'y'", "status >", "status = 5", "timestamp_ms = 'x'", "tags.team > 'a'",
    )),
    *(_search(order_by=[one]) for one in (
        "timestamp_ms ASC", "timestamp DESC", "execution_time_ms ASC", "execution_time DESC",
        "status ASC", "request_id DESC", "name DESC", "nothing ASC", "timestamp_ms SIDEWAYS",
    )),
]  # fmt: skip

TAGGING = [
    send("PATCH", f"{V3}/tr-2/tags", {"key": "k", "value": "v ☃"}),
    send("PATCH", f"{V3}/tr-2/tags", {"key": "k", "value": "w" * 8001}),
    *(send("PATCH", f"{V3}/tr-2/tags", one) for one in (
        {}, {"key": "x"}, {"key": "", "value": "v"}, {"key": 5, "value": "v"},
        {"key": "k" * 251, "value": "v"}, {"key": "a!b", "value": "v"}, {"key": "y", "value": 5},
    )),
    get(f"{V3}/tr-2"),
    *(send("DELETE", f"{V3}/tr-2/tags", one) for one in (
        {"key": "k"}, {"key": "k"}, {}, {"key": ""}, {"key": 5},
    )),
    send("DELETE", f"{V3}/tr-0/tags", {"key": "k"}),
]  # fmt: skip

ASSESSING = [
    post(f"{V3}/tr-1/assessments", {"assessment": {
        "assessment_name": "good", "trace_id": "tr-1", "source": ADA, "feedback": {"value": True},
        "rationale": "why", "metadata": {"a": "b"}, "span_id": "0" * 16, "create_time": TIME,
        "last_update_time": TIME,
    }}, one="assessment.assessment_id"),
    *(_assess(second=10 + second, feedback={"value": one}) for second, one in enumerate(
        (0.5, "x ☃", None, [1, "a"], {"a": [True]}))),
    _assess(second=20, expectation={"value": 42}),
    _assess(second=21, feedback={"error": {"error_code": "E", "error_message": "no"}}),
    _assess(feedback={"value": 1}, overrides="a-0"),
    _assess("tr-0", feedback={"value": 1}),
    _assess(), _assess(assessment_name=""), post(f"{V3}/tr-1/assessments"),
    get(ONE), get(f"{V3}/tr-1/assessments/a-0"),
    _change("feedback", feedback={"value": 0.25}),
    _change("assessmentName,rationale", assessment_name="better", rationale="because"),
    _change("metadata", metadata={"c": "d"}),
    _change("rationale", rationale="said", feedback={"value": "not asked"}),
    _change("expectation", expectation={"value": 1}),
    send("PATCH", f"{V3}/tr-1/assessments/a-0",
         {"assessment": {"feedback": {"value": 1}}, "update_mask": "feedback"}),
    send("PATCH", ONE, {"assessment": {"feedback": {"value": 1}}}), send("PATCH", ONE),
    get(ONE), send("DELETE", ONE), send("DELETE", ONE), get(ONE),
]  # fmt: skip

DELETING = [
    post("traces/link-to-run", {"trace_ids": ["tr-2", "tr-0"], "run_id": "$run"}),
    *(post("traces/link-to-run", one) for one in (
        {}, {"run_id": "$run"}, {"trace_ids": ["tr-2"]},
        {"trace_ids": ["tr-2"] * 101, "run_id": "$run"},
    )),
    _search(filter="run_id = '$run'"),
    *(post(f"{V3}/delete-traces", {"experiment_id": "$home", **one}) for one in (
        {}, {"request_ids": ["tr-2", "tr-0"]}, {"request_ids": ["tr-1"], "max_traces": 1},
        {"request_ids": ["tr-1"], "max_timestamp_millis": 1}, {"max_timestamp_millis": 1},
        {"max_timestamp_millis": 9999999999999, "max_traces": 0},
        {"max_timestamp_millis": 9999999999999, "max_traces": 1},
        {"max_timestamp_millis": 9999999999999},
    )),
    post(f"{V3}/delete-traces"),
    *(get(f"{V3}/{one}") for one in ("tr-1", "tr-2", "tr-3")),
]  # fmt: skip

STEPS = [*STARTING, *FINDING, *TAGGING, *ASSESSING, *DELETING]
