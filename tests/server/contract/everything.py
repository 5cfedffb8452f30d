"""What every `Store` must do. A test class per database inherits this and brings a `store`."""

from tests.server.contract.artifacts import ArtifactContract
from tests.server.contract.experiments import ExperimentContract
from tests.server.contract.owners import OwnerContract
from tests.server.contract.runs import RunContract
from tests.server.contract.streams import StreamContract
from tests.server.contract.trail import TrailContract


class StoreContract(
    StreamContract,
    ExperimentContract,
    RunContract,
    ArtifactContract,
    OwnerContract,
    TrailContract,
):
    """All parts of the contract."""
