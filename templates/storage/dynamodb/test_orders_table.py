import re

from infra.project import PACKAGE, PROJECT
from tests.infra.synthesis import Synthesis

# What `repository.py` does with the table.
ACTIONS = {"dynamodb:{{ 'BatchGetItem' if cookiecutter.__batches else 'GetItem' }}", "dynamodb:PutItem"}


def key_of_repository() -> str:
    """Return the attribute by which `repository.py` tells whether an order is new."""
    code = (PROJECT / "src" / PACKAGE / "repository.py").read_text(encoding="utf-8")
    return " ".join(sorted(set(re.findall(r"attribute_not_exists\((\w+)\)", code))))


def test_table_has_key_of_repository(synthesis: Synthesis) -> None:
    table = synthesis.properties_of(synthesis.stack.orders.table)
    key = key_of_repository()
    advice = f"the key must be {key} alone, which repository.py uses"
    assert table["KeySchema"] == [{"AttributeName": key, "KeyType": "HASH"}], advice


def test_table_is_protected_in_production(synthesis: Synthesis) -> None:
    table = synthesis.properties_of(synthesis.stack.orders.table)
    advice = "set deletion_protection=True for prod in infra/stages.py: nobody must delete orders by mistake"
    assert table.get("DeletionProtectionEnabled") or not synthesis.stack.stack_name.endswith("-prod"), advice


def test_orders_can_be_restored(synthesis: Synthesis) -> None:
    table = synthesis.properties_of(synthesis.stack.orders.table)
    recovery = table.get("PointInTimeRecoverySpecification", {})
    advice = "turn on point-in-time recovery in infra/orders_table.py, so that lost orders can be restored"
    assert recovery.get("PointInTimeRecoveryEnabled"), advice


def test_function_may_use_table(synthesis: Synthesis) -> None:
    arn = {"Fn::GetAtt": [synthesis.id_of(synthesis.stack.orders.table), "Arn"]}
    missing = ACTIONS - {action for actions, resources in synthesis.allowed() if arn in resources for action in actions}
    assert not missing, f"grant the function {sorted(missing)} on the table of orders, which repository.py calls"
