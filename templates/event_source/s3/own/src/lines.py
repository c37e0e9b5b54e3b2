"""Streams the lines of S3 objects, so that memory use does not grow with the object."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import closing
from typing import Annotated
from urllib.parse import unquote_plus

import boto3
from botocore.exceptions import ParamValidationError
from pydantic import AfterValidator, AliasPath, BaseModel, ConfigDict, Field, ValidationError

from .models import field_errors

MAX_LINE_BYTES = 1024 * 1024
GZIP_MAGIC = b"\x1f\x8b"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

Text = Annotated[str, Field(min_length=1)]

s3 = boto3.client("s3")


class RejectedObjectError(Exception):
    """The object can never be read, and retrying cannot help; the message says why, without echoing input."""


class Location(BaseModel):
    """Identifies the object of an S3 event notification with one record.

    All else in a record is optional: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    bucket: Text = Field(validation_alias=AliasPath("Records", 0, "s3", "bucket", "name"))
    # S3 encodes the key like a query string: a space is `+`, a plus sign is `%2B`.
    key: Annotated[Text, AfterValidator(unquote_plus)] = Field(
        validation_alias=AliasPath("Records", 0, "s3", "object", "key"),
    )
    version: Text | None = Field(
        default=None,  # the bucket has no versioning
        validation_alias=AliasPath("Records", 0, "s3", "object", "versionId"),
    )


def parse_location(event: object) -> Location:
    """Return the location of the object in `event`, an S3 event notification with one record.

    Raises:
        RejectedObjectError: `event` is not one, or it does not name a bucket and a key.
    """
    try:
        return Location.model_validate(event)
    except ValidationError as error:
        reasons = [f"{each.field or 'event'}: {each.message}" for each in field_errors(error)]
        raise RejectedObjectError("; ".join(reasons)) from None  # the original error would echo input


def read_lines(location: Location) -> Iterator[tuple[int, bytes | None]]:
    """Yield each line that is not blank, with its number, counted from one; None for one above `MAX_LINE_BYTES`.

    Raises:
        RejectedObjectError: the compressed data is corrupt or truncated, or S3 allows no such name.
        botocore.exceptions.BotoCoreError: the connection broke; botocore notices before gzip sees the end of the data.
        botocore.exceptions.ClientError: the object is missing, or the function may not read it.
    """
    try:
        with closing(open_object(location)) as body:
            for number, line in enumerate(split_lines(decompress(body)), start=1):
                content = line and line.removeprefix(BYTE_ORDER_MARK)
                if content is None or content.strip():
                    yield number, content
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        message = f"The compressed data is corrupt or truncated ({type(error).__name__})"
        raise RejectedObjectError(message) from error


def open_object(location: Location) -> io.RawIOBase:
    """Return the content of the object at `location` as a stream."""
    version = {"VersionId": location.version} if location.version else {}
    try:
        body: io.RawIOBase = s3.get_object(Bucket=location.bucket, Key=location.key, **version)["Body"]
    except ParamValidationError:
        message = "S3 allows no such bucket, key or version"
        raise RejectedObjectError(message) from None  # the original error would echo input
    return body


def decompress(body: io.RawIOBase) -> io.BufferedIOBase:
    """Return `body` as a stream of lines; it may be compressed with gzip, whatever the name of the object is."""
    buffered = io.BufferedReader(body)
    is_compressed = buffered.peek(len(GZIP_MAGIC)).startswith(GZIP_MAGIC)
    return io.BufferedReader(gzip.GzipFile(fileobj=buffered)) if is_compressed else buffered


def split_lines(stream: io.BufferedIOBase) -> Iterator[bytes | None]:
    """Yield the lines of `stream`; None for a line longer than `MAX_LINE_BYTES`."""
    while line := stream.readline(MAX_LINE_BYTES + 1):
        yield line if len(line) <= MAX_LINE_BYTES else None
        while len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            line = stream.readline(MAX_LINE_BYTES + 1)
