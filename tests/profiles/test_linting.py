"""Each mistake is told once, in its place, with what was likely meant."""

import pytest

from tests.profiles.helping import HEAD, only_problem, problems_of

GPU = HEAD + "  gpu: "
FREE = HEAD + (
    "  options:\n"
    "    image:\n"
    "      display_name: Image\n"
    "      free: {display_name: Yours, sets: image, pattern: '%s'}\n"
)


@pytest.mark.parametrize(
    ("text", "line", "column", "code", "said"),
    [
        (HEAD + "  mem_limt: 4G\n", 5, 3, "unknown-key", "did you mean memory.limit"),
        (HEAD + "  enviroment: {}\n", 5, 3, "unknown-key", "did you mean environment?"),
        (HEAD + "  allowed_groups: [a]\n", 5, 3, "unknown-key", "who.groups"),
        (HEAD + "  defualt: true\n", 5, 3, "unknown-key", "did you mean default?"),
        (HEAD + "  memory: {limit: lots}\n", 5, 19, "type", "'lots' is no quantity"),
        (HEAD + "  memory: {limit: 400m}\n", 5, 19, "memory", "did you mean 400Mi?"),
        (HEAD + "  memory: {limit: 8}\n", 5, 19, "memory", "did you mean 8Gi?"),
        (HEAD + "  memory: 8Gi\n", 5, 11, "type", "must be a mapping"),
        (HEAD + "  cpu: {limit: 8000}\n", 5, 16, "cpu", "did you mean 8000m?"),
        (HEAD + "  cpu: {limit: 0.0001}\n", 5, 16, "cpu", "finer than"),
        (HEAD + "  cpu: {limit: 0}\n", 5, 16, "cpu", "leave it out"),
        (HEAD + "  cpu: {guarantee: 4, limit: 2}\n", 5, 20, "request-over-limit", "(4) is more"),
        (
            HEAD + "  memory:\n    limit: 1Gi\n    guarantee: 1025Mi\n",
            7, 16, "request-over-limit", "(1025Mi)",
        ),
        (HEAD + "  environment: {A: 1}\n", 5, 20, "type", "quote it"),
        (HEAD + "  environment: {A: yes}\n", 5, 20, "type", "quote it"),
        (HEAD + "  environment: {1A: x}\n", 5, 17, "bad-key", "regex"),
        (HEAD + "  environment: {JUPYTERHUB_API_TOKEN: x}\n", 5, 39, "reserved", "by the hub"),
        (HEAD + "  shared_memory: 2Gi\n  memory: {limit: 1Gi}\n", 5, 18, "shared-memory", "1Gi"),
        (HEAD + "  image: quay.io/a/b\n", 5, 10, "image-tag", "has no tag"),
        (HEAD + "  image: quay.io:5000/a/b\n", 5, 10, "image-tag", "has no tag"),
        (HEAD + "  image: a:latest\n", 5, 10, "image-tag", "latest"),
        (HEAD + "  image: 'a b'\n", 5, 10, "image", "no name of an image"),
        (HEAD + "  node_selector: {a: 'x y'}\n", 5, 22, "name", "no value of a label"),
        (HEAD.replace("everyone", "all"), 4, 8, "type", "'all'; known: everyone"),
        (HEAD + "  lifetime: 5\n", 5, 13, "type", "no duration"),
        (GPU + "{vendor: nvidia, count: one}\n", 5, 32, "type", "count: Expected int"),
        (GPU + "{vendor: nvidia, count: 1.5}\n", 5, 32, "type", "count: Expected int"),
        (GPU + "{vendor: nvida}\n", 5, 17, "type", "'nvida'; did you mean nvidia?"),
        (GPU + "{vendor: amd, mig: 1g.5gb}\n", 5, 27, "gpu", "GPUs of nvidia, not amd"),
        (GPU + "{vendor: nvidia, mig: 1g.7gb}\n", 5, 30, "mig", "did you mean"),
        (GPU + "{vendor: nvidia, model: T4, mig: 1g.5gb}\n", 5, 41, "mig", "the T4 has no MIG"),
        (
            GPU + "{vendor: nvidia, model: A100-80GB, mig: 1g.5gb}\n",
            5, 48, "mig", "has 1g.10gb, 1g.10gb+me, 1g.20gb",
        ),
        (GPU + "{vendor: nvidia, model: A100-80G}\n", 5, 32, "gpu", "did you mean A100-80GB"),
        (GPU + "{vendor: nvidia, model: MI300X}\n", 5, 17, "gpu", "MI300X is of amd"),
        (GPU + "{vendor: nvidia, time_slicing: 4, count: 2}\n", 5, 49, "gpu", "one share"),
        (
            GPU + "{vendor: nvidia, mig: 1g.5gb, time_slicing: 2}\n",
            5, 52, "gpu", "shared in time",
        ),
        (FREE % "a(b", 8, 57, "pattern", "no regular expression"),
        (FREE % "quay.io/[a-z]+:1", 8, 57, "pattern", "the dot between y and i"),
        (FREE % ".*", 8, 57, "pattern", "any image of any registry"),
        (FREE % "([a-z]+)*x", 8, 57, "pattern", "would stop the hub"),
        ("profiles: []\n", 1, 1, "empty", "nobody can start"),
        ("profiles:\n- slug: a\n  who: everyone\n", 2, 3, "missing", "display_name is missing"),
        ("profiles:\n- slug: a\n  display_name: A\n", 2, 3, "nobody", "nobody may choose"),
        (
            "profiles:\n- slug: a\n  display_name: A\n  who: {groups: []}\n",
            4, 3, "nobody", "nobody may choose",
        ),
        ("profiles:\n- slug: A\n  display_name: A\n  who: everyone\n", 2, 9, "type", "slug"),
        ("profiles:\n- slug: a--b\n  display_name: A\n  who: everyone\n", 2, 9, "type", "slug"),
        (HEAD + "  slug: b\n", 5, 3, "duplicate-key", "stands here and in line 2"),
        (HEAD + "- slug: a\n  display_name: B\n  who: everyone\n", 5, 9, "duplicate-slug", "taken"),
        (
            HEAD + "  default: true\n"
            "- {slug: b, display_name: B, who: {users: [x]}, default: true}\n",
            6, 58, "two-defaults", "a and b are both the default, for the same users",
        ),
        (HEAD + "  culling: {kernel_idle: 10m}\n", 5, 26, "time", "must be longer"),
        (HEAD + "  culling: {kernel_idle: 1h, gpu_idle: 1h}\n", 5, 40, "gpu", "has no GPU"),
        (HEAD + "  culling: {}\n", 5, 3, "time", "stops nothing"),
        (HEAD + "  volumes: {d: {mount_path: /d}}\n", 5, 13, "volume", "none is given"),
        (
            HEAD + "  volumes: {d: {mount_path: /d, claim: 'x-{user}'}}\n",
            5, 40, "template", "did you mean user",
        ),
        (
            HEAD + "  volumes: {d: {mount_path: /d, claim: x, empty_dir: 1Gi}}\n",
            5, 13, "volume", "not claim and empty_dir",
        ),
        (
            HEAD + "  shared_memory: 1Gi\n"
            "  volumes: {d: {mount_path: /dev/shm, claim: x}}\n",
            6, 29, "volume", "taken by shared_memory",
        ),
        (HEAD + "  tolerations: [{operator: Exists, value: x}]\n", 5, 43, "toleration", "no value"),
        (HEAD + "quotas: [{name: q, who: everyone}]\n", 5, 10, "quota", "limits nothing"),
        (
            HEAD + "quotas: [{name: q, who: everyone, gpu: 1, profiles: [b]}]\n",
            5, 54, "unknown-profile", "no profile b",
        ),
        (
            HEAD + "quotas: [{name: q, who: everyone, per: group, gpu: 1}]\n",
            5, 40, "quota", "must name groups",
        ),
        (
            HEAD + "quotas: [{name: q, who: everyone, cost_per_month: 100}]\n",
            2, 3, "cost", "has no cost_per_hour",
        ),
        ("", 1, 1, "syntax", "empty"),
        ("profiles: [\n", 2, 1, "syntax", ""),
        ("profiles: *x\n", 1, 11, "syntax", "no anchor &x"),
        ("a: 1\n---\nb: 2\n", 2, 1, "syntax", "one document"),
        ("- 1\n", 1, 1, "type", "must be a mapping"),
        (HEAD + "  notes: !!python/name:os.system a\n", 5, 10, "tag", "not used"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_its_place(
    text: str, line: int, column: int, code: str, said: str
) -> None:
    problem = only_problem(text)
    assert (problem.line, problem.column, problem.code) == (line, column, code), problem
    assert said in problem.message


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    text = HEAD + "  mem_limt: 4G\n  cpu: {limit: x}\n  lifetime: 1\n"
    assert [problem.line for problem in problems_of(text)] == [5, 6, 7]


def test_a_choice_is_checked_together_with_its_profile() -> None:
    text = HEAD + (
        "  memory: {limit: 4Gi}\n"
        "  options:\n"
        "    size:\n"
        "      display_name: Size\n"
        "      choices:\n"
        "        big: {display_name: Big, memory: {guarantee: 8Gi}}\n"
    )
    problem = only_problem(text)
    assert (problem.line, problem.code) == (10, "request-over-limit")


def test_a_mistake_of_the_profile_is_not_told_again_for_each_choice() -> None:
    text = HEAD + (
        "  cpu: {guarantee: 4, limit: 2}\n"
        "  options:\n"
        "    size: {display_name: Size, choices: {a: {display_name: A}, b: {display_name: B}}}\n"
    )
    assert only_problem(text).line == 5


def test_defaults_of_different_groups_are_a_warning() -> None:
    text = (
        "profiles:\n"
        "- {slug: a, display_name: A, who: {groups: [x]}, default: true}\n"
        "- {slug: b, display_name: B, who: {groups: [y]}, default: true}\n"
    )
    assert only_problem(text).severity == "warning"


def test_anchors_merges_and_own_keys_are_understood() -> None:
    text = (
        "x-base: &base\n"
        "  who: everyone\n"
        "  memory: {limit: 1Gi}\n"
        "profiles:\n"
        "- <<: *base\n"
        "  slug: a\n"
        "  display_name: A\n"
        "- {<<: *base, slug: b, display_name: B, memory: {limit: 2Gi}}\n"
    )
    assert problems_of(text) == []


def test_a_mistake_in_what_was_merged_is_told_where_it_stands() -> None:
    text = "x-a: &a\n  mem_limt: 1\nprofiles:\n- <<: *a\n  slug: a\n  display_name: A\n"
    assert (2, 3, "unknown-key") in [(p.line, p.column, p.code) for p in problems_of(text)]


def test_aliases_cannot_make_a_small_file_large() -> None:
    lines = ["x-0: &x0 [a, a, a, a, a, a, a, a, a]"]
    lines += [f"x-{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 9)]
    [problem] = [p for p in problems_of("\n".join(lines)) if p.code == "syntax"]
    assert "aliases counted" in problem.message


def test_aliases_cannot_nest_without_end() -> None:
    lines = ["x-0: &x0 [a]", *(f"x-{n}: &x{n} [*x{n - 1}]" for n in range(1, 3000))]
    problems = problems_of("\n".join([*lines, "profiles: *x2999"]))
    assert "deep" in problems[0].message


def test_deep_nesting_is_refused() -> None:
    assert "deep" in only_problem("profiles: " + "[" * 200 + "]" * 200).message


def test_a_file_that_is_not_utf8_is_told_where() -> None:
    from celltrail_profiles.reading import read_bytes

    [problem] = read_bytes(b"profiles:\n  \xff", "x.yaml").problems
    assert (problem.line, problem.column) == (2, 3)
