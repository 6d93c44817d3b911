// Package pagetest opens pages in Chromium: sorts and filters the table, prints,
// looks at narrow and wide windows, light and dark, and at what the console says.
//
// It is a module of its own, so that nothing that drives a browser reaches the
// programs of the module above. It stands beside the flow, and holds tests only.
package pagetest
