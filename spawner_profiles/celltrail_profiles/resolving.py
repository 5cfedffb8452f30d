"""What a profile comes to once its options are answered, and how much that takes."""

from collections.abc import Iterable
from fractions import Fraction

import msgspec

from celltrail_profiles.gpus import resource_name, whole_gpus
from celltrail_profiles.quantities import show_bytes, show_number
from celltrail_profiles.schema import Choice, Cpu, Gpu, Memory, Profile, Settings

_MERGED = ("cpu", "memory", "volumes", "node_selector", "environment")


class Usage(msgspec.Struct, frozen=True):
    """How much a server takes: GPUs (a slice is a part), cores, bytes, money an hour.

    Cores and bytes are what is guaranteed, since that is taken from others.
    """

    gpu: Fraction = Fraction(0)
    cpu: Fraction = Fraction(0)
    memory: Fraction = Fraction(0)
    cost_per_hour: Fraction = Fraction(0)

    def describe(self) -> str:
        """Return the amounts for a person."""
        parts = [f"{show_number(self.cpu)} CPU"] if self.cpu else []
        parts += [f"{show_bytes(self.memory)} of memory"] if self.memory else []
        parts += [f"{show_number(self.gpu)} GPU"] if self.gpu else []
        return ", ".join(parts) or "nothing guaranteed"


def merged(base: Settings, over: Iterable[Settings]) -> Settings:
    """Return the settings of a profile with those of its choices over it, in their order."""
    values = {name: getattr(base, name) for name in Settings.__struct_fields__}
    for settings in over:
        for name in Settings.__struct_fields__:
            new = getattr(settings, name)
            if name == "tolerations":
                values[name] += tuple(each for each in new if each not in values[name])
            elif new is not None:
                values[name] = _put_over(name, values[name], new)
    return Settings(**values)


def _put_over[T](name: str, old: T, new: T) -> T:
    if name not in _MERGED or old is None:
        return new
    if isinstance(old, Cpu | Memory) and isinstance(new, Cpu | Memory):
        set_ = {key: value for key, value in msgspec.structs.asdict(new).items() if value}
        return msgspec.structs.replace(old, **set_)
    return old | new  # type: ignore[operator,no-any-return]


def default_choices(profile: Profile) -> list[Choice]:
    """Return the choices that count where a user chooses nothing, one of each option."""
    of_options = (list(option.choices.values()) for option in profile.options.values())
    return [
        next((choice for choice in choices if choice.default), choices[0])
        for choices in of_options
        if choices
    ]


def usage_of(settings: Settings) -> Usage:
    """Return how much a server with these settings takes."""
    gpu, cpu, memory = settings.gpu, settings.cpu or Cpu(), settings.memory or Memory()
    # Kubernetes takes the limit for the request where only a limit is given.
    cores = cpu.guarantee or cpu.limit
    held = memory.guarantee or memory.limit
    return Usage(
        gpu=gpu.count * whole_gpus(gpu.mig, gpu.time_slicing) if gpu else Fraction(0),
        cpu=cores.amount if cores else Fraction(0),
        memory=held.amount if held else Fraction(0),
        cost_per_hour=Fraction(str(settings.cost_per_hour or 0)),
    )


def gpu_resource(gpu: Gpu) -> str:
    """Return the name of the extended resource that a GPU request asks for."""
    return gpu.resource or resource_name(gpu.vendor, gpu.mig, gpu.time_slicing is not None)
