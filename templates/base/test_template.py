import sys
from typing import Any

from constants import ARCHITECTURE, PACKAGE

Resources = dict[str, dict[str, Any]]


def test_the_function_runs_on_the_interpreter_that_tests_it(resources: Resources) -> None:
    function = resources["Function"]["Properties"]
    assert function["Runtime"] == "python{}.{}".format(*sys.version_info)
    assert function["Architectures"] == [ARCHITECTURE]
    assert function["Handler"] == f"{PACKAGE}.handler.lambda_handler"


def test_the_function_logs_json_where_metrics_are_not_dropped(resources: Resources) -> None:
    logging = resources["Function"]["Properties"]["LoggingConfig"]
    assert logging["LogFormat"] == "JSON"
    assert logging["LogGroup"] == {"Ref": "FunctionLogGroup"}
    assert resources["FunctionLogGroup"]["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionInDays"}


def test_the_function_may_do_only_what_it_does(resources: Resources) -> None:
    role = resources["FunctionRole"]["Properties"]
    assert "ManagedPolicyArns" not in role
    statements = [statement for policy in role["Policies"] for statement in policy["PolicyDocument"]["Statement"]]
    unlimited = {statement["Sid"] for statement in statements if statement["Resource"] == "*"}
    assert unlimited == {"SendTraces"}
    assert not any("*" in action for statement in statements for action in statement["Action"])
{% block tests required %}{% endblock %}
