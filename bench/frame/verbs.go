package main

import (
	"slices"
	"time"

	"github.com/sav-analytics/sav/frame"
	"github.com/sav-analytics/sav/frame/expr"
)

// A verb is what is timed, and the column that tells whether the result is right.
type verb struct {
	name   string
	run    func() (*frame.Frame, error)
	column string // Int64 or Float64
	order  bool   // the result's order is part of what is right
}

func (d *data) verbs() []verb {
	filter := func(name string, p expr.Expr) verb {
		return verb{name, func() (*frame.Frame, error) { return d.rows.Filter(p) }, "dt_s", true}
	}
	group := func(name string, keys ...string) verb {
		return verb{name, func() (*frame.Frame, error) {
			return d.rows.GroupBy(keys...).Agg(
				expr.Len().As("n"), expr.Col("dt_s").Mean().As("mean"), expr.Col("dt_s").Max().As("max"),
			)
		}, "mean", false}
	}
	sort := func(name, column string, keys ...frame.SortKey) verb {
		return verb{name, func() (*frame.Frame, error) { return d.rows.SortBy(keys...) }, column, true}
	}
	with := func(name, column string, e expr.Expr) verb {
		return verb{name, func() (*frame.Frame, error) { return d.rows.WithColumns(e.As(column)) }, column, true}
	}
	country, client := expr.Col("country"), expr.Col("client_id")
	merchant, dt := expr.Col("merchant_id"), expr.Col("dt_s")
	at := expr.Col("created_at").Dt()
	return []verb{
		filter("filter_int_1", merchant.Lt(50)),
		filter("filter_int_50", merchant.Lt(2500)),
		filter("filter_int_99", merchant.Lt(4950)),
		filter("filter_float_1", dt.Gt(0.99*0.99*172_800)),
		filter("filter_float_50", dt.Gt(0.5*0.5*172_800)),
		filter("filter_float_99", dt.Gt(0.01*0.01*172_800)),
		filter("filter_text", country.Eq("country 07")),
		filter("filter_compound", country.In("country 03", "country 07", "country 11").And(dt.Gt(600), client.Ne(0))),
		filter("filter_either", country.Eq("country 03").Or(merchant.Ge(2500))),
		group("group_text_30", "country"),
		group("group_text_many", "client"),
		group("group_int_5000", "merchant_id"),
		group("group_int_many", "client_id"),
		group("group_two", "country", "merchant_id"),
		{"group_quantile", func() (*frame.Frame, error) {
			return d.rows.GroupBy("merchant_id").Agg(expr.Col("dt_s").Quantile(0.9).As("p90"))
		}, "p90", false},
		sort("sort_int", "client_id", frame.Asc("client_id")),
		sort("sort_float", "dt_s", frame.Desc("dt_s")),
		sort("sort_text_30", "", frame.Asc("country")),
		sort("sort_text_many", "client_id", frame.Asc("client")),
		sort("sort_two", "dt_s", frame.Asc("country"), frame.Asc("created_at")),
		{"join_int", func() (*frame.Frame, error) {
			right, err := d.clients.Drop("client")
			if err != nil {
				return nil, err
			}
			return d.rows.Join(right, frame.JoinOptions{On: []string{"client_id"}})
		}, "since", false},
		{"left_join_int", func() (*frame.Frame, error) {
			right, err := d.clients.Drop("client")
			if err != nil {
				return nil, err
			}
			return d.rows.Join(right, frame.JoinOptions{On: []string{"client_id"}, How: frame.Left})
		}, "since", false},
		{"join_text", func() (*frame.Frame, error) {
			right, err := d.clients.Drop("client_id")
			if err != nil {
				return nil, err
			}
			return d.rows.Join(right, frame.JoinOptions{On: []string{"client"}})
		}, "since", false},
		{"join_asof", func() (*frame.Frame, error) {
			o := frame.AsofOptions{On: "created_at", By: []string{"merchant_id"}, Strategy: frame.Forward}
			return d.byTime.JoinAsof(d.events, o)
		}, "event", false},
		with("arithmetic", "value", dt.Mul(2).Add(merchant.Div(3)).Sub(1)),
		with("choice", "value",
			expr.When(dt.Gt(86_400)).Then(dt.Sub(86_400)).When(merchant.Lt(100)).Then(0.0).Otherwise(dt)),
		with("date_parts", "part", at.Weekday().Mul(24).Add(at.Hour())),
		with("date_month", "part", at.Month()),
		with("rolling_rows", "mean", dt.Rolling(100).Mean()),
		{"rolling_time", func() (*frame.Frame, error) { // no check: pandas' window of equal times ends with the row
			return d.byTime.WithColumns(dt.RollingBy("created_at", time.Minute).Mean().As("mean"))
		}, "", true},
		with("rank_over", "rank", dt.Rank(expr.RankOptions{Method: "min"}).Over("merchant_id")),
		{"pivot", func() (*frame.Frame, error) {
			return d.rows.Pivot(frame.PivotOptions{Index: []string{"merchant_id"}, On: "country", Values: dt.Mean()})
		}, "country 07", false},
		{"outer_join", func() (*frame.Frame, error) {
			right, err := d.clients.Drop("client")
			if err != nil {
				return nil, err
			}
			return d.rows.Join(right, frame.JoinOptions{On: []string{"client_id"}, How: frame.Outer})
		}, "since", false},
		{"unique_two", func() (*frame.Frame, error) {
			return d.rows.Unique("country", "merchant_id")
		}, "merchant_id", false},
		{"unique_many", func() (*frame.Frame, error) { return d.rows.Unique("client_id") }, "client_id", false},
		{"own_statistic", func() (*frame.Frame, error) {
			return d.rows.GroupBy("merchant_id").Agg(dt.Agg(spread).As("spread"))
		}, "spread", false},
	}
}

// spread is a statistic of one's own.
func spread(x []float64) float64 { return slices.Max(x) - slices.Min(x) }

// check adds up the column's values; where the order counts, with weights that depend on their place.
func (v verb) check(f *frame.Frame) (float64, error) {
	if v.column == "" {
		return 0, nil
	}
	c, err := f.Column(v.column, frame.Int64, frame.Float64)
	if err != nil {
		return 0, err
	}
	sum := 0.0
	for i := range c.Len() {
		weight := 1.0
		if v.order {
			weight += float64(i % 1000)
		}
		switch {
		case c.IsNull(i):
		case c.Type() == frame.Int64:
			sum += weight * float64(c.Int64s()[i])
		default:
			sum += weight * c.Float64s()[i]
		}
	}
	return sum, nil
}
