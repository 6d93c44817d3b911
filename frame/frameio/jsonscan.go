package frameio

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// eachMember calls fn for each member of a valid JSON object.
func eachMember(object []byte, fn func(key, value []byte, shape jsonShape) error) error {
	s := object[1:]
	for {
		s = bytes.TrimLeft(s, " \t\r\n,")
		if s[0] == '}' {
			return nil
		}
		key := s[:valueLen(s)]
		s = bytes.TrimLeft(s[len(key):], " \t\r\n:")
		value := s[:valueLen(s)]
		s = s[len(value):]
		shape := jsonNumber
		switch value[0] {
		case '"':
			shape = jsonString
		case '{', '[':
			shape = jsonNested
		case 't', 'f':
			shape = jsonBool
		case 'n':
			shape = jsonNull
		}
		if err := fn(key, value, shape); err != nil {
			return err
		}
	}
}

// valueLen returns the length of the valid JSON value that s begins with.
func valueLen(s []byte) int {
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			if quoted = !quoted; !quoted && depth == 0 {
				return i + 1
			}
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth == 0 { // that of the object around a number or a word
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case depth == 0 && (c == ',' || c == ' ' || c == '\t' || c == '\r' || c == ':'):
			return i
		}
	}
	return len(s)
}

// unquote returns the text of a valid JSON string in UTF-8. It is an error if an escape is half of a pair of
// surrogates, which has no text.
func unquote(s []byte) ([]byte, error) {
	if bytes.IndexByte(s, '\\') < 0 {
		return s[1 : len(s)-1], nil
	}
	var text string
	if err := json.Unmarshal(s, &text); err != nil {
		return nil, err
	}
	// What has no text becomes U+FFFD, which may also be there.
	const replacement = "\ufffd"
	if n := strings.Count(text, replacement); n > 0 {
		written := bytes.Count(bytes.ToLower(s), []byte(`\ufffd`)) + bytes.Count(s, []byte(replacement))
		if n > written {
			return nil, fmt.Errorf("%s: an escape that is half of a pair", s)
		}
	}
	return []byte(text), nil
}
