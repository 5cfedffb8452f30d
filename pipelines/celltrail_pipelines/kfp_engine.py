"""Program: runs a compiled pipeline with `kfp.local` in this process and its children.

`python -m celltrail_pipelines.kfp_engine FILE ROOT`, with the parameters as JSON on standard input.
It is a process of its own because kfp sets up logging, warnings and modules for all of it.
"""

import json
import signal
import sys


def main(file: str, root: str) -> None:
    """Run the pipeline in `file`, keeping artifacts below `root`; raises RuntimeError."""
    # A stop is meant for the step; kfp must go on reading what that prints until it has ended.
    signal.signal(signal.SIGTERM, lambda *_: None)
    parameters = json.load(sys.stdin)
    from kfp import components, local  # type: ignore[import-untyped]

    runner = local.SubprocessRunner(use_venv=False)
    local.init(runner, pipeline_root=root, raise_on_error=True)
    components.load_component_from_file(file)(**parameters)


if __name__ == "__main__":
    main(*sys.argv[1:])
