"""A run, as the process knows that records it."""

from dataclasses import dataclass

from celltrail.events import RunKind


@dataclass(frozen=True)
class Run:
    """A run that is being recorded; as a context manager it ends the run."""

    run_id: str
    name: str
    experiment: str
    kind: RunKind
    is_implicit: bool = False
    """Begun because something was recorded, not because the user asked for a run."""

    is_guest: bool = False
    """Somebody else began the run and will end it: a pipeline, or the parent of a fork."""

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        from celltrail.session import current_session

        session = current_session()
        if session.run and session.run.run_id == self.run_id:
            session.end_run("FAILED" if error else "FINISHED")
