package parquetfile

// Cut returns o with batches of about so many rows, by so many goroutines.
func (o Options) Cut(batchRows, workers int) Options {
	o.batchRows, o.workers = batchRows, workers
	return o
}

var (
	CheckRuns    = checkRuns
	CheckDeltas  = checkDeltas
	StructLength = structLength
)
