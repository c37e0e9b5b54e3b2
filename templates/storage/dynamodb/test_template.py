import re

from infra.project import PACKAGE, PROJECT
from scripts.stack import Stack, as_list, references, statements

# What `repository.py` does with the table.
ACTIONS = {"dynamodb:{{ 'BatchGetItem' if cookiecutter.__batches else 'GetItem' }}", "dynamodb:PutItem"}


def key_of_repository() -> str:
    """Return the attribute by which `repository.py` tells whether an order is new."""
    code = (PROJECT / "src" / PACKAGE / "repository.py").read_text(encoding="utf-8")
    return " ".join(sorted(set(re.findall(r"attribute_not_exists\((\w+)\)", code))))


def is_on(value: object) -> bool:
    """Return whether a property is true; CloudFormation accepts text as well."""
    return str(value).lower() == "true"


def test_orders_table_has_key_of_repository(stack: Stack) -> None:
    key = key_of_repository()
    advice = f"OrdersTable: KeySchema must be {key} alone, the key that repository.py uses"
    assert stack.properties("OrdersTable").get("KeySchema") == [{"AttributeName": key, "KeyType": "HASH"}], advice


def test_orders_table_is_protected_in_production(stacks: list[Stack]) -> None:
    advice = "OrdersTable: set DeletionProtection to true for prod under Mappings: nobody must delete orders by mistake"
    for stack in stacks:
        protected = is_on(stack.properties("OrdersTable").get("DeletionProtectionEnabled"))
        assert protected or stack.values["Stage"] != "prod", advice


def test_orders_can_be_restored(stack: Stack) -> None:
    recovery = stack.properties("OrdersTable").get("PointInTimeRecoverySpecification", {})
    advice = "OrdersTable: set PointInTimeRecoveryEnabled to true, so that lost orders can be restored"
    assert is_on(recovery.get("PointInTimeRecoveryEnabled")), advice


def test_function_may_use_orders_table(stack: Stack) -> None:
    found = [each for owner, policy in stack.role_policies() if owner == "FunctionRole" for each in statements(policy)]
    on_table = [each for each in found if "OrdersTable" in references(each.get("Resource"))]
    missing = ACTIONS - {action for each in on_table for action in as_list(each.get("Action"))}
    assert not missing, f"FunctionRole: allow {sorted(missing)} on OrdersTable, which repository.py calls"
