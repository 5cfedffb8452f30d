"""Artifacts: the proxy's upload, download, list, removal, and the lists of runs."""

from tests.compat.replay import Step, get, post

MISSING = "0" * 32
PROXY = "/api/2.0/mlflow-artifacts/artifacts"
ROOT = f"{PROXY}/$home/$run/artifacts"


def _put(path: str, content: bytes = b"hello") -> Step:
    headers = {"Content-Type": "application/octet-stream"}
    return Step("PUT", path, content=content, headers=headers)


def _delete(path: str) -> Step:
    return Step("DELETE", path, content=b"")


MOVING = [
    post("experiments/create", {"name": "artifacts"}, home="experiment_id"),
    post("runs/create", {"experiment_id": "$home", "run_name": "files", "start_time": 1},
         run="run.info.run_id"),
    get("artifacts/list", {"run_id": "$run"}),
    _put(f"{ROOT}/a.txt"),
    _put(f"{ROOT}/folder/b.json", b'{"b": [1, 2]}'),
    _put(f"{ROOT}/folder/deep/c.bin", bytes(range(256))),
    _put(f"{ROOT}/folder/empty", b""),
    _put(f"{ROOT}/näme ☃.txt", b"snow"),
    _put(f"{ROOT}/with%20space.txt", b"space"),
    _put(f"{ROOT}/a.txt", b"changed"),
    *(get(f"{ROOT}/{path}") for path in (
        "a.txt", "folder/b.json", "folder/empty", "näme ☃.txt", "with%20space.txt", "none.txt",
        "folder/none", "none/a.txt")),
]  # fmt: skip

LISTING = [
    *(get("artifacts/list", {"run_id": "$run"} | query) for query in (
        {}, {"path": ""}, {"path": "folder"}, {"path": "folder/deep"}, {"path": "folder/"},
        {"path": "none"}, {"path": "a.txt"}, {"path": ".."}, {"path": "../x"}, {"path": "/etc"},
        {"path": "a/../../b"}, {"path": "folder/../folder"}, {"path": "./folder"},
        {"path": "%2e%2e"}, {"path": "file:///etc"}, {"path": "C:\\x"})),
    get("artifacts/list", {"run_uuid": "$run"}),
    get("artifacts/list", {"run_id": MISSING}),
    get("artifacts/list", {"run_id": "abc"}),
    get("artifacts/list", {"run_id": ""}),
    get("artifacts/list"),
    *(get(PROXY, {"path": f"$home/$run/artifacts{one}"})
      for one in ("", "/folder", "/folder/deep", "/none", "/../../x")),
]  # fmt: skip

REFUSED = [
    _put(f"{ROOT}/%2e%2e/%2e%2e/x.txt"),
    _put(f"{ROOT}/..%2f..%2fx.txt"),
    get(f"{ROOT}/%2e%2e/%2e%2e/%2e%2e/x.txt"),
    get(f"{ROOT}/..%2f..%2f..%2fx.txt"),
    _delete(f"{ROOT}/..%2f..%2fx.txt"),
]

REMOVING = [
    _delete(f"{ROOT}/a.txt"),
    get(f"{ROOT}/a.txt"),
    _delete(f"{ROOT}/a.txt"),
    _delete(f"{ROOT}/folder/deep"),
    get("artifacts/list", {"run_id": "$run", "path": "folder"}),
    _delete(f"{ROOT}/folder"),
    get("artifacts/list", {"run_id": "$run"}),
]

STEPS = [*MOVING, *LISTING, *REFUSED, *REMOVING]
