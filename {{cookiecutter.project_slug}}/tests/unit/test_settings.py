import pytest

from {{ cookiecutter.__package }}.settings import SettingsError, load_settings

ENVIRONMENT = {
    "POWERTOOLS_SERVICE_NAME": "service",
    "POWERTOOLS_METRICS_NAMESPACE": "namespace",
    "CURRENCY": "EUR",
    "FREE_SHIPPING_FROM": "5000",
{% if cookiecutter.__dead_letters %}
    "DEAD_LETTER_QUEUE_URL": "https://sqs.example.com/dead-letters",
{% elif cookiecutter.__has_queue %}
    "FAILURE_QUEUE_URL": "https://sqs.example.com/failures",
{% endif %}
{% if cookiecutter.__has_topic %}
    "TOPIC_ARN": "arn:aws:sns:eu-central-1:123456789012:orders",
{% endif %}
{% if cookiecutter.__stored %}
    "ORDERS_TABLE": "orders",
{% endif %}
{% if cookiecutter.idempotency %}
    "IDEMPOTENCY_TABLE": "events",
{% endif %}
}


def test_settings_come_from_environment() -> None:
    settings = load_settings(ENVIRONMENT | {"HOME": "/home/user"})
    assert settings.service_name == "service"
    assert settings.metrics_namespace == "namespace"
    assert settings.currency == "EUR"
    assert settings.free_shipping_from == 5000
{% if cookiecutter.__dead_letters %}
    assert settings.dead_letter_queue_url == "https://sqs.example.com/dead-letters"
{% elif cookiecutter.__has_queue %}
    assert settings.failure_queue_url == "https://sqs.example.com/failures"
{% endif %}
{% if cookiecutter.__has_topic %}
    assert settings.topic_arn == ENVIRONMENT["TOPIC_ARN"]
{% endif %}
{% if cookiecutter.__stored %}
    assert settings.orders_table == "orders"
{% endif %}
{% if cookiecutter.idempotency %}
    assert settings.idempotency_table == "events"
{% endif %}


def test_missing_variables_are_reported() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({})
    optional = [name for name in ENVIRONMENT if f"{name}: " not in str(caught.value)]
    assert not optional, f"settings.py does not require {', '.join(optional)}: test what has a default apart from these"


def test_invalid_variables_omit_their_values() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(ENVIRONMENT | {"CURRENCY": "doubloons", "FREE_SHIPPING_FROM": "plenty"})
    message = str(caught.value)
    assert "CURRENCY: " in message
    assert "FREE_SHIPPING_FROM: " in message
    assert "POWERTOOLS_SERVICE_NAME" not in message
    assert "doubloons" not in message
    assert "plenty" not in message
