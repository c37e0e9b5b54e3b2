from typing import Any

import pytest
from pydantic import ValidationError

from {{ cookiecutter.__package }}.models import Order, field_errors

VALID: dict[str, Any] = {"order_id": "A-1", "lines": [{"sku": "MUG-001", "quantity": 1}]}


def test_delivery_defaults_to_standard() -> None:
    assert Order.model_validate(VALID).delivery == "standard"


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"order_id": ""}, "order_id", "string_pattern_mismatch"),
        ({"order_id": "A 1"}, "order_id", "string_pattern_mismatch"),
        ({"order_id": "A" * 65}, "order_id", "string_pattern_mismatch"),
        ({"delivery": "teleport"}, "delivery", "literal_error"),
        ({"lines": []}, "lines", "too_short"),
        ({"lines": [{"sku": "MUG-001", "quantity": 1}] * 101}, "lines", "too_long"),
        ({"lines": [{"sku": "mug", "quantity": 1}]}, "lines.0.sku", "string_pattern_mismatch"),
        ({"lines": [{"sku": "MUG-001", "quantity": 0}]}, "lines.0.quantity", "greater_than_equal"),
        ({"lines": [{"sku": "MUG-001", "quantity": 1001}]}, "lines.0.quantity", "less_than_equal"),
        ({"lines": [{"sku": "MUG-001", "quantity": True}]}, "lines.0.quantity", "int_type"),
        ({"lines": [{"sku": "MUG-001"}]}, "lines.0.quantity", "missing"),
        ({"coupon": "FREE"}, "coupon", "extra_forbidden"),
    ],
)
def test_invalid_field_is_reported(change: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Order.model_validate(VALID | change)
    (error,) = field_errors(caught.value)
    assert (error.field, error.code) == (field, code)


def test_errors_name_all_fields_without_input() -> None:
    with pytest.raises(ValidationError) as caught:
        Order.model_validate({"order_id": "not valid", "lines": [{"sku": "mug", "quantity": "many"}]})
    errors = field_errors(caught.value)
    assert {error.field for error in errors} == {"order_id", "lines.0.sku", "lines.0.quantity"}
    assert not any("not valid" in error.message or "many" in error.message for error in errors)
