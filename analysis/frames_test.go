package analysis_test

import (
	"bytes"
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
	"github.com/sav-analytics/sav/internal/analysis/inside"
	"github.com/sav-analytics/sav/internal/analysis/schema"
	"github.com/sav-analytics/sav/internal/analysistest"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/internal/naive"
	"github.com/sav-analytics/sav/internal/quirks"
	"github.com/sav-analytics/sav/source"
	"github.com/sav-analytics/sav/source/files"
	"github.com/sav-analytics/sav/source/memory"
)

// plainInteger is an id that a column of integers holds without loss.
var plainInteger = regexp.MustCompile(`^(0|-?[1-9][0-9]{0,17})$`)

// frameOf makes a frame of a table, typed where values allow and chance wants it.
func frameOf(t *rapid.T, table quirks.Table) *frame.Frame {
	var columns []frame.Column
	for c, name := range table.Header {
		if name == "body" {
			continue
		}
		cells := make([]string, len(table.Rows))
		valid := frame.NewBitmap(len(cells))
		for i, row := range table.Rows {
			cells[i] = row[c]
			if row[c] != "" {
				valid.Set(i)
			}
		}
		columns = append(columns, columnOf(t, name, cells, valid))
	}
	f, err := frame.New(columns...)
	require.NoError(t, err)
	return f
}

func columnOf(t *rapid.T, name string, cells []string, valid frame.Bitmap) frame.Column {
	known := strings.ToLower(strings.TrimSpace(name))
	typed := rapid.Bool().Draw(t, "typed")
	integers, micros := make([]int64, len(cells)), make([]int64, len(cells))
	bools := make([]bool, len(cells))
	allIntegers := true
	for i, cell := range cells {
		integers[i], _ = strconv.ParseInt(cell, 10, 64)
		allIntegers = allIntegers && (cell == "" || plainInteger.MatchString(cell))
		micros[i], _, _ = naive.Time(strings.TrimSpace(cell), nil)
		switch strings.ToLower(naive.ID(strings.TrimSpace(cell))) {
		case "false", "f", "0", "no", "n", "off":
		default:
			bools[i] = true
		}
	}
	switch {
	case typed && slices.Contains([]string{"created_at", "timestamp", "date", "date_creation"}, known):
		return frame.Times(name, micros, valid)
	case typed && known == "is_public":
		return frame.Bools(name, bools, valid)
	case typed && allIntegers && strings.HasSuffix(known, "id"):
		return frame.Int64s(name, integers, valid)
	}
	return frame.Texts(name, cells, valid)
}

// What an analyst finds by hand in a frame is what the rules and the engine
// find in a file.
func TestFirstResponsesAgainstTheRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := quirks.Draw(t, quirks.Options{})
		opts, plain := analysistest.DrawOptions(t)
		opts.Pairs = false // FirstResponses has them all the same
		pairs, err := analysis.FirstResponses(ctx, frameOf(t, table), opts)
		require.NoError(t, err)
		in := naive.Read(nil, naive.File{Text: table.Strictly()})
		want, _ := in.Pairs(plain)
		requirePairs(t, want, plain, pairs)

		if len(want) > 0 {
			opts.AsOf = time.UnixMicro(want[0].AsOf)
		}
		report, err := analysis.Report(ctx, pairs, opts)
		require.NoError(t, err)
		requireReport(t, naive.Report(want, plain), report)

		// A part of the pairs has a report of its own.
		some, err := pairs.Filter(expr.Col("country").In("FR", "unknown"))
		require.NoError(t, err)
		want = slices.DeleteFunc(want, func(p naive.Pair) bool { return p.Country != "FR" && p.Country != "unknown" })
		report, err = analysis.Report(ctx, some, analysis.Options{})
		require.NoError(t, err)
		requireReport(t, naive.Report(want, naive.Options{}), report)
	})
}

// What Messages reads is what FirstResponses takes.
func TestMessagesAgainstTheRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := quirks.Draw(t, quirks.Options{Rejects: true}).Strictly()
		opts, plain := analysistest.DrawOptions(t)
		src, err := files.Open(context.Background(), []string{files.Stdin},
			files.Options{Stdin: strings.NewReader(text)})
		require.NoError(t, err)
		defer src.Close()
		messages, counts, err := analysis.Messages(ctx, src)
		require.NoError(t, err)
		in := naive.Read(nil, naive.File{Text: text})
		require.Equal(t, in.Counts["rows_read"], counts.Rows)
		require.Equal(t, len(in.Messages), messages.Len())
		pairs, err := analysis.FirstResponses(ctx, messages, opts)
		require.NoError(t, err)
		want, _ := in.Pairs(plain)
		requirePairs(t, want, plain, pairs)
	})
}

// Messages of a slice give what those of a file do.
func TestMemoryAgainstTheRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := quirks.Draw(t, quirks.Options{})
		opts, plain := analysistest.DrawOptions(t)
		in := naive.Read(nil, naive.File{Text: table.Strictly()})
		header, err := intake.ResolveHeader(table.Header, nil)
		require.NoError(t, err)
		var messages []memory.Message
		for _, row := range table.Rows {
			value := func(f source.Field) string {
				if i := header.Index[f]; i >= 0 {
					return row[i]
				}
				return ""
			}
			flag := func(f source.Field) bool {
				return intake.FlagsOf(f,
					bytes.TrimSpace([]byte(value(f))))&(intake.FlagPrivate|intake.FlagAutomatic|intake.FlagNoReply) != 0
			}
			at, _, ok := naive.Time(strings.TrimSpace(value(source.CreatedAt)), nil)
			require.True(t, ok)
			messages = append(messages, memory.Message{
				CreatedAt: time.UnixMicro(at), SenderUserID: value(source.SenderUserID),
				ClientUserID:   value(source.ClientUserID),
				MerchantUserID: value(source.MerchantUserID), MerchantID: value(source.MerchantID),
				ConversationID: value(source.ConversationID), MessageID: value(source.MessageID),
				Country:    value(source.Country),
				SenderRole: value(source.SenderRole), Automatic: flag(source.IsAutomatic),
				NoReply: flag(source.NeedsReply),
				Private: flag(source.IsPublic) || flag(source.IsPrivate),
			})
		}
		result, err := analysis.Run(ctx, memory.New(messages), opts)
		require.NoError(t, err)
		requireResult(t, in, plain, result)
	})
}

func TestFrameErrors(t *testing.T) {
	text := func(name string, values ...string) frame.Column { return frame.Texts(name, values, nil) }
	columns := func() []frame.Column {
		return []frame.Column{text("created_at", "2026-03-01"), text("sender_user_id", "1"), text("client_user_id",
			"1"),
			text("merchant_user_id", "2"), text("merchant_id", "3")}
	}
	for _, test := range []struct {
		name, want string
		change     func([]frame.Column) []frame.Column
	}{
		{"missing column", "merchant_id", func(c []frame.Column) []frame.Column { return c[:4] }},
		{"wrong type", "sender_user_id", func(c []frame.Column) []frame.Column {
			c[1] = frame.Float64s("sender_user_id", []float64{1}, nil)
			return c
		}},
		{"two columns for one field", "created_at", func(c []frame.Column) []frame.Column {
			return append(c,
				text("Created_At", "2026-03-01"))
		}},
		{"bad time", "row 1: bad_timestamp", func(c []frame.Column) []frame.Column {
			c[0] = text("created_at",
				"soon")
			return c
		}},
		{"time out of range", "row 1: bad_timestamp", func(c []frame.Column) []frame.Column {
			c[0] = frame.Times("created_at", []int64{time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()}, nil)
			return c
		}},
		{"missing value", "row 1: missing_value", func(c []frame.Column) []frame.Column {
			c[0] = frame.Times("created_at", []int64{0}, frame.Valid(false))
			return c
		}},
		{"ambiguous sender", "row 1: ambiguous_sender",
			func(c []frame.Column) []frame.Column { c[2] = text("client_user_id", "2.0"); return c }},
		{"bad is_public", "row 1: bad_is_public", func(c []frame.Column) []frame.Column {
			return append(c,
				text("is_public", "maybe"))
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f, err := frame.New(test.change(columns())...)
			require.NoError(t, err)
			_, err = analysis.FirstResponses(ctx, f, analysis.Options{})
			require.ErrorContains(t, err, test.want)
		})
	}

	f, err := frame.New(columns()...)
	require.NoError(t, err)
	pairs, err := analysis.FirstResponses(ctx, f, analysis.Options{})
	require.NoError(t, err)
	require.Equal(t, 1, pairs.Len())
	without, err := pairs.Drop("turns")
	require.NoError(t, err)
	_, err = analysis.Report(ctx, without, analysis.Options{})
	require.ErrorContains(t, err, "turns")
	_, err = analysis.Report(ctx, f, analysis.Options{})
	require.Error(t, err)
	unknown, err := pairs.WithColumns(frame.Times("censored_at", []int64{0}, frame.Valid(false)))
	require.NoError(t, err)
	_, err = analysis.Report(ctx, unknown, analysis.Options{})
	require.ErrorContains(t, err, "row 1 has neither responded_at nor censored_at")
}

func TestParseLevels(t *testing.T) {
	for _, test := range []struct {
		list string
		want []analysis.Level
	}{
		{"", []analysis.Level{analysis.All, analysis.ByCountry, analysis.ByMerchant, analysis.ByCountryMerchant}},
		{"all", []analysis.Level{analysis.All}},
		{"merchant_client, all,all", []analysis.Level{analysis.ByMerchantClient, analysis.All}},
		{"country_merchant,merchant,country", []analysis.Level{analysis.ByCountryMerchant, analysis.ByMerchant,
			analysis.ByCountry}},
	} {
		got, err := analysis.ParseLevels(test.list)
		require.NoError(t, err, test.list)
		require.Equal(t, test.want, got)
	}
	for _, list := range []string{"client", "all,", "All", ",", "all;country"} {
		_, err := analysis.ParseLevels(list)
		require.ErrorContains(t, err, "unknown level", list)
	}
	require.Equal(t, "merchant_client", analysis.ByMerchantClient.String())
}

// What a caller does to a table of the package has no effect on others, and no value
// of a level or a time panics.
func TestLevelsOutOfRange(t *testing.T) {
	schema.Schema{}.PairColumns()[0] = ""
	require.Equal(t, "conversation_id", schema.Schema{}.PairColumns()[0])
	result, err := analysis.Run(ctx, memory.New(nil), analysis.Options{Pairs: true})
	require.NoError(t, err)
	for l := range 256 {
		level := analysis.Level(l)
		require.NotEmpty(t, level.String())
		opts := analysis.Options{Levels: []analysis.Level{level}}
		require.Equal(t, level == analysis.ByMerchantClient, inside.NeedsClient(opts))
		_, fromPairs := analysis.Report(ctx, result.Pairs, opts)
		_, ofMessages := analysis.Run(ctx, memory.New(nil), opts)
		for _, err := range []error{fromPairs, ofMessages} {
			if level > analysis.ByMerchantClient {
				require.ErrorContains(t, err, "unknown level "+strconv.Itoa(l))
			} else {
				require.NoError(t, err)
			}
		}
	}
	for _, within := range [][]analysis.Within{{{}}, {schema.DefaultWithin()[0], schema.DefaultWithin()[0]}} {
		_, err := analysis.Run(ctx, memory.New(nil), analysis.Options{Within: within})
		require.ErrorContains(t, err, "within")
		require.NotPanics(t, func() { schema.Schema{Within: within}.Columns() })
	}
}
