"""How Airflow opens SQLite here: it waits for its turn longer than the usual 5 s, on a busy machine."""

ARGUMENTS = {"timeout": 120}
