"""Answers of Kubernetes' API."""

import json

import pytest

from celltrail_hub.pods.refusals import cause_of_refusal

POD = 'pods "jupyter-ada" is forbidden: '


@pytest.mark.parametrize(
    ("status", "said", "reason", "message"),
    [
        (
            403,
            POD + "exceeded quota: team, requested: limits.memory=68719476736,pods=1, used:"
            " limits.memory=32Gi,pods=2, limited: limits.memory=64Gi,pods=2",
            "namespace-quota",
            "The quota team of the namespace is used up: wanted limits.memory=64Gi, pods=1; in use"
            " limits.memory=32Gi, pods=2; allowed limits.memory=64Gi, pods=2.",
        ),
        (
            403, POD + "failed quota: team: must specify limits.cpu for: notebook",
            "admission-refused",
            "The quota team of the namespace wants every server to say limits.cpu for: notebook.",
        ),
        (
            403, POD + 'violates PodSecurity "restricted:latest": runAsNonRoot != true (…)',
            "admission-refused",
            "The cluster's Pod Security (restricted:latest) refuses your server: runAsNonRoot !="
            " true (…).",
        ),
        (
            422,
            POD + "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: No GPU on Sunday",
            "admission-refused", "A policy of the cluster refuses your server: No GPU on Sunday.",
        ),
        (
            403, 'admission webhook "validate.kyverno.svc" denied the request: \n\nlabel wanted\n',
            "admission-refused", "A policy of the cluster refuses your server: label wanted.",
        ),
        (
            403, POD + "no PriorityClass with name urgent was found",
            "admission-refused",
            "The cluster refuses your server: no PriorityClass with name urgent was found.",
        ),
        (
            403, 'pods is forbidden: User "system:serviceaccount:hub:hub" cannot create resource'
            ' "pods" in API group "" in the namespace "users"',
            "hub-not-allowed", "The hub may not start servers in its namespace.",
        ),
        (
            403, POD + "unable to create new content in namespace users because it is being"
            " terminated",
            "namespace-missing", "The namespace of servers is being deleted.",
        ),
        (404, 'namespaces "users" not found', "namespace-missing", "There is no namespace for"),
        (
            422, 'Pod "jupyter-ada" is invalid: spec.containers[0].image: Required value',
            "invalid-pod",
            "Kubernetes cannot make this server: spec.containers[0].image: Required value.",
        ),
        (500, "etcdserver: request timed out", "cluster-unavailable", "Kubernetes does not answer"),
        (429, "too many requests", "cluster-unavailable", "Kubernetes does not answer"),
    ],
)  # fmt: skip
def test_an_answer_has_a_cause(status: int, said: str, reason: str, message: str) -> None:
    cause = cause_of_refusal(status, json.dumps({"kind": "Status", "message": said}))
    assert cause.message.startswith(message)
    assert (cause.reason, cause.detail) == (reason, said)


def test_the_account_of_the_hub_is_for_the_log_alone() -> None:
    said = 'User "system:serviceaccount:hub:hub" cannot list resource "pods"'
    cause = cause_of_refusal(403, json.dumps({"message": said}).encode())
    assert "serviceaccount" not in cause.text
    assert "serviceaccount" in cause.detail


def test_answers_without_words_have_one_too() -> None:
    assert cause_of_refusal(403, "Forbidden").reason == "hub-not-allowed"
    assert cause_of_refusal(None, "Cannot connect to host").reason == "cluster-unavailable"
    assert cause_of_refusal(502, b"<html>").reason == "cluster-unavailable"
    assert cause_of_refusal(500, "[]").reason == "cluster-unavailable"
