"""From notebooks to pipelines: steps, exporters, the step runner, and runs on this machine."""
