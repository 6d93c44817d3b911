//go:build !unix

package main

// cpuSeconds returns 0: the time of all cores is measured on Unix alone.
func cpuSeconds() float64 { return 0 }
