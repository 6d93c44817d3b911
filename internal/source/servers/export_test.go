package servers

// For tests that stand outside, since they analyse what was read.
var (
	OnServers = onServers
	Session   = session
	NewTable  = create
)

// IsMySQL tells the servers apart.
func IsMySQL(dsn DSN) bool { return dsn.server == mysqlServer }
