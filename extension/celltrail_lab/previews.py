"""A pipeline as JSON for the export dialog. Pure."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from celltrail_pipelines.pipeline import Pipeline, Step, Transfer


def preview(pipeline: "Pipeline", text: str, filename: str) -> dict[str, Any]:
    """Return what the dialog shows of a pipeline; `text` is its file, empty if it has errors."""
    return {
        "name": pipeline.name,
        "params": [
            {"name": parameter.name, "default": parameter.default}
            for parameter in pipeline.parameters
        ],
        "steps": [_step(step) for step in pipeline.steps],
        "problems": [
            {"severity": problem.severity, "cell": problem.cell, "message": problem.message}
            for problem in pipeline.problems
        ],
        "text": text,
        "filename": filename,
    }


def _step(step: "Step") -> dict[str, Any]:
    return {
        "name": step.name,
        "cells": [cell.number for cell in step.cells],
        "inputs": _names(step.inputs),
        "outputs": _names(step.outputs),
        "params": list(step.parameters),
        "source": "\n\n".join(
            part.strip("\n") for part in (step.preamble, *(c.source for c in step.cells)) if part
        ),
    }


def _names(transfers: "tuple[Transfer, ...]") -> list[str]:
    return [name for transfer in transfers for name in transfer.names]
