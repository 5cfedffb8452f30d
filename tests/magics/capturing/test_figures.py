import base64

from celltrail_magics.capturing.figures import MAX_BYTES, File, figure_files

PNG = b"\x89PNG\r\n\x1a\nimage"
PLOTLY = "application/vnd.plotly.v1+json"


def test_an_image_is_kept_as_bytes_whether_it_came_as_bytes_or_text() -> None:
    kept = [File("png", "image/png", PNG)]
    assert figure_files({"image/png": PNG, "text/plain": "<Figure>"}) == kept
    assert figure_files({"image/png": base64.b64encode(PNG).decode()}) == kept
    assert figure_files({"image/svg+xml": "<svg/>"}) == [File("svg", "image/svg+xml", b"<svg/>")]


def test_a_specification_is_kept_beside_its_image() -> None:
    bundle = {PLOTLY: {"data": [], "layout": {}}, "image/png": PNG, "text/html": "<script>"}
    assert [(file.ending, file.media_type) for file in figure_files(bundle)] == [
        ("png", "image/png"),
        ("json", PLOTLY),
    ]
    assert figure_files({"application/vnd.vegalite.v5+json": {"mark": "bar"}})[0].content == (
        b'{"mark":"bar"}'
    )


def test_html_what_is_damaged_and_what_is_huge_is_not_kept() -> None:
    for bundle in (
        {"text/html": "<b>"},
        {"image/png": "no base64!"},
        {"image/png": 3},
        {"image/png": b"x" * (MAX_BYTES + 1)},
        {PLOTLY: {"data": object()}},
        {"application/vnd.jupyter.widget-view+json": {"model_id": "a"}},
    ):
        assert figure_files(bundle) == []
