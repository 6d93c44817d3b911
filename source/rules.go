package source

// Rules say how the columns of an input are found and its values are read. The zero
// value finds columns by their names and reads times without an offset as UTC.
type Rules struct {
	// Override names the column that holds a field.
	Override map[Field]string
	// Set gives a field that the input has no column for the same value in each row.
	Set map[Field]string
	// Roles adds words of sender_role, or gives known ones another meaning.
	Roles map[string]WrittenBy
	// Zone is that of times without an offset; nil is UTC.
	Zone *Zone
	// TimeFormat is tried on created_at before the forms that are always read; nil
	// is none.
	TimeFormat *TimeFormat
}

// A RulesError says why no input, or not the given one, can be read by some [Rules].
type RulesError string

func (e RulesError) Error() string { return string(e) }
