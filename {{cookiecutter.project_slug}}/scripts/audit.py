"""Look up, in the OSV database, which vulnerabilities are known in what uv.lock names."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
UV = os.environ.get("UV", "uv")


@dataclass(frozen=True)
class Accepted:
    """A vulnerability that does no harm here, and until when that is believed."""

    advisory: str
    reason: str
    until: date


# Such as Accepted("GHSA-xxxx-xxxx-xxxx", "that function is never called", until=date(2027, 1, 31)).
ACCEPTED: list[Accepted] = []


def main() -> None:
    """End with one line and status 1 if a vulnerability is known that is not accepted, or if that is not to be had."""
    today = date(*time.gmtime()[:3])
    if expired := [each for each in ACCEPTED if each.until < today]:
        described = ", ".join(f"{each.advisory} ({each.reason}) until {each.until}" for each in expired)
        sys.exit(f"audit: accepted only {described}; raise the version, or decide anew in scripts/audit.py")
    command = [UV, "audit", "--frozen", "--preview-features", "audit-command"]
    for each in ACCEPTED:
        command += ["--ignore", each.advisory]
    if database := os.environ.get("AUDIT_SERVICE_URL"):
        command += ["--service-url", database]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, encoding="utf-8", check=False)
    print(done.stdout, end="")
    conclusion = " ".join(done.stderr.split())
    match done.returncode:
        case 0:
            print(f"audit: {conclusion}")
        case 1:
            sys.exit(f"audit: {conclusion}; `uv lock --upgrade` may help")
        case _:
            sys.exit(f"audit: advisories cannot be looked up: {conclusion}")


if __name__ == "__main__":
    main()
