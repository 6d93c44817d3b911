// Command frame times the verbs of package frame, as polars_verbs.py and pandas_verbs.py time those of Polars and
// pandas. All three make the same columns from one formula (data.go, data.py) and then do what standard input says,
// verb by verb, on line after line:
//
//	$ echo 'sort_int' | go run ./bench/frame -rows 1000000
//	{"verb":"sort_int","seconds":0.031,"cpu":0.055,"rows":1000000,"check":…}
//
// The seconds are those of the verb alone, on columns in memory: on the clock, and of all cores. An empty line asks for
// all verbs. The rows and the check tell whether two programs did the same. run.py drives the three in turn and prints
// medians and ratios.
package main
