def from_attribute(attribute: dict[str, Any]) -> Any:
    """Return the value of an attribute {{ 'that `to_attribute` made' if cookiecutter.__stored else "of DynamoDB's JSON" }}; a number without a fraction is an integer."""
    match attribute:
        case {"NULL": _}:
            return None
        case {"N": number}:
            return int(number) if number.lstrip("-").isdigit() else Decimal(number)
        case {"L": values}:
            return [from_attribute(each) for each in values]
        case {"M": values}:
            return {name: from_attribute(each) for name, each in values.items()}
        case _:
            (value,) = attribute.values()
            return value
