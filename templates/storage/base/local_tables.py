{% if cookiecutter.__stored %}


def create_orders_table() -> None:
    """Create the table in which the function keeps orders."""
    boto3.client("dynamodb").create_table(
        TableName=os.environ["ORDERS_TABLE"],
        AttributeDefinitions=[{"AttributeName": "order_id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "order_id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
{% endif %}
{% if cookiecutter.idempotency %}


def create_idempotency_table() -> None:
    """Create the table in which the function records the events that it has processed."""
    boto3.client("dynamodb").create_table(
        TableName=os.environ["IDEMPOTENCY_TABLE"],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
{% endif %}
