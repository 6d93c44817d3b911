"""The connection to an API that reports are delivered to, as Airflow's pages show it."""

from __future__ import annotations

from typing import Any

from airflow.sdk import BaseHook

from sav_airflow import connections


class SavApiHook(BaseHook):
    """An API that takes reports: where it is, its token, and how it is to be sent to.

    :param conn_id: the connection, of type sav_api or http.
    """

    conn_name_attr = "conn_id"
    default_conn_name = "sav_api"
    conn_type = "sav_api"
    hook_name = "sav: API of reports"

    def __init__(self, conn_id: str = default_conn_name, **kwargs):
        super().__init__(**kwargs)
        self.conn_id = conn_id

    def get_conn(self) -> dict[str, str]:
        """The variables by which sav delivers to the API. They hold the token."""
        return connections.api(self.conn_id, None)

    @staticmethod
    def get_ui_field_behaviour() -> dict[str, Any]:
        return UI


UI = {
    "hidden-fields": ["schema", "port", "login"],
    "relabeling": {"host": "URL", "password": "Token"},
    "placeholders": {"host": "https://api.example.com/v1/response-times"},
}

# The schema of each option of "sav deliver" that a connection may have.
FIELDS = {
    "concurrency": ("Requests at once, at most", "integer"),
    "rate": ("Requests a second, at most", "number"),
    "timeout": ("For one request, such as 30s", "string"),
    "retries": ("Further attempts for a batch", "integer"),
    "max-backoff": ("Longest wait before an attempt, such as 1m", "string"),
    "deadline": ("For the whole delivery, such as 1h", "string"),
    "ca-file": ("Authorities to trust (PEM), a file of the workers", "string"),
    "client-cert": ("Client certificate (PEM), a file of the workers", "string"),
    "client-key": ("Its key (PEM), a file of the workers", "string"),
    "gzip": ("Compress request bodies", "boolean"),
}
