"""What Airflow is told of this package, by the entry point apache_airflow_provider."""

from __future__ import annotations

from typing import Any


def get_provider_info() -> dict[str, Any]:
    """The provider, in the form of Airflow's provider_info.schema.json."""
    from sav_airflow.hooks import FIELDS, UI

    return {
        "package-name": "airflow-provider-sav",
        "name": "sav",
        "description": "How fast merchants answer their clients, day by day.",
        "integrations": [{
            "integration-name": "sav", "external-doc-url": "https://github.com/sav-analytics/sav", "tags": ["software"],
        }],
        "operators": [{"integration-name": "sav", "python-modules": ["sav_airflow.operators"]}],
        "sensors": [{"integration-name": "sav", "python-modules": ["sav_airflow.sensors"]}],
        "hooks": [{"integration-name": "sav", "python-modules": ["sav_airflow.hooks"]}],
        "connection-types": [{
            "connection-type": "sav_api",
            "hook-class-name": "sav_airflow.hooks.SavApiHook",
            "hook-name": "sav: API of reports",
            "ui-field-behaviour": UI,
            "conn-fields": {
                name: {"label": label, "schema": {"type": [kind, "null"]}} for name, (label, kind) in FIELDS.items()
            },
        }],
        "extra-links": ["sav_airflow.links.ReportLink"],
    }
