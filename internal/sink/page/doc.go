// Package page writes report.html: one page, complete in itself, that shows a
// result to people. Its pictures are marks that templates draw, and it makes no
// request to anywhere.
//
// It stands last in the flow: source → frame → analysis → sink → page. A page
// is made from a [rundir.Result] alone, so that it can be made again from the
// files of a folder:
//
//	result, err := rundir.ReadResult(ctx, "out")
//	err = page.Write(w, result, page.Options{})
package page
