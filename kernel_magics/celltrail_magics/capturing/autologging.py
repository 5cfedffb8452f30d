"""`mlflow.autolog` for the fits of a notebook, each a run of its own below the notebook's run.

Importing mlflow takes seconds, so that by default nothing is done before the notebook has imported
it. Then the user's own configuration, tracking server and active runs come first.
"""

import os
import sys
from typing import Any

from celltrail.embedded import ensure_server
from celltrail.mlflow_headers import reports_to_us
from celltrail.notices import guarded
from celltrail.session import current_session

# What mlflow.autolog patches besides training: clients of language models, and Spark.
_EXCLUDED = [
    "ag2", "agno", "anthropic", "autogen", "bedrock", "crewai", "dspy", "gemini", "groq",
    "haystack", "langchain", "litellm", "llama_index", "mistral", "openai", "pydantic_ai",
    "pyspark.ml", "smolagents", "spark", "strands", "transformers", "typesafe",
]  # fmt: skip


class Autologging:
    """Whether autologging is on in this process, and below which run it logs."""

    def __init__(self) -> None:
        self._is_decided = False
        self._is_on = False
        self._run_id: str | None = None
        self._configuration: object = None
        """What MLflow keeps of our last call; another object once the user has called it."""

    @guarded("turning on mlflow.autolog")
    def below(self, run_id: str) -> None:
        """What is logged from now on belongs to this run."""
        has_moved, self._run_id = run_id != self._run_id, run_id
        if self._is_ours() and (_take_up_lightning() or has_moved):
            self._autolog(sys.modules["mlflow"])

    @guarded("turning off mlflow.autolog")
    def pause(self) -> None:
        """Log nothing until `below` is called again."""
        self._run_id = None
        if self._is_ours():
            self._autolog(sys.modules["mlflow"], disable=True)

    def _is_ours(self) -> bool:
        """Whether autologging is as it was turned on here, and not as the user wants it since."""
        if self._is_on and _integrations().get("mlflow") is not self._configuration:
            self._is_on = False
        return self._is_on

    @guarded("turning on mlflow.autolog")
    def follow(self, wanted: str) -> None:
        """Turn autologging on or off after a cell, as the setting `CellCapture.autolog` wants."""
        if wanted == "never":
            self._turn_off()
        elif not self._is_decided and (wanted == "always" or "mlflow" in sys.modules):
            self._is_decided = True
            self._turn_on(must_report_to_us=wanted != "always")

    def _turn_on(self, *, must_report_to_us: bool) -> None:
        import mlflow

        if not must_report_to_us and not mlflow.is_tracking_uri_set():  # type: ignore[no-untyped-call]
            mlflow.set_tracking_uri(ensure_server(current_session().settings).url)
        is_configured = any(_integrations().values())
        if is_configured or (must_report_to_us and not reports_to_us()):
            return
        # After each fit MLflow would print an address of its user interface, which is not there.
        os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
        self._autolog(mlflow)
        self._is_on = True

    def _turn_off(self) -> None:
        self._is_decided = False
        if self._is_ours():
            self._is_on = False
            self._autolog(sys.modules["mlflow"], disable=True)

    def _autolog(self, mlflow: Any, *, disable: bool = False) -> None:
        mlflow.autolog(
            disable=disable,
            exclusive=True,  # not into runs that the user begins
            silent=True,
            log_models=False,
            log_datasets=False,
            log_input_examples=False,
            log_model_signatures=False,
            log_traces=False,
            exclude_flavors=_EXCLUDED,
            extra_tags={"mlflow.parentRunId": self._run_id},
        )
        self._configuration = _integrations().get("mlflow")


def _take_up_lightning() -> bool:
    """Whether the set-up for Lightning is to be done again, which the next call then does.

    MLflow 3.17 imports it in a circle if torch is imported after `mlflow.autolog` was called: it
    fails, and what it leaves looks like a configuration of the user's.
    """
    configuration = _integrations().get("pytorch")
    if not configuration or "globally_configured" in configuration:
        return False
    has_failed = "mlflow.parentRunId" in (configuration.get("extra_tags") or {})
    if has_failed:
        configuration["globally_configured"] = True
    return has_failed


def _integrations() -> dict[str, dict[str, Any]]:
    """Return how autologging of each library is configured."""
    from mlflow.utils.autologging_utils import AUTOLOGGING_INTEGRATIONS

    found: dict[str, dict[str, Any]] = AUTOLOGGING_INTEGRATIONS
    return found
