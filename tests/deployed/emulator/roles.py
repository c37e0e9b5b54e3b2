"""What a role may do."""

from ministack.core.iam_evaluator import EvalContext, _gather_role_policies, evaluate
from ministack.core.responses import get_account_id, get_region


def may(role: str, action: str, resource: str) -> bool:
    """Return whether the role with this ARN may do `action` on `resource`."""
    account = get_account_id()
    context = EvalContext(role, "AssumedRole", account, action, resource, get_region(), secure_transport=True)
    policies = _gather_role_policies(role.rpartition("/")[2], account)
    return bool(evaluate(context, policies).decision == "Allow")
