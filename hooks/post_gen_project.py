"""Print what was created and what to do next; decide nothing, and need neither network nor git nor uv."""

import os
import sys
from datetime import date

# Only cruft sets `_commit`. To update or compare a project, it generates into a new temporary folder.
COMMIT = "{{ cookiecutter._commit|default('') }}"
FOLDER = os.path.basename(os.path.dirname(os.getcwd()))  # noqa: PTH109, PTH119, PTH120 - pathlib is slow to import
if COMMIT and FOLDER.startswith("tmp") and len(FOLDER) == len("tmp12345678"):
    sys.exit()

RUNTIME = "python{{ cookiecutter.python_version }}"
DEPRECATED = date.fromisoformat("{{ (cookiecutter.python_version|runtime).deprecated }}")
WARN_DAYS = 365

print(
    "\nCreated {{ cookiecutter.project_slug }}: {{ cookiecutter.deploy_with }}, {{ cookiecutter.package_as }}, "
    f"{RUNTIME}, {{ cookiecutter.architecture }}, {{ cookiecutter.event_source }}."
)
days_left = (DEPRECATED - date.today()).days  # noqa: DTZ011 - the local date of the user
if days_left < WARN_DAYS:
    print(
        f"\nLambda {'deprecated' if days_left <= 0 else 'deprecates'} {RUNTIME} on {DEPRECATED}:\n"
        "{% if cookiecutter.package_as == 'container' %}its images can still be deployed but receive no patches"
        "{% else %}creation blocked from {{ (cookiecutter.python_version|runtime).create_blocked }}, "
        "updates blocked from {{ (cookiecutter.python_version|runtime).update_blocked }}{% endif %}.\n"
        "docs/upgrade.md describes how to move to a newer runtime."
    )
print("""
Next steps:
  cd {{ cookiecutter.project_slug }}
  git init && git add -A
  uv sync
{% if cookiecutter.deploy_with == 'cdk-typescript' %}
  uv run npm install
{% endif %}
  uv run poe check

README.md describes how to change and deploy it.
""")
