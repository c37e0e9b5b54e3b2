"""CloudFormation creates what an `UpdatePolicy` names before the resource that has it; ministack 1.5.33 does not."""

from typing import Any

from ministack.services.cloudformation import engine


def fill() -> None:
    """Count the names in an `UpdatePolicy` among a resource's dependencies."""
    dependencies = engine._extract_deps

    def with_policy(resource: dict[str, Any], names: set[str]) -> set[str]:
        named = {name for name, _ in engine._intrinsic_references(resource.get("UpdatePolicy", {}))}
        found: set[str] = dependencies(resource, names)
        return found | named & names

    engine._extract_deps = with_policy
