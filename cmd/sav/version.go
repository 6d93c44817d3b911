package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"text/tabwriter"
)

// unknownVersion is that of a binary built where git was not asked.
const unknownVersion = "devel"

type versionCmd struct{}

func (versionCmd) Run(e *env) error {
	b := thisBuild()
	t := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "sav\t%s\n", b.Version)
	if b.Commit != "" {
		fmt.Fprintf(t, "commit\t%s of %s%s\n", b.Commit, b.CommitTime, b.changes())
	}
	fmt.Fprintf(t, "go\t%s %s\n", b.Go, b.Platform)
	if b.Holidays != "" {
		fmt.Fprintf(t, "holidays\t%s %s\n", holidayModule, b.Holidays)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	return printLine(e.stdout, struct {
		Status int `json:"status"`
		build
	}{statusDone, b})
}

// A build is where a binary comes from, as the go command stamped it: there is
// no second place that has a version.
type build struct {
	Version    string `json:"version"`     // a tag, or the commit in the form of one; unknownVersion
	Commit     string `json:"commit"`      // in full; empty if git was not asked
	CommitTime string `json:"commit_time"` // RFC 3339 UTC
	Modified   bool   `json:"modified"`    // the sources were not those of the commit
	Go         string `json:"go"`
	Platform   string `json:"platform"` // as linux/amd64
	Holidays   string `json:"holidays"` // the version of holidayModule; empty if the go command did not say
}

// holidayModule is the module whose tables say when a policy's public holidays are.
const holidayModule = "github.com/rickar/cal/v2"

func (b *build) changes() string {
	if b.Modified {
		return ", with changes that were not committed"
	}
	return ""
}

func thisBuild() build {
	info, _ := debug.ReadBuildInfo()
	return buildOf(info)
}

// version is what run.json and --version have of the build.
func version() string { return thisBuild().Version }

// buildOf reads what the go command stamped; info may be nil.
func buildOf(info *debug.BuildInfo) build {
	b := build{Version: unknownVersion, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if info == nil {
		return b
	}
	// Without git, the go command says "(devel)" or nothing.
	b.Version = cmp.Or(strings.Trim(info.Main.Version, "()"), unknownVersion)
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.time":
			b.CommitTime = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	for _, dep := range info.Deps {
		if dep.Path == holidayModule {
			b.Holidays = dep.Version
		}
	}
	return b
}
