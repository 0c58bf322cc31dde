"""Alarms on what should not happen at all."""

from __future__ import annotations

from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct


def alarm_above_zero(
    scope: Construct, name: str, description: str, metric: cloudwatch.IMetric
) -> cloudwatch.Alarm:
    """Rings at the first one. Where nothing is measured nothing happened."""
    return cloudwatch.Alarm(
        scope,
        name,
        alarm_description=description,
        metric=metric,
        threshold=0,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluation_periods=1,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    )
