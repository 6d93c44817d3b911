package policy_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sav-analytics/sav/policy"
)

// calendar is a policy of one calendar a, whose text follows on line 3.
const calendar = "use: {default: a}\ncalendars:\n  a:\n"

// Each fault is reported with its line, column and key, and with what is expected.
func TestFaults(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"nothing":           {"", "p: says nothing: expected calendars, use or targets"},
		"a comment":         {"# nothing\n", "p: says nothing: expected calendars, use or targets"},
		"no keys":           {"{}", "p:1:1: says nothing: expected calendars, use or targets"},
		"text":              {"hello", `p:1:1: "hello": expected keys with values, as key: value`},
		"a list":            {"- a\n- b", "p:1:1: a list: expected keys with values, as key: value"},
		"not YAML":          {"use:\n\tdefault: a", "p:2:1: not YAML: found character that cannot start any token"},
		"a second document": {"targets: {default: 1h}\n---\nuse: {}", "p:2:1: a second document begins: expected one"},
		"an unknown key":    {"\n\ncalender: {}", "p:3:1: calender: unknown key: did you mean calendars?"},
		"a key that nothing is near": {"# x\nquality: {}",
			"p:2:1: quality: unknown key: expected calendars, use or targets"},
		"a doubled key": {"targets:\n  countries:\n    FR: 1h\n    FR: 2h",
			"p:4:5: targets.countries.FR: named twice: first on line 3"},
		"one country twice": {"targets:\n  countries:\n    FR: 1h\n    fr: 2h",
			"p:4:5: targets.countries.FR: named twice: first on line 3"},
		"one merchant twice": {"targets:\n  merchants:\n    72: 1h\n    \"72.0\": 2h",
			"p:4:5: targets.merchants.72: named twice: first on line 3"},
		"a section twice": {"use: {}\nuse: {}\ntargets: {default: 1h}", "p:2:1: use: named twice: first on line 1"},
		"no value": {"targets:\n  countries:\n  default: 1h",
			"p:2:13: targets.countries: nothing: expected keys with values, as key: value"},
		"a key that is no text": {"use:\n  ? [a, b]\n  : always",
			"p:2:5: use: a list: expected text"},
		"an empty key": {"targets: {merchants: {'': 1h}}", "p:1:23: targets.merchants: empty: expected text"},

		"an unknown zone": {calendar + "    zone: Europe/Pari\n    week: {mon: 09:00-10:00}",
			`p:4:11: calendars.a.zone: unknown time zone "Europe/Pari": did you mean Europe/Paris?`},
		"another zone on each machine": {calendar + "    zone: Local\n    week: {mon: 09:00-10:00}",
			`p:4:11: calendars.a.zone: unknown time zone "Local": expected a name of the IANA database, as Europe/Paris`},
		"no zone": {calendar + "    week: {mon: 09:00-10:00}",
			"p:3:3: calendars.a: no zone: expected one, as zone: Europe/Paris"},
		"an empty zone": {calendar + "    zone:\n    week: {mon: 09:00-10:00}",
			"p:4:10: calendars.a.zone: empty: expected text"},
		"an unknown key of a calendar": {calendar + "    zone: UTC\n    weeks: {}",
			"p:5:5: calendars.a.weeks: unknown key: did you mean week?"},
		"always": {"use: {default: always}\ncalendars: {always: {zone: UTC, week: {mon: 09:00-10:00}}}",
			"p:2:13: calendars.always: always is built in: expected another name"},
		"an unused calendar": {"calendars:\n  a: {zone: UTC, week: {mon: 09:00-10:00}}",
			"p:2:3: calendars.a: nothing uses this calendar: name it under use, or leave it out"},
		"an unknown calendar": {"use:\n  countries:\n    FR: paris",
			`p:3:9: use.countries.FR: unknown calendar "paris": expected always`},
		"a misspelt calendar": {"use: {default: pairs}\ncalendars: {paris: {zone: UTC, week: {mon: 09:00-10:00}}}",
			`p:1:16: use.default: unknown calendar "pairs": did you mean paris?`},
		"a calendar that is no mapping": {calendar + "    always",
			`p:4:5: calendars.a: "always": expected keys with values, as key: value`},
		"a calendar that never opens": {calendar + "    zone: UTC\n    week: {mon: closed}",
			"p:3:3: calendars.a: never open: expected hours under week or days"},

		"an unknown day": {calendar + "    zone: UTC\n    week: {mo: 09:00-12:00}",
			`p:5:12: calendars.a.week.mo: unknown day "mo": did you mean mon?`},
		"a day in full": {calendar + "    zone: UTC\n    week: {monday: 09:00-12:00}",
			`p:5:12: calendars.a.week.monday: unknown day "monday": did you mean mon?`},
		"an unknown last day": {calendar + "    zone: UTC\n    week: {mon-: 09:00-12:00}",
			`p:5:12: calendars.a.week.mon-: unknown day "": expected mon, tue, wed, thu, fri, sat or sun`},
		"a day in two ranges": {calendar + "    zone: UTC\n    week: {mon-wed: 09:00-12:00, wed-fri: 09:00-13:00}",
			"p:5:34: calendars.a.week.wed-fri: wed is in two ranges: expected it in one, or alone"},
		"a range round the week's end into another": {calendar +
			"    zone: UTC\n    week: {mon-wed: 09:00-12:00, sat-mon: closed}",
			"p:5:34: calendars.a.week.sat-mon: mon is in two ranges: expected it in one, or alone"},
		"a day twice": {calendar + "    zone: UTC\n    week: {mon: 09:00-12:00, mon: closed}",
			"p:5:30: calendars.a.week.mon: named twice: first on line 5"},
		"a range of a day": {calendar + "    zone: UTC\n    week: {mon-mon: 09:00-12:00}",
			"p:5:12: calendars.a.week.mon-mon: from mon to mon: expected mon alone, or two days"},
		"an unknown hour": {calendar + "    zone: UTC\n    week: {mon: 09:00-24:30}",
			`p:5:17: calendars.a.week.mon: "09:00-24:30" is not an interval: expected two times from 00:00 to 24:00, as 09:00-12:30, or closed`},
		"a start at 24:00": {calendar + "    zone: UTC\n    week: {mon: 24:00-02:00}",
			`p:5:17: calendars.a.week.mon: "24:00-02:00" is not an interval: expected two times from 00:00 to 24:00, as 09:00-12:30, or closed`},
		"an hour alone": {calendar + "    zone: UTC\n    week: {mon: 09:00}",
			`p:5:17: calendars.a.week.mon: "09:00" is not an interval: expected two times from 00:00 to 24:00, as 09:00-12:30, or closed`},
		"a hyphen in space": {calendar + "    zone: UTC\n    week: {mon: 09:00 - 10:00}",
			`p:5:17: calendars.a.week.mon: "09:00" is not an interval: expected two times from 00:00 to 24:00, as 09:00-12:30, or closed`},
		"no hours": {calendar + "    zone: UTC\n    week: {mon: }",
			"p:5:17: calendars.a.week.mon: empty: expected text"},
		"hours in a list": {calendar + "    zone: UTC\n    week: {mon: [09:00-10:00]}",
			"p:5:17: calendars.a.week.mon: a list: expected text"},
		"hours that overlap": {calendar + "    zone: UTC\n    week: {mon: 12:29-18:00 09:00-12:30}",
			"p:5:17: calendars.a.week.mon: 09:00-12:30 and 12:29-18:00 overlap"},
		"hours within a night": {calendar + "    zone: UTC\n    week: {mon: 22:00-02:00 23:00-23:30}",
			"p:5:17: calendars.a.week.mon: 22:00-02:00 and 23:00-23:30 overlap"},
		"hours twice": {calendar + "    zone: UTC\n    week: {mon: 09:00-12:00 09:00-12:00}",
			"p:5:17: calendars.a.week.mon: 09:00-12:00 is there twice"},

		"no date": {calendar + "    zone: UTC\n    days: {2026-02-29: closed}",
			`p:5:12: calendars.a.days.2026-02-29: "2026-02-29" is not a date: expected one from 1990-01-01 to 2099-12-31`},
		"a date too far": {calendar + "    zone: UTC\n    days: {2100-01-01: closed}",
			`p:5:12: calendars.a.days.2100-01-01: "2100-01-01" is not a date: expected one from 1990-01-01 to 2099-12-31`},
		"hours of a date": {calendar + "    zone: UTC\n    days: {2026-02-28: shut}",
			`p:5:24: calendars.a.days.2026-02-28: "shut" is not an interval: expected two times from 00:00 to 24:00, as 09:00-12:30, or closed`},
		"no holidays of a country": {calendar + "    zone: UTC\n    holidays: XX\n    week: {mon: 09:00-10:00}",
			`p:5:15: calendars.a.holidays: no holidays of "XX": expected one of ` +
				strings.Join(policy.HolidayCountries(), " ")},
		"holidays by state": {calendar + "    zone: UTC\n    holidays: AU\n    week: {mon: 09:00-10:00}",
			`p:5:15: calendars.a.holidays: no holidays of "AU": Australia's differ from state to state; name the dates under days`},
		"the United Kingdom": {calendar + "    zone: UTC\n    holidays: uk\n    week: {mon: 09:00-10:00}",
			`p:5:15: calendars.a.holidays: no holidays of "uk": did you mean GB?`},

		"no duration": {"targets: {default: 24}",
			`p:1:20: targets.default: "24" is not a duration: expected whole numbers with d, h, m or s, as 90s, 12h, 7d or 1h30m, or none`},
		"no time": {"targets: {default: 0h}",
			`p:1:20: targets.default: "0h" is no time at all: expected more than 0, or none`},
		"a clock that is not said": {calendar + "    zone: UTC\n    week: {mon: 09:00-10:00}\ntargets:\n  default: 24h",
			"p:6:1: targets: no clock: where there are calendars, expected clock: work or clock: elapsed"},
		"an unknown clock": {"targets: {clock: wrok, default: 24h}",
			`p:1:18: targets.clock: unknown clock "wrok": expected work or elapsed`},
		"work without calendars": {"use: {default: always}\ntargets: {clock: work, default: 24h}",
			"p:2:18: targets.clock: the clock is work, and there are no calendars: expected calendars, or clock: elapsed"},
		"several at once": {"targets: {default: 1y}\nuse: {default: paris}\ncalendars: {b: {zone: UTC, week: {mi: closed}}}",
			`p:1:1: targets: no clock: where there are calendars, expected clock: work or clock: elapsed
p:1:20: targets.default: "1y" is not a duration: expected whole numbers with d, h, m or s, as 90s, 12h, 7d or 1h30m, or none
p:2:16: use.default: unknown calendar "paris": expected always or b
p:3:35: calendars.b.week.mi: unknown day "mi": expected mon, tue, wed, thu, fri, sat or sun`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := policy.Parse("p", []byte(test.text))
			require.Nil(t, p)
			var fault *policy.Error
			require.ErrorAs(t, err, &fault)
			require.Equal(t, "p", fault.Path)
			require.EqualError(t, err, test.want)
		})
	}
}

func TestFaultsOfFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	missing := filepath.Join(dir, "missing.yaml")
	_, err := policy.Load(missing)
	var fault *policy.Error
	require.ErrorAs(t, err, &fault)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.EqualError(t, err, missing+": no such file or directory")
	_, err = policy.Load(dir)
	require.ErrorAs(t, err, &fault)
	require.EqualError(t, err, dir+": is a directory")
	_, err = policy.Parse("zeros", make([]byte, 17<<20))
	require.EqualError(t, err, "zeros: not a policy: larger than 16 MiB")
	require.False(t, errors.Is(err, os.ErrNotExist))
}
