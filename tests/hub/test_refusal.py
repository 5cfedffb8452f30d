"""What the user reads of a start that is refused, and what only the log has."""

from typing import Any

from jupyterhub.utils import format_exception

from celltrail_hub.refusal import refusal


def test_the_user_reads_the_message_and_nothing_of_the_log() -> None:
    text, html = format_exception(refusal("No.", "quota", 429, "alice's secret"))
    assert (text, html) == ("No.", None)


def test_words_of_a_server_are_one_line_of_the_log() -> None:
    error: Any = refusal("Ended.", "server-crashed", 503, "Ended.\n[I] root logged in\r\x1b[2J")
    assert error.log_message == "Ended. [I] root logged in \\x1b[2J"


def test_words_of_a_server_are_no_html() -> None:
    error = refusal("<script>", "server-crashed", 503, again_url='/hub/spawn/a"b')
    assert format_exception(error)[1] == (
        'Not started. &lt;script&gt; <a href="/hub/spawn/a&quot;b">Choose again</a>'
    )
