//go:build !nosqlite

package sqlitefile

import _ "modernc.org/sqlite" // the driver "sqlite"
