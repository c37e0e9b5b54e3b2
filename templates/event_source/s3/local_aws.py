{% extends 'event_source/base/local_aws.py' %}
{% block stdlib %}
import gzip
import json
{% endblock %}
{% block more_stdlib %}
from urllib.parse import unquote_plus
{% endblock %}
{% block project %}
from infra.project import SAMPLE_EVENT

{% endblock %}
{% block create %}
        create_objects()
{% endblock %}
{% block functions %}


def create_objects() -> None:
    """Create the object that each sample event names, with the lines in the file of the same name."""
    s3 = boto3.client("s3")
    for path in SAMPLE_EVENT.parent.glob("*.jsonl"):
        (record,) = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["Records"]
        bucket, key = record["s3"]["bucket"]["name"], unquote_plus(record["s3"]["object"]["key"])
        if bucket not in {each["Name"] for each in s3.list_buckets()["Buckets"]}:
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        content = path.read_bytes()
        s3.put_object(Bucket=bucket, Key=key, Body=gzip.compress(content) if key.endswith(".gz") else content)
{% endblock %}
