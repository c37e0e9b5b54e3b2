"""CloudFormation makes a number of a parameter's text; ministack 1.5.33 does not for all numbers of a mapping."""

from typing import Any

from ministack.services.cloudformation import provisioners

KIND = "AWS::Lambda::EventSourceMapping"


def fill() -> None:
    """Convert it when a mapping is created or changed."""
    handler = provisioners._RESOURCE_HANDLERS[KIND]
    provisioners._RESOURCE_HANDLERS[KIND] = {
        **handler,
        **{action: converting(handler[action]) for action in ("create", "update")},
    }


def converting(handle: Any) -> Any:
    """Return `handle` with a number in the properties that it is given."""
    return lambda *arguments: handle(*map(convert, arguments))


def convert(argument: Any) -> Any:
    """Return `argument` with numbers for the concurrency and the batch size, if it is the properties of a mapping."""
    match argument:
        case {"BatchSize": str(size)}:
            return convert({**argument, "BatchSize": int(size)})
        case {"ScalingConfig": {"MaximumConcurrency": maximum}}:
            return {**argument, "ScalingConfig": {"MaximumConcurrency": int(maximum)}}
        case _:
            return argument
