"""Files of runs."""

import pytest

from celltrail.errors import InvalidError
from celltrail_server.store.contract import Store
from celltrail_server.store.records import Artifact
from tests.server.contract.base import ADA, BOB, start
from tests.server.recording import T0, sha256_of


class ArtifactContract:
    async def test_a_file_under_the_same_path_is_replaced(self, store: Store) -> None:
        run_id = await start(store)
        for data in (b"one", b"three"):
            await store.add_blob(ADA, sha256_of(data), len(data))
            artifact = Artifact("a.txt", sha256_of(data), len(data), "text/plain", T0)
            await store.log_artifact(ADA, run_id, artifact)
        [found] = await store.list_artifacts(ADA, run_id)
        assert (found.sha256, found.size_bytes) == (sha256_of(b"three"), 5)

    async def test_knowing_a_hash_does_not_open_anothers_file(self, store: Store) -> None:
        await store.add_blob(BOB, sha256_of(b"secret"), 6)
        run_id = await start(store)
        stolen = Artifact("a.txt", sha256_of(b"secret"), 6, "text/plain", T0)
        with pytest.raises(InvalidError, match="no blob"):
            await store.log_artifact(ADA, run_id, stolen)
        assert await store.blob_size(ADA, sha256_of(b"secret")) is None

    async def test_removing_a_folder_leaves_its_namesakes(self, store: Store) -> None:
        run_id = await start(store)
        await store.add_blob(ADA, sha256_of(b""), 0)
        for path in ("a/x", "a/b/y", "ab", "a%/x", "a_"):
            artifact = Artifact(path, sha256_of(b""), 0, "text/plain", T0)
            await store.log_artifact(ADA, run_id, artifact)
        await store.remove_artifacts(ADA, run_id, "a")
        left = [one.path for one in await store.list_artifacts(ADA, run_id)]
        assert left == ["a%/x", "a_", "ab"]
