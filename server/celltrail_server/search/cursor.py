"""A place among the tokens of a filter, which moves on as they are taken."""

from celltrail.errors import InvalidError
from celltrail_server.search.tokens import Token, mistake, tokenize


class Cursor:
    """The tokens of a text, and the next one of them; raises `InvalidError` if it has no such."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens = tokenize(text)
        self._place = 0

    @property
    def next(self) -> Token:
        """The next token; at the end it is `end` for ever."""
        return self._tokens[self._place]

    @property
    def second(self) -> Token:
        """The token after the next one."""
        return self._tokens[min(self._place + 1, len(self._tokens) - 1)]

    def take(self) -> Token:
        """Return the next token and move on."""
        token = self.next
        self._place = min(self._place + 1, len(self._tokens) - 1)
        return token

    @property
    def is_at_end(self) -> bool:
        """Whether all tokens are taken."""
        return self.next.kind == "end"

    def is_next(self, mark: str) -> bool:
        """Whether that mark comes next."""
        return self.next.kind == "mark" and self.next.text == mark

    def takes(self, text: str) -> bool:
        """Whether that mark or keyword comes next; it is taken then."""
        found = self.is_next(text) or self.next.word == text
        if found:
            self.take()
        return found

    def require(self, text: str, wanted: str) -> None:
        """Take that mark or keyword; raises `InvalidError` if it does not come."""
        if not self.takes(text):
            raise self.unexpected(wanted)

    def unexpected(self, wanted: str) -> InvalidError:
        """Return the error that the next token is not what is wanted, as MLflow begins it."""
        found = f"'{self.next.text[:100]}'" if self.next.text else "the end"
        return self.mistake(
            f"Invalid clause(s) in filter string: {found} stands where {wanted} is wanted"
        )

    def mistake(self, message: str, column: int | None = None) -> InvalidError:
        """Return the error with this message, which points at a column or at the next token."""
        return mistake(self.text, self.next.column if column is None else column, message)
