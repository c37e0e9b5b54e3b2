{% block test_stdlib %}
{% if cookiecutter.__zip %}
import sys

{% endif %}
{% endblock %}
{% block test_imports %}
{% if cookiecutter.idempotency %}
from {{ cookiecutter.__package }}.idempotency import store

{% endif %}
{% endblock %}
from infra.project import ARCHITECTURE{{ ', PACKAGE' if cookiecutter.__zip else '' }}
from scripts.invoke import local_environment
from scripts.stack import {% block test_helpers %}Stack{% endblock %}



{% if cookiecutter.__image %}
def test_image_matches_architecture(stack: Stack) -> None:
    function = stack.properties("Function")
    assert function["PackageType"] == "Image"
    assert function["Architectures"] == [ARCHITECTURE]
{% else %}
def test_runtime_matches_interpreter(stack: Stack) -> None:
    function = stack.properties("Function")
    assert function["Runtime"] == "python{}.{}".format(*sys.version_info)
    assert function["Architectures"] == [ARCHITECTURE]
    assert function["Handler"] == f"{PACKAGE}.handler.lambda_handler"
{% endif %}


def test_environment_is_complete(stack: Stack) -> None:
    deployed, local = stack.properties("Function")["Environment"]["Variables"].keys(), local_environment().keys()
    assert not deployed - local, f"local.env: list {', '.join(sorted(deployed - local))}, which Function has"
    assert not local - deployed, f"Function: list {', '.join(sorted(local - deployed))}, which local.env has"


def test_function_logs_json(stack: Stack) -> None:
    logging = stack.properties("Function").get("LoggingConfig", {})
    assert logging.get("LogFormat") == "JSON", "Function: Lambda filters by level only logs in the format JSON"


def test_duration_alarm_follows_timeout(stack: Stack) -> None:
    expected = 800 * int(stack.properties("Function").get("Timeout", 3))
    threshold = float(stack.properties("FunctionDurationAlarm")["Threshold"])
    assert threshold == expected, f"FunctionDurationAlarm: set Threshold to {expected}, 80% of Function's Timeout"
{% if cookiecutter.idempotency %}


def test_table_matches_persistence_layer(stack: Stack) -> None:
    table = stack.properties("IdempotencyTable")
    assert table["KeySchema"] == [{"AttributeName": store.key_attr, "KeyType": "HASH"}]
    assert table["TimeToLiveSpecification"] == {"AttributeName": store.expiry_attr, "Enabled": True}
{% endif %}
{% block tests %}{% endblock %}
