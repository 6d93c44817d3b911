package sales

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/internal/intake"
	"github.com/sav-analytics/sav/source"
)

// columns are those of table SALES, in the order of a record below.
var columns = []string{"transaction_id", "product_id", "user_id", "merchant_id", "date_sales", "price"}

const (
	dateColumn  = 4
	priceColumn = 5
)

// ReadCSV reads table SALES from CSV (RFC 4180) whose header names its columns:
// TRANSACTION_ID, PRODUCT_ID, USER_ID, MERCHANT_ID, DATE_SALES, PRICE, in any
// order and case; others are ignored. Ids are integers, dates are read as times of
// messages are, in UTC, prices by [ParsePrice], and an empty price is null. The frame
// has the six columns under their names in lower case.
//
// An error names the line and the column; it reads no further.
func ReadCSV(r io.Reader) (*frame.Frame, error) {
	in := csv.NewReader(r)
	in.ReuseRecord = true
	header, err := in.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("read sales: no header")
	}
	if err != nil {
		return nil, fmt.Errorf("read sales: %w", err)
	}
	places, err := locate(header)
	if err != nil {
		return nil, fmt.Errorf("read sales: %w", err)
	}
	values := make([][]int64, len(columns))
	var priced []bool
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read sales: %w", err)
		}
		for c, place := range places {
			v, err := parse(c, record[place])
			if err != nil {
				line, _ := in.FieldPos(place)
				return nil, fmt.Errorf("read sales: line %d: %s: %w", line, columns[c], err)
			}
			values[c] = append(values[c], v)
		}
		priced = append(priced, record[places[priceColumn]] != "")
	}
	made := make([]frame.Column, len(columns))
	for c, name := range columns {
		switch c {
		case dateColumn:
			made[c] = frame.Times(name, values[c], nil)
		case priceColumn:
			made[c] = frame.Int64s(name, values[c], frame.Valid(priced...))
		default:
			made[c] = frame.Int64s(name, values[c], nil)
		}
	}
	return frame.New(made...)
}

// locate finds the columns in the header.
func locate(header []string) ([]int, error) {
	names := make([]string, len(header))
	for i, name := range header {
		names[i] = strings.ToLower(strings.TrimSpace(name))
	}
	places := make([]int, len(columns))
	for c, name := range columns {
		places[c] = slices.Index(names, name)
		if places[c] < 0 {
			return nil, fmt.Errorf("no column %s in %s", name, strings.Join(names, ", "))
		}
	}
	return places, nil
}

// parse reads the cell of a column. An empty price is 0, to be marked as null.
func parse(column int, cell string) (int64, error) {
	switch {
	case column == dateColumn:
		at, _ := intake.ParseTime([]byte(cell), nil)
		if at == source.MissingTime || at == intake.BadTime {
			return 0, fmt.Errorf("%q is not a time", cell)
		}
		return at, nil
	case column == priceColumn && cell == "":
		return 0, nil
	case column == priceColumn:
		return ParsePrice(cell)
	}
	n, err := strconv.ParseInt(cell, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not an integer", cell)
	}
	return n, nil
}

// ParsePrice reads a decimal number such as 12, -0.5 or 12.34 as hundredths. It
// returns an error if a digit after the second decimal is not 0, or if the
// hundredths overflow an int64.
func ParsePrice(s string) (int64, error) {
	whole, fraction, _ := strings.Cut(s, ".")
	fraction = strings.TrimRight(fraction, "0")
	digits := strings.TrimPrefix(whole, "-")
	if !isDigits(digits) || digits == "" || !isDigits(fraction) || len(fraction) > 2 {
		return 0, fmt.Errorf("%q is not a price with at most 2 decimals", s)
	}
	hundredths, err := strconv.ParseInt(whole+fraction+"00"[len(fraction):], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not a price: too large", s)
	}
	return hundredths, nil
}

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// FormatPrice writes hundredths as a decimal number with 2 decimals.
func FormatPrice(hundredths int64) string {
	sign := ""
	// The unsigned value holds the least int64 too.
	n := uint64(hundredths)
	if hundredths < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}
