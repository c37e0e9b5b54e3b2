"""Record a session from the prompts to the green check, and draw it as `docs/session.svg`.

    uv run python scripts/record.py

The README's commands run for real, in a scratch folder, with this checkout in place of the published template. The
picture has the options of a question in one line, and only the lines of the output that are in `SHOWN`; "…" is what is
left out.
"""

import itertools
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "session.svg"
START = re.compile(r"^```sh\n(uvx cookiecutter .*?^uv run poe invoke)", re.MULTILINE | re.DOTALL)
ANSWERS = ("", "", "", "", "", "", "5", "", "", "", "", "", "", "")  # the defaults, and Python 3.14
SHOWN = re.compile(
    r"Created .*|Installed \d+ packages in .*|Poe => .*"
    r"|All checks passed!|\d+ files already formatted|Success: .*|Required test coverage .*|=+ \d+ passed in .*"
    r'|\{"level":.*|  "statusCode": .*|    "total": .*'
)
COLUMNS = 108


def commands() -> list[str]:
    """Return the README's commands from the prompts to the first invocation."""
    found = START.search((ROOT / "README.md").read_text(encoding="utf-8"))
    lines = found[1].splitlines() if found else sys.exit("record: README.md does not say how to start")
    return [line.partition(" #")[0].rstrip() for line in lines]


def run(command: list[str], folder: Path, **environment: str) -> str:
    """Return what `command` prints in `folder`; exit with that if the command fails."""
    inherited = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}}
    done = subprocess.run(
        command,
        input="\n".join([*ANSWERS, ""]),
        cwd=folder,
        env=inherited | {"COLUMNS": str(COLUMNS), "NO_COLOR": "1", "PYTHONUTF8": "1"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        sys.exit(f"record: {' '.join(command)} failed:\n{done.stdout}")
    return done.stdout


def ask(folder: Path) -> list[str]:
    """Generate a project in `folder`, and return the dialog."""
    settings = folder / "settings.yaml"  # keeps the answers apart from the user's last ones
    settings.write_text(f"replay_dir: '{folder}'\ncookiecutters_dir: '{folder}'\n", encoding="utf-8")
    command = [sys.executable, "-m", "cookiecutter", str(ROOT), "--output-dir", str(folder)]
    *questions, rest = re.split(r"(?<=\): )", run(command, folder, COOKIECUTTER_CONFIG=str(settings)))
    answered = [question + answer for question, answer in zip(questions, ANSWERS, strict=True)]
    return [*options_in_one_line("\n".join(answered)).splitlines(), *shorten(rest)]


def options_in_one_line(dialog: str) -> str:
    """Return `dialog` with the options of each question in one line, without what is in brackets to explain them."""
    brief = re.sub(r"(\d - [^(\n]*) \([a-z].*\)", r"\1", dialog)
    return re.sub(r"\n    Choose from \S+|\n  (?=  [2-9] - )", "", brief)


def shorten(output: str) -> list[str]:
    """Return the lines of `output` that are shown, none longer than the picture is wide."""
    marked = [line if SHOWN.fullmatch(line) else "…" for line in output.splitlines()]
    shown = "\n".join(line for line, _ in itertools.groupby(marked)).strip("…\n").splitlines()
    return [line if len(line) <= COLUMNS else f"{line[: COLUMNS - 1]}…" for line in shown]


def record(folder: Path) -> list[str]:
    """Go from the prompts to the first invocation in `folder`, and return the lines of the session."""
    create, enter, *others = commands()
    lines = [f"$ {create}", *ask(folder), f"$ {enter}"]
    for command in others:
        outputs = [run(part.split(), folder / enter.removeprefix("cd ")) for part in command.split(" && ")]
        lines += [f"$ {command}", *shorten("".join(outputs))]
    return lines


def draw(lines: list[str]) -> str:
    """Return the picture of `lines`."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    return environment.get_template("session.svg.jinja").render(lines=lines)


def read(picture: Path) -> list[str]:
    """Return the lines that `picture` shows."""
    texts = ET.parse(picture).iterfind(".//{*}text")  # noqa: S314 - it comes from this repository
    return ["".join(text.itertext()) for text in texts]


def main() -> None:
    """Record, and draw."""
    with tempfile.TemporaryDirectory(prefix="record-") as folder:
        PICTURE.write_text(draw(record(Path(folder))), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
