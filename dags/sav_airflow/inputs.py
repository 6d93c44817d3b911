"""The names of a run's input, of what its settings say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from sav_airflow.store import text

DAY = "{day}"


def names(wanted: Iterable[str], last: date, end: datetime, settings: Mapping,
          conn_id: str | None = None) -> list[str]:
    """The names of files and folders, each once, for the days to `last`, which ends at `end`.

    A name is a template: {{ ds }} and {{ ds_nodash }} are the last day, as the zone of the DAG has it, and
    {{ data_interval_end }} is its end. One with {day} stands for a name for each day that is analysed, and
    for each of the `lead_days` before these.
    """
    environment = SandboxedEnvironment(undefined=StrictUndefined)
    known = {"ds": str(last), "ds_nodash": str(last).replace("-", ""), "data_interval_end": end}
    back = settings["trailing_days"] + (settings.get("lead_days") or 0)
    days = [str(last - timedelta(days=n)) for n in range(back, -1, -1)]
    found = []
    for name in wanted:
        try:
            name = environment.from_string(name).render(known)
        except TemplateError as error:
            raise ValueError(f"input {name!r}: {error}: a template may have {', '.join(known)}") from error
        found += [name.replace(DAY, day) for day in days] if DAY in name else [name]
    return [text(name, conn_id) for name in dict.fromkeys(found)]
