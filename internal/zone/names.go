package zone

import (
	_ "embed"
	"strings"
)

//go:embed names.txt
var names string

// Names returns the names of the IANA database as the Go release had it that this
// list was made with, in order: to find what a misspelt name was meant to be.
func Names() []string { return strings.Fields(names) }
