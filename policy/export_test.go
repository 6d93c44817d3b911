package policy

// HolidayCountries are held against the documentation.
var HolidayCountries = holidayCountries
