"""What every `Store` must do. A test class per database inherits this and brings a `store`."""

from tests.server.contract.artifacts import ArtifactContract
from tests.server.contract.captures import CaptureContract
from tests.server.contract.experiments import ExperimentContract
from tests.server.contract.inputs import InputContract
from tests.server.contract.logged_models import LoggedModelContract
from tests.server.contract.metrics import MetricContract
from tests.server.contract.owners import OwnerContract
from tests.server.contract.registry import RegistryContract
from tests.server.contract.runs import RunContract
from tests.server.contract.searching import SearchContract
from tests.server.contract.sharing import SharingContract
from tests.server.contract.streams import StreamContract
from tests.server.contract.tracing import TracingContract
from tests.server.contract.trail import TrailContract
from tests.server.contract.uploads import UploadContract
from tests.server.contract.webhooks import WebhookContract


class StoreContract(
    StreamContract,
    ExperimentContract,
    RunContract,
    MetricContract,
    ArtifactContract,
    InputContract,
    LoggedModelContract,
    TracingContract,
    OwnerContract,
    TrailContract,
    CaptureContract,
    UploadContract,
    RegistryContract,
    WebhookContract,
    SharingContract,
    SearchContract,
):
    """All parts of the contract."""
