"""What can go wrong while a step runs. Exporting raises only the errors of `celltrail.errors`.

CelltrailError
└── StepError    500    for the person who runs the pipeline: the step, the cause, what to do
"""

from celltrail.errors import CelltrailError


class StepError(CelltrailError):
    """A step failed, or its values cannot be passed on exactly."""

    code = "STEP_FAILED"
