// Package policy reads what was promised to clients: the working hours and public
// holidays of those who answer, and the time within which a first answer is due.
// It knows times and names, and nothing of messages.
//
// A policy is a YAML file:
//
//	calendars:
//	  paris:
//	    zone: Europe/Paris
//	    week: {mon-fri: "09:00-12:30 14:00-18:00", sat: "22:00-02:00"}
//	    holidays: FR
//	    days: {2026-12-24: "09:00-12:00", 2026-05-15: closed}
//	use:
//	  default: paris
//	  merchants: {"72": always}
//	targets:
//	  clock: work
//	  default: 4h
//	  countries: {DE: 2h}
//
// [Load] reads it, and reports every fault with its line. Then it says which
// calendar a merchant has, how much working time there was, and what is promised:
//
//	p, err := policy.Load("policy.yaml")
//	calendar := p.Calendar("72", "FR")
//	worked := calendar.Working(march.UnixMicro(), april.UnixMicro())
//	target, promised := p.Target("72", "FR")
//
// Times are in µs since 1970 UTC, and so are lengths: nothing is rounded. A
// Policy and its calendars may be used from several goroutines at once.
package policy
