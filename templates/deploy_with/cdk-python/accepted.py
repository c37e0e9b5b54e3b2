{% set runtime = cookiecutter.python_version|runtime %}
# Checks that cfn-lint skips.
IGNORED_LINTS = (
    "W3005",  # the CDK adds dependencies that references already imply
{% if runtime.retired and cookiecutter.__zip %}
    "W2531",  # python{{ cookiecutter.python_version }} has been deprecated since {{ runtime.deprecated }}; see the README
{% endif %}
)
{% if cookiecutter.__zip %}
# Findings of cdk-nag about the runtime, with the reason for accepting them.
{% if cookiecutter.python_version == cookiecutter.python_version|newest %}
WHY_THIS_RUNTIME = "python{{ cookiecutter.python_version }} is the newest Lambda runtime; the CDK knows versions before Lambda supports them."
{% else %}
WHY_THIS_RUNTIME = "The project requires python{{ cookiecutter.python_version }}: deprecated {{ runtime.deprecated }}, updates blocked {{ runtime.update_blocked }}."
{% endif %}
ACCEPTED_RUNTIME = {
    "AwsSolutions::AwsSolutions-L1": WHY_THIS_RUNTIME,
    "Serverless::Serverless-LambdaLatestVersion": WHY_THIS_RUNTIME,
}
{% endif %}
# For supporting functions, which have no dependencies.
NEWEST_RUNTIME = "python{{ cookiecutter.python_version|newest }}"
ACCEPTED_NEWEST = dict.fromkeys(
    ("AwsSolutions::AwsSolutions-L1", "Serverless::Serverless-LambdaLatestVersion"),
    f"{NEWEST_RUNTIME} is the newest Lambda runtime; the CDK knows versions before Lambda supports them.",
)
