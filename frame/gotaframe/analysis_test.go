package gotaframe_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-gota/gota/dataframe"
	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/analysis"
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/gotaframe"
	"github.com/sav-analytics/sav/source/files"
)

// firstResponses and report are what Apply takes from package analysis.
func firstResponses(messages *frame.Frame) (*frame.Frame, error) {
	return analysis.FirstResponses(context.Background(), messages, analysis.Options{})
}

func report(pairs *frame.Frame) (*frame.Frame, error) {
	return analysis.Report(context.Background(), pairs, analysis.Options{})
}

// From a DataFrame of messages to DataFrames of pairs and of the report, in one call each.
func ExampleApply_analysis() {
	messages := dataframe.ReadCSV(strings.NewReader(messages))
	pairs := gotaframe.Apply(messages, firstResponses)
	report := gotaframe.Apply(pairs, report, "opened_at", "responded_at", "censored_at")
	fmt.Println(pairs.Select([]string{"conversation_id", "status", "dt_s", "exch_nr"}))
	fmt.Println(report.Select([]string{"level", "country", "answered", "dt_mean_s"}).Subset([]int{0, 1, 2}))
	// Output:
	// [4x4] DataFrame
	//
	//     conversation_id status     dt_s        exch_nr
	//  0: 501             answered   0.000000    1
	//  1: 500             answered   1800.000000 2
	//  2: 502             unanswered NaN         NaN
	//  3: 504             answered   1801.000000 1
	//     <int>           <string>   <float>     <int>
	//
	// [3x4] DataFrame
	//
	//     level    country  answered dt_mean_s
	//  0: all      NaN      3        1200.333333
	//  1: country  DE       1        0.000000
	//  2: country  FR       2        1800.500000
	//     <string> <string> <int>    <float>
}

// What Gota finds alone is what the kernel finds, here and in the first of the conformance cases.
func TestGotaAloneEqualsKernel(t *testing.T) {
	inputs := map[string]string{"the example": messages}
	cases := os.Getenv("SAV_CONFORMANCE_2")
	if cases == "" {
		cases = filepath.Join("..", "..", "..", "shared", "conformance-2")
	}
	if text, err := os.ReadFile(filepath.Join(cases, "01_worked_example", "input.csv")); err == nil {
		inputs["the conformance case"] = string(text)
	} else {
		t.Log("skipped: the conformance case is not there; set SAV_CONFORMANCE_2 to the cases' folder")
	}
	for name, input := range inputs {
		t.Run(name, func(t *testing.T) {
			df := dataframe.ReadCSV(strings.NewReader(input))
			require.NoError(t, df.Err)
			want := gotaframe.Apply(df, firstResponses).Arrange(dataframe.Sort("conversation_id"))
			require.NoError(t, want.Err)
			got := gotaPairs(df)
			require.NoError(t, got.Err)
			for _, column := range []string{"conversation_id", "dt_s", "exch_nr"} {
				require.Equal(t, want.Col(column).Records(), got.Col(column).Records(), column)
			}
		})
	}
}

// The sample's messages, read by Gota and by the scanner into a frame.
func BenchmarkReadMessages(b *testing.B) {
	path := filepath.Join("..", "..", "testdata", "messages.csv")
	text, err := os.ReadFile(path)
	require.NoError(b, err)
	b.Run("gota", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			require.NoError(b, dataframe.ReadCSV(strings.NewReader(string(text))).Err)
		}
	})
	b.Run("sav", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			src, err := files.Open(context.Background(), []string{path}, files.Options{})
			require.NoError(b, err)
			_, _, err = analysis.Messages(b.Context(), src)
			require.NoError(b, err)
			src.Close()
		}
	})
}
