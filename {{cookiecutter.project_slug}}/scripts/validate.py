"""Check the template as AWS SAM expands it: only then does cfn-lint see what CloudFormation will get.

Writes the expanded template to `.build/template.json`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.public.translator import ManagedPolicyLoader
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

PROJECT = Path(__file__).resolve().parent.parent
TEMPLATE = PROJECT / "template.yaml"
EXPANDED = PROJECT / ".build" / "template.json"


def expand_template() -> dict[str, Any]:
    """Return `template.yaml` as CloudFormation, with a placeholder for each function's code.

    Raises:
        InvalidDocumentException: SAM refuses the template.
    """
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")  # any will do, the partition is taken from it
    template = yaml_parse(TEMPLATE.read_text(encoding="utf-8"))
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://placeholder/function.zip"
    no_client = cast("Any", None)  # it would look up managed policies; the function's role has none
    expanded: dict[str, Any] = transform(template, {}, ManagedPolicyLoader(no_client))
    return expanded


def main() -> None:
    """Expand the template and hand it to cfn-lint."""
    try:
        expanded = expand_template()
    except InvalidDocumentException as error:
        sys.exit("validate: " + "; ".join(cause.message for cause in error.causes))
    EXPANDED.parent.mkdir(exist_ok=True)
    EXPANDED.write_text(json.dumps(expanded, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.exit(subprocess.run(["cfn-lint", EXPANDED], check=False).returncode)


if __name__ == "__main__":
    main()
