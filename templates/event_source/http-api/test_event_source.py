from infra.stages import Stage
from tests.infra.synthesis import Synthesis


def test_api_is_throttled(synthesis: Synthesis, stage: Stage) -> None:
    settings = synthesis.properties_of(synthesis.stack.source.node.find_child("Stage"))["DefaultRouteSettings"]
    limits = settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]
    assert limits == (stage.throttling_rate, stage.throttling_burst)


def test_api_has_alarms(synthesis: Synthesis) -> None:
    missing = {"5xx", "Latency"} - synthesis.alarmed("ApiId", synthesis.stack.source.api.api_id)
    assert not missing, f"the API must have alarms on {sorted(missing)}"


def test_server_errors_stop_a_deployment(synthesis: Synthesis) -> None:
    group = str(synthesis.properties_of(synthesis.stack.release.deployment_group))
    stopping = [each for key, each in synthesis.named("AWS::CloudWatch::Alarm").items() if f"'{key}'" in group]
    assert "5xx" in {alarm.get("MetricName") for alarm in stopping}, "an alarm on 5xx errors must stop a deployment"
