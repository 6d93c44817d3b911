// Package cells has the cells and numbers of the CSV that this program writes, and reads them
// again: what needs quotes, what a spreadsheet would run as a formula, and to how many
// decimals a number is rounded, in JSON as well.
package cells
