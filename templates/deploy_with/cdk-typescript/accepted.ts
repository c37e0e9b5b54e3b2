{% set runtime = cookiecutter.python_version|runtime %}

// Checks that cfn-lint skips.
export const IGNORED_LINTS = [
  'W3005', // the CDK adds dependencies that references already imply
{% if runtime.retired and cookiecutter.__zip %}
  'W2531', // python{{ cookiecutter.python_version }} has been deprecated since {{ runtime.deprecated }}; see the README
{% endif %}
];
{% if cookiecutter.__zip %}

// Findings of cdk-nag about the runtime, with the reason for accepting them.
{% if cookiecutter.python_version == cookiecutter.python_version|newest %}
const WHY_THIS_RUNTIME = 'python{{ cookiecutter.python_version }} is the newest Lambda runtime; the CDK knows versions before Lambda supports them.';
{% else %}
const WHY_THIS_RUNTIME = 'The project requires python{{ cookiecutter.python_version }}: deprecated {{ runtime.deprecated }}, updates blocked {{ runtime.update_blocked }}.';
{% endif %}
export const ACCEPTED_RUNTIME = [
  { id: 'AwsSolutions::AwsSolutions-L1', reason: WHY_THIS_RUNTIME },
  { id: 'Serverless::Serverless-LambdaLatestVersion', reason: WHY_THIS_RUNTIME },
];
{% endif %}

// For supporting functions, which have no dependencies.
export const NEWEST_RUNTIME = 'python{{ cookiecutter.python_version|newest }}';
const WHY_NEWEST = `${NEWEST_RUNTIME} is the newest Lambda runtime; the CDK knows versions before Lambda supports them.`;
export const ACCEPTED_NEWEST = [
  { id: 'AwsSolutions::AwsSolutions-L1', reason: WHY_NEWEST },
  { id: 'Serverless::Serverless-LambdaLatestVersion', reason: WHY_NEWEST },
];
