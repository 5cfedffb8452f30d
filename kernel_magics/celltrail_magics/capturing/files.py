"""Files of a run that are captured: their bytes into the spool, and the event that names them."""

import io

from celltrail.events import ArtifactLogged, now_ms
from celltrail.recorder import Recorder


def keep_file(
    recorder: Recorder,
    run_id: str,
    execution_id: str | None,
    path: str,
    content: bytes,
    media_type: str,
) -> None:
    """Record `content` as the artifact `path`, made by a cell run; raises OSError."""
    blob = recorder.keep_blob(io.BytesIO(content))
    if blob is not None:
        recorder.record(
            ArtifactLogged(
                run_id, path, blob.sha256, blob.size_bytes, now_ms(), media_type, execution_id
            )
        )
