package analysis

// A Kind is the type of a report column: how a cell is held in a frame, and
// whether JSON writes it as a string or as a number.
type Kind uint8

const (
	// Text is a name or an id: a string in JSON, never a number.
	Text Kind = iota
	// Count is a whole number that is always there: 0, never empty.
	Count
	// Number is a statistic: a number, empty (null) where it does not apply.
	Number
)

// A Column is one column of the report.
type Column struct {
	Name string
	Kind Kind
	// Doc is the column's meaning in one sentence, with its unit.
	Doc string
}

// Columns is the report: its columns, in the order in which every sink writes
// them. CSV, JSON, the API's description and the docs are made from this table.
var Columns = []Column{
	{"level", Text, "what the row's group is made of: all, country, merchant, country_merchant or merchant_client"},
	{"country", Text, "the country of the opening message; empty where the level has none"},
	{"merchant_id", Text, "the merchant's own primary key; empty where the level has none"},
	{"client_user_id", Text, "the client's user id; empty where the level has none"},
	{"conversations", Count, "conversations that a client opened in the window"},
	{"answered", Count, "of these, conversations that the merchant answered by as_of"},
	{"unanswered", Count, "of these, conversations without an answer by as_of"},
	{"exch_nr", Count, "client messages from the opening one up to the first answer, summed over answered conversations"},
	{"exch_nr_mean", Number, "exch_nr per answered conversation"},
	{"dt_mean_s", Number, "mean first response time over answered conversations, in seconds"},
	{"dt_std_s", Number, "sample standard deviation (n-1) of the first response time, in seconds; empty for fewer than 2"},
	{"dt_ci95_low_s", Number, "lower end of the 95 % interval (Student's t) of the mean, in seconds, not below 0"},
	{"dt_ci95_high_s", Number, "upper end of the 95 % interval (Student's t) of the mean, in seconds"},
	{"dt_min_s", Number, "shortest first response time, in seconds"},
	{"dt_p50_s", Number, "median first response time, in seconds"},
	{"dt_p50_ci95_low_s", Number, "lower end of the distribution-free 95 % interval of the median, in seconds; empty for fewer than 6"},
	{"dt_p50_ci95_high_s", Number, "upper end of the distribution-free 95 % interval of the median, in seconds; empty for fewer than 6"},
	{"dt_p90_s", Number, "90th percentile of the first response time, in seconds"},
	{"dt_p99_s", Number, "99th percentile of the first response time, in seconds"},
	{"dt_max_s", Number, "longest first response time, in seconds"},
	{"dt_km_p50_s", Number, "Kaplan-Meier median of the first response time, unanswered conversations censored at as_of, in seconds"},
	{"km_answered_24h", Number, "Kaplan-Meier estimate of the share of conversations answered within 24 hours, 0 to 1"},
	{"turns", Count, "client-to-merchant turns that closed, summed over all conversations of the group"},
	{"turn_dt_mean_s", Number, "mean time that a turn stayed open, in seconds"},
}
