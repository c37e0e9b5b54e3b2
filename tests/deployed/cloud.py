"""The emulator of AWS that a test process starts, and how commands and clients reach it."""

import dataclasses
import json
import os
import socket
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import trustme
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from helpers.support import UV, clean_environment

HERE = Path(__file__).resolve().parent
REGION = "eu-west-1"
ACCOUNT = "000000000000"
START_SECONDS = 120
# The account's root, whom no policy limits in the emulator.
ROOT = Credentials("test", "test")
NO_PROXY = ",".join(["127.0.0.1", "localhost", *filter(None, [os.environ.get("NO_PROXY")])])
ANYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@dataclass(frozen=True)
class Cloud:
    """A running emulator; `folder` is its own."""

    folder: Path
    port: int
    plain_port: int
    credentials: Credentials = ROOT

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def authority(self) -> Path:
        """The certificate to trust."""
        return self.folder / "authority.pem"

    @property
    def log(self) -> Path:
        return self.folder / "emulator.log"

    def shell(self) -> dict[str, str]:
        """Return the variables of a shell in which someone is logged in to this cloud, and to no other."""
        return {
            "AWS_ACCESS_KEY_ID": self.credentials.access_key,
            "AWS_CA_BUNDLE": str(self.authority),
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": REGION,
            "AWS_SECRET_ACCESS_KEY": self.credentials.secret_key,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "NODE_EXTRA_CA_CERTS": str(self.folder / "node.pem"),
            "NO_PROXY": NO_PROXY,
            "no_proxy": NO_PROXY,
            "SAM_CLI_POLL_DELAY": "0.2",
        }

    def client(self, service: str, *, url: str | None = None) -> Any:  # noqa: ANN401 - made by boto3 at run time
        """Return a client of `service`."""
        session = boto3.Session(self.credentials.access_key, self.credentials.secret_key, region_name=REGION)
        return session.client(service, endpoint_url=url or self.url, verify=str(self.authority))

    def describe(self, stack: str) -> dict[str, Any] | None:
        """Return what CloudFormation says of a stack; None if there is none."""
        try:
            description: dict[str, Any]
            (description,) = self.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return description


def write_certificates(folder: Path) -> None:
    """Write the emulator's key and certificate, and what its clients are to trust."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "authority.pem")
    server = authority.issue_cert("127.0.0.1", "localhost")
    server.private_key_pem.write_to_path(folder / "key.pem")
    server.cert_chain_pems[0].write_to_path(folder / "certificate.pem")
    trusted = Path(os.environ.get("NODE_EXTRA_CA_CERTS", os.devnull)).read_bytes()
    (folder / "node.pem").write_bytes(trusted + (folder / "authority.pem").read_bytes())


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in sockets]


def is_ready(cloud: Cloud) -> bool:
    """Return whether the emulator answers."""
    context = ssl.create_default_context(cafile=cloud.authority)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
    try:
        with opener.open(f"{cloud.url}/_ministack/health", timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def settings(cloud: Cloud) -> dict[str, str]:
    """Return the variables that the emulator reads."""
    return {
        "AUTH": "true",  # roles and policies are enforced
        "AWS_CA_BUNDLE": str(cloud.authority),  # functions inherit it
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(cloud.port),
        "IOT_MTLS_ENABLED": "0",
        "LAMBDA_ASYNC_RETRY_BASE_SECONDS": "0.2",
        "MINISTACK_HOST": "localhost",
        "MINISTACK_REGION": REGION,
        "MINISTACK_SSL_CERT": str(cloud.folder / "certificate.pem"),
        "MINISTACK_SSL_KEY": str(cloud.folder / "key.pem"),
        "PLAIN_PORT": str(cloud.plain_port),
        "SFTP_ENABLED": "0",
        "TMPDIR": str(cloud.folder),
        "USE_SSL": "1",
    }


@contextmanager
def emulate(folder: Path, python: str) -> Iterator[Cloud]:
    """Run the emulator, which runs functions with its own `python`, until the block ends."""
    cloud = Cloud(folder, *free_ports(2))
    write_certificates(folder)
    packages = ("--no-project", "--isolated", "--with-requirements", "emulator/requirements.txt")
    command = (UV, "run", "--quiet", "--python", python, *packages, "python", "-m", "emulator")
    with cloud.log.open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=HERE,
            env=clean_environment(**settings(cloud)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_ready(cloud, process)
        yield dataclasses.replace(cloud, credentials=make_administrator(cloud))
    finally:
        process.terminate()
        process.wait()


def wait_until_ready(cloud: Cloud, process: "subprocess.Popen[bytes]") -> None:
    """Wait for the emulator's first answer; fail with its log if there is none."""
    deadline = time.monotonic() + START_SECONDS
    while not is_ready(cloud):
        ended = process.poll() is not None or time.monotonic() > deadline
        assert not ended, f"the emulator does not start:\n{cloud.log.read_text(encoding='utf-8')}"
        time.sleep(0.2)


def make_administrator(cloud: Cloud) -> Credentials:
    """Return the credentials of a user who may do anything that no policy of a resource denies."""
    iam = cloud.client("iam")
    iam.create_user(UserName="administrator")
    iam.put_user_policy(UserName="administrator", PolicyName="Anything", PolicyDocument=json.dumps(ANYTHING))
    key = iam.create_access_key(UserName="administrator")["AccessKey"]
    return Credentials(key["AccessKeyId"], key["SecretAccessKey"])
