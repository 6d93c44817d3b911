package sink_test

import (
	"log"
	"os"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/sink"
)

func ExampleCSV() {
	report, err := frame.New(
		frame.Texts("merchant_id", []string{"7", "=SUM(A1)", "Smith, Jones"}, nil),
		frame.Float64s("dt_mean_s", []float64{1800, 1.0 / 3, 0}, frame.Valid(true, true, false)),
	)
	if err != nil {
		log.Fatal(err)
	}
	if err := sink.CSV(os.Stdout, report); err != nil {
		log.Fatal(err)
	}
	// Output:
	// merchant_id,dt_mean_s
	// 7,1800
	// '=SUM(A1),0.333333
	// "Smith, Jones",
}
