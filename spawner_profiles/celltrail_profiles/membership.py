"""Whether the groups that profiles name exist, and whether anybody is in them."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path as FilePath

import httpx

from celltrail.errors import InvalidError, UnavailableError
from celltrail_profiles.documents import Document, did_you_mean
from celltrail_profiles.errors import InvalidFileError
from celltrail_profiles.problems import Finding, Path, warning
from celltrail_profiles.schema import Access, Profile, Quota, Who

type Members = Mapping[str, Sequence[str] | None]
"""The users of each group; None where they are not known."""

_PAGE = 200
_SECONDS = 10.0


def check_groups(
    profiles: Sequence[Profile | None], quotas: Sequence[Quota], members: Members
) -> Iterator[Finding]:
    """Yield a warning for each group that does not exist or is empty."""
    for path, group in _named(profiles, quotas):
        if group not in members:
            same = [each for each in members if each.casefold() == group.casefold()]
            near = f"; did you mean {same[0]}?" if same else did_you_mean(group, members)
            yield warning(path, "unknown-group", f"there is no group {group}{near}")
        elif members[group] is not None and not members[group]:
            yield warning(path, "empty-group", f"nobody is in the group {group}")


def _named(
    profiles: Sequence[Profile | None], quotas: Sequence[Quota]
) -> Iterator[tuple[Path, str]]:
    for index, quota in enumerate(quotas):
        yield from _groups(quota.who, ("quotas", index, "who"))
    for index, profile in enumerate(profiles):
        if profile is None:
            continue
        path: Path = ("profiles", index)
        yield from _groups(profile.who, (*path, "who"))
        for name, option in profile.options.items():
            here = (*path, "options", name)
            for key, choice in option.choices.items():
                yield from _groups(choice.who, (*here, "choices", key, "who"))
            if option.free is not None:
                yield from _groups(option.free.who, (*here, "free", "who"))


def _groups(who: Access | None, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(who, Who):
        for index, group in enumerate(who.groups):
            yield (*path, "groups", index), group


def read_members(path: FilePath) -> dict[str, list[str]]:
    """Return the groups of a file `GROUP: [USER, …]`, YAML or JSON. Raises InvalidFileError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise InvalidFileError(f"{path} cannot be read: {said}") from error
    document = Document(str(path), text)
    groups = document.root.plain()
    right = isinstance(groups, dict) and all(
        isinstance(users, list) and all(isinstance(user, str) for user in users)
        for users in groups.values()
    )
    if document.problems or not right:
        said = document.problems[0].message if document.problems else "write GROUP: [USER, …]"
        raise InvalidFileError(f"{path} cannot be used: {said}")
    return dict(groups)


def ask_hub(url: str) -> dict[str, list[str] | None]:
    """Return the groups that a hub knows, by its API, with the token in `JUPYTERHUB_API_TOKEN`.

    The token needs the scope `list:groups`, and `read:groups` for who is in them. Raises
    InvalidError and UnavailableError.
    """
    token = os.environ.get("JUPYTERHUB_API_TOKEN", "")
    if not token:
        raise InvalidError("set JUPYTERHUB_API_TOKEN to a token with the scope read:groups")
    found: dict[str, list[str] | None] = {}
    try:
        with httpx.Client(
            base_url=f"{url.rstrip('/')}/hub/api/",
            headers={"Authorization": f"token {token}"},
            timeout=_SECONDS,
        ) as client:
            while page := _page(client, len(found)):
                found |= page
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as error:
        raise UnavailableError(f"the hub {url} did not tell its groups: {error}") from error
    return found


def _page(client: httpx.Client, offset: int) -> dict[str, list[str] | None]:
    answer = client.get("groups", params={"offset": offset, "limit": _PAGE})
    answer.raise_for_status()
    return {group["name"]: group.get("users") for group in answer.json()}
