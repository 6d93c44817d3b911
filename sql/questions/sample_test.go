package questions_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/sql/questions"
)

var update = flag.Bool("update", false, "write the sample anew")

// sampleSales draws a sample whose answers show what the questions are about:
// four months that end on 2024-05-30, twenty-odd users a month, two products
// above 10 a day, one of which two merchants sell, and one at exactly 10.
func sampleSales() []byte {
	r := rand.New(rand.NewPCG(2024, 5))
	type sale struct {
		at   time.Time
		text string
	}
	var sold []sale
	add := func(product, merchant int, from, to time.Time) {
		at := from.Add(time.Duration(r.Int64N(int64(to.Sub(from)/time.Second))) * time.Second)
		price := fmt.Sprintf("%d.%02d", 5+product%40, 50*(product%2))
		if r.IntN(50) == 0 {
			price = ""
		}
		sold = append(sold, sale{at, fmt.Sprintf("%d,%d,%d,%s,%s", product, 501+r.IntN(24), merchant,
			at.Format(time.DateTime), price)})
	}
	day := func(month time.Month, day int) time.Time { return time.Date(2024, month, day, 0, 0, 0, 0, time.UTC) }
	// On 2024-05-31 the last 3 months are the 92 days since 2024-02-29.
	for range 1000 {
		add(101, 11, day(2, 29), day(5, 31))
	}
	for i := range 940 {
		add(102, 12+min(1, i/930), day(2, 29), day(5, 31))
	}
	for range 920 {
		add(103, 13, day(2, 29), day(5, 31))
	}
	for range 640 {
		add(104+r.IntN(40), 11+r.IntN(4), day(2, 1), day(5, 31))
	}
	slices.SortStableFunc(sold, func(a, b sale) int { return a.at.Compare(b.at) })
	var b bytes.Buffer
	fmt.Fprintln(&b, "TRANSACTION_ID,PRODUCT_ID,USER_ID,MERCHANT_ID,DATE_SALES,PRICE")
	for i, s := range sold {
		fmt.Fprintf(&b, "%d,%s\n", i+1, s.text)
	}
	return b.Bytes()
}

func sampleUsers() []byte {
	var b bytes.Buffer
	fmt.Fprintln(&b, "USER_ID,USER_EMAIL,DATE_CREATION_PROFILE,DATE_LAST_VISIT,NUMBER_OF_VISITS")
	for i := range 24 {
		created := time.Date(2023, time.Month(1+i%12), 1+i, 8, i, 0, 0, time.UTC)
		fmt.Fprintf(&b, "%d,user%d@example.org,%s,2024-05-30 %02d:00:00,%d\n", 501+i, 501+i,
			created.Format(time.DateTime), i, 10+7*i)
	}
	return b.Bytes()
}

// The committed sample is what the functions above draw.
func TestSample(t *testing.T) {
	for _, test := range []struct {
		path string
		want []byte
		read func() io.Reader
	}{
		{"../sample/sales.csv", sampleSales(), questions.SampleSales},
		{"../sample/users.csv", sampleUsers(), questions.SampleUsers},
	} {
		t.Run(test.path, func(t *testing.T) {
			if *update {
				require.NoError(t, os.WriteFile(test.path, test.want, 0o644))
				t.Skip("written anew; run the test again")
			}
			got, err := io.ReadAll(test.read())
			require.NoError(t, err)
			require.True(t, bytes.Equal(test.want, got), "run go test ./sql/questions -update")
		})
	}
}

// The sample's today is the day after its last sale.
func TestSampleToday(t *testing.T) {
	lines := bytes.Split(bytes.TrimSpace(sampleSales()), []byte("\n"))
	last := bytes.Split(lines[len(lines)-1], []byte(","))
	at, err := time.Parse(time.DateTime, string(last[4]))
	require.NoError(t, err)
	require.Equal(t, questions.SampleToday(), at.Truncate(24*time.Hour).AddDate(0, 0, 1))
}
