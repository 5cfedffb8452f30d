"""What OpenTelemetry's exporters send (OTLP/HTTP), protobuf or JSON: bytes → spans. Pure.

Spans go on as protobuf's JSON of OpenTelemetry's `Span`, with the field names of the protocol.
Source: the OpenTelemetry protocol's specification, 1.x; how MLflow's clients fill in attributes:
`mlflow.entities.span`.
"""

import base64
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from celltrail.errors import InvalidError
from celltrail_server import limits
from celltrail_server.errors import TooLargeError
from celltrail_server.store.tracing.records import RootSpan, Span, TraceSpans, TraceState

MAX_BYTES = 64 << 20
"""Limit of a body after it was decompressed."""

MAX_PREVIEW = 1000

PROTOBUF = "application/x-protobuf"
JSON = "application/json"

_ID_FIELDS = ("traceId", "spanId", "parentSpanId")
_TAG_PREFIX = "mlflow.traceTag."
_OWN_TAGS = ("telemetry.sdk.", "mlflow.")
_ERROR = ("STATUS_CODE_ERROR", 2)


def decompressed(body: bytes, encoding: str) -> bytes:
    """Return the body as it was before its `Content-Encoding`; raises `InvalidError`."""
    if encoding in ("", "identity"):
        return body
    windows = {"gzip": [31], "deflate": [15, -15]}.get(encoding)
    if windows is None:
        raise InvalidError(f"Content-Encoding {encoding[:50]!r}: this server takes gzip or deflate")
    for window in windows:
        try:
            stream = zlib.decompressobj(window)
            found = stream.decompress(body, MAX_BYTES)
        except zlib.error:
            continue
        if stream.unconsumed_tail:
            raise TooLargeError(f"the body has more than {MAX_BYTES} bytes when decompressed")
        if stream.eof:
            return found
    raise InvalidError(f"Failed to decompress {encoding} payload")


def decode(body: bytes, media_type: str) -> list[TraceSpans]:
    """Return the spans of an export request by their traces.

    Raises `InvalidError` for what is no such request, or holds no span.
    """
    request = _parse(body, media_type)
    by_trace: dict[str, list[Mapping[str, Any]]] = {}
    tags: dict[str, dict[str, str]] = {}
    for resource_spans in request.get("resource_spans", []):
        about = _resource_tags(resource_spans.get("resource", {}).get("attributes", []))
        for scope_spans in resource_spans.get("scope_spans", []):
            for span in scope_spans.get("spans", []):
                trace_id = f"tr-{_id(span, 'trace_id')}"
                by_trace.setdefault(trace_id, []).append(span)
                tags.setdefault(trace_id, {}).update(about)
    if not by_trace:
        raise InvalidError("Invalid OpenTelemetry format - no spans found")
    return [_trace(trace_id, spans, tags[trace_id]) for trace_id, spans in by_trace.items()]


def plain(value: Mapping[str, Any]) -> Any:
    """Return an `AnyValue` as plain JSON."""
    for kind, inner in value.items():
        match kind:
            case "int_value":
                return int(inner)
            case "array_value":
                return [plain(one) for one in inner.get("values", [])]
            case "kvlist_value":
                return attributes(inner.get("values", []))
            case _:
                return inner
    return None


def attributes(pairs: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a list of `KeyValue` as a dictionary of plain JSON."""
    return {pair.get("key", ""): plain(pair.get("value", {})) for pair in pairs}


def document(trace_id: str, span: Span) -> dict[str, Any]:
    """Return a span as MLflow's clients write it into files: attributes are JSON as text."""
    content = msgspec.json.decode(span.content)
    known = attributes(content.get("attributes", [])) | {"mlflow.traceRequestId": trace_id}
    return {
        "trace_id": content["trace_id"],
        "span_id": content["span_id"],
        "parent_span_id": content.get("parent_span_id"),
        "name": content.get("name", ""),
        "start_time_unix_nano": span.start_ns,
        "end_time_unix_nano": int(content.get("end_time_unix_nano", 0)) or None,
        "events": [
            {
                "name": event.get("name", ""),
                "time_unix_nano": int(event.get("time_unix_nano", 0)),
                "attributes": attributes(event.get("attributes", [])),
            }
            for event in content.get("events", [])
        ],
        "status": {"message": "", "code": "STATUS_CODE_UNSET"} | content.get("status", {}),
        "attributes": {key: msgspec.json.encode(value).decode() for key, value in known.items()},
    }


def hexadecimal(encoded: str) -> str:
    """Return an id, which protobuf's JSON holds as base64, in hexadecimal."""
    return base64.b64decode(encoded).hex()


def _parse(body: bytes, media_type: str) -> dict[str, Any]:
    # Only who sends spans pays for these.
    from google.protobuf import json_format  # type: ignore[import-untyped]
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    message = ExportTraceServiceRequest()
    try:
        if media_type == JSON:
            text = _with_base64_ids(msgspec.json.decode(body))
            json_format.ParseDict(text, message, ignore_unknown_fields=True)
        else:
            message.ParseFromString(body)
        found: dict[str, Any] = json_format.MessageToDict(message, preserving_proto_field_name=True)
    except (DecodeError, json_format.Error, ValueError, TypeError, RecursionError) as error:
        raise InvalidError(f"Invalid OpenTelemetry format: {error}"[:500]) from error
    return found


def _with_base64_ids(value: Any) -> Any:
    """Return OTLP's JSON with ids as protobuf's JSON has them: OTLP's are hexadecimal."""
    if isinstance(value, list):
        return [_with_base64_ids(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: base64.b64encode(bytes.fromhex(inner)).decode()
        if key in _ID_FIELDS and isinstance(inner, str)
        else _with_base64_ids(inner)
        for key, inner in value.items()
    }


def _trace(trace_id: str, sent: list[Mapping[str, Any]], tags: dict[str, str]) -> TraceSpans:
    spans = [_span(one) for one in sent]
    ends = [int(one["end_time_unix_nano"]) for one in sent if "end_time_unix_nano" in one]
    roots = [one for one in sent if not one.get("parent_span_id")]
    return TraceSpans(
        trace_id=trace_id,
        spans=spans,
        start_ms=min(span.start_ns for span in spans) // 1_000_000,
        end_ms=max(ends) // 1_000_000 if ends else None,
        root=_root(roots[0]) if roots else None,
        tags=tags,
    )


def _span(sent: Mapping[str, Any]) -> Span:
    start_ns = int(sent.get("start_time_unix_nano", 0))
    limits.check_time("start_time_unix_nano", start_ns)
    limits.check_time("end_time_unix_nano", int(sent.get("end_time_unix_nano", 0)))
    return Span(_id(sent, "span_id"), start_ns, msgspec.Raw(msgspec.json.encode(sent)))


def _root(sent: Mapping[str, Any]) -> RootSpan:
    known = attributes(sent.get("attributes", []))
    state: TraceState = "ERROR" if sent.get("status", {}).get("code") in _ERROR else "OK"
    tags = {
        key.removeprefix(_TAG_PREFIX): _text(value)
        for key, value in known.items()
        if key.startswith(_TAG_PREFIX)
    }
    return RootSpan(
        name=sent.get("name", ""),
        state=state,
        request_preview=_preview(known.get("mlflow.spanInputs")),
        response_preview=_preview(known.get("mlflow.spanOutputs")),
        tags=_taken(tags),
    )


def _resource_tags(pairs: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    known = attributes(pairs).items()
    return _taken({key: _text(value) for key, value in known if not key.startswith(_OWN_TAGS)})


def _taken(tags: dict[str, str]) -> dict[str, str]:
    """Leave out what could not be a tag: it is no reason to lose the spans."""
    taken = {}
    for key, value in tags.items():
        try:
            limits.check_key(key)
        except InvalidError:
            continue
        taken[key] = limits.without_nul(value)
    return taken


def _id(span: Mapping[str, Any], field: str) -> str:
    found = hexadecimal(span.get(field, ""))
    if not 0 < len(found) <= 32:
        raise InvalidError(f"Cannot convert OpenTelemetry span: its {field} is {found[:64]!r}")
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _preview(value: Any) -> str | None:
    return None if value is None else limits.without_nul(_text(value))[:MAX_PREVIEW]
