"""What deployments without a change do; before `test_stages.py`, which destroys the stage dev."""

from deployed.rows import ONE_PER_TOOL
from deployed.stack import Deployment

ROWS = ONE_PER_TOOL
FUNCTION = "AWS::Lambda::Function"


def test_deploying_again_changes_nothing(deployed: Deployment) -> None:
    before = deployed.dev.version
    assert "no changes" in deployed.dev.deploy().output.lower()
    assert deployed.dev.version == before


def test_diff_without_changes_succeeds(deployed: Deployment) -> None:
    assert FUNCTION not in deployed.dev.task("diff").output
