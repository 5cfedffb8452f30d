import pytest

from celltrail.errors import InvalidError
from celltrail_magics.grammar import (
    Command,
    Explain,
    Help,
    Record,
    Start,
    Status,
    Stop,
    parse_directive,
    parse_line,
)


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("", Help()),
        ("  ", Help()),
        ("help", Help()),
        ("start", Start(None, None, {})),
        ("start mlp", Start("mlp", None, {})),
        ("start 'two words' --experiment digits", Start("two words", "digits", {})),
        ("start mlp --tag a=1 --tag 'b=x y'", Start("mlp", None, {"a": "1", "b": "x y"})),
        ("start --experiment e", Start(None, "e", {})),
        ("stop", Stop()),
        ("status ", Status()),
        ("explain acc", Explain("acc")),
        ("params lr batch", Record({"lr": "lr", "batch": "batch"}, {})),
        ("params lr=0.1", Record({"lr": "0.1"}, {})),
        ("log acc=0.93 loss=h['x'] n", Record({}, {"acc": "0.93", "loss": "h['x']", "n": "n"})),
        (
            "log errors=int((a != b).sum()) best=max([1, 2])",
            Record({}, {"errors": "int((a != b).sum())", "best": "max([1, 2])"}),
        ),
    ],
)
def test_track_understands(line: str, command: Command) -> None:
    assert parse_line(line) == command


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("strat mlp", "there is no %track strat; did you mean start?"),
        ("xyz", "there is no %track xyz; %track help says what there is"),
        ("start a b", "%track start does not know 'b'"),
        ("start a --experimnt e", "%track start does not know '--experimnt'; did you mean --exp"),
        ("start a --experiment", "%track start: argument --experiment: expected one argument"),
        ("start a --tag b", "'b' is no name=value: --tag k=v"),
        ("start 'a", "cannot be read: No closing quotation"),
        ("stop it", "%track stop takes nothing more, but there is 'it'"),
        ("params", "there is nothing to record: %track params lr batch_size"),
        ("log", "there is nothing to record: %track log acc=0.93"),
        ("log acc=", "'acc=' is no name=value"),
        ("start --help", "%track start does not know '--help'"),
    ],
)
def test_track_says_what_is_wrong(line: str, said: str) -> None:
    with pytest.raises(InvalidError) as caught:
        parse_line(line)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("line", "record"),
    [
        ("--metrics acc,loss", Record({}, {"acc": "acc", "loss": "loss"})),
        ("--metrics acc, loss", Record({}, {"acc": "acc", "loss": "loss"})),
        ("--metrics acc loss --params lr", Record({"lr": "lr"}, {"acc": "acc", "loss": "loss"})),
        ("--params model.alpha", Record({"model.alpha": "model.alpha"}, {})),
    ],
)
def test_the_cell_magic_understands(line: str, record: Record) -> None:
    assert parse_directive(line) == record


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "%%track names nothing to record"),
        ("--metrcs acc", "%%track does not know '--metrcs'; did you mean --metrics?"),
        ("acc", "%%track does not know 'acc'"),
        ("--metrics", "%%track: argument --metrics: expected at least one argument"),
    ],
)
def test_the_cell_magic_says_what_is_wrong(line: str, said: str) -> None:
    with pytest.raises(InvalidError) as caught:
        parse_directive(line)
    assert said in str(caught.value)
