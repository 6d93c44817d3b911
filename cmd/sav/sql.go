package main

type sqlCmd struct {
	Args []string `arg:"" optional:"" help:"list, show NAME or run NAME."`
}

func (sqlCmd) Run(*env) error { return usage("sav sql: not in this version") }
