package source

import "github.com/sav-analytics/sav/internal/zone"

// A Zone turns local times into UTC. The zero value, and nil, is UTC. A local
// time that occurs twice is the first; one that is skipped has the offset from
// before the gap. A Zone may be used from several goroutines at once.
type Zone = zone.Zone

// NewZone returns the zone of that name in the IANA database ("Europe/Paris");
// "" and "UTC" are UTC.
func NewZone(name string) (*Zone, error) { return zone.New(name) }
