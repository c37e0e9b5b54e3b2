"""Generated projects, prompts, and messages use the terms of AWS's and Python's documentation, in American spelling.

Only what a pattern can tell is found: most of good wording is not.
"""

import functools
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from helpers.rows import PROJECTS
from helpers.support import AXES, COOKIECUTTER_JSON, ROOT, Bake

# Legal texts stay as they are.
EXCLUDED = {"LICENSE"}
# Between two words: spaces, or the end of a line and the mark of a comment on the next one.
GAP = r"\s+(?:(?:#|//|\*)\s+)?"
# A subject and its verb tell the conjunction from the preposition.
VERB = "is|are|was|were|has|have|had|does|do|did|can|could|cannot|may|might|must|will|would|needs?|takes?|knows?"
SUBJECT = r"(?:the|a|an|its|their|all|most|more|no|some|each) (?:(?!that|which|who)[a-z'-]+ ){1,3}(?:VERB)\b"


@dataclass(frozen=True)
class Rule:
    """Words not to use, as a pattern in which a space is any gap between words, and what to write instead."""

    pattern: str
    write: str

    def search(self, text: str) -> Iterator[re.Match[str]]:
        pattern = self.pattern.replace("VERB", VERB).replace(" ", GAP)
        begin = "" if pattern.startswith("[") else "(?<![A-Za-z])"
        return re.finditer(rf"{begin}(?:{pattern})(?![A-Za-z])", text, re.IGNORECASE)


TERMS = [
    Rule(
        r"(?<!at\s)(?<!from\s)(?:a|the|its|each|every|fastest|slowest) starts?(?! of\b)(?!-)",
        "cold start, init duration",
    ),
    Rule("what (?:invokes|calls|triggers) (?:it|the function)", "event source"),
    Rule("back again|takes? (?:its|the) traffic back|traffic goes back", "rollback, roll back"),
    Rule("checks? before (?:the )?traffic", "pre-traffic hook"),
    Rule("stand(?: |[_-])ins?", "fake, stub, test double, local emulator"),
    Rule(r"(?<!in\s)(?<!up\s)fronts?(?! (?:of|end)\b)(?!-)", "fake, stub, test double, local emulator"),
    Rule("mend(?:s|ed|ing)?", "fix"),
    Rule("anew", "again"),
    Rule("dearest", "slowest"),
    Rule("shall", "must, should, will"),
    Rule(r"(?<!software\s)bills? of materials?", "SBOM (software bill of materials)"),
    Rule(r"(?<!AWS\s)(?<!software\s)bills?(?! of)", "SBOM (software bill of materials)"),
    Rule("failure queues?", "dead-letter queue, on-failure destination"),
    Rule("outputs name", "stack outputs list"),
    Rule("turn(?:s|ed|ing)? (?:[a-z]+ )?away", "throttle"),
    Rule("sets? aside|invocations at once", "reserved concurrency"),
    Rule("(?:has|have|had|having) (?:its|their|an?|the) effects? (?:once|twice|again|a second time)", "idempotent"),
    Rule("(?:is|are) to have|wants", "requires, must have"),
    Rule(f"[,;:] for (?:it|they|there|he|she|we|you|nothing|nobody|none|whoever|{SUBJECT})", "because, since"),
]

PHRASES = [
    Rule("what holds data", "name what holds data: log groups, the table"),
    Rule("another (?:answer|status|value) than", "any other answer"),
    Rule("(?:meets?|met) no callers?", "gets no traffic"),
    Rule("the (?:version|one) before", "the previous version"),
    Rule("(?:ends?|ended) (?:a|the|no) releases?", "stop a deployment"),
    Rule("whether (?:it|the service|what is deployed) is up", "whether the service is healthy"),
    Rule("path that was asked for", "request path"),
    Rule("(?:ends|end|ended) with status", "exit with status"),
    Rule("knows? no narrower resources?", "has no resource-level permissions"),
    Rule("may run at once|at once than", "concurrency"),
    Rule("waits? for someone to look", "is in the dead-letter queue, is in the on-failure destination"),
    Rule("spares? (?:its|it|the|a)", "disables, saves"),
]

SPELLING = [
    Rule("licen[c]e[sd]?", "license"),
    Rule(
        "(?:initial|synthes|recogn|organ|summar|serial|author|optim|minim|custom|normal|emphas|final)is(?:e[sdr]?|ing)",
        "American spelling, -ize",
    ),
    Rule("(?:initial|organ|serial|author|optim|custom|normal)isations?", "American spelling, -ization"),
    Rule("(?:behavi|col|fav|hon|neighb|flav|lab)our(?:s|ed|ing|al|ite|able)?", "American spelling, -or"),
    Rule("analys(?:ed|ing|er)", "analyze"),
    Rule("(?:label|model|travel|signal)l(?:ed|ing)", "one l: labeled"),
    Rule("artefacts?", "artifact"),
    Rule("cent(?:re)[sd]?", "center"),
    Rule("defence", "defense"),
    Rule("whilst", "while"),
    Rule("amongst", "among"),
]


@dataclass(frozen=True)
class Finding:
    """A wrong word: the file, the line, the word, and what to write."""

    name: str
    line: str
    word: str
    write: str


@functools.cache
def wrong_words(name: str, text: str) -> dict[Finding, int]:
    """Return the wrong words in `text`, the file `name`, with their line numbers; projects share most texts."""
    lines = text.splitlines()
    found = {}
    for rule in [*TERMS, *PHRASES, *SPELLING]:
        for match in rule.search(text):
            number = text.count("\n", 0, match.start())
            found[Finding(name, lines[number].strip(), " ".join(match[0].split()), rule.write)] = number + 1
    return found


def check(findings: dict[Finding, int]) -> None:
    """Fail with a line for each finding; the same line of several projects is named once."""
    places = sorted(((each.name, number, each) for each, number in findings.items()), key=lambda place: place[:2])
    lines = [f"{name}:{number}: {each.word!r}, write {each.write!r}: {each.line}" for name, number, each in places]
    if lines:
        pytest.fail("\n".join([f"{len(lines)} wrong words:", *lines]), pytrace=False)


@pytest.mark.parametrize("deploy_with", AXES["deploy_with"])
def test_generated_files_use_the_right_words(bake: Bake, deploy_with: str) -> None:
    found: dict[Finding, int] = {}
    for answers in PROJECTS:
        if answers["deploy_with"] == deploy_with:
            project = bake(**answers)
            for name, text in project.files().items():
                if name not in EXCLUDED:
                    found |= wrong_words("file name", name) | wrong_words(name, text)
            shutil.rmtree(project.path)
    check(found)


def test_prompts_use_the_right_words() -> None:
    prompts = json.dumps(COOKIECUTTER_JSON["__prompts__"], indent=2, ensure_ascii=False)
    check(wrong_words("__prompts__", prompts))


@pytest.mark.parametrize(
    "name",
    [
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "README.md",
        "SECURITY.md",
        "benchmarks/README.md",
        "docs/platform-teams.md",
        "hooks/post_gen_project.py",
        "lambda_python_answers.py",
    ],
)
def test_messages_use_the_right_words(name: str) -> None:
    check(wrong_words(name, (ROOT / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "text",
    [
        "What adds to its start is listed.",
        "What invokes\n# the function",
        "It takes the traffic back.",
        "tests/front.py",
        "def test_it_is_mended():",
        "with its bill of materials",
        "It is kept in the failure queue.",
        "Invocations are turned away.",
        "Nothing is sent, for it would be lost.",
        "No data is no alarm; for the\n// function has not run.",
        "SYNTHESISE = 1",
        "the licence",
        "the behaviour",
    ],
)
def test_a_wrong_word_is_found(text: str) -> None:
    assert wrong_words("file", text) != {}


@pytest.mark.parametrize(
    "text",
    [
        "at the start of a batch",
        "a load balancer in front of the function",
        "a software bill of materials",
        "the AWS bill",
        "marshall the value, recommend it",
        "Stages differ, for example in the retention, for each log group that is kept.",
        "Synthesis takes a second; two syntheses take two.",
        "a license, its behavior, an initialized color",
        "BillingMode: PAY_PER_REQUEST",
    ],
)
def test_a_right_word_is_not_found(text: str) -> None:
    assert wrong_words("file", text) == {}
