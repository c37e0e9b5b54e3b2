"""What the build and the deployment know of this project."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
SERVICE = "{{ cookiecutter.project_slug }}"
PACKAGE = "{{ cookiecutter.__package }}"
ARCHITECTURE = "{{ cookiecutter.architecture }}"
# What `poe invoke`, `poe bench` and the integration tests send.
SAMPLE_EVENT = PROJECT / "events" / "order.json"
{% if cookiecutter.__cdk_python %}
{% include 'deploy_with/cdk-python/accepted.py' %}
{% endif %}
