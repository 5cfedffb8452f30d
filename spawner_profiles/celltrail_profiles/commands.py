"""`celltrail profiles`: the arguments. What each action does is in `actions`, imported when run."""

import argparse
from pathlib import Path

from celltrail.commands import Actions, Command


def _configure(parser: argparse.ArgumentParser) -> None:
    add = Actions(parser, "profiles").add
    lint = add(
        "lint",
        "find mistakes in files of profiles; exit code 1 if there are errors",
        "lint profiles.yaml --groups-file groups.yaml",
    )
    lint.add_argument("files", nargs="+", type=Path, metavar="FILE")
    lint.add_argument(
        "--groups-file", type=Path, metavar="FILE", help="groups and their users, as YAML or JSON"
    )
    lint.add_argument(
        "--hub", metavar="URL", help="ask this hub's API for its groups, with JUPYTERHUB_API_TOKEN"
    )
    lint.add_argument(
        "--no-cluster",
        action="store_true",
        help="do not compare with the nodes of the cluster in KUBECONFIG",
    )

    render = add(
        "render",
        "show KubeSpawner's profile_list, and the pods that it comes to",
        "render profiles.yaml --user ada --groups gpu --profile gpu-t4",
    )
    render.set_defaults(extra="kubernetes")
    render.add_argument("file", type=Path, metavar="FILE")
    _add_user(render, required=False)
    render.add_argument("--profile", metavar="SLUG", help="only this profile")
    render.add_argument(
        "-o", "--option", action="append", default=[], metavar="NAME=VALUE",
        help="answer an option of --profile; NAME--unlisted-choice=VALUE for a free field",
    )  # fmt: skip

    explain = add(
        "explain",
        "say what a user may choose, and why not the others",
        "explain profiles.yaml --user ada --groups students,ml",
    )
    explain.add_argument("file", type=Path, metavar="FILE")
    _add_user(explain, required=True)

    diff = add(
        "diff",
        "say whose servers change from one file to another, and how",
        "diff old.yaml new.yaml",
    )
    diff.add_argument("old", type=Path, metavar="OLD")
    diff.add_argument("new", type=Path, metavar="NEW")

    nodes = add(
        "nodes",
        "suggest profiles that pack a kind of node without waste",
        "nodes --node cpu=96,memory=768Gi,nvidia.com/gpu=8",
    )
    nodes.set_defaults(extra="kubernetes")
    nodes.add_argument(
        "--node", action="append", default=[], metavar="AMOUNTS",
        help="allocatable amounts of a node; without: the nodes of the cluster in KUBECONFIG",
    )  # fmt: skip
    nodes.add_argument(
        "--reserve", default="cpu=500m,memory=1Gi", metavar="AMOUNTS",
        help="left on each node for DaemonSets (default cpu=500m,memory=1Gi)",
    )  # fmt: skip

    add("schema", "print the JSON Schema of a file of profiles", "schema > profiles.schema.json")
    catalog = add("catalog", "list the shipped profiles, or print one to adapt", "catalog a100-mig")
    catalog.add_argument("name", nargs="?", metavar="NAME")


def _add_user(parser: argparse.ArgumentParser, required: bool) -> None:
    parser.add_argument("--user", required=required, metavar="NAME", help="what this user gets")
    parser.add_argument(
        "--groups", default="", metavar="G1,G2", help="the groups of --user, with commas between"
    )


def _run(args: argparse.Namespace) -> int:
    from celltrail_profiles.actions import ACTIONS

    return ACTIONS[args.action](args)


profiles = Command(
    help="check, show and compare spawner profiles",
    example="celltrail profiles lint profiles.yaml",
    configure=_configure,
    run=_run,
    extra="profiles",
)
