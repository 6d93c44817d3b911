//go:build unix

package main

import (
	"syscall"
	"time"
)

// cpuSeconds returns the time that all threads of the process have run.
func cpuSeconds() float64 {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano()).Seconds()
}
