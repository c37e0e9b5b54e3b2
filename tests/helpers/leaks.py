"""What must not be in any file: secrets, account numbers, addresses of people."""

import re
from collections.abc import Iterable
from pathlib import Path

from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import default_settings

# The numbers that AWS's documentation uses, and none.
EXAMPLE_ACCOUNTS = {"123456789012", "000000000000"}
ACCOUNT = re.compile(r"(?<![\w.])\d{12}(?![\w.])")
ADDRESS = re.compile(r"\b[\w.+-]+@([\w-]+\.)*(?P<domain>[\w-]+\.[a-z]{2,})\b")
# Reserved for examples (RFC 2606), so that they are nobody's.
EXAMPLE_DOMAINS = {"example.com", "example.net", "example.org"}


def leaks(text: str) -> list[str]:
    """Return the account numbers and e-mail addresses in `text`, apart from those of examples."""
    accounts = [found for found in ACCOUNT.findall(text) if found not in EXAMPLE_ACCOUNTS]
    addresses = [found[0] for found in ADDRESS.finditer(text) if found["domain"] not in EXAMPLE_DOMAINS]
    return accounts + addresses


def secrets(paths: Iterable[Path]) -> list[str]:
    """Return where detect-secrets sees a secret in the files at `paths`, with its kind."""
    collection = SecretsCollection()
    with default_settings() as settings:
        # JSON in base64, as in the hook of projects that read a stream.
        settings.filters["detect_secrets.filters.regex.should_exclude_line"] = {"pattern": ['"data": "eyJ']}
        for path in sorted(paths):
            collection.scan_file(str(path))
    return [f"{name}:{secret.line_number}: {secret.type}" for name, secret in collection]
