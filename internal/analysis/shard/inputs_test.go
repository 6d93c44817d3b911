package shard_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/internal/analysis/shard"
	"github.com/sav-analytics/sav/internal/analysistest"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
)

// header finds the columns of names.
func header(t *testing.T, rules *source.Rules, names ...string) *source.Header {
	t.Helper()
	h, _, err := intake.FindColumns(names, rules)
	require.NoError(t, err)
	return h
}

// States tell what they were read from as one run over all of it does.
func TestInputsOfStates(t *testing.T) {
	t.Parallel()
	plain := header(t, nil, "created_at", "shop_id", "text")
	other := header(t, nil, "date", "merchant_id", "")
	set := header(t, &source.Rules{Set: map[source.Field]string{source.MerchantID: "7"}}, "created_at")
	of := func(inputs []string, headers ...*source.Header) *shard.State {
		return &shard.State{Inputs: inputs, Headers: headers}
	}
	for _, test := range []struct {
		name    string
		states  []*shard.State
		inputs  []string
		headers []*source.Header
	}{
		{"nothing", nil, []string{}, nil},
		{"one after the other", []*shard.State{of([]string{"b", "a"}, plain, other), of([]string{"c"}, set)},
			[]string{"b", "a", "c"}, []*source.Header{plain, other, set}},
		{"one input in two states", []*shard.State{of([]string{"a"}, plain), of([]string{"a", "b"}, plain, plain)},
			[]string{"a", "b"}, []*source.Header{plain, plain}},
		{"two inputs of one name", []*shard.State{of([]string{"a"}, plain), of([]string{"a"}, other),
			of([]string{"a"}, plain)},
			[]string{"a", "a"}, []*source.Header{plain, other}},
		{"other values that are set", []*shard.State{of([]string{"a"}, header(t, nil, "created_at")),
			of([]string{"a"}, set)},
			[]string{"a", "a"}, []*source.Header{header(t, nil, "created_at"), set}},
		{"a state without inputs takes nothing away", []*shard.State{of([]string{"a"}, plain), of(nil), nil},
			[]string{"a"}, []*source.Header{plain}},
		{"one that is not known", []*shard.State{of([]string{"a"}, plain), of([]string{"b"})}, []string{"a", "b"}, nil},
		{"too few", []*shard.State{of([]string{"a", "b"}, plain)}, []string{"a", "b"}, nil},
		{"nil", []*shard.State{of([]string{"a"}, nil)}, []string{"a"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			inputs, headers := shard.Inputs(test.states)
			require.Equal(t, test.inputs, inputs)
			require.Equal(t, test.headers, headers)
		})
	}
	// They are written and read as they are.
	s := stateOf(t, analysistest.Conversations("1"), "a", analysis.Options{})
	s.Inputs, s.Headers = []string{"a", "b", "c"}, []*source.Header{plain, other, set}
	read := written(t, s, "a")
	require.Equal(t, s.Inputs, read.Inputs)
	require.Equal(t, s.Headers, read.Headers)
	s.Headers = []*source.Header{nil}
	require.Empty(t, written(t, s, "a").Headers)
}
