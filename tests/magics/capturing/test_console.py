from celltrail_magics.capturing.console import TAIL_CHARACTERS, Tail, tail


def test_a_text_is_kept_as_it_is_shown() -> None:
    shown = "\x1b[31mred\x1b[0m\r\n 10%|#   |\r 99%|### |\r100%|####|\nend"
    assert tail(shown, is_cut=False) == Tail("red\n100%|####|\nend", False)


def test_only_the_end_of_a_long_text_is_kept() -> None:
    text = "\n".join(str(number) for number in range(10_000))
    kept = tail(text, is_cut=False)
    assert kept.is_cut
    assert len(kept.text) == TAIL_CHARACTERS
    assert text.endswith(kept.text)


def test_a_secret_is_masked_also_where_the_text_is_cut() -> None:
    token = "ghp_" + "x7Q2" * 9
    kept = tail(f"password=hunter2 {token}" + "." * (TAIL_CHARACTERS - 10), is_cut=False)
    assert "x7Q2" not in kept.text
    assert tail("password=hunter2", is_cut=False) == Tail("password=***", False)
