{% set runtime = cookiecutter.python_version|runtime %}
# Checks of cfn-lint that are not followed.
IGNORED_LINTS = (
    "W3005",  # the CDK writes down dependencies that CloudFormation sees by itself
{% if runtime.retired and cookiecutter.package_as == 'zip' %}
    "W2531",  # python{{ cookiecutter.python_version }} is deprecated since {{ runtime.deprecated }}: known, see the README
{% endif %}
)
# Checks of the CDK's own that read the default of a parameter where a condition leaves it out.
IGNORED_DEFAULTS = ("F3012", "F3017", "F3031", "F3033", "W1030")
{% if cookiecutter.package_as == 'zip' %}
# Findings of cdk-nag on the age of the runtime, and why they are accepted.
{% if cookiecutter.python_version == cookiecutter.python_version|newest %}
WHY_THIS_RUNTIME = "python{{ cookiecutter.python_version }} is the newest that Lambda runs; the CDK names versions before they are there."
{% else %}
WHY_THIS_RUNTIME = "Written for python{{ cookiecutter.python_version }}, which Lambda deprecates on {{ runtime.deprecated }} and updates until {{ runtime.update_blocked }}."
{% endif %}
ACCEPTED_RUNTIME = {
    "AwsSolutions::AwsSolutions-L1": WHY_THIS_RUNTIME,
    "Serverless::Serverless-LambdaLatestVersion": WHY_THIS_RUNTIME,
}
{% endif %}
# Of functions that support this one; they need nothing but the runtime.
NEWEST_RUNTIME = "python{{ cookiecutter.python_version|newest }}"
ACCEPTED_NEWEST = dict.fromkeys(
    ("AwsSolutions::AwsSolutions-L1", "Serverless::Serverless-LambdaLatestVersion"),
    f"{NEWEST_RUNTIME} is the newest that Lambda runs; the CDK names versions before they are there.",
)
