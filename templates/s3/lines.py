"""Reads the lines of objects in S3 as they arrive: memory does not grow with the object."""

import gzip
import io
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

import boto3

MAX_LINE_BYTES = 1024 * 1024
GZIP_MAGIC = b"\x1f\x8b"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

s3 = boto3.client("s3")


@dataclass(frozen=True)
class Location:
    """Where an object is; `version` is None in a bucket without versions."""

    bucket: str
    key: str
    version: str | None
    sequencer: str
    """Differs between two objects that were written under the same key."""

    def __str__(self) -> str:
        """Return what identifies the object, and no later one of the same key."""
        return f"{self.bucket}/{self.key}@{self.version or self.sequencer}"


def locate(record: dict[str, Any]) -> Location:
    """Return where the object is that `record`, one of an event of S3, is about.

    In events, a key is encoded as in the query of an address: a space is `+`, and a plus sign is `%2B`.
    """
    described = record["s3"]["object"]
    return Location(
        bucket=record["s3"]["bucket"]["name"],
        key=unquote_plus(described["key"]),
        version=described.get("versionId"),
        sequencer=described["sequencer"],
    )


def read_lines(location: Location) -> Iterator[tuple[int, bytes | None]]:
    """Yield the number, from one, and the content of each line that is not blank, of plain or gzip-compressed text.

    The content of a line above `MAX_LINE_BYTES` is None.

    Raises:
        botocore.exceptions.ClientError: the object cannot be read.
        EOFError: the compressed data ends too early.
        OSError, zlib.error: the compressed data is broken.
        botocore.exceptions.HTTPClientError: the connection is.
    """
    version = {"VersionId": location.version} if location.version else {}
    response = s3.get_object(Bucket=location.bucket, Key=location.key, **version)
    with closing(response["Body"]) as body:
        buffered = io.BufferedReader(body)
        is_compressed = buffered.peek(len(GZIP_MAGIC)).startswith(GZIP_MAGIC)
        stream = io.BufferedReader(gzip.GzipFile(fileobj=buffered)) if is_compressed else buffered
        for number, line in enumerate(split_lines(stream), start=1):
            if line is None or line.removeprefix(BYTE_ORDER_MARK).strip():
                yield number, line.removeprefix(BYTE_ORDER_MARK) if line else None


def split_lines(stream: io.BufferedIOBase) -> Iterator[bytes | None]:
    """Yield the lines of `stream`, None for one above `MAX_LINE_BYTES`."""
    while line := stream.readline(MAX_LINE_BYTES + 1):
        yield line if len(line) <= MAX_LINE_BYTES else None
        while len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            line = stream.readline(MAX_LINE_BYTES + 1)
