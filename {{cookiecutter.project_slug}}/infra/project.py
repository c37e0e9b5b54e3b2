"""What the build and the deployment know of this project."""

{% if cookiecutter.deploy_with == 'cdk-python' or cookiecutter.package_as == 'container' %}
SERVICE = "{{ cookiecutter.project_slug }}"
{% endif %}
PACKAGE = "{{ cookiecutter.__package }}"
ARCHITECTURE = "{{ cookiecutter.architecture }}"
{% if cookiecutter.deploy_with == 'cdk-python' %}
STAGES = ("dev", "prod")
{% include 'deploy_with/cdk-python/accepted.py' %}
{% endif %}
