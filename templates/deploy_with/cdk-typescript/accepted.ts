{% set runtime = cookiecutter.python_version|runtime %}

// Checks of cfn-lint that are not followed.
export const IGNORED_LINTS = [
  'W3005', // the CDK writes down dependencies that CloudFormation sees by itself
{% if runtime.retired and cookiecutter.package_as == 'zip' %}
  'W2531', // python{{ cookiecutter.python_version }} is deprecated since {{ runtime.deprecated }}: known, see the README
{% endif %}
];

// Checks of the CDK's own that read the default of a parameter where a condition leaves it out.
export const IGNORED_DEFAULTS = ['F3012', 'F3017', 'F3031', 'F3033', 'W1030'];
{% if cookiecutter.package_as == 'zip' %}

// Findings of cdk-nag on the age of the runtime, and why they are accepted.
{% if cookiecutter.python_version == cookiecutter.python_version|newest %}
const WHY_THIS_RUNTIME = 'python{{ cookiecutter.python_version }} is the newest that Lambda runs; the CDK names versions before they are there.';
{% else %}
const WHY_THIS_RUNTIME = 'Written for python{{ cookiecutter.python_version }}, which Lambda deprecates on {{ runtime.deprecated }} and updates until {{ runtime.update_blocked }}.';
{% endif %}
export const ACCEPTED_RUNTIME = [
  { id: 'AwsSolutions::AwsSolutions-L1', reason: WHY_THIS_RUNTIME },
  { id: 'Serverless::Serverless-LambdaLatestVersion', reason: WHY_THIS_RUNTIME },
];
{% endif %}

// Of functions that support this one; they need nothing but the runtime.
export const NEWEST_RUNTIME = 'python{{ cookiecutter.python_version|newest }}';
const WHY_NEWEST = `${NEWEST_RUNTIME} is the newest that Lambda runs; the CDK names versions before they are there.`;
export const ACCEPTED_NEWEST = [
  { id: 'AwsSolutions::AwsSolutions-L1', reason: WHY_NEWEST },
  { id: 'Serverless::Serverless-LambdaLatestVersion', reason: WHY_NEWEST },
];
