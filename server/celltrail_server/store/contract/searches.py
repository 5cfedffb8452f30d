"""What a search asks for."""

from dataclasses import dataclass, replace

from celltrail_server.store.records import Lifecycle


@dataclass(frozen=True, slots=True)
class Search:
    """A search in the language of `celltrail_server.search`.

    experiment_ids: where runs are searched (None: in all that the caller's lists show); of no
    meaning for other things. page_token: of the page before; it is good for the same search only.
    """

    filter: str = ""
    order_by: tuple[str, ...] = ()
    stages: tuple[Lifecycle, ...] = ("active",)
    max_results: int = 1000
    page_token: str | None = None
    experiment_ids: tuple[str, ...] | None = ()

    @property
    def question(self) -> "Search":
        """The search without what may differ from page to page."""
        return replace(self, page_token=None, max_results=0)
