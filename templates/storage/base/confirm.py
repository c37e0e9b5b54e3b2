    try:
        confirmation = confirm_order(
            order,
            currency=settings.currency,
            free_shipping_from=settings.free_shipping_from,
        )
    except UnknownProductsError as error:
        raise RejectedOrderError([unknown_product(position) for position in error.positions]) from None
