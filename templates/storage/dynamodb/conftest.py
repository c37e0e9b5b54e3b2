class KeptInMemory:
    """Orders in memory, for tests of what uses a repository."""

    def __init__(self) -> None:
        self.kept: dict[str, KeptOrder] = {}
{% if cookiecutter.__batches %}

    def find_all(self, order_ids: Collection[str], *, deadline: float) -> dict[str, KeptOrder]:
        del deadline
        return {order_id: self.kept[order_id] for order_id in order_ids if order_id in self.kept}

    def add_all(self, orders: Collection[KeptOrder], *, deadline: float) -> dict[str, AddResult]:
        del deadline
        return {order.order_id: self.add(order) for order in orders}
{% else %}

    def find(self, order_id: str) -> KeptOrder | None:
        return self.kept.get(order_id)
{% endif %}

    def add(self, order: KeptOrder) -> AddResult:
        return "added" if self.kept.setdefault(order.order_id, order) is order else "known"


@pytest.fixture(autouse=True)
def repository(monkeypatch: pytest.MonkeyPatch) -> KeptInMemory:
    """What the function uses in place of the table, without orders."""
    repository = KeptInMemory()
    monkeypatch.setattr(orders, "repository", repository)
    return repository
