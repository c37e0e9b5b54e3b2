

def get_order(order_id: str) -> Response:
    """Return the confirmation of the order with this id."""
    if confirmation := find_confirmation(order_id):
        return json_response(HTTPStatus.OK, confirmation)
    raise RequestError(HTTPStatus.NOT_FOUND, "The order does not exist.")
