{% extends 'base/smoke.py' %}
{% block os %}
import os
{% endblock %}
{% block stdlib %}
from http import HTTPStatus
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
{% block output %}ApiUrl{% endblock %}
{% block ask %}
def http_session(url: str) -> URLLib3Session:
    """Return an HTTP session for `url` with the proxy and the CA bundle that boto3 uses."""
    settings = botocore.session.get_session()
    certificates: Any = settings.get_config_variable("ca_bundle") or os.environ.get("REQUESTS_CA_BUNDLE") or True
    return URLLib3Session(verify=certificates, proxies=get_environ_proxies(url), timeout=TIMEOUT_SECONDS)


def ask(session: boto3.Session, url: str) -> Any:  # noqa: ANN401 - any JSON
    """Return what the API at `url` answers to a signed `GET /health`.

    Raises:
        NoCredentialsError: there is nothing to sign with.
        UnhealthyError: the API answers with another status than 200, or not with JSON.
    """
    if (credentials := session.get_credentials()) is None:
        raise NoCredentialsError
    request = AWSRequest("GET", f"{url}/health")
    SigV4Auth(credentials, "execute-api", session.region_name).add_auth(request)
    response = http_session(url).send(request.prepare())
    if response.status_code != HTTPStatus.OK:
        message = f"GET {url}/health answers {response.status_code}: {response.text}"
        raise UnhealthyError(message)
    try:
        return json.loads(response.text)
    except ValueError:
        message = f"GET {url}/health does not answer with JSON: {response.text}"
        raise UnhealthyError(message) from None
{% endblock %}
