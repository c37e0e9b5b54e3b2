{% set errors = '5xx' if cookiecutter.__has_api else 'Url5xxCount' %}
{% block imports %}
from infra.stages import Stage
from tests.infra.synthesis import Synthesis
{% endblock %}


{% block tests required %}{% endblock %}


def test_{{ 'api' if cookiecutter.__has_api else 'url' }}_has_alarms(synthesis: Synthesis) -> None:
{% if cookiecutter.__has_api %}
    missing = {"5xx", "Latency"} - synthesis.alarmed("ApiId", synthesis.stack.source.api.api_id)
{% else %}
    function_name = synthesis.stack.service.function.function_name
    missing = {"Url5xxCount", "UrlRequestLatency"} - synthesis.alarmed("FunctionName", function_name)
{% endif %}
    assert not missing, f"the {{ 'API' if cookiecutter.__has_api else 'URL' }} must have alarms on {sorted(missing)}"


def test_server_errors_stop_a_deployment(synthesis: Synthesis) -> None:
    group = str(synthesis.properties_of(synthesis.stack.release.deployment_group))
    stopping = [each for key, each in synthesis.named("AWS::CloudWatch::Alarm").items() if f"'{key}'" in group]
    assert "{{ errors }}" in {alarm.get("MetricName") for alarm in stopping}, "an alarm on 5xx{{ ' errors' if cookiecutter.__has_api }} must stop a deployment"
