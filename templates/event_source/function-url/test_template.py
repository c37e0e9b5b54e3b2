{% extends 'event_source/base/test_template.py' %}
{% block tests %}


def test_url_allows_the_origins(stack: Stack) -> None:
    origins = "https://app.example.com,https://admin.example.com"
    cors = Stack(stack.name, stack.template, {"CorsOrigins": origins}).properties("FunctionUrl")["Cors"]
    assert cors["AllowOrigins"] == {"Fn::Split": [",", origins]}
{% endblock %}
