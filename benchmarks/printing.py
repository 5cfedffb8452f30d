"""What recording adds to a cell that prints a lot: a loop of prints in a real kernel.

Recording on and off alternate in one kernel. The time is that of the loop itself, in the kernel.
IPython's memory of outputs is emptied in between, as it would make each loop slower than the last.

    python -m benchmarks.printing [LINES]
"""

import os
import statistics
import sys
import tempfile

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

LINES = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
ROUNDS = 4
BAR = 1.03

LOOP = """\
import time; start = time.process_time()
for i in range({lines}): print(i)
took = time.process_time() - start
"""
AWAIT = "import asyncio; await asyncio.sleep(0)\n"
EMPTY = "get_ipython().history_manager.outputs.clear(); import gc; gc.collect()"
TELL = "import sys; print(took, file=sys.stderr)"


def run(client: BlockingKernelClient, source: str) -> str:
    """Run a cell and return what it has written to standard error."""
    message_id = client.execute(source)
    errors = ""
    while True:
        message = client.get_iopub_msg(timeout=300)
        if message["parent_header"].get("msg_id") != message_id:
            continue
        content = message["content"]
        if message["msg_type"] == "stream" and content["name"] == "stderr":
            errors += content["text"]
        if message["msg_type"] == "status" and content["execution_state"] == "idle":
            client.get_shell_msg(timeout=60)
            return errors


def seconds(client: BlockingKernelClient, loop: str) -> float:
    """Return the CPU time of one loop."""
    run(client, EMPTY)
    run(client, loop)
    return float(run(client, TELL).split()[-1])


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        env = {"CELLTRAIL_HOME": folder, "CELLTRAIL_URL": "http://127.0.0.1:9"}
        env["IPYTHONDIR"] = f"{folder}/ipython"
        manager, client = start_new_kernel(env=os.environ | env)
        print(f"{LINES} lines, CPU s{'off':>8}{'on':>8}{'ratio':>8}   (bar: at most {BAR})")
        for name, extra in (
            ("a loop", ""),
            ("with await", "import asyncio\nawait asyncio.sleep(0)\n"),
        ):
            loop = extra + LOOP.format(lines=LINES)
            off, on = [], []
            for _ in range(ROUNDS):
                off.append(seconds(client, loop))
                run(client, "%load_ext celltrail")
                on.append(seconds(client, loop))
                run(client, "%unload_ext celltrail")
            ratios = statistics.median(a / b for a, b in zip(on, off, strict=True))
            print(f"{name:<16}{min(off):>8.2f}{min(on):>8.2f}{ratios:>8.3f}")
        client.stop_channels()
        manager.shutdown_kernel(now=True)


if __name__ == "__main__":
    main()
