{% extends 'base/local_aws.py' %}
{% block stdlib %}
import gzip
import json
{% endblock %}
{% block imports %}
import boto3
{% endblock %}
{% block create %}
        create_bucket()
{% endblock %}
{% block functions %}


def create_bucket() -> None:
    """Create the bucket and the objects that the sample events name."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="orders", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    orders = [
        {"order_id": "7f3c1a52-1", "lines": [{"sku": "MUG-001", "quantity": 2}, {"sku": "PEN-001", "quantity": 10}]},
        {"order_id": "7f3c1a52-2", "lines": [{"sku": "BAG-001", "quantity": 1}], "delivery": "express"},
    ]
    valid = "\n".join(map(json.dumps, orders))
    invalid = "\n".join([json.dumps(orders[0]), "no order", json.dumps(orders[1] | {"delivery": "teleport"})])
    compressed = gzip.compress(valid.encode())
    s3.put_object(Bucket="orders", Key="orders/Bestellung 1+2 f\u00fcr alle.jsonl.gz", Body=compressed)
    s3.put_object(Bucket="orders", Key="orders/invalid.jsonl", Body=invalid.encode())
{% endblock %}
