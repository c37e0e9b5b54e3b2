import os
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import boto3
import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import NoCredentialsError
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

from scripts.deployed import TIMEOUT_SECONDS


def http_session(url: str) -> URLLib3Session:
    """Return an HTTP session for `url` with the proxy and the CA bundle that boto3 uses."""
    settings = botocore.session.get_session()
    certificates: Any = settings.get_config_variable("ca_bundle") or os.environ.get("REQUESTS_CA_BUNDLE") or True
    return URLLib3Session(verify=certificates, proxies=get_environ_proxies(url), timeout=TIMEOUT_SECONDS)


def test_signed_request_is_healthy(
    aws: boto3.Session,
    outputs: dict[str, str],
    check_health: Callable[[Callable[[], str]], None],
) -> None:
    url = f"{outputs['ApiUrl']}/health"

    def get_health() -> str:
        if (credentials := aws.get_credentials()) is None:
            raise NoCredentialsError
        request = AWSRequest("GET", url)
        SigV4Auth(credentials, "execute-api", aws.region_name).add_auth(request)
        response = http_session(url).send(request.prepare())
        text: str = response.text
        return text if response.status_code == HTTPStatus.OK else f"{response.status_code} {text}"

    check_health(get_health)
