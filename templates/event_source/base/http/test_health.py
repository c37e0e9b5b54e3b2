{% extends 'event_source/base/test_health.py' %}
{% block stdlib %}
from http import HTTPStatus
from typing import Any
{% endblock %}
{% block botocore %}
import botocore.session
{% endblock %}
{% block imports %}
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies
{% endblock %}
{% block config %}TIMEOUT_SECONDS{% endblock %}
{% block read %}
{% set output = 'ApiUrl' if cookiecutter.__has_api else 'FunctionUrl' %}
def http_session(url: str) -> URLLib3Session:
    """Return an HTTP session for `url` with the proxy and the CA bundle that boto3 uses."""
    settings = botocore.session.get_session()
    certificates: Any = settings.get_config_variable("ca_bundle") or os.environ.get("REQUESTS_CA_BUNDLE") or True
    return URLLib3Session(verify=certificates, proxies=get_environ_proxies(url), timeout=TIMEOUT_SECONDS)


def read_health(stack: str) -> str:
    """Return the response of {{ 'the API' if cookiecutter.__has_api else 'the function URL' }} to a signed `GET /health`."""
    session = boto3.Session()
    url = f"{read_outputs(session, stack, '{{ output }}')['{{ output }}']}{{ '/' if cookiecutter.__has_api }}health"
    if (credentials := session.get_credentials()) is None:
        raise NoCredentialsError
    request = AWSRequest("GET", url)
    SigV4Auth(credentials, "{{ 'execute-api' if cookiecutter.__has_api else 'lambda' }}", session.region_name).add_auth(request)
    response = http_session(url).send(request.prepare())
    text: str = response.text
    return text if response.status_code == HTTPStatus.OK else f"{response.status_code} {text}"
{% endblock %}
