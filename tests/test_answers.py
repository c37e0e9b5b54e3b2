"""Which answers are refused, and that all others arrive intact in every file that shows them."""

import functools
import logging
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tomli
import yaml
from click.testing import CliRunner
from cookiecutter.cli import main
from cookiecutter.main import cookiecutter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lambda_python_answers import (
    OPENERS,
    SLUG_MAX,
    STANDARD_LIBRARY,
    TEXT_MAX,
    UNPRINTABLE,
    setting,
    slug_problem,
    suggest_slug,
)

from helpers.support import AXES, LONGEST_SLUG, ROOT, Bake, CloudFormationLoader, run, tool

TEXTS = ["project_name", "description", "author"]
REFUSED_TEXTS = [
    ("", "is empty"),
    ("   ", "is empty"),
    ("x" * (TEXT_MAX + 1), "has 201 characters; the maximum is 200"),
    ("a\nb", "U+000A"),
    ("a\tb", "U+0009"),
    ("a\x1bb", "U+001B"),
    ("a\x7fb", "U+007F"),
    ("a\x85b", "U+0085"),
    ("a\u2028b", "U+2028"),
    ("a\u2029b", "U+2029"),
    ("a\ufffeb", "U+FFFE"),
    ("a\uffffb", "U+FFFF"),
    ("a\udc80b", "U+DC80"),
    ("{{ 7*7 }}", '"{{"'),
    ("{{ broken", '"{{"'),
    ("{{ cookiecutter.author }}", '"{{"'),
    ("{% if x %}", '"{%"'),
    ("{# gone #}", '"{#"'),
    ("${AWS::Region}", '"${"'),
]
REFUSED_SLUGS = [
    ("", "not kebab-case"),
    ("Orders", "not kebab-case"),
    ("my_orders", "not kebab-case"),
    ("my orders", "not kebab-case"),
    ("my--orders", "not kebab-case"),
    ("-orders", "not kebab-case"),
    ("orders-", "not kebab-case"),
    ("9-orders", "not kebab-case"),
    ("bestellungen-für-alle", "not kebab-case"),
    ("../orders", "not kebab-case"),
    ("/orders", "not kebab-case"),
    (".", "not kebab-case"),
    ("..\\orders", "not kebab-case"),
    ("orders/api", "not kebab-case"),
    ("orders\n", "not kebab-case"),
    ("x" * (SLUG_MAX + 1), "has 41 characters; the maximum is 40"),
    ("orders-dev", 'contains "dev" or "prod"'),
    ("orders-prod-api", 'contains "dev" or "prod"'),
    ("class", "Python keyword"),
    ("lambda", "Python keyword"),
    ("json", "standard library"),
    ("typing", "standard library"),
    ("distutils", "standard library"),
    ("annotationlib", "standard library"),
    ("con", "device name on Windows"),
    ("nul", "device name on Windows"),
    ("com1", "device name on Windows"),
    ("pytest", "package that the project uses"),
    ("aws-lambda-powertools", "package that the project uses"),
    ("pre-commit", "package that the project uses"),
    ("tests", "folder in the project"),
]
REFUSALS = [
    *((answer, text, message) for answer in TEXTS for text, message in REFUSED_TEXTS),
    *(("project_slug", slug, message) for slug, message in REFUSED_SLUGS),
]
AWKWARD_TEXTS = [
    "\"double\" and 'single'",
    "back\\slash\\n",
    "# no comment",
    "key: value",
    "{x} and }} and %}",
    "- leading dash",
    "+ leading plus",
    "1. leading number",
    "---",
    "===",
    "> quote",
    "*bold* _it_ `code` ~~gone~~",
    "[link](somewhere) ![image](x)",
    "<b>html</b> &amp; &copy;",
    "$math$ | cell | :tada:",
    "no $VARIABLE",
    "🚀 emoji 👩‍💻",
    "\u200f\u05e9\u05dc\u05d5\u05dd right to left",
    "  spaces  around  ",
    "trailing hash #",
    "!Ref tag",
    "%directive",
    "yes",
    "null",
    "0x10",
    "x" * TEXT_MAX,
]


def arguments(folder: Path, answer: str, value: str) -> list[str]:
    """Return the arguments with which Cookiecutter generates a project into `folder`."""
    return [str(ROOT), "--no-input", "--output-dir", str(folder), f"{answer}={value}"]


@pytest.mark.parametrize(("answer", "value", "message"), REFUSALS)
def test_a_wrong_answer_ends_with_one_line_and_nothing_on_disk(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    value: str,
    message: str,
) -> None:
    monkeypatch.setattr(logging.getLogger("cookiecutter"), "handlers", [])  # those that the command adds
    output = tmp_path / "output"
    output.mkdir()
    done = CliRunner().invoke(main, arguments(output, answer, value))
    assert isinstance(done.exception, SystemExit)
    assert done.exit_code == 1
    (line,) = done.output.splitlines()
    assert message in line
    assert list(output.iterdir()) == []
    assert not (tmp_path / "orders").exists()


@pytest.mark.parametrize(
    ("answer", "value", "message"),
    [
        ("author", "a\udc80b", "U+DC80"),
        ("description", "{{ 7*7 }}", '"{{"'),
        ("project_slug", "../orders", "kebab-case"),
    ],
)
def test_the_command_prints_nothing_else(tmp_path: Path, answer: str, value: str, message: str) -> None:
    output = tmp_path / "output"
    output.mkdir()
    command = (tool("cookiecutter"), *arguments(output, answer, value))
    done = run(*command, cwd=tmp_path, expect=1, HOME=str(tmp_path), PYTHONUTF8="1")
    (line,) = done.output.splitlines()
    assert message in line
    assert list(output.iterdir()) == []


@pytest.mark.parametrize(
    ("typed", "message", "next_question"),
    [
        ("{{ 7*7 }}\n", "project_name: contains the template opener", "[2/"),
        (" \n", "project_name: is empty", "[2/"),
        ("Orders\njson\n", 'project_slug: "json" would shadow', "[3/"),
        ("Orders\n\n${x}\n", "description: contains the template opener", "[4/"),
    ],
)
def test_an_answer_at_the_prompt_is_checked_before_the_next_question(
    tmp_path: Path,
    typed: str,
    message: str,
    next_question: str,
) -> None:
    done = subprocess.run(
        (tool("cookiecutter"), str(ROOT), "--output-dir", str(tmp_path)),
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert message in done.stdout.splitlines()[-1]
    assert next_question not in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_value_that_is_not_among_the_choices_is_the_engines_error(bake: Bake) -> None:
    with pytest.raises(ValueError, match=r"the choices are .*arm64"):
        bake(architecture="sparc")


def read_back(project: Path) -> dict[str, dict[str, Any]]:
    """Return, by file, the texts that a program or a person reads in the project."""
    pyproject = tomli.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (project / "template.yaml").read_text(encoding="utf-8")
    template = yaml.load(text, CloudFormationLoader)  # noqa: S506 - derived from the safe loader
    function = template["Resources"]["Function"]["Properties"]
    tokens = MarkdownIt("commonmark").parse((project / "README.md").read_text(encoding="utf-8"))
    heading, paragraph = [token for token in tokens if token.type == "inline"][:2]
    licence = (project / "LICENSE").read_text(encoding="utf-8")
    return {
        "pyproject.toml": {"description": pyproject["description"], "author": pyproject["authors"][0]["name"]},
        "template.yaml": {"description": template["Description"], "function": function["Description"]},
        "README.md": {"project_name": shown(heading), "description": shown(paragraph)},
        "LICENSE": {"author": next(line for line in licence.splitlines() if "Copyright" in line)},
    }


def shown(token: Any) -> str:  # noqa: ANN401 - markdown-it's token
    """Return what a reader of the rendered Markdown sees."""
    return "".join(child.content for child in token.children)


PARSERS: dict[str, Callable[[str], object]] = {
    ".py": lambda text: compile(text, "file", "exec"),
    ".toml": tomli.loads,
}


@functools.cache
def parse(suffix: str, text: str) -> None:
    """Fail if `text` has a mistake; most files are the same in every project."""
    PARSERS[suffix](text)


def generate(folder: Path, **answers: str) -> Path:
    return Path(
        cookiecutter(
            str(ROOT),
            no_input=True,
            default_config=True,
            accept_hooks=False,
            output_dir=str(folder),
            extra_context={"project_slug": "orders"} | answers,
        )
    )


def check_texts_arrive(folder: Path, project_name: str, description: str, author: str) -> None:
    project = generate(folder, project_name=project_name, description=description, author=author)
    found = read_back(project)
    assert found["pyproject.toml"] == {"description": description, "author": author}
    assert found["template.yaml"] == {"description": description, "function": description}
    assert found["README.md"] == {"project_name": project_name.strip(), "description": description.strip()}
    assert author.strip() in found["LICENSE"]["author"]
    for path in project.rglob("*"):
        if path.suffix in PARSERS:
            parse(path.suffix, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", AWKWARD_TEXTS)
def test_awkward_text_arrives_intact(tmp_path: Path, text: str) -> None:
    check_texts_arrive(tmp_path, text, text, text)


printable = (
    st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\u2028\u2029\ufffe\uffff"),
        min_size=1,
        max_size=60,
    )
    .map(lambda text: UNPRINTABLE.sub("", text))
    .filter(lambda text: text.strip() and not any(opener in text for opener in OPENERS))
)


@given(project_name=printable, description=printable, author=printable)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_printable_text_arrives_intact(project_name: str, description: str, author: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check_texts_arrive(Path(folder), project_name, description, author)


@given(st.text(max_size=300))
def test_the_slug_that_is_suggested_is_accepted(project_name: str) -> None:
    assert slug_problem(suggest_slug(project_name)) is None


@pytest.mark.parametrize(
    ("project_name", "slug"),
    [
        ("Order Service", "order-service"),
        ("JSON", "json-service"),
        ("Bestellungen für alle", "bestellungen-fur-alle"),
        ("Orders Prod", "orders"),
        (f"{'x' * (SLUG_MAX - len('-prod'))} products", "x" * (SLUG_MAX - len("-prod"))),
    ],
)
def test_the_slug_follows_from_the_name(project_name: str, slug: str) -> None:
    assert suggest_slug(project_name) == slug


def test_the_longest_slug_of_the_tests_is_the_longest_allowed() -> None:
    assert len(LONGEST_SLUG) == SLUG_MAX


@pytest.mark.matrix
@pytest.mark.parametrize("version", AXES["python_version"])
def test_no_module_of_any_standard_library_is_a_package_name(version: str) -> None:
    code = "import sys; print(*sys.stdlib_module_names)"
    names = run(f"python{version}", "-c", code, cwd=ROOT).output.split()
    assert {name for name in names if not name.startswith("_")} - STANDARD_LIBRARY == set()


@pytest.mark.parametrize(
    ("deploy_with", "name"),
    [("sam", "AlarmEmail"), ("cdk-python", "alarm_email"), ("cdk-typescript", "alarmEmail")],
)
def test_pages_name_a_setting_as_the_code_does(deploy_with: str, name: str) -> None:
    assert setting("AlarmEmail", deploy_with) == name
