"""What both pages of usage do alike: the days that are asked for, and the answer as a file."""

from datetime import UTC, datetime

from jupyterhub.handlers import BaseHandler  # type: ignore[import-untyped] # noqa: TID253

from celltrail_hub.usage.sums import Span, span_of


class DaysHandler(BaseHandler):  # type: ignore[misc]
    """A handler for `?from=DAY&to=DAY`, with `&format=csv` as a file."""

    def days(self) -> Span:
        """Return the days asked for; of this month where none is. Raises InvalidError."""
        first, last = self.get_argument("from", ""), self.get_argument("to", "")
        return span_of(first, last, datetime.now(UTC).date())

    @property
    def wants_csv(self) -> bool:
        """Whether a file is asked for."""
        return bool(self.get_argument("format", "") == "csv")

    def write_csv(self, what: str, days: Span, text: str) -> None:
        """Answer with a file that is named by what it tells of and the days."""
        self.set_header("Content-Type", "text/csv; charset=utf-8")
        self.set_header("X-Content-Type-Options", "nosniff")
        name = f"{what}-{days.first}-{days.last}.csv"
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.finish(text)
