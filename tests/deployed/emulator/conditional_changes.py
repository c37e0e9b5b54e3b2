"""A change set adds or removes a resource when its condition changes; one of ministack 1.5.33 compares properties."""

from typing import Any

from ministack.services.cloudformation import changesets

Template = dict[str, Any]


def fill() -> None:
    """Compare the resources of a template whose condition holds."""
    resolve = changesets._resolve_props_for_diff

    def resolve_existing(template: Template, parameters: Template, *rest: object) -> Template:
        resolved: Template = resolve(template, parameters, *rest)
        conditions = changesets._evaluate_conditions(template, parameters) if template else {}
        existing = {
            logical_id: each
            for logical_id, each in resolved.get("Resources", {}).items()
            if conditions.get(each.get("Condition"), True)
        }
        return resolved | {"Resources": existing}

    changesets._resolve_props_for_diff = resolve_existing
