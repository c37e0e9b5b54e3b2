{% extends 'event_source/base/http/test_event_source.py' %}
{% block tests %}
def test_api_is_throttled(synthesis: Synthesis, stage: Stage) -> None:
    settings = synthesis.properties_of(synthesis.stack.source.node.find_child("Stage"))["DefaultRouteSettings"]
    limits = settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]
    assert limits == (stage.throttling_rate, stage.throttling_burst)
{% endblock %}
