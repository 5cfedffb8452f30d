"""`python -m celltrail_lab.previewing`: makes previews of pipelines, one for each line of input.

A process of its own, because compilers of pipelines are heavy, patch what they import and can
hang: the Jupyter server stays small and alive. It ends with its input, so with the Jupyter server,
or when it has had nothing to do for a while. `previewer` is the other side.

Input lines are {"notebook", "target", "filename"}, output lines {"status", "body"}.
"""

import json
import signal
import sys
from pathlib import Path
from typing import IO, Any

from celltrail.errors import CelltrailError
from celltrail_lab.previews import preview

IDLE_SECONDS = 10 * 60


def main() -> None:
    """Answer line for line until the input ends."""
    answers = sys.stdout
    sys.stdout = sys.stderr  # whatever a compiler prints is no answer
    signal.alarm(IDLE_SECONDS)  # nothing handles it: it ends the process
    for line in sys.stdin:
        signal.alarm(0)
        _write(answers, _answer(json.loads(line)))
        signal.alarm(IDLE_SECONDS)


def _write(answers: IO[str], answer: dict[str, Any]) -> None:
    print(json.dumps(answer), file=answers, flush=True)


def _answer(question: dict[str, str]) -> dict[str, Any]:
    try:
        body = make_preview(Path(question["notebook"]), question["target"], question["filename"])
    except CelltrailError as error:
        body = {"error_code": error.code, "message": str(error)}
        return {"status": error.status, "body": body}
    return {"status": 200, "body": body}


def make_preview(notebook: Path, target: str, filename: str) -> dict[str, Any]:
    """Return the pipeline of `notebook` as the export dialog shows it.

    Raises InvalidError if the notebook cannot be read or `target` is unknown.
    """
    from celltrail_pipelines.building import build_pipeline
    from celltrail_pipelines.exporters import load_exporter
    from celltrail_pipelines.notebook import read_notebook

    exporter = load_exporter(target)
    pipeline = build_pipeline(read_notebook(notebook))
    text = "" if pipeline.errors else exporter(pipeline)
    return preview(pipeline, text, filename)


if __name__ == "__main__":
    main()
