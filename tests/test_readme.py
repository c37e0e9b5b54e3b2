"""README and docs of a project: short, without seams, and true to the project's files, tasks and resources."""

import itertools
import json
import posixpath
import re
from collections.abc import Iterator

import pytest
import tomli

from lambda_python_answers import has

from helpers.rows import PROJECTS
from helpers.support import AXES, Answers, Bake, Project, identify
from helpers.synthesis import expand

FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"[\w./-]*(?:/|\.(?:py|ts|js|md|toml|yaml|yml|json|sh|env|lock))|Dockerfile|Makefile")
TASK = re.compile(r"\bpoe ([a-z][a-z-]*)")
ADDED_TASK = re.compile(r"^\+\[tool\.poe\.tasks\.([a-z-]+)\]$", re.MULTILINE)
# What tools and users create; `orders/` begins the keys of objects.
CREATED = re.compile(r"uv\.lock|package-lock\.json|\.build/.*|\.cruft\.json|\.env|uv\.toml|CHANGELOG\.md|orders/")
BLOCKS = {"row": r"\|", "item": r"- |\d\. ", "quote": "> ", "code": "```", "heading": "#+ "}
SHORTEST, LONGEST = 100, 170


@pytest.fixture(scope="module", params=PROJECTS, ids=identify)
def project(request: pytest.FixtureRequest, bake_once: Bake) -> Project:
    """A project for each pair of answers."""
    answers: Answers = request.param
    return bake_once(**answers)


@pytest.fixture(scope="module")
def files(project: Project) -> dict[str, str]:
    return project.files()


@pytest.fixture(scope="module")
def pages(files: dict[str, str]) -> dict[str, str]:
    """The README and every page of docs/, by path."""
    return {name: text for name, text in files.items() if name == "README.md" or name.startswith("docs/")}


def anchors(page: str) -> set[str]:
    """Return the anchors of the headings of `page`, as GitHub and GitLab derive them."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def relative_links(pages: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield each link of `pages` inside the project: the page, the path that it leads to, and the anchor."""
    for name, text in pages.items():
        for link in LINK.findall(FENCE.sub("", text)):
            if "://" not in link:
                path, _, anchor = link.partition("#")
                target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
                yield name, target, anchor


def named_paths(text: str) -> set[str]:
    """Return the paths in backticks of `text`."""
    return {code for code in CODE.findall(FENCE.sub("", text)) if PATH.fullmatch(code)}


def kind(line: str) -> str:
    """Return what kind of block `line` of Markdown belongs to."""
    return next((name for name, start in BLOCKS.items() if re.match(start, line)), "prose")


def exists(path: str, files: dict[str, str]) -> bool:
    """Return whether `path` is a file or a folder of a project, from its root or by its last parts."""
    return any(f"/{name}".endswith(f"/{path}") or (path.endswith("/") and f"/{path}" in f"/{name}") for name in files)


def test_readme_has_a_readable_length(files: dict[str, str]) -> None:
    assert SHORTEST <= len(files["README.md"].splitlines()) <= LONGEST


def test_relative_links_have_targets(files: dict[str, str], pages: dict[str, str]) -> None:
    broken = [
        (page, path, anchor)
        for page, path, anchor in relative_links(pages)
        if path not in files or (anchor and anchor not in anchors(files[path]))
    ]
    assert broken == []


def test_every_page_is_reachable_from_readme(pages: dict[str, str]) -> None:
    indexes = {"README.md", "docs/recipes/README.md"}
    linked = {path for page, path, _ in relative_links(pages) if page in indexes}
    assert pages.keys() - linked == {"README.md"}


def test_paths_in_backticks_exist(files: dict[str, str], pages: dict[str, str]) -> None:
    named = {path for text in pages.values() for path in named_paths(text) if not CREATED.fullmatch(path)}
    assert {path for path in named if not exists(path, files)} == set()


def test_named_tasks_exist(files: dict[str, str], pages: dict[str, str]) -> None:
    tasks = tomli.loads(files["pyproject.toml"])["tool"]["poe"]["tasks"].keys()
    table = files["README.md"].partition("\n## Tasks\n")[2].partition("\n\n`local.env`")[0]
    rows = [line.split(" | ")[0] for line in table.splitlines() if line.startswith("| `")]
    listed = {task for row in rows for task in CODE.findall(row)}
    named = {task for text in pages.values() for task in TASK.findall(text)}
    added = {task for text in pages.values() for task in ADDED_TASK.findall(text)}  # by a recipe
    assert (named | listed) - tasks - added == set()
    parts = {"lint", "typecheck", "test"}  # the row of `check` names them
    assert {task for task in tasks if not task.startswith("_")} - listed == parts


def test_layout_names_every_folder(files: dict[str, str]) -> None:
    layout = files["README.md"].partition("\n## Layout\n")[2]
    folders = {name.partition("/")[0] for name in files if "/" in name}
    assert {folder for folder in folders if f"`{folder}/" not in layout} == set()


def test_paragraphs_are_single_lines(pages: dict[str, str]) -> None:
    wrapped = []
    for name, text in pages.items():
        lines = FENCE.sub("```", text).splitlines()
        together = [(one, two) for one, two in itertools.pairwise(lines) if one and two]
        wrapped += [(name, one, two) for one, two in together if kind(one) == "prose" or kind(one) != kind(two)]
    assert wrapped == []


def test_one_blank_line_separates_blocks(pages: dict[str, str]) -> None:
    assert [name for name, text in pages.items() if "\n\n\n" in FENCE.sub("```", text)] == []


@pytest.mark.parametrize("storage", AXES["storage"])
@pytest.mark.parametrize("idempotency", AXES["idempotency"])
@pytest.mark.parametrize("event_source", AXES["event_source"])
def test_examples_extend_the_code_of_the_project(bake: Bake, event_source: str, idempotency: str, storage: str) -> None:
    files = bake(event_source=event_source, idempotency=idempotency, storage=storage).files()
    code = "\n".join(text for name, text in files.items() if name.startswith("src/"))
    known = {line.strip() for line in code.splitlines()}
    first, *_ = re.findall(r"```python\n(.*?)```", files["README.md"], re.DOTALL)
    new = [number for number, line in enumerate(first.splitlines()) if line.endswith("# new")]
    old = [line.strip() for line in first.splitlines()[: new[0]]]
    assert [line for line in old if line not in known] == []


@pytest.mark.parametrize("event_source", AXES["event_source"])
def test_every_stack_parameter_is_documented(bake: Bake, event_source: str) -> None:
    project = bake(deploy_with="sam", event_source=event_source, idempotency="true", python_version="3.13")
    page = project.files()["docs/deploy.md"]
    parameters = expand(project)["Parameters"]
    assert [name for name in parameters if f"`{name}`" not in page and name != "Stage"] == []


@pytest.mark.parametrize("storage", AXES["storage"])
@pytest.mark.parametrize("event_source", AXES["event_source"])
def test_costs_count_the_resources_of_the_stack(bake: Bake, event_source: str, storage: str) -> None:
    project = bake(deploy_with="sam", event_source=event_source, idempotency="true", storage=storage)
    page = project.files()["docs/operate.md"]
    types = [resource["Type"] for resource in expand(project)["Resources"].values()]
    alarms = types.count("AWS::CloudWatch::Alarm")
    assert f"| {alarms} alarms | 10 free, then $0.10 each | $0.00 to ${alarms / 10:.2f} |" in page
    assert types.count("AWS::KMS::Key") == types.count("AWS::CloudWatch::Dashboard") == 1
    tables = types.count("AWS::DynamoDB::Table")
    assert f"| {tables} on-demand table" in page
    assert tables == 1 + (storage == "dynamodb") + bool(has(event_source, "table.yaml"))
    assert types.count("AWS::Lambda::Function") == 2
    if queues := types.count("AWS::SQS::Queue"):
        assert f"{queues} queue" in page
    costs = page.partition("\n## Cost\n")[2].partition("**total")[0]
    idle = re.findall(r"\| \$([\d.]+)(?: to \$([\d.]+))?[^|]* \|$", costs, re.MULTILINE)  # but for packages
    lowest, highest = (sum(float(cost[place] or cost[0]) for cost in idle) for place in (0, 1))
    assert f"**${lowest:.2f} to ${highest:.2f}**" in page


@pytest.mark.parametrize("answers", [{}, {key: values[-1] for key, values in AXES.items()}], ids=["first", "last"])
def test_cruft_link_names_the_answers_of_the_project(bake: Bake, answers: Answers) -> None:
    project = bake(**answers)
    (context,) = re.findall(r"--extra-context '(.*)'", project.files()["docs/upgrade.md"])
    given = {
        key: str(value).lower() if isinstance(value, bool) else value for key, value in json.loads(context).items()
    }
    assert {"storage": "none"} | given == {key: project.answers[key] for key in ("project_slug", *AXES)}
