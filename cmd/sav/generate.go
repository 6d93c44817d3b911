package main

import "errors"

type generateCmd struct{}

func (generateCmd) Run(*env) error { return errors.New("not yet") }
