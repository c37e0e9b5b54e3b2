"""Streams the lines of S3 objects, so that memory use does not grow with the object."""

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
    """Identifies an object; `version` is None if the bucket has no versioning."""

    bucket: str
    key: str
    version: str | None
    sequencer: str
    """Differs for each object that is written to the same key."""

    def __str__(self) -> str:
        """Return an id that no other object of the same key has."""
        return f"{self.bucket}/{self.key}@{self.version or self.sequencer}"


def parse_location(record: dict[str, Any]) -> Location:
    """Return the location of the object in `record`, one of an S3 event notification.

    S3 encodes the key like a query string: a space is `+`, a plus sign is `%2B`.
    """
    s3_object = record["s3"]["object"]
    return Location(
        bucket=record["s3"]["bucket"]["name"],
        key=unquote_plus(s3_object["key"]),
        version=s3_object.get("versionId"),
        sequencer=s3_object["sequencer"],
    )


def read_lines(location: Location) -> Iterator[tuple[int, bytes | None]]:
    """Yield each line that is not blank, with its number, counted from one. The object may be gzip-compressed.

    A line longer than `MAX_LINE_BYTES` is None.

    Raises:
        botocore.exceptions.ClientError: the object cannot be read.
        EOFError: the compressed data is truncated.
        OSError, zlib.error: the compressed data is corrupt.
        botocore.exceptions.HTTPClientError: the connection failed.
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
    """Yield the lines of `stream`; None for a line longer than `MAX_LINE_BYTES`."""
    while line := stream.readline(MAX_LINE_BYTES + 1):
        yield line if len(line) <= MAX_LINE_BYTES else None
        while len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            line = stream.readline(MAX_LINE_BYTES + 1)
