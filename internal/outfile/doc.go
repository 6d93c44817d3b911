// Package outfile writes files whole or not at all: under a temporary name, which a rename
// makes the file's own.
package outfile
