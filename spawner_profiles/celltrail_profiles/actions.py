"""What each action of `celltrail profiles` does, and how it is said."""

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

import msgspec
import yaml

from celltrail.commands import print_result
from celltrail.errors import InvalidError, UnavailableError
from celltrail_profiles import access, catalog, cluster, diffing, explaining, packing
from celltrail_profiles.errors import ProfileError
from celltrail_profiles.fitting import check_fit
from celltrail_profiles.json_schema import profiles_schema
from celltrail_profiles.kubespawner import profile_list
from celltrail_profiles.membership import Members, ask_hub, check_groups, read_members
from celltrail_profiles.nodes import ClusterNode
from celltrail_profiles.options import ResolvedSpawn, validated
from celltrail_profiles.problems import Finding, Problem
from celltrail_profiles.reading import load, read_file
from celltrail_profiles.schema import Profile, ProfileFile, to_text


def _lint(args: argparse.Namespace) -> int:
    members = _members(args)
    nodes = _nodes_if_reachable() if not args.no_cluster else ()
    problems: list[Problem] = []
    for path in args.files:
        reading = read_file(path)
        findings: list[Finding] = []
        if members is not None:
            quotas = reading.file.quotas if reading.file else ()
            findings += check_groups(reading.profiles, quotas, members)
        if nodes:
            findings += check_fit(reading.profiles, nodes)
        problems += _sorted([*reading.problems, *map(reading.document.problem, findings)])
    errors = sum(problem.severity == "error" for problem in problems)
    lines = [problem.describe() for problem in problems]
    lines.append(_verdict(len(args.files), errors, len(problems) - errors))
    print_result(args, "\n".join(lines), {"problems": msgspec.to_builtins(problems)})
    return 1 if errors else 0


def _sorted(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda each: (each.line, each.column, each.message))


def _verdict(files: int, errors: int, warnings: int) -> str:
    counted = [f"{files} file{'s' * (files != 1)}"]
    counted.append(f"{errors or 'no'} error{'s' * (errors != 1)}")
    counted.append(f"{warnings or 'no'} warning{'s' * (warnings != 1)}")
    return ", ".join(counted)


def _members(args: argparse.Namespace) -> Members | None:
    if args.groups_file is not None:
        return read_members(args.groups_file)
    return ask_hub(args.hub) if args.hub is not None else None


def _nodes_if_reachable() -> tuple[ClusterNode, ...]:
    if not cluster.is_named():
        return ()
    try:
        return cluster.read_nodes()
    except UnavailableError as error:
        why = str(error)
    except ModuleNotFoundError as error:
        why = f"{error.name} is missing (pip install 'celltrail[kubernetes]')"
    print(f"celltrail: sizes are not compared with nodes: {why}", file=sys.stderr)
    return ()


def _render(args: argparse.Namespace) -> int:
    from celltrail_profiles.manifests import faults_in
    from celltrail_profiles.pods import pods_of

    file = load(args.file)
    user = args.user or "user"
    groups = _groups(args)
    offered = access.offers(file, user, groups) if args.user else file.profiles
    if args.profile is not None:
        offered = (_one(file, offered, args.profile, user),)
    elif not offered:
        raise InvalidError(f"nothing is offered to {user}: see `celltrail profiles explain`")
    spawns = [_resolved(profile, args.option) for profile in offered]
    pods = pods_of([spawn.settings for spawn in spawns], user, sorted(groups))
    shown: dict[str, Any] = {
        "profile_list": profile_list(offered),
        "pods": {spawn.profile.slug: pod for spawn, pod in zip(spawns, pods, strict=True)},
    }
    faults = [f"{slug}: {fault}" for slug, pod in shown["pods"].items() for fault in faults_in(pod)]
    text = yaml.safe_dump(shown, sort_keys=False, allow_unicode=True, width=100)
    print_result(args, text.rstrip(), shown)
    for fault in faults:
        print(f"celltrail: Kubernetes would refuse the pod of {fault}", file=sys.stderr)
    return 1 if faults else 0


def _one(file: ProfileFile, offered: tuple[Profile, ...], slug: str, user: str) -> Profile:
    for profile in offered:
        if profile.slug == slug:
            return profile
    if any(profile.slug == slug for profile in file.profiles):
        raise InvalidError(f"{slug} is not offered to {user}: see `celltrail profiles explain`")
    raise InvalidError(f"no profile {slug}; there are: {', '.join(p.slug for p in file.profiles)}")


def _resolved(profile: Profile, answers: list[str]) -> ResolvedSpawn:
    options = {"profile": profile.slug}
    for answer in answers:
        name, equals, value = answer.partition("=")
        if not equals:
            raise InvalidError(f"--option {answer}: write NAME=VALUE")
        options[name] = value
    return validated([profile], options)


def _groups(args: argparse.Namespace) -> frozenset[str]:
    return frozenset(group for each in args.groups.split(",") if (group := each.strip()))


def _explain(args: argparse.Namespace) -> int:
    found = explaining.explain(load(args.file), args.user, _groups(args))
    lines = []
    for each in found:
        mark = "*" if each.default else "+" if each.offered else "-"
        lines.append(f"{mark} {each.slug:<24} {each.takes}")
        lines.append(f"    {'offered' if each.offered else 'not offered'}: {each.reason}")
        lines += [f"    without {name}: {reason}" for name, reason in each.hidden.items()]
    if not any(each.offered for each in found):
        lines.append(f"nothing is offered to {args.user}: they cannot start a server")
    elif any(each.default for each in found):
        lines.append("* is what they get who choose nothing")
    print_result(args, "\n".join(lines), msgspec.to_builtins(found))
    return 0


def _diff(args: argparse.Namespace) -> int:
    changes = diffing.diff(load(args.old), load(args.new))
    lines: list[str] = []
    for change in changes:
        effect = "" if change.kind != "changed" or change.what == "quota" else _effect(change.pods)
        lines.append(f"{change.kind} {change.what} {change.name}, for {change.whose}{effect}")
        lines += [f"    gets it: {name}" for name in change.gains]
        lines += [f"    loses it: {name}" for name in change.loses]
        lines += [f"    {detail}" for detail in change.details]
    print_result(args, "\n".join(lines) or "no changes", msgspec.to_builtins(changes))
    return 0


def _effect(pods: bool) -> str:
    return ": new servers differ" if pods else ": servers stay as they are"


def _nodes(args: argparse.Namespace) -> int:
    reserve = packing.parse_amounts(args.reserve)
    kinds = {text: packing.parse_amounts(text) for text in args.node} or _kinds_of_cluster()
    shown: dict[str, Any] = {}
    lines: list[str] = []
    for kind, amounts in kinds.items():
        lines.append(f"# {kind}")
        try:
            sizes = packing.sizes(amounts, reserve)
        except ProfileError as error:
            if args.node:
                raise
            lines.append(f"# {error}")
            continue
        shown[kind] = msgspec.to_builtins(sizes, enc_hook=to_text)
        for size in sizes:
            name = f"{size.gpus}-gpu" if size.gpus else f"{size.per_node}-a-node"
            lines.append(packing.as_profile(size, name))
    print_result(args, "\n".join(lines), shown)
    return 0


def _kinds_of_cluster() -> dict[str, dict[str, Any]]:
    if not cluster.is_named():
        raise InvalidError("name a node (--node cpu=96,memory=768Gi,gpu=8), or set KUBECONFIG")
    kinds: dict[str, dict[str, Any]] = {}
    for node in cluster.read_nodes():
        type_ = node.labels.get("node.kubernetes.io/instance-type")
        kinds.setdefault(type_ or node.name, dict(node.allocatable))
    return kinds


def _schema(args: argparse.Namespace) -> int:
    print(json.dumps(profiles_schema(), indent=2))
    return 0


def _catalog(args: argparse.Namespace) -> int:
    if args.name is None:
        print_result(args, "\n".join(catalog.names()), catalog.names())
    else:
        text = catalog.text(args.name)
        print_result(args, text.rstrip(), {"name": args.name, "text": text})
    return 0


ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {
    "lint": _lint,
    "render": _render,
    "explain": _explain,
    "diff": _diff,
    "nodes": _nodes,
    "schema": _schema,
    "catalog": _catalog,
}
