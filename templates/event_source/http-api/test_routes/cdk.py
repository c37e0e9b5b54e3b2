def routes_in(template: Template) -> Iterator[Route]:
    """Yield the routes in `template` that invoke an alias of the function."""
    function = template["Outputs"]["FunctionName"]["Value"]
    aliases = {key for key, each in named(template, "AWS::Lambda::Alias").items() if each["FunctionName"] == function}
    integrations = naming(named(template, "AWS::ApiGatewayV2::Integration"), aliases)
    all_routes = named(template, "AWS::ApiGatewayV2::Route")
    for key in naming(all_routes, integrations):
        method, _, path = all_routes[key]["RouteKey"].partition(" ")
        yield parse(method, path) if path else (ANY, REST)


def naming(resources: dict[str, Template], targets: set[str]) -> set[str]:
    """Return the keys of those of `resources` that refer to one of `targets`."""
    texts = {key: json.dumps(each) for key, each in resources.items()}
    return {key for key, text in texts.items() if any(f'"Ref": "{target}"' in text for target in targets)}
