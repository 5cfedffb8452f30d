"""What a search asks for."""

from dataclasses import dataclass

from celltrail_server.store.records import Lifecycle


@dataclass(frozen=True, slots=True)
class Search:
    """A search in MLflow's language: runs of `experiment_ids`, or experiments (no ids)."""

    filter: str = ""
    order_by: tuple[str, ...] = ()
    stages: tuple[Lifecycle, ...] = ("active",)
    max_results: int = 1000
    page_token: str | None = None
    experiment_ids: tuple[str, ...] = ()
