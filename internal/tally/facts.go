package tally

// Facts are numbers about rows that no report shows, and that tell whether the
// input is what it seems to be.
type Facts struct {
	Clients, Merchants int64 // messages, by who wrote them
	Future             int64 // messages later than the clock by more than a day
	// TimesOfDay is 0 if every message's time is its date's first instant.
	TimesOfDay int64
	// Forward, Back and Equal count neighbouring messages of a file by how the second
	// one's time compares, if the input has no message_id.
	Forward, Back, Equal int64
	// InWindow counts the rows of any kind in the window, RejectedInWindow those of
	// them that were rejected.
	InWindow, RejectedInWindow int64
}

// Add adds o to f.
func (f *Facts) Add(o *Facts) {
	for i, n := range o.Counters() {
		*f.Counters()[i] += *n
	}
}

// Counters returns all numbers, in their order.
func (f *Facts) Counters() []*int64 {
	return []*int64{&f.Clients, &f.Merchants, &f.Future, &f.TimesOfDay, &f.Forward, &f.Back, &f.Equal, &f.InWindow,
		&f.RejectedInWindow}
}
