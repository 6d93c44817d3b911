"""What daily DAGs of sav are made of, a rule a module.

windows    which days a run is about, and where their results go
command    how the program sav is run, and what its exit status asks for
connections how connections reach the program, by its environment alone
stages     what is done with a day: analysed, published, delivered, loaded
operators  the tasks that do so: one each, or one for all
spark      the one that runs it on Spark
sensors    the wait for the input
daily      the DAG, whatever analyses a day
params     what may differ from run to run
lineage    what they read and wrote, by OpenLineage's names
links      from a task to its report
hooks      the type of connection to an API
provider   what Airflow is told of this package
store      where a thing is: on this machine, or in a storage
copies     a task's own copies of what is in a storage
inputs     the names of a run's input, of what its settings say
place      what only moves forward: the published report, the last delivery
publish    the report of a day, at a name that stays
clean      which analyses are not needed any more
notify     who is told of a failure

windows, command, place, publish and clean know nothing of Airflow.
"""
