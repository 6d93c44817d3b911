package main

import "errors"

type deliverCmd struct{}

func (deliverCmd) Run(*env) error { return errors.New("not yet") }
