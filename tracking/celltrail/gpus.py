"""GPU use by NVIDIA's management library, through `pynvml` if it is installed.

What NVML tells is of whole devices, whoever uses them: in a container it cannot tell processes
apart.
"""

import os
from contextlib import suppress
from typing import Any

_DRIVER = "/dev/nvidiactl"


class Gpus:
    """The devices of this machine, and what was seen of them since `reset`."""

    def __init__(self, nvml: Any) -> None:
        """nvml: the module `pynvml`, after `nvmlInit`. Raises its NVMLError."""
        self._nvml = nvml
        self._devices = [
            nvml.nvmlDeviceGetHandleByIndex(index) for index in range(nvml.nvmlDeviceGetCount())
        ]
        self.reset()

    def reset(self) -> None:
        """Forget what was seen."""
        self._rounds = 0
        self._percents = [0.0] * len(self._devices)
        self._bytes = [0] * len(self._devices)

    def sample(self) -> None:
        """Look at each device; one that does not answer stays as it is."""
        self._rounds += 1
        for index, device in enumerate(self._devices):
            try:
                self._percents[index] += self._nvml.nvmlDeviceGetUtilizationRates(device).gpu
                used = self._nvml.nvmlDeviceGetMemoryInfo(device).used
            except self._nvml.NVMLError:
                continue
            self._bytes[index] = max(self._bytes[index], used)

    def busiest_percent(self) -> float | None:
        """Return the use of the busiest device now, 0 to 100; None if no device tells.

        A slice of a GPU (MIG) does not.
        """
        percents = []
        for device in self._devices:
            with suppress(self._nvml.NVMLError):
                percents.append(float(self._nvml.nvmlDeviceGetUtilizationRates(device).gpu))
        return max(percents, default=None)

    def used(self) -> tuple[float | None, int | None]:
        """Return mean utilisation (0 to 100) and highest memory of the busiest device."""
        if not self._rounds or not self._devices:
            return None, None
        percent, index = max((percent, index) for index, percent in enumerate(self._percents))
        return percent / self._rounds, self._bytes[index]


def open_gpus() -> Gpus | None:
    """Return the devices; None without any, without `pynvml`, or if NVML does not answer."""
    if not os.path.exists(_DRIVER):
        return None
    try:
        import pynvml  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError:
        return None
    try:
        pynvml.nvmlInit()
        return Gpus(pynvml)
    except pynvml.NVMLError:
        return None
