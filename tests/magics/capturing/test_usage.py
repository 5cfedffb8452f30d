import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from celltrail.gpus import Gpus
from celltrail_magics.capturing.usage import Meter, resident_bytes

MB = 1 << 20


@pytest.fixture
def meter() -> Iterator[Meter]:
    meter = Meter()
    yield meter
    meter.stop()


def test_cpu_time_is_that_of_the_work_and_not_of_the_waiting(meter: Meter) -> None:
    meter.begin(has_gpus=False)
    threading.Event().wait(0.2)
    idle = meter.end().cpu_ms
    meter.begin(has_gpus=False)
    end = time.process_time() + 0.15
    while time.process_time() < end:
        pass
    busy = meter.end().cpu_ms
    assert idle is not None
    assert busy is not None
    assert idle < 100 <= busy


def test_memory_that_a_cell_needed_and_freed_is_its_peak(meter: Meter) -> None:
    meter.begin(has_gpus=False)
    data = bytearray(b"x") * (300 * MB)
    del data
    usage = meter.end()
    assert usage.memory_start_bytes is not None
    assert usage.memory_peak_bytes is not None
    assert usage.memory_peak_bytes - usage.memory_start_bytes > 250 * MB
    assert (resident_bytes() or 0) < usage.memory_peak_bytes - 200 * MB


def test_the_busiest_gpu_counts() -> None:
    """No machine of the tests has a GPU: the library is one that answers as NVML does."""

    class NVMLError(Exception):
        pass

    percents = {"first": [10, 20], "second": [90, 70]}

    def rates(device: str) -> SimpleNamespace:
        if device == "broken":
            raise NVMLError
        return SimpleNamespace(gpu=percents[device].pop())

    nvml = SimpleNamespace(
        NVMLError=NVMLError,
        nvmlDeviceGetCount=lambda: 3,
        nvmlDeviceGetHandleByIndex=["first", "second", "broken"].__getitem__,
        nvmlDeviceGetUtilizationRates=rates,
        nvmlDeviceGetMemoryInfo=lambda device: SimpleNamespace(used=len(percents[device]) * MB),
    )
    gpus = Gpus(nvml)
    assert gpus.used() == (None, None)
    gpus.sample()
    gpus.sample()
    assert gpus.used() == (80.0, MB)
    gpus.reset()
    assert gpus.used() == (None, None)
    percents.update(first=[1], second=[3])
    assert gpus.busiest_percent() == 3
    nvml.nvmlDeviceGetUtilizationRates = lambda device: rates("broken")
    assert gpus.busiest_percent() is None
