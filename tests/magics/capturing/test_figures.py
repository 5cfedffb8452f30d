import base64
import json

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


def test_secrets_that_can_be_read_in_a_figure_are_masked() -> None:
    token = "ghp_" + "x7Q2" * 9
    svg = f"<svg><text>password=hunter2</text><!-- {token} --><image href='data:{token}'/></svg>"
    [drawn] = figure_files({"image/svg+xml": svg})
    assert drawn.content.decode() == (
        f"<svg><text>password=***</text><!-- *** --><image href='data:{token}'/></svg>"
    )
    figure = {
        "data": [{"text": ["a", f"is {token}"], "x": {"bdata": token}, "y": [1, 2.5, None]}],
        "values": [{"password": "hunter2", "n": 1}],
        "title": "password=hunter2",
        "href": f"data:{token}",
    }
    [file] = figure_files({PLOTLY: figure})
    assert json.loads(file.content) == {
        "data": [{"text": ["a", "is ***"], "x": {"bdata": token}, "y": [1, 2.5, None]}],
        "values": [{"password": "***", "n": 1}],
        "title": "password=***",
        "href": f"data:{token}",
    }
