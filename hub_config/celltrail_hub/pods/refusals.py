"""What Kubernetes' API answers when it refuses a pod or a volume claim, as a cause."""

import json
import re

from celltrail_hub.pods.causes import Cause
from celltrail_profiles.quantities import Quantity

_QUOTA = re.compile(r"exceeded quota: ([^,]+), requested: (.+), used: (.+), limited: (.+)")
_UNQUOTED = re.compile(r"failed quota: ([^:]+): must specify (.+)")
_POD_SECURITY = re.compile(r'violates PodSecurity "([^"]+)": (.+)')
_POLICY = re.compile(
    r"ValidatingAdmissionPolicy '[^']+' with binding '[^']+' denied request: (.+)"
    r'|admission webhook "[^"]+" denied the request: (.+)', re.DOTALL,
)  # fmt: skip
_RIGHTS = re.compile(r"User \"[^\"]*\" cannot ")


def cause_of_refusal(status: int | None, body: str | bytes | None) -> Cause:
    """Return the cause of an answer of Kubernetes' API: its HTTP status and body.

    `status` is None where there was no answer.
    """
    said = _message(body)
    if status in (403, 422):
        return _of_denial(said) or _of_invalid(status, said)
    if status == 404 and "namespaces" in said:
        return Cause("namespace-missing", "There is no namespace for servers.", said)
    if status in (400, 404):
        return _of_invalid(status, said)
    return Cause("cluster-unavailable", "Kubernetes does not answer as it should.", said)


def _of_denial(said: str) -> Cause | None:
    if quota := _QUOTA.search(said):
        name, wanted, used, limit = quota.groups()
        message = (
            f"The quota {name} of the namespace is used up:"
            f" wanted {_amounts(wanted)}; in use {_amounts(used)}; allowed {_amounts(limit)}."
        )
        return Cause("namespace-quota", message, said)
    if unquoted := _UNQUOTED.search(said):
        message = (
            f"The quota {unquoted[1]} of the namespace wants every server to say {unquoted[2]}."
        )
        return Cause("admission-refused", message, said)
    if security := _POD_SECURITY.search(said):
        message = f"The cluster's Pod Security ({security[1]}) refuses your server: {security[2]}."
        return Cause("admission-refused", message, said)
    if policy := _POLICY.search(said):
        words = (policy[1] or policy[2]).strip()
        return Cause(
            "admission-refused", f"A policy of the cluster refuses your server: {words}.", said
        )
    if _RIGHTS.search(said) or said in ("", "Forbidden"):
        return Cause("hub-not-allowed", "The hub may not start servers in its namespace.", said)
    if "being terminated" in said:
        return Cause("namespace-missing", "The namespace of servers is being deleted.", said)
    return None


def _amounts(said: str) -> str:
    """Return amounts such as `limits.memory=67108864,pods=1` as a person writes them."""
    named = (each.split("=", 1) for each in said.split(","))
    return ", ".join(f"{name}={Quantity.of(Quantity.parse(value).amount)}" for name, value in named)


def _of_invalid(status: int, said: str) -> Cause:
    words = said.partition(" is forbidden: ")[2] or said.partition(" is invalid: ")[2] or said
    if status == 403:
        return Cause("admission-refused", f"The cluster refuses your server: {words}.", said)
    return Cause("invalid-pod", f"Kubernetes cannot make this server: {words}.", said)


def _message(body: str | bytes | None) -> str:
    """Return the words of an answer's body."""
    text = body.decode(errors="replace") if isinstance(body, bytes) else body or ""
    try:
        return str(json.loads(text)["message"])
    except (ValueError, KeyError, TypeError):
        return text.strip()[:500]
