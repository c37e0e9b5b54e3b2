"""What the build and the deployment know of this project."""

PACKAGE = "{{ cookiecutter.__package }}"
ARCHITECTURE = "{{ cookiecutter.architecture }}"
