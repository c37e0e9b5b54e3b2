{% extends 'base/smoke.py' %}
{% block stdlib %}
from http import HTTPStatus
{% endblock %}
{% block imports %}
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from botocore.httpsession import URLLib3Session
{% endblock %}
{% block config %}TIMEOUT_SECONDS{% endblock %}
{% block output %}ApiUrl{% endblock %}
{% block ask %}
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
    response = URLLib3Session(timeout=TIMEOUT_SECONDS).send(request.prepare())
    if response.status_code != HTTPStatus.OK:
        message = f"GET {url}/health answers {response.status_code}: {response.text}"
        raise UnhealthyError(message)
    try:
        return json.loads(response.text)
    except ValueError:
        message = f"GET {url}/health does not answer with JSON: {response.text}"
        raise UnhealthyError(message) from None
{% endblock %}
