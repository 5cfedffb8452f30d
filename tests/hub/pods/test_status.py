"""Pods' states, as a kubelet with containerd, CRI-O or Docker's registry words them."""

import pytest

from celltrail_hub.pods.causes import Cause
from celltrail_hub.pods.status import cause_of_absence, cause_of_pod, scaling_said
from tests.hub.pods.saying import Json, event, pod, terminated, true, unschedulable, waiting

SCHEDULED = true("PodScheduled")
READY = true("PodReadyToStartContainers")


def cause_of(container: Json, *events: Json) -> Cause | None:
    return cause_of_pod(pod(SCHEDULED, READY, container=container), list(events), [])


@pytest.mark.parametrize(
    ("container", "reason", "message"),
    [
        (
            waiting(
                "ErrImagePull",
                'failed to pull and unpack image "example.org/a:1": failed to resolve reference'
                ' "example.org/a:1": example.org/a:1: not found',
            ),
            "image-missing", "There is no image example.org/a:1.",
        ),
        (
            waiting(
                "ImagePullBackOff",
                'Back-off pulling image "example.org/a:1": ErrImagePull: reading manifest 1 in'
                " example.org/a: manifest unknown",
            ),
            "image-missing", "There is no image example.org/a:1.",
        ),
        (
            waiting(
                "ErrImagePull",
                "pull access denied, repository does not exist or may require authorization:"
                " server message: insufficient_scope: authorization failed",
            ),
            "image-denied", "There is no image example.org/a:1, or the cluster may not have it.",
        ),
        (
            waiting("ErrImagePull", 'failed to do request: Head "…": dial tcp: i/o timeout'),
            "image-unreachable", "The registry of the image example.org/a:1 does not answer.",
        ),
        (
            waiting("ErrImageNeverPull", "is not present with pull policy of Never"),
            "image-missing", "There is no image example.org/a:1 on the node.",
        ),
        (waiting("InvalidImageName"), "image-missing", "example.org/a:1 is no name of an image."),
        (
            waiting("CreateContainerConfigError", 'secret "key" not found'),
            "container-refused", 'The container cannot be made: secret "key" not found.',
        ),
        (
            waiting(
                "RunContainerError",
                'unable to start container process: exec: "/a": stat /a: no such file or directory',
            ),
            "command-missing", "The image cannot run /a.",
        ),
        (
            waiting(
                "CrashLoopBackOff", restartCount=1,
                lastState=terminated(1, message="Traceback:\n  x\nImportError: jupyterhub\n"),
            ),
            "server-crashed",
            "Your server ended with exit code 1. Its last words: Traceback: / x /"
            " ImportError: jupyterhub.",
        ),
        (
            {"state": terminated(137, "OOMKilled")},
            "out-of-memory", "Your server needs more memory than it may have.",
        ),
        (
            {"state": {"running": {}}, "restartCount": 2, "lastState": terminated(3)},
            "server-crashed", "Your server ended with exit code 3.",
        ),
    ],
)  # fmt: skip
def test_what_a_container_waits_for_has_a_cause(container: Json, reason: str, message: str) -> None:
    cause = cause_of(container)
    assert cause is not None
    assert (cause.reason, cause.message) == (reason, message)


@pytest.mark.parametrize(
    "container",
    [
        waiting("ContainerCreating"),
        waiting("PodInitializing"),
        {"state": {"running": {}}, "restartCount": 1, "lastState": terminated(1)},  # second try
    ],
)
def test_what_may_yet_succeed_has_none(container: Json) -> None:
    assert cause_of(container) is None


def test_an_image_that_is_pulled_again_later_keeps_the_words_of_the_failure() -> None:
    failed = event("Failed", 'Failed to pull image "example.org/a:1": manifest unknown')
    said = waiting("ImagePullBackOff", 'Back-off pulling image "example.org/a:1"')
    cause = cause_of(said, failed, event("BackOff"))
    assert cause is not None
    assert cause.reason == "image-missing"


def test_a_server_that_ends_by_itself_has_ended() -> None:
    ended = pod(
        SCHEDULED, READY, container={"state": terminated(0, "Completed")}, phase="Succeeded"
    )
    assert cause_of_pod(ended, [], []) == Cause(
        "server-ended", "Your server ended as soon as it had started."
    )


def test_a_volume_that_cannot_be_made_is_told_in_the_provisioners_words() -> None:
    waits = pod(unschedulable("0/1 nodes are available: pod has unbound immediate Persistent…"))
    claim = [
        event("ExternalProvisioning", "Waiting", "Normal"),
        event("ProvisioningFailed", 'storageclass "fast" not found'),
    ]
    cause = cause_of_pod(waits, [], claim)
    assert cause is not None
    assert cause.reason == "volume-refused"
    assert 'storageclass "fast" not found' in cause.message


def test_a_claim_that_waits_for_its_first_pod_tells_its_failure_too() -> None:
    cause = cause_of_pod(pod(), [], [event("ProvisioningFailed", "no space")])
    assert cause is not None
    assert cause.reason == "volume-refused"


def test_a_pod_that_others_make_room_for_waits() -> None:
    said = unschedulable("0/1 nodes are available: 1 Insufficient cpu.")
    assert cause_of_pod(pod(said, nominatedNodeName="node-1"), [], []) is None


@pytest.mark.parametrize(
    ("failed", "reason"),
    [
        (event("FailedMount", 'SetUp failed: secret "key" not found'), "volume-missing"),
        (event("FailedAttachVolume", 'Multi-Attach error for volume "pvc-1"'), "volume-elsewhere"),
        (event("FailedMount", "Unable to mount volumes: timed out"), "volume-not-mounted"),
        (event("FailedCreatePodSandBox", "cni: no addresses left"), "network-not-ready"),
        (event("FailedCreatePodSandBox", "container init was OOM-killed"), "out-of-memory"),
        (event("NodeNotReady", "Node is not ready"), "node-unreachable"),
    ],
)  # fmt: skip
def test_what_a_node_cannot_prepare_has_a_cause(failed: Json, reason: str) -> None:
    cause = cause_of_pod(pod(SCHEDULED), [failed], [])
    assert cause is not None
    assert cause.reason == reason


def test_a_mount_that_failed_before_it_succeeded_is_no_cause() -> None:
    assert cause_of_pod(pod(SCHEDULED, READY), [event("FailedMount", "timed out")], []) is None


@pytest.mark.parametrize(
    ("disrupted", "reason"),
    [
        (pod(true("DisruptionTarget", reason="DeletionByTaintManager")), "node-gone"),
        (pod(true("DisruptionTarget", reason="DeletionByPodGC")), "node-gone"),
        (pod(true("DisruptionTarget", reason="PreemptionByScheduler")), "preempted"),
        (pod(phase="Failed", reason="Evicted", message="low on memory"), "evicted"),
        (pod(phase="Failed", reason="UnexpectedAdmissionError"), "evicted"),
        (pod(phase="Failed", reason="NodeLost"), "node-gone"),
        (pod(), "pod-deleted"),
    ],
)
def test_a_pod_that_is_gone_went_for_the_reason_that_it_had_last(
    disrupted: Json, reason: str
) -> None:
    assert cause_of_absence(disrupted).reason == reason


def test_the_last_word_of_an_autoscaler_counts() -> None:
    assert scaling_said([event("FailedScheduling")]) is None
    refused, agreed = event("NotTriggerScaleUp"), event("TriggeredScaleUp")
    assert scaling_said([refused]) is False
    assert scaling_said([refused, agreed]) is True
    assert scaling_said([event("Nominated")]) is True
