"""The environment variables that configure the service, validated once per cold start."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Text = Annotated[str, Field(min_length=1)]


class SettingsError(Exception):
    """Environment variables are missing or invalid; the message names each of them."""


class Settings(BaseModel):
    """The service's configuration; the alias of each field is its environment variable."""

    model_config = ConfigDict(frozen=True)

    service_name: Text = Field(alias="POWERTOOLS_SERVICE_NAME")
    metrics_namespace: Text = Field(alias="POWERTOOLS_METRICS_NAMESPACE")
    currency: str = Field(alias="CURRENCY", pattern=r"^[A-Z]{3}$")
    free_shipping_from: int = Field(alias="FREE_SHIPPING_FROM", ge=0)
    """The value of goods from which standard delivery is free, in the currency's minor unit (cents)."""
{% if cookiecutter.__dead_letters %}
    dead_letter_queue_url: Text = Field(alias="DEAD_LETTER_QUEUE_URL")
{% elif cookiecutter.__has_queue %}
    failure_queue_url: Text = Field(alias="FAILURE_QUEUE_URL")
{% endif %}
{% if cookiecutter.__has_topic %}
    topic_arn: Text = Field(alias="TOPIC_ARN")
{% endif %}
{% if cookiecutter.__stored %}
    orders_table: Text = Field(alias="ORDERS_TABLE")
{% endif %}
{% if cookiecutter.idempotency %}
    idempotency_table: Text = Field(alias="IDEMPOTENCY_TABLE")
{% endif %}


def load_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings in `environment`.

    Raises:
        SettingsError: a variable is missing or invalid; the message omits values, because they may be secret.
    """
    try:
        return Settings.model_validate(dict(environment))
    except ValidationError as error:
        problems = "; ".join(f"{detail['loc'][0]}: {detail['msg']}" for detail in error.errors())
        message = f"Invalid environment variables: {problems}"
        raise SettingsError(message) from None
