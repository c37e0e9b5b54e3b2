"""Templates as CloudFormation creates them: parameters, mappings and conditions give way to their values."""

from typing import Any

Template = dict[str, Any]
NOTHING = {"Ref": "AWS::NoValue"}


def resolve(template: Template, stack: str) -> Template:
    """Return the resources and outputs of `template` with the default of each parameter, in a stack of that name."""
    resolution = Resolution(template, stack)
    created = {name: each for name, each in template["Resources"].items() if resolution.creates(each)}
    return {"Resources": resolution.value(created), "Outputs": resolution.value(template["Outputs"])}


class Resolution:
    """What the parameters of a template stand for."""

    def __init__(self, template: Template, stack: str) -> None:
        parameters = template.get("Parameters", {})
        defaults = {name: each["Default"] for name, each in parameters.items() if "Default" in each}
        self._parameters = defaults | {"AWS::StackName": stack, "Stage": stack.rpartition("-")[2]}
        self._mappings = template.get("Mappings", {})
        self._conditions = template.get("Conditions", {})

    def creates(self, resource: dict[str, Any]) -> bool:
        """Return whether the resource is created."""
        return "Condition" not in resource or self._holds(self._conditions[resource["Condition"]])

    def value(self, given: Any) -> Any:  # noqa: ANN401 - any JSON
        """Return `given` without parameters and conditions, and without what they remove."""
        if isinstance(given, list):
            return [each for each in map(self.value, given) if each != NOTHING]
        if not isinstance(given, dict):
            return given
        if len(given) == 1 and (found := self._intrinsic(given)) is not given:
            return found
        every = {key: self.value(each) for key, each in given.items()}
        return {key: each for key, each in every.items() if each != NOTHING}

    def _intrinsic(self, function: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON
        """Return the value of an intrinsic function, or the function itself if only a deployment knows it."""
        match function:
            case {"Ref": name} if name in self._parameters:
                return self._parameters[name]
            case {"Fn::FindInMap": [*keys]}:
                mapping, first, second = map(self.value, keys)
                return self._mappings[mapping][first][second]
            case {"Fn::If": [condition, given, otherwise]}:
                return self.value(given if self._holds(self._conditions[condition]) else otherwise)
            case {"Fn::Sub": [text, variables]}:
                return {"Fn::Sub": [text, self._parameters | self.value(variables)]}
            case {"Fn::Sub": text}:
                return {"Fn::Sub": [text, self._parameters]}
            case _:
                return function

    def _holds(self, condition: dict[str, Any]) -> bool:
        match condition:
            case {"Fn::Equals": [one, other]}:
                return bool(self.value(one) == self.value(other))
            case {"Fn::Not": [negated]}:
                return not self._holds(negated)
            case {"Fn::And": [*each]}:
                return all(map(self._holds, each))
            case {"Fn::Or": [*each]}:
                return any(map(self._holds, each))
            case _:
                return self._holds(self._conditions[condition["Condition"]])
