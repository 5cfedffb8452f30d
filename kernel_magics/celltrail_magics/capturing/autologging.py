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

    @guarded("turning on mlflow.autolog")
    def below(self, run_id: str) -> None:
        """What is logged from now on belongs to this run."""
        if run_id != self._run_id:
            self._run_id = run_id
            if self._is_on:
                self._autolog(sys.modules["mlflow"])

    def pause(self) -> None:
        """Log nothing until `below` is called again."""
        self._run_id = None
        if self._is_on:
            self._autolog(sys.modules["mlflow"], disable=True)

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
        from mlflow.utils.autologging_utils import AUTOLOGGING_INTEGRATIONS

        if not must_report_to_us and not mlflow.is_tracking_uri_set():  # type: ignore[no-untyped-call]
            mlflow.set_tracking_uri(ensure_server(current_session().settings).url)
        is_configured = any(AUTOLOGGING_INTEGRATIONS.values())
        if is_configured or (must_report_to_us and not reports_to_us()):
            return
        # After each fit MLflow would print an address of its user interface, which is not there.
        os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
        self._autolog(mlflow)
        self._is_on = True

    def _turn_off(self) -> None:
        self._is_decided = False
        if self._is_on:
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
