package main

import "errors"

type receiveCmd struct{}

func (receiveCmd) Run(*env) error { return errors.New("not yet") }
