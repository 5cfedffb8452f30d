"""What users call: `celltrail.log(loss=…)` and its kin, on the session of this process.

Wrong use and failures are said in one line and never raised: a training that runs for hours does
not die of its bookkeeping. (Questions to the server, which do raise, are in `queries.py`.)
"""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from celltrail.errors import InvalidError
from celltrail.figures import media_type, render
from celltrail.notices import guarded, notice, notice_failure, notice_once
from celltrail.run import Run
from celltrail.session import current_session
from celltrail.values import artifact_path, as_number, as_step, as_text


def start_run(
    name: str | None = None,
    experiment: str | None = None,
    tags: Mapping[str, object] | None = None,
) -> Run:
    """Begin a run and return it; `with start_run("mlp"):` also ends it.

    A run that began by itself, since something was recorded already, becomes this one.
    """
    return current_session().start_run(name, experiment, as_text(tags or {}))


def end_run(status: Literal["FINISHED", "FAILED", "KILLED"] = "FINISHED") -> None:
    """End the run; what is recorded afterwards begins another one."""
    current_session().end_run(status)


def active_run() -> Run | None:
    """Return the run that is being recorded, if one has begun."""
    return current_session().run


def log(step: int | None = None, **metrics: Any) -> None:
    """Record one point of each named metric: `log(loss=0.3, acc=0.9)`.

    Values are numbers, also of numpy, torch or JAX. Without `step` each metric counts its own
    points, from 0. Takes microseconds; what is no number is said once and left out.
    """
    # Not wrapped in `guarded`, and without a call for each float: this is the inside of loops.
    try:
        for value in metrics.values():
            if type(value) is not float:
                metrics = _numbers(metrics)
                break
        if step is not None and type(step) is not int:
            step = _step(step)
        current_session().log_metrics(metrics, step)
    except Exception as error:
        notice_failure("log", error)


def _numbers(metrics: Mapping[str, Any]) -> dict[str, float]:
    numbers: dict[str, float] = {}
    for key, value in metrics.items():
        try:
            numbers[key] = as_number(value)
        except InvalidError as error:
            notice_once(f"metric {key}", f"metric {key} is not recorded: {error}")
    return numbers


def _step(step: Any) -> int | None:
    try:
        return as_step(step)
    except InvalidError as error:
        notice_once("step", f"{error}; the points are counted instead")
        return None


@guarded("log_series")
def log_series(key: str, values: Iterable[Any], steps: Iterable[Any] | None = None) -> None:
    """Record many points of one metric at once: `log_series("loss", history)`.

    values: numbers, such as a list or a one-dimensional array; steps: as many whole numbers.
    Without steps the points are counted on from those that the metric has.
    """
    numbers = [as_number(value) for value in values]
    places = None if steps is None else [as_step(step) for step in steps]
    if places is not None and len(places) != len(numbers):
        raise InvalidError(f"metric {key} has {len(numbers)} values, but {len(places)} steps")
    current_session().log_series(key, numbers, places)


@guarded("log_params")
def log_params(params: Mapping[str, Any] | None = None, /, **named: Any) -> None:
    """Record params, as text: `log_params(lr=0.1)` or `log_params(model.get_params())`.

    A param keeps its first value within a run; another one is said and left out.
    """
    current_session().log_params(as_text({**(params or {}), **named}))


@guarded("set_tags")
def set_tags(tags: Mapping[str, Any] | None = None, /, **named: Any) -> None:
    """Record tags of the run, as text; a later value replaces an earlier one."""
    current_session().set_tags(as_text({**(tags or {}), **named}))


@guarded("log_artifact")
def log_artifact(path: str | Path, name: str | None = None) -> None:
    """Copy a file, or every file of a folder, and record it with the run.

    name: the artifact's path within the run, such as `plots/loss.png`; without it the file's own
    name. Later changes of the file do not change the artifact.
    """
    source = Path(path)
    files = list(_files(source))
    if not files:
        notice(f"{source} is not recorded: there is no such file")
    for file in files:
        artifact = name or source.name
        if file != source:
            artifact = f"{artifact}/{file.relative_to(source).as_posix()}"
        _log_bytes(file.open, artifact)


@guarded("log_figure")
def log_figure(figure: Any, name: str = "figure") -> None:
    """Record a matplotlib figure, or what else has `savefig`, as an image with the run.

    The ending of `name` chooses the format: png (also without one), svg, pdf, jpg.
    """
    try:
        file_name, image = render(figure, name)
    except InvalidError as error:
        notice(f"figure {name} is not recorded: {error}")
        return
    _log_bytes(lambda _: io.BytesIO(image), file_name)


def _files(source: Path) -> Iterator[Path]:
    if source.is_file():
        yield source
    elif source.is_dir():
        yield from sorted(file for file in source.rglob("*") if file.is_file())


def _log_bytes(opener: Callable[[Literal["rb"]], Any], name: str) -> None:
    try:
        path = artifact_path(name)
        with opener("rb") as content:
            current_session().log_artifact(content, path, media_type(path))
    except (InvalidError, OSError) as error:
        notice(f"artifact {name} is not recorded: {error}")
