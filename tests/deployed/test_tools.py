"""What differs with the tool that deploys; after `test_stages.py`, which has destroyed the stage dev."""

from deployed.proxy import proxy
from deployed.rows import ONE_PER_TOOL
from deployed.stack import Deployment

ROWS = ONE_PER_TOOL
FUNCTION = "AWS::Lambda::Function"
BROKEN = 'raise RuntimeError("broken on purpose")'


def test_smoke_tells_what_was_never_deployed(deployed: Deployment) -> None:
    dev = deployed.dev
    assert f"Stack with id {dev.name} does not exist" in dev.task("smoke", expect=1).output
    dev.task("diff")
    left, said = {
        "cdk": (None, f"Stack with id {dev.name} does not exist"),
        "sam": ("REVIEW_IN_PROGRESS", f"the stack {dev.name} was never deployed"),
    }[dev.tool]
    assert dev.status == left
    assert said in dev.task("smoke", expect=1).output


def test_cached_tool_needs_no_registry(deployed: Deployment) -> None:
    with proxy() as (address, asked):
        to_registry = {"npm_config_proxy": address, "npm_config_https_proxy": address, "npm_config_noproxy": ""}
        # npm would ask whether its cache is still right; uv has no such setting of a tool's own.
        asking = {"npm_config_prefer_online": "true", "UV_OFFLINE": "1"}
        deployed.project.within(to_registry | asking).poe(deployed.dev.tool, "--version")
    assert asked == []


def test_diff_with_changes_succeeds(deployed: Deployment) -> None:
    with deployed.handler_starting_with("# changed"):
        assert FUNCTION in deployed.prod.task("diff").output


def test_broken_version_is_rolled_back(deployed: Deployment) -> None:
    version = deployed.prod.version
    with deployed.handler_starting_with(BROKEN):
        deployed.prod.deploy(expect=1)
    assert deployed.prod.status == "UPDATE_ROLLBACK_COMPLETE"
    assert deployed.prod.version == version
    assert "1 passed" in deployed.prod.task("smoke").output
