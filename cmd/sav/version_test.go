package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/internal/sink/rundir"
)

func TestBuildOf(t *testing.T) {
	setting := func(key, value string) debug.BuildSetting { return debug.BuildSetting{Key: key, Value: value} }
	const commit, at = "0123456789abcdef0123456789abcdef01234567", "2026-03-01T10:00:00Z"
	for name, c := range map[string]struct {
		info *debug.BuildInfo
		want build
	}{
		"no information": {nil, build{Version: "devel"}},
		"a test binary":  {&debug.BuildInfo{}, build{Version: "devel"}},
		"git not asked":  {&debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, build{Version: "devel"}},
		"a module of the proxy": {
			&debug.BuildInfo{Main: debug.Module{Version: "v0.1.0"}},
			build{Version: "v0.1.0"},
		},
		"a commit": {
			&debug.BuildInfo{Main: debug.Module{Version: "v0.1.0"}, Settings: []debug.BuildSetting{
				setting("vcs", "git"), setting("vcs.revision", commit), setting("vcs.time", at), setting("vcs.modified",
					"false")}},
			build{Version: "v0.1.0", Commit: commit, CommitTime: at},
		},
		"changes": {
			&debug.BuildInfo{Main: debug.Module{Version: "v0.1.0+dirty"}, Settings: []debug.BuildSetting{
				setting("vcs.revision", commit), setting("vcs.time", at), setting("vcs.modified", "true")}},
			build{Version: "v0.1.0+dirty", Commit: commit, CommitTime: at, Modified: true},
		},
		"tables of holidays": {
			&debug.BuildInfo{Deps: []*debug.Module{{Path: "example.org/a", Version: "v1.0.0"},
				{Path: holidayModule, Version: "v2.1.13"}}},
			build{Version: "devel", Holidays: "v2.1.13"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c.want.Go, c.want.Platform = runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH
			require.Equal(t, c.want, buildOf(c.info))
		})
	}
}

// sav version, --version and run.json say the same.
func TestOneVersion(t *testing.T) {
	var said struct {
		Status  int
		Version string
		Go      string
	}
	summarized(t, &said, "version")
	require.Equal(t, runtime.Version(), said.Go)
	status, stdout, _ := command(t, "--version")
	require.Equal(t, statusDone, status)
	require.Equal(t, said.Version+"\n", stdout)

	out := t.TempDir()
	var wrote rundir.Run
	summarized(t, &wrote, "analyze", "--input", filepath.Join("..", "..", "testdata", "messages.csv"), "--out", out)
	require.Equal(t, said.Version, wrote.Version)
	wrote = rundir.Run{}
	data, err := os.ReadFile(filepath.Join(out, rundir.RunName))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &wrote))
	require.Equal(t, said.Version, wrote.Version)
}
