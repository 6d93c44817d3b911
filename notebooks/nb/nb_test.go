package nb_test

import (
	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/notebooks/nb"
)

func ExamplePrint() {
	nb.Print(nb.Must(frame.New(
		frame.Texts("country", []string{"FR", "DE"}, nil),
		frame.Float64s("mean_s", []float64{1.0 / 3, 0}, frame.Valid(true, false)),
	)))
	// Output:
	// country   mean_s
	// text     float64
	// FR        0.3333
	// DE          null
	// 2 rows × 2 columns
}
