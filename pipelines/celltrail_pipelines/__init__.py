"""From notebook to pipeline: steps, exporters, step runner, local run."""
