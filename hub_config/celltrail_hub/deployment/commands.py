"""`celltrail hub`: settings of a hub in a pod, and values for one that is there already."""

import argparse
import json
from pathlib import Path

from celltrail.commands import Actions, Command, print_result


def _configure(parser: argparse.ArgumentParser) -> None:
    add = Actions(parser, "hub").add
    lint = add("lint", "find mistakes in a file of settings", "lint hub.yaml")
    lint.add_argument("file", type=Path)
    add("schema", "print the JSON Schema of the file, for editors", "schema > hub.schema.json")
    z2jh = add(
        "z2jh-values",
        "print values that add Celltrail to a hub of the chart Zero to JupyterHub",
        "z2jh-values --hub-namespace jhub > celltrail.yaml",
    )
    z2jh.add_argument(
        "--release", default="celltrail", help="of Celltrail's chart (default: %(default)s)"
    )
    z2jh.add_argument(
        "--namespace", default="celltrail", help="where that is (default: %(default)s)"
    )
    z2jh.add_argument(
        "--hub-namespace", default="jhub", help="where the hub is (default: %(default)s)"
    )
    z2jh.add_argument(
        "--base-url", default="/", help="the hub's hub.baseUrl (default: %(default)s)"
    )
    z2jh.add_argument(
        "--profiles",
        type=Path,
        metavar="FILE",
        help="spawner profiles, for a hub whose image has celltrail[kubernetes]",
    )


def _run(args: argparse.Namespace) -> int:
    return _ACTIONS[args.action](args)


def _lint(args: argparse.Namespace) -> int:
    import msgspec

    from celltrail_hub.deployment.settings import load_deployment
    from celltrail_profiles.errors import InvalidFileError

    try:
        load_deployment(args.file)
    except InvalidFileError as error:
        if not error.problems:
            raise
        print_result(
            args,
            "\n".join(each.describe() for each in error.problems),
            msgspec.to_builtins(error.problems),
        )
        return 1
    print_result(args, f"{args.file}: no problems", [])
    return 0


def _schema(args: argparse.Namespace) -> int:
    from celltrail_hub.deployment.settings import json_schema

    print_result(args, json.dumps(json_schema(), indent=2), json_schema())
    return 0


def _z2jh(args: argparse.Namespace) -> int:
    from celltrail_hub.deployment import z2jh
    from celltrail_profiles.reading import load

    profiles = None
    if args.profiles is not None:
        load(args.profiles)
        profiles = args.profiles.read_text(encoding="utf-8")
    place = z2jh.Place(args.release, args.namespace, args.hub_namespace, args.base_url)
    values = z2jh.values(place, profiles)
    print_result(args, z2jh.as_yaml(place, values), values)
    return 0


_ACTIONS = {"lint": _lint, "schema": _schema, "z2jh-values": _z2jh}

hub = Command(
    help="check the settings of a hub in a pod; add Celltrail to another hub",
    example="celltrail hub lint hub.yaml",
    configure=_configure,
    run=_run,
    extra="profiles",
)
