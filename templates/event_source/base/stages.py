"""The stages of the service; each is deployed as one stack."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from aws_cdk.aws_codedeploy import ILambdaDeploymentConfig, LambdaDeploymentConfig
from aws_cdk.aws_lambda import ApplicationLogLevel
from aws_cdk.aws_logs import RetentionDays

# The lowest and the highest value of fields that are numbers; None: there is no highest.
RANGES: dict[str, tuple[int, int | None]] = {
    "reserved_concurrency": (1, None),
    "free_shipping_from": (0, None),
{% block ranges %}{% endblock %}
}
# What fields that are text look like.
PATTERNS = {
    "name": "[a-z][a-z0-9-]{0,8}",  # part of names whose length is limited
    "alarm_email": r"[^@\s]+@[^@\s]+",
    "currency": "[A-Z]{3}",
    "key_arn": "arn:.+",
    "permissions_boundary_arn": "arn:.+",
{% block patterns %}{% endblock %}
}
LOG_LEVELS = (ApplicationLogLevel.TRACE, ApplicationLogLevel.DEBUG, ApplicationLogLevel.INFO)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The settings of one stage."""

    name: str
    log_retention: RetentionDays
    traffic_shifting: ILambdaDeploymentConfig  # how CodeDeploy shifts traffic to a new version
    roll_back: bool = True  # False: deploys a fix while an alarm is active
    alarm_email: str | None = None  # the recipient must confirm the subscription
    log_level: ApplicationLogLevel = ApplicationLogLevel.INFO  # INFO at most: metrics are logged at that level
    reserved_concurrency: int | None = None  # None: the function shares the concurrency of the account
{% if cookiecutter.__snap_start %}
    snap_start: bool = False  # shortens cold starts at an additional cost
{% endif %}
{% block settings required %}{% endblock %}
    currency: str = "EUR"  # ISO 4217
    free_shipping_from: int = 5000  # in minor units of the currency (cents)
    key_arn: str | None = None  # the KMS key for stored data; None: keys of AWS
{% if cookiecutter.__protected_table %}
    deletion_protection: bool = False  # True: nobody can delete the {{ cookiecutter.__protected_table }} before turning it off
{% endif %}
    permissions_boundary_arn: str | None = None  # a managed policy that bounds all roles
    tags: Mapping[str, str] = field(default_factory=dict)  # for all resources

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: a value is invalid; the message names the stage and the field.
        """
        if self.reserved_concurrency == 0:
{% block stop %}
            self._refuse("reserved_concurrency", 0, "at least 1 (to stop the function, set processing=False)")
{% endblock %}
        for name, (lowest, highest) in RANGES.items():
            value = getattr(self, name)
            if value is not None and (value < lowest or (highest is not None and value > highest)):
                expected = f"at least {lowest}" if highest is None else f"between {lowest} and {highest}"
                self._refuse(name, value, expected)
        for name, pattern in PATTERNS.items():
            value = getattr(self, name)
            if value is not None and not re.fullmatch(pattern, value):
                self._refuse(name, value, f"text that matches {pattern}")
        if self.log_level not in LOG_LEVELS:
            self._refuse("log_level", self.log_level, "INFO or lower, because metrics are logged at INFO")

    def _refuse(self, name: str, value: object, expected: str) -> None:
        message = f"stage {self.name}: {name} must be {expected}, not {value!r}"
        raise ValueError(message)


STAGES = (
    Stage(
        name="dev",
        log_retention=RetentionDays.TWO_WEEKS,
        traffic_shifting=LambdaDeploymentConfig.ALL_AT_ONCE,
    ),
    Stage(
        name="prod",
        log_retention=RetentionDays.ONE_YEAR,
{% if cookiecutter.__protected_table %}
        deletion_protection=True,
{% endif %}
        traffic_shifting=LambdaDeploymentConfig.CANARY_10_PERCENT_5_MINUTES,
    ),
)
