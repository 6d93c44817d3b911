package frameio_test

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/frameio"
)

// must returns v, and ends the example if there is an error.
func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

// orders is the frame of the examples.
func orders() *frame.Frame {
	return must(frame.New(
		frame.Int64s("id", []int64{1, 2}, nil),
		frame.Texts("shop", []string{"lamps", ""}, frame.Valid(true, false)),
		frame.Float64s("wait_s", []float64{12660, 59.5}, nil),
		frame.Times(
			"at", []int64{time.Date(2026, 5, 31, 10, 0, 0, 0, time.UTC).UnixMicro(), 0}, frame.Valid(true, false),
		),
	))
}

func ExampleReadCSV() {
	text := "zip,price,paid,at\n01234,2.5,true,2026-05-31 10:00\n75001,,false,2026-06-01\n"
	fmt.Print(must(frameio.ReadCSV(strings.NewReader(text), frameio.ReadOptions{})))
	// Output:
	// zip      price   paid  at
	// text   float64   bool  time
	// 01234      2.5   true  2026-05-31T10:00:00Z
	// 75001     null  false  2026-06-01T00:00:00Z
	// 2 rows × 4 columns
}

func ExampleReadCSV_types() {
	text := "id;price;at\n7;n/a;1772359200\n"
	fmt.Print(must(frameio.ReadCSV(strings.NewReader(text), frameio.ReadOptions{
		Delimiter: ';',
		Nulls:     []string{"n/a"},
		Types:     map[string]frame.Type{"id": frame.Text, "price": frame.Float64, "at": frame.Time},
	})))
	// Output:
	// id      price  at
	// text  float64  time
	// 7        null  2026-03-01T10:00:00Z
	// 1 rows × 3 columns
}

func ExampleReadCSV_error() {
	_, err := frameio.ReadCSV(strings.NewReader("id,price\n1,2.5\n2,cheap\n"), frameio.ReadOptions{
		Types: map[string]frame.Type{"price": frame.Float64},
	})
	fmt.Println(err)
	// Output:
	// read CSV: line 3, column "price": "cheap" is not a number
}

func ExampleWriteCSV() {
	err := frameio.WriteCSV(os.Stdout, orders(), frameio.WriteOptions{Decimals: frameio.Whole, Null: "NULL"})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// id,shop,wait_s,at
	// 1,lamps,12660,2026-05-31T10:00:00Z
	// 2,NULL,60,NULL
}

func ExampleReadJSONLines() {
	text := `{"id":1,"shop":"lamps"}` + "\n" + `{"id":2,"price":2.5}`
	fmt.Print(must(frameio.ReadJSONLines(strings.NewReader(text), frameio.ReadOptions{})))
	// Output:
	//    id  shop     price
	// int64  text   float64
	//     1  lamps     null
	//     2  null       2.5
	// 2 rows × 3 columns
}

func ExampleWriteJSONLines() {
	if err := frameio.WriteJSONLines(os.Stdout, orders(), frameio.WriteOptions{}); err != nil {
		log.Fatal(err)
	}
	// Output:
	// {"id":1,"shop":"lamps","wait_s":12660,"at":"2026-05-31T10:00:00Z"}
	// {"id":2,"shop":null,"wait_s":59.5,"at":null}
}

func ExampleJSONRows() {
	row := must(frameio.JSONRows(orders(), frameio.WriteOptions{}))
	fmt.Printf("%s\n", row([]byte("order: "), 1))
	// Output:
	// order: {"id":2,"shop":null,"wait_s":59.5,"at":null}
}

func ExampleWriteFile() {
	dir := must(os.MkdirTemp("", "orders"))
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "orders.parquet")
	if err := frameio.WriteFile(path, orders(), frameio.WriteOptions{}); err != nil {
		log.Fatal(err)
	}
	fmt.Print(must(frameio.ReadFile(path, frameio.ReadOptions{Columns: []string{"at", "id"}})))
	// Output:
	// at                       id
	// time                  int64
	// 2026-05-31T10:00:00Z      1
	// null                      2
	// 2 rows × 2 columns
}

func ExampleReadParquet() {
	var file bytes.Buffer
	if err := frameio.WriteParquet(&file, orders(), frameio.WriteOptions{}); err != nil {
		log.Fatal(err)
	}
	in := bytes.NewReader(file.Bytes())
	fmt.Print(must(frameio.ReadParquet(in, in.Size(), frameio.ReadOptions{Columns: []string{"shop", "wait_s"}})))
	// Output:
	// shop    wait_s
	// text   float64
	// lamps    12660
	// null      59.5
	// 2 rows × 2 columns
}

func ExampleFromStructs() {
	type order struct {
		ID    int64
		Price *float64  `frame:"price"`
		At    time.Time `frame:"at"`
	}
	price := 2.5
	f := must(frameio.FromStructs([]order{{1, &price, time.Unix(0, 0)}, {2, nil, time.Unix(60, 0)}}))
	fmt.Print(f)
	back := must(frameio.ToStructs[order](f))
	fmt.Println(back[0].ID, *back[0].Price, back[1].Price == nil)
	// Output:
	//    ID    price  at
	// int64  float64  time
	//     1      2.5  1970-01-01T00:00:00Z
	//     2     null  1970-01-01T00:01:00Z
	// 2 rows × 3 columns
	// 1 2.5 true
}

func ExampleDisplay() {
	err := frameio.Display(os.Stdout, orders(), frameio.DisplayOptions{Durations: []string{"wait_s"}})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	//    id  shop    wait_s  at
	// int64  text   float64  time
	//     1  lamps    3h31m  2026-05-31T10:00:00Z
	//     2  null     59.5s  null
	// 2 rows × 4 columns
}

func ExampleWriteHTML() {
	if err := frameio.WriteHTML(os.Stdout, must(orders().Select("id")), frameio.DisplayOptions{}); err != nil {
		log.Fatal(err)
	}
	// Output:
	//  <table class="frame">
	// <thead>
	// <tr><th style="text-align:right">id<br><small>int64</small></th></tr>
	// </thead>
	// <tbody>
	// <tr><td style="text-align:right">1</td></tr>
	// <tr><td style="text-align:right">2</td></tr>
	// </tbody>
	// <caption style="caption-side:bottom;text-align:left">2 rows × 1 columns</caption>
	// </table>
}
