"""What is told of a start to all who look at it: now, later or again."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

Message = dict[str, Any]


class Telling:
    """The messages of one start; each that follows it gets all of them, then each new one."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Forget what was told of an earlier start."""
        self._messages: list[Message] = []
        self._changed = asyncio.Event()
        self._ended = False
        self._percent = 0

    def tell(self, message: Message) -> None:
        """Add a message, unless it was told already; no stage goes back behind one that was."""
        percent = message.get("progress", self._percent)
        if message not in self._messages and percent >= self._percent:
            self._percent = percent
            self._messages.append(message)
            self._wake()

    def last_text(self) -> str:
        """Return the newest message's text."""
        return self._messages[-1]["message"] if self._messages else "nothing was heard of it"

    def end(self) -> None:
        """Let everybody go: nothing more comes."""
        self._ended = True
        self._wake()

    async def follow(self) -> AsyncIterator[Message]:
        """Yield all messages until the end."""
        seen = 0
        while True:
            changed = self._changed
            for message in self._messages[seen:]:
                seen += 1
                yield message
            if self._ended:
                return
            await changed.wait()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
