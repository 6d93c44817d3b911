package analysis

// digitBits is how many bits of a span a pass of the radix sort looks at: its
// counters fit the fastest cache.
const digitBits = 11

// sortSpans sorts spans in increasing order and takes each one's group along:
// a radix sort from the lowest digit (Knuth, TAOCP 5.2.5), which reads and
// writes every element a fixed number of times. It may exchange the slices for
// others of the same length.
func sortSpans(spans *[]span, groups *[]group) {
	n := len(*spans)
	var all span
	for _, s := range *spans {
		all |= s
	}
	from, fromGroup := *spans, *groups
	to, toGroup := make([]span, n), make([]group, n)
	var count [1 << digitBits]uint32
	for shift := 0; all>>shift != 0; shift += digitBits {
		clear(count[:])
		for _, s := range from {
			count[s>>shift&(1<<digitBits-1)]++
		}
		sum := uint32(0)
		for d, c := range count {
			count[d] = sum
			sum += c
		}
		for i, s := range from {
			d := s >> shift & (1<<digitBits - 1)
			to[count[d]], toGroup[count[d]] = s, fromGroup[i]
			count[d]++
		}
		from, to, fromGroup, toGroup = to, from, toGroup, fromGroup
	}
	*spans, *groups = from, fromGroup
}
