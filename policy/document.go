package policy

import (
	"cmp"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/sav-analytics/sav/internal/duration"
	"github.com/sav-analytics/sav/internal/nearest"
	"github.com/sav-analytics/sav/internal/zone"
)

// document reads a whole policy. It is worth something only if there are no faults.
func (p *parser) document(text []byte) *Policy {
	root := p.root(text)
	if root == nil {
		return nil
	}
	policy := &Policy{}
	sections := p.fields(root, "", "calendars", "use", "targets")
	var names []entry // of the calendars
	if e, ok := sections["calendars"]; ok {
		names = p.mapping(e.value, e.path, same)
		for _, calendar := range names {
			policy.calendars = append(policy.calendars, p.calendar(calendar))
		}
	}
	if e, ok := sections["use"]; ok {
		p.use(e, policy)
	}
	if e, ok := sections["targets"]; ok {
		p.targets(e, policy)
	}
	if len(sections) == 0 && len(p.faults) == 0 {
		p.fault(root, "", "says nothing: expected calendars, use or targets")
	}
	if len(p.faults) > 0 {
		return nil // that a calendar is unused may follow from them
	}
	for i, c := range policy.calendars {
		used := func(r rule[*Calendar]) bool { return r.value == c }
		if !slices.ContainsFunc(policy.use.rules, used) {
			p.fault(names[i].key, names[i].path, "nothing uses this calendar: name it under use, or leave it out")
		}
	}
	return policy
}

func (p *parser) calendar(e entry) *Calendar {
	c := &Calendar{name: e.name, days: make(map[int64][]span)}
	if e.name == always.name {
		p.fault(e.key, e.path, "%s is built in: expected another name", always.name)
	}
	before := len(p.faults)
	fields := p.fields(e.value, e.path, "zone", "week", "holidays", "days")
	if f, ok := fields["zone"]; ok {
		p.zone(f, c)
	} else if len(p.faults) == before {
		p.fault(e.key, e.path, "no zone: expected one, as zone: Europe/Paris")
	}
	if f, ok := fields["week"]; ok {
		p.week(f, c)
	}
	if f, ok := fields["holidays"]; ok {
		p.holidays(f, c)
	}
	if f, ok := fields["days"]; ok {
		p.days(f, c)
	}
	if len(p.faults) == before && c.neverOpen() {
		p.fault(e.key, e.path, "never open: expected hours under week or days")
	}
	return c
}

func (p *parser) zone(e entry, c *Calendar) {
	name, ok := p.text(e.value, e.path)
	if !ok {
		return
	}
	found, err := zone.New(name)
	if err != nil {
		hint := cmp.Or(nearest.Hint(name, zone.Names()), "expected a name of the IANA database, as Europe/Paris")
		p.fault(e.value, e.path, "unknown time zone %s: %s", quote(name), hint)
		return
	}
	c.zone, c.zoneName = found, name
}

func (p *parser) holidays(e entry, c *Calendar) {
	text, ok := p.text(e.value, e.path)
	if !ok {
		return
	}
	country := countryName(text)
	if _, known := tables[country]; !known {
		p.fault(e.value, e.path, "no holidays of %s: %s", quote(text), holidayHint(country))
		return
	}
	c.country = country
}

// use reads who has which calendar.
func (p *parser) use(e entry, policy *Policy) {
	names := []string{always.name}
	for _, c := range policy.calendars {
		names = append(names, c.name)
	}
	p.choices(e, nil, func(who Who, e entry) {
		name, ok := p.text(e.value, e.path)
		if !ok {
			return
		}
		switch i := slices.Index(names, name); i {
		case -1:
			p.fault(e.value, e.path, "unknown calendar %s: %s", quote(name), nearest.Hint(name, names))
		case 0:
			policy.use.add(who, always)
		default:
			policy.use.add(who, policy.calendars[i-1])
		}
	})
}

// targets reads who promises what.
func (p *parser) targets(e entry, policy *Policy) {
	fields := p.choices(e, []string{"clock"}, func(who Who, e entry) {
		text, ok := p.text(e.value, e.path)
		if !ok {
			return
		}
		if text == none {
			policy.targets.add(who, target{text: none})
			return
		}
		micros, err := duration.Parse(text)
		if err != nil {
			p.fault(e.value, e.path, "%w, or none", err)
			return
		}
		policy.targets.add(who, target{micros, text})
	})
	f, said := fields["clock"]
	if !said {
		if len(policy.calendars) > 0 && follow(e.value).Kind == yaml.MappingNode {
			p.fault(e.key, e.path, "no clock: where there are calendars, expected clock: work or clock: elapsed")
		}
		return
	}
	clock, ok := p.text(f.value, f.path)
	switch {
	case !ok:
	case clock == Elapsed.String():
	case clock != Work.String():
		p.fault(f.value, f.path, "unknown clock %s: expected work or elapsed", quote(clock))
	case len(policy.calendars) == 0:
		p.fault(f.value, f.path, "the clock is work, and there are no calendars: expected calendars, or clock: elapsed")
	default:
		policy.Clock = Work
	}
}

// choices calls add for the default, each country and each merchant of a section,
// in its order, and returns its fields; other names those that it also may have.
func (p *parser) choices(e entry, other []string, add func(who Who, e entry)) map[string]entry {
	fields := p.fields(e.value, e.path, append([]string{"default", "countries", "merchants"}, other...)...)
	if f, ok := fields["default"]; ok {
		add(Who{}, f)
	}
	if f, ok := fields["countries"]; ok {
		for _, country := range p.mapping(f.value, f.path, countryName) {
			add(Who{Country: country.name}, country)
		}
	}
	if f, ok := fields["merchants"]; ok {
		for _, merchant := range p.mapping(f.value, f.path, merchantName) {
			add(Who{Merchant: merchant.name}, merchant)
		}
	}
	return fields
}
