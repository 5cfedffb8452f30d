"""What the types cannot say: checks across the keys of a profile and across profiles."""

from collections.abc import Iterable, Iterator, Sequence

from celltrail_profiles.checking_settings import check_settings
from celltrail_profiles.documents import did_you_mean
from celltrail_profiles.patterns import doubts_about, error_in
from celltrail_profiles.problems import Finding, Path, warning
from celltrail_profiles.resolving import merged
from celltrail_profiles.schema import (
    Access,
    Choice,
    FreeField,
    Option,
    Profile,
    ProfileFile,
    Quota,
    Who,
)

_HUB_ENV = ("JUPYTERHUB_", "JPY_", "CELLTRAIL_")


def check(profiles: Sequence[Profile | None], file: ProfileFile | None) -> list[Finding]:
    """Return what is wrong with the profiles that could be read, and with the file if it could.

    `profiles` has None in the place of each that could not be read.
    """
    read = [(index, profile) for index, profile in enumerate(profiles) if profile is not None]
    findings = [
        finding
        for index, profile in read
        for finding in _check_profile(profile, ("profiles", index))
    ]
    findings += _check_slugs(read)
    findings += _check_defaults(read)
    if file is not None:
        if not file.profiles:
            findings.append(
                Finding(("profiles",), "empty", "there are no profiles: nobody can start a server")
            )
        findings += _check_quotas(file)
    return findings


def _check_profile(profile: Profile, path: Path) -> Iterator[Finding]:
    own = list(check_settings(profile, path))
    yield from own
    known = {(finding.code, finding.message) for finding in own}
    for name, option in profile.options.items():
        here = (*path, "options", name)
        yield from _check_option(name, option, here)
        for choice_name, choice in option.choices.items():
            inside = (*here, "choices", choice_name)
            together = merged(profile, [choice])
            for finding in check_settings(together, inside):
                if (finding.code, finding.message) not in known:
                    yield finding
    yield from _check_who(profile.who, (*path, "who"), f"profile {profile.slug}")
    yield from _check_times(profile, path)


def _check_who(who: Access | None, path: Path, what: str) -> Iterator[Finding]:
    if who is None or (isinstance(who, Who) and not who.groups and not who.users):
        yield warning(
            path, "nobody", f"nobody may choose {what}; write `who: everyone`, or groups or users"
        )


def _check_option(name: str, option: Option, path: Path) -> Iterator[Finding]:
    if name == "profile":
        yield Finding(path, "reserved", "an option cannot be called profile")
    if not option.choices and option.free is None:
        yield Finding(path, "empty", f"the option {name} has neither choices nor a free field")
    defaults = [key for key, choice in option.choices.items() if choice.default]
    for second in defaults[1:]:
        yield Finding(
            (*path, "choices", second, "default"),
            "two-defaults",
            f"{defaults[0]} and {second} are both the default of the option {name}",
        )
    for key, choice in option.choices.items():
        inside = (*path, "choices", key)
        if key == "unlisted-choice":
            yield Finding(inside, "reserved", "a choice cannot be called unlisted-choice")
        if choice.who is not None:
            yield from _check_who(choice.who, (*inside, "who"), f"choice {key}")
    if option.free is not None:
        yield from _check_free(option.free, (*path, "free"))


def _check_free(free: FreeField, path: Path) -> Iterator[Finding]:
    if error := error_in(free.pattern, free.max_length):
        yield Finding((*path, "pattern"), "pattern", error)
    elif doubt := doubts_about(free.pattern, free.sets == "image"):
        yield warning((*path, "pattern"), "pattern", doubt)
    variable = free.sets.removeprefix("environment.")
    if variable.startswith(_HUB_ENV):
        yield Finding((*path, "sets"), "reserved", f"{variable} is set by the hub, not by users")


def _check_times(profile: Profile, path: Path) -> Iterator[Finding]:
    culling, lifetime = profile.culling, profile.lifetime
    if lifetime is not None and lifetime.seconds == 0:
        yield Finding((*path, "lifetime"), "time", "a lifetime of 0 would stop each server at once")
    if culling is None:
        return
    here = (*path, "culling")
    signals = {
        name: value
        for name in ("kernel_idle", "no_connection", "gpu_idle")
        if (value := getattr(culling, name)) is not None
    }
    if not signals:
        yield warning(here, "time", "culling without a signal stops nothing; give kernel_idle")
    for name, value in signals.items():
        if value.seconds <= culling.warn_seconds:
            minutes = culling.warn_seconds // 60
            yield Finding(
                (*here, name), "time", f"{name} ({value}) must be longer than the warning before "
                f"it ({culling.warn_before or f'{minutes}m'})",
            )  # fmt: skip
    gpus = [profile.gpu, *(c.gpu for o in profile.options.values() for c in o.choices.values())]
    if culling.gpu_idle is not None and not any(gpu and gpu.count for gpu in gpus):
        yield Finding((*here, "gpu_idle"), "gpu", "gpu_idle, but the profile has no GPU")
    if lifetime and culling.keep_until and culling.keep_until > lifetime:
        yield warning(
            (*here, "keep_until"), "time",
            f"users may ask for {culling.keep_until}, but no server lives beyond {lifetime}",
        )  # fmt: skip


def _check_slugs(profiles: Iterable[tuple[int, Profile]]) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for index, profile in profiles:
        first = seen.setdefault(profile.slug, index)
        if first != index:
            yield Finding(
                ("profiles", index, "slug"), "duplicate-slug",
                f"the slug {profile.slug} is taken by profile {first + 1} of the file",
            )  # fmt: skip


def _check_defaults(profiles: Iterable[tuple[int, Profile]]) -> Iterator[Finding]:
    defaults = [(index, profile) for index, profile in profiles if profile.default]
    for n, (index, profile) in enumerate(defaults):
        for _, before in defaults[:n]:
            path = ("profiles", index, "default")
            both = f"{before.slug} and {profile.slug} are both the default"
            if _overlap(before.who, profile.who):
                yield Finding(path, "two-defaults", f"{both}, for the same users")
            elif before.who and profile.who:
                yield warning(path, "two-defaults", f"{both}; who may choose both gets the first")


def _overlap(one: Access | None, other: Access | None) -> bool:
    if one is None or other is None:
        return False
    if isinstance(one, str) or isinstance(other, str):
        return True
    return bool({*one.groups} & {*other.groups} or {*one.users} & {*other.users})


def _check_quotas(file: ProfileFile) -> Iterator[Finding]:
    names: set[str] = set()
    for index, quota in enumerate(file.quotas):
        path = ("quotas", index)
        if quota.name in names:
            yield Finding((*path, "name"), "duplicate-slug", f"the name {quota.name} is taken")
        names.add(quota.name)
        yield from _check_quota(quota, path, file)


def _check_quota(quota: Quota, path: Path, file: ProfileFile) -> Iterator[Finding]:
    slugs = [profile.slug for profile in file.profiles]
    for position, slug in enumerate(quota.profiles):
        if slug not in slugs:
            near = did_you_mean(slug, slugs)
            yield Finding(
                (*path, "profiles", position), "unknown-profile", f"no profile {slug}{near}"
            )
    if quota.per == "group" and (isinstance(quota.who, str) or not quota.who.groups):
        yield Finding((*path, "per"), "quota", "a quota per group must name groups in `who`")
    if isinstance(quota.who, Who):
        yield from _check_who(quota.who, (*path, "who"), f"quota {quota.name}")
    limits = (quota.servers, quota.gpu, quota.cpu, quota.memory, quota.cost_per_month)
    if all(limit is None for limit in limits):
        yield Finding(path, "quota", f"the quota {quota.name} limits nothing")
    if quota.cost_per_month is not None:
        yield from _check_costs(quota, file)


def _check_costs(quota: Quota, file: ProfileFile) -> Iterator[Finding]:
    for index, profile in enumerate(file.profiles):
        if quota.profiles and profile.slug not in quota.profiles:
            continue
        if profile.cost_per_hour is None and not _all_choices_cost(profile):
            yield Finding(
                ("profiles", index), "cost",
                f"{profile.slug} has no cost_per_hour, so the quota {quota.name} would not count "
                "it; write 0 if it is free",
            )  # fmt: skip


def _all_choices_cost(profile: Profile) -> bool:
    """Tell whether some option sets a cost with each of its answers."""

    def costs(choice: Choice) -> bool:
        return choice.cost_per_hour is not None

    return any(
        option.choices and option.free is None and all(map(costs, option.choices.values()))
        for option in profile.options.values()
    )
