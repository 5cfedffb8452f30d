"""What a server has, in words for who is about to start one."""

from collections.abc import Callable
from fractions import Fraction

from celltrail_profiles.quantities import show_bytes, show_number
from celltrail_profiles.schema import Cpu, Gpu, Memory, Settings


def parts(settings: Settings, currency: str) -> dict[str, str]:
    """Return cores, memory, GPUs and the cost of a server, as far as the settings tell them."""
    said = {}
    if settings.cpu is not None and (cores := _between(settings.cpu, show_number)):
        said["cpu"] = f"{cores} CPU{'s' * (cores != '1')}"
    if settings.memory is not None and (amount := _between(settings.memory, show_bytes)):
        said["memory"] = f"{amount} of memory"
    if settings.gpu is not None and settings.gpu.count:
        said["gpu"] = _gpu(settings.gpu)
    if settings.cost_per_hour is not None:
        said["cost"] = f"{show_number(Fraction(str(settings.cost_per_hour)))} {currency} an hour"
    return said


def _between(bounds: Cpu | Memory, show: Callable[[Fraction], str]) -> str:
    least, most = bounds.guarantee, bounds.limit
    if least is None or least == most:
        return show(most.amount) if most else ""
    return show(least.amount) + (f" to {show(most.amount)}" if most else " or more")


def _gpu(gpu: Gpu) -> str:
    many = gpu.count != 1
    if gpu.mig is not None:
        what = f"slice{'s' * many} {gpu.mig} of a GPU"
    elif gpu.time_slicing is not None:
        what = f"share{'s' * many} of a GPU"
    else:
        what = f"GPU{'s' * many}"
    return f"{gpu.count} {what}" + (f" ({gpu.model})" if gpu.model else "")
