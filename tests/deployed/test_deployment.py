"""The first deployment of every stack, before other tests change it."""

from deployed.rows import rows
from deployed.stack import Deployment

ROWS = rows()


def test_first_deployment_completes(deployed: Deployment) -> None:
    assert (deployed.dev.status, deployed.prod.status) == ("CREATE_COMPLETE", "CREATE_COMPLETE")
