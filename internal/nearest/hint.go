package nearest

import "strings"

// maxListed is how many names Hint lists if none is near.
const maxListed = 40

// Hint returns what an error says after an unknown name: "did you mean mon?" if one
// of known is near, or is how the name begins (monday); else the known names, if
// they are few; else "".
func Hint(name string, known []string) string {
	best := Name(name, known)
	for i := 0; best == "" && i < len(known); i++ {
		if known[i] != "" && strings.HasPrefix(strings.ToLower(name), strings.ToLower(known[i])) {
			best = known[i]
		}
	}
	switch n := len(known); {
	case best != "":
		return "did you mean " + best + "?"
	case n == 0 || n > maxListed:
		return ""
	case n == 1:
		return "expected " + known[0]
	default:
		return "expected " + strings.Join(known[:n-1], ", ") + " or " + known[n-1]
	}
}
