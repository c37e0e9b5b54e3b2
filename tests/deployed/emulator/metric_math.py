"""CloudFormation creates alarms on math expressions; ministack 1.5.33 refuses them."""

from typing import Any

from ministack.services.cloudformation import provisioners

Properties = dict[str, Any]


def fill() -> None:
    """Keep an alarm on an expression as one on its first metric: nothing here evaluates alarms."""
    record = provisioners._cw_metric_alarm_record

    def without_expression(name: str, properties: Properties) -> Properties:
        found: Properties = record(name, on_first_metric(properties))
        return found

    provisioners._cw_metric_alarm_record = without_expression


def on_first_metric(properties: Properties) -> Properties:
    """Return the properties of an alarm with the first metric of its expression, if it has one, in its place."""
    for query in properties.get("Metrics", []):
        if "MetricStat" in query:
            statistic = query["MetricStat"]
            others = {key: value for key, value in properties.items() if key != "Metrics"}
            return {**others, **statistic["Metric"], "Period": statistic["Period"], "Statistic": statistic["Stat"]}
    return properties
