// Package chart draws charts in one style: lines, steps, dots, bars and ranges,
// distribution functions, and Kaplan–Meier curves with their intervals. It knows
// package stats and is drawn by gonum/plot, whose plot a [Chart] is. In the flow
// source → frame → analysis → sink it serves anyone who has slices of floats.
//
//	c := chart.New("How long clients wait", "time since the question", "answered")
//	chart.LogSeconds(&c.X)
//	chart.Percent(&c.Y)
//	c.ECDF("FR", []float64{60, 300, 900})
//	svg, err := c.SVG(560, 320)
package chart
