"""Print what was made and what to do next; decide nothing, and need neither network nor git nor uv."""

from datetime import date

RUNTIME = "python{{ cookiecutter.python_version }}"
DEPRECATED = date.fromisoformat("{{ (cookiecutter.python_version|runtime).deprecated }}")
WARN_DAYS = 365

print(
    "\nCreated {{ cookiecutter.project_slug }}: {{ cookiecutter.deploy_with }}, {{ cookiecutter.package_as }}, "
    f"{RUNTIME}, {{ cookiecutter.architecture }}, {{ cookiecutter.event_source }}."
)
days_left = (DEPRECATED - date.today()).days  # noqa: DTZ011 - the calendar of whoever runs this
if days_left < WARN_DAYS:
    print(
        f"\n{RUNTIME} on Lambda: {'deprecated since' if days_left <= 0 else 'deprecated from'} {DEPRECATED},\n"
        "{% if cookiecutter.package_as == 'container' %}its images can still be deployed, but get no patches"
        "{% else %}no new functions from {{ (cookiecutter.python_version|runtime).create_blocked }}, "
        "no updates from {{ (cookiecutter.python_version|runtime).update_blocked }}{% endif %}.\n"
        'The README says how to move to a newer one ("Move to a newer Python").'
    )
print("""
Next:
  cd {{ cookiecutter.project_slug }}
  git init && git add -A
  uv sync
{% if cookiecutter.deploy_with == 'cdk-typescript' %}
  uv run npm install
{% endif %}
  uv run poe check
""")
