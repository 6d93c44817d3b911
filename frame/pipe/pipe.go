// Package pipe chains the verbs of frames, so that a question is one expression with one error at its end:
//
//	slowest, err := pipe.From(frameio.ReadFile("pairs.csv", frameio.ReadOptions{})).
//		Filter(expr.Col("status").Eq("answered")).
//		GroupBy("country").Agg(expr.Len().As("answers"), expr.Col("dt_s").Median()).
//		TopK(10, frame.Desc("dt_s_median")).
//		Collect()
//
// Each verb runs at once. The first that fails ends the work: those after it do nothing, and [Pipe.Collect] returns the
// error, which names the step. A frame on its way is let go by the next verb, so that a long pipe holds two at most.
//
// It stands beside frame in the flow source → frame → analysis → sink.
package pipe

import (
	"errors"
	"fmt"

	"github.com/sav-analytics/sav/frame"
)

// A Pipe is a frame on its way through verbs, or the error of the first that failed. It is immutable: two pipes may go
// on from one. The methods named after verbs are those of [frame.Frame], which documents them.
type Pipe struct {
	frame *frame.Frame
	err   error
	step  int
}

// Of returns a pipe that begins with a frame. A nil frame is an error of [Pipe.Collect].
func Of(f *frame.Frame) Pipe { return From(f, nil) }

// From returns a pipe that begins with what a function returned, a frame or an error.
func From(f *frame.Frame, err error) Pipe {
	if f == nil && err == nil {
		err = errors.New("pipe: no frame")
	}
	return Pipe{frame: f, err: err}
}

// Collect returns the frame, or the error of the first step that failed.
func (p Pipe) Collect() (*frame.Frame, error) {
	if p.frame == nil && p.err == nil {
		return nil, errors.New("pipe: no frame: begin with Of or From")
	}
	if p.err != nil {
		return nil, p.err
	}
	return p.frame, nil
}

// Do calls fn with the frame, to write it somewhere, and returns its error, or that of the first step that failed; then
// fn is not called.
func (p Pipe) Do(fn func(*frame.Frame) error) error {
	f, err := p.Collect()
	if err == nil && fn == nil {
		err = errors.New("pipe: Do without a function")
	}
	if err != nil {
		return err
	}
	return fn(f)
}

// Then returns the pipe that goes on with what fn returns: a function of one's own, or of another package.
func (p Pipe) Then(fn func(*frame.Frame) (*frame.Frame, error)) Pipe { return p.next("Then", fn) }

// next returns the pipe after the step of a verb.
func (p Pipe) next(verb string, fn func(*frame.Frame) (*frame.Frame, error)) Pipe {
	f, err := p.Collect()
	if err != nil {
		return Pipe{err: err}
	}
	step := p.step + 1
	if fn == nil {
		err = errors.New("no function")
	} else if f, err = fn(f); err == nil && f == nil {
		err = errors.New("no frame")
	}
	if err != nil {
		return Pipe{err: fmt.Errorf("pipe: step %d, %s: %w", step, verb, err)}
	}
	return Pipe{frame: f, step: step}
}
