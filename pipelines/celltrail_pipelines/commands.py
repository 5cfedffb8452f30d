"""`celltrail export`, `celltrail explain` and `celltrail run`."""

import argparse
import json
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from celltrail.commands import Command, print_result
from celltrail.errors import InvalidError, NotFoundError

if TYPE_CHECKING:
    from celltrail_pipelines.pipeline import Pipeline, Transfer
    from celltrail_pipelines.progress import StepReport

_LOG_LINES = 15


def _configure_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("notebook", type=Path, metavar="NOTEBOOK", help="the .ipynb file")
    parser.add_argument("--to", default="kfp", metavar="ENGINE", help="kfp (the default)")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to write it")
    parser.add_argument("--image", help="container image of the steps, on a cluster")
    parser.add_argument("--show", action="store_true", help="print the steps of the pipeline")


def _export(args: argparse.Namespace) -> int:
    from celltrail_pipelines.building import build_pipeline
    from celltrail_pipelines.exporters import load_exporter
    from celltrail_pipelines.notebook import read_notebook

    if args.output is None and not args.show:
        raise InvalidError("name the file to write with -o FILE, or --show the steps only")
    exporter = load_exporter(args.to)
    pipeline = build_pipeline(read_notebook(args.notebook))
    if args.show and not args.json:
        print(_describe(pipeline))
    for problem in pipeline.problems:
        print(f"celltrail: {problem.describe()}", file=sys.stderr)
    if pipeline.errors:
        raise InvalidError(
            f"{args.notebook} is not exported: {len(pipeline.errors)} of its cells would give "
            "another result in a pipeline (see the errors above)"
        )
    if args.output is not None:
        _write(args.output, exporter(pipeline, image=args.image))
    _print_exported(args, pipeline)
    return 0


def _print_exported(args: argparse.Namespace, pipeline: "Pipeline") -> None:
    if args.json:
        import msgspec

        answer = {"pipeline": msgspec.to_builtins(pipeline), "file": args.output}
        print(json.dumps(answer, indent=2, default=str))
    elif args.output is not None:
        print(f"{args.output}: {len(pipeline.steps)} steps; try it: celltrail run {args.output}")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidError(f"{path} cannot be written: {error.strerror}") from error


def _describe(pipeline: "Pipeline") -> str:
    """Return the steps and parameters as text for a person."""
    lines = [f"pipeline {pipeline.name}"]
    lines += [f"  param {p.name} = {p.default!r}" for p in pipeline.parameters]
    for number, step in enumerate(pipeline.steps, start=1):
        cells = ", ".join(str(cell.number) for cell in step.cells)
        lines.append(f"{number:3}. {step.name}  (cell {cells})")
        if step.inputs or step.outputs:
            lines.append(f"       {_names(step.inputs)} → {_names(step.outputs)}")
        if step.parameters:
            lines.append(f"       params {', '.join(step.parameters)}")
    return "\n".join(lines)


def _names(transfers: "tuple[Transfer, ...]") -> str:
    """Return the names that travel; those of one alias group stand in brackets."""
    groups = [", ".join(t.names).replace("@rng", "random state") for t in transfers]
    return ", ".join(f"[{g}]" if ", " in g else g for g in groups) or "nothing"


def _configure_explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("notebook", type=Path, metavar="NOTEBOOK", help="the .ipynb file")
    parser.add_argument("name", metavar="NAME", help="a variable, as the last cell leaves it")


def _explain(args: argparse.Namespace) -> int:
    import msgspec

    from celltrail_pipelines.notebook import read_notebook
    from celltrail_pipelines.trails import infer_trail

    trail = infer_trail(read_notebook(args.notebook))
    reads = trail.writers(args.name)
    if not reads:
        raise NotFoundError(f"no cell of {args.notebook} makes {args.name!r}; name a variable")
    explanation = trail.explain(args.name, reads)
    print_result(args, explanation.describe(), msgspec.to_builtins(explanation))
    return 0


def _configure_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a pipeline (.yaml)")
    parser.add_argument(
        "-p", "--param", action="append", default=[], metavar="NAME=VALUE", help="set a parameter"
    )
    parser.add_argument("--experiment", help="of the run; the pipeline's name if not given")


def _run(args: argparse.Namespace) -> int:
    from celltrail_pipelines.compiled import read_compiled
    from celltrail_pipelines.local import run_local

    pipeline = read_compiled(args.file)
    parameters = pipeline.parse_parameters(args.param)

    def on_start(run_id: str) -> None:
        line = json.dumps({"run_id": run_id}) if args.json else f"{pipeline.name}: run {run_id}"
        print(line, flush=True)

    def on_step(report: "StepReport") -> None:
        if args.json:
            status = "FAILED" if report.error else "FINISHED"
            line = {"status": status, "seconds": report.seconds, "error": report.error}
            print(json.dumps({"step": report.step} | line), flush=True)
        else:
            mark = "failed" if report.error else "ok"
            print(f"  {report.step:<40} {mark:<6} {report.seconds:6.1f} s", flush=True)
        if report.error:
            failures.append(report.error)

    # Whoever stops a pipeline means its steps too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    failures: list[str] = []
    run = run_local(
        pipeline, parameters, experiment=args.experiment, on_start=on_start, on_step=on_step
    )
    if args.json:
        print(json.dumps({"run_id": run.run_id, "status": run.status, "metrics": run.metrics}))
        return 0 if run.status == "FINISHED" else 1
    for step, metrics in run.metrics.items():
        print(f"  {step}: " + ", ".join(f"{key} {value:.6g}" for key, value in metrics.items()))
    print(f"{run.status.lower()}; see run {run.run_id} at {run.server.url}")
    if run.status != "FINISHED":
        reason = failures[0] if failures else "\n" + "\n".join(run.log.splitlines()[-_LOG_LINES:])
        print(f"celltrail: {pipeline.name} failed: {reason}", file=sys.stderr)
        return 1
    return 0


export = Command(
    help="turn a notebook into a pipeline",
    example="celltrail export examples/digits.ipynb --to kfp -o digits.yaml",
    configure=_configure_export,
    run=_export,
    extra="pipelines",
)
explain = Command(
    help="show which cells of a notebook a variable comes from, without running it",
    example="celltrail explain examples/digits.ipynb accuracy",
    configure=_configure_explain,
    run=_explain,
    extra="pipelines",
)
run = Command(
    help="run a pipeline on this machine and record it",
    example="celltrail run digits.yaml -p epochs=5",
    configure=_configure_run,
    run=_run,
    extra="pipelines",
)
