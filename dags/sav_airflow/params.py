"""The params of the daily DAG: what may differ from run to run, each with a schema."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from copy import copy

from airflow.sdk import Context, Param
from airflow.sdk.exceptions import AirflowFailException, ParamValidationError

# Between names there is a colon, which stands in an address too.
INPUT = [name for name in re.split(":(?!//)", os.environ.get("SAV_DAILY_INPUT", "")) if name]
DURATION = "^([0-9]+(\\.[0-9]+)?(d|h|m|s))+$"  # as sav reads one: 12h, 7d, 1h30m
TIME = "^[0-9]+(d|h|m|s)$"  # as sav reads one of --within
LEVELS = ["all", "country", "merchant", "country_merchant", "merchant_client"]

# Of an analysis in one pass.
MESSAGES = {
    "input": Param(INPUT, type="array", items={"type": "string"}, title="Input",
                   description="Files of messages: paths, or addresses such as s3://bucket/{{ ds }}.csv; one with "
                               "{day} for each day. With none, the connection is read."),
    "connection": Param("sav_db", type="string", title="Connection",
                        description="The database that messages are read from, if there is no input."),
    "lead_days": Param(7, type="integer", minimum=0, maximum=366, title="Lead",
                       description="Where a name of the input has {day}: how many days before those that are analysed "
                                   "are read, for conversations that began then."),
    "max_lag": Param(None, type=["null", "string"], pattern=DURATION, title="Lag",
                     description="How long before the end of the day the latest message may be, such as 6h; with "
                                 "one that is earlier the input is taken for incomplete."),
    "min_conversations": Param(0, type="integer", minimum=0, title="Conversations",
                               description="How many there must be in all the days together."),
    "pairs": Param(False, type="boolean", title="Pairs",
                   description="Write pairs.csv too, a row a conversation, and load it where reports are loaded."),
}

# Of every daily DAG.
COMMON = {
    "url": Param(None, type=["null", "string"], pattern="^https?://[^/?#@]+([/?#]|$)", title="URL",
                 description="Where reports are delivered to, if not to the host of the API's connection; "
                             "on the same server."),
    "levels": Param(LEVELS[:4], type="array", items={"type": "string", "enum": LEVELS}, minItems=1,
                    uniqueItems=True, examples=LEVELS, title="Levels", description="The parts of the report."),
    "policy": Param(None, type=["null", "string"], minLength=1, title="Policy",
                    description="A file with working hours and targets, as YAML, that workers can open."),
    "within": Param(["24h"], type="array", items={"type": "string", "pattern": TIME}, minItems=1, title="Within",
                    description="The times within which answers are counted, in ascending order."),
    "new_after": Param(None, type=["null", "string"], pattern=DURATION, title="New after",
                       description="In a thread that is kept for ever: how long a silence, such as 12h, begins another "
                                   "conversation."),
    "max_reject_rate": Param(0.01, type="number", minimum=0, maximum=1, title="Reject rate",
                             description="The share of rows that may be rejected."),
    "trailing_days": Param(7, type="integer", minimum=0, maximum=366, title="Trailing days",
                           description="How many days before the interval's are analysed again."),
    "keep_days": Param(30, type=["null", "integer"], minimum=1, title="Keep",
                       description="Days after which analyses that a later one superseded are removed; none: never."),
    "day": Param(None, type=["null", "string"], format="date", title="Day",
                 description="Of a run by hand: the day that it is of, as known at its end. "
                             "Trigger it without a logical date."),
    "replay": Param(False, type="boolean", title="Replay",
                    description="Send again what the API refused for good (76), after the cause is mended."),
}

SETTINGS = {**MESSAGES, **COMMON}


def with_defaults(params: Mapping[str, Param], zone: str, defaults: Mapping) -> dict[str, Param]:
    """The params of a DAG of a zone, some with other defaults. A name that is none, or a default that the schema does
    not allow, is a ValueError.
    """
    params = {name: copy(param) for name, param in params.items()}  # a run writes its values there
    for name, value in defaults.items():
        if name not in params:
            raise ValueError(f"there is no param {name!r}: there are {', '.join(params)}")
        old = params[name]
        params[name] = Param(value, description=old.description, **old.schema)
        params[name].resolve()
    params["tz"] = Param(zone, type="string", enum=[zone], title="Time zone",
                         description="The zone that days are of, as the DAG has it.")
    return params


def check_names(settings: Mapping) -> dict:
    """Settings, if each has the name of a param of the daily DAG; a ValueError if not."""
    for name in settings:
        if name not in SETTINGS:
            raise ValueError(f"there is no setting {name!r}: there are {', '.join(SETTINGS)}")
    return dict(settings)


def settings_of(context: Context, given: Mapping) -> dict:
    """The settings of a task: those that were given to it, else the run's params of these names, else the defaults."""
    found = {name: param.value for name, param in SETTINGS.items()} | dict(context["params"])
    for name, value in given.items():
        try:
            found[name] = Param(value, **SETTINGS[name].schema).resolve()
        except ParamValidationError as error:
            raise AirflowFailException(f"setting {name!r}: {error}") from error
    return found
