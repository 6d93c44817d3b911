// Command sav tells a marketplace how fast its merchants answer their clients.
//
// It composes the rooms of the library and has no rule of its own:
// source → frame → analysis → sink. Run "sav --help" for its commands.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // --tz works on machines without a zone database
)

func main() {
	os.Exit(run(interruptible(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// interruptible returns a context that ends with the first SIGINT or SIGTERM,
// which its cause names. The second one ends the process.
func interruptible() context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		s := <-signals
		signal.Stop(signals)
		cancel(&interruptedError{s.(syscall.Signal)})
	}()
	return ctx
}
