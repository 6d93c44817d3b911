package delivery_test

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"text/template"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/sav-analytics/sav/internal/analysis/schema"
	"github.com/sav-analytics/sav/sink/delivery"
)

//go:generate go test -run TestOpenAPIIsFresh . -update

var update = flag.Bool("update", false, "write docs/openapi.yaml anew")

const openAPIFile = "../../docs/openapi.yaml"

//go:embed testdata/openapi.yaml.tmpl
var openAPITemplate string

// TestOpenAPIIsFresh: docs/openapi.yaml is what the report's schema makes of
// the template beside this test.
func TestOpenAPIIsFresh(t *testing.T) {
	page, err := template.New("openapi").Funcs(template.FuncMap{
		"quote": strconv.Quote,
		"type": func(k schema.Kind) string {
			return [...]string{"[string, 'null']", "integer",
				"[number, 'null']"}[k]
		},
		"replace": strings.ReplaceAll,
		"count":   func(k schema.Kind) bool { return k == schema.Count },
	}).Parse(openAPITemplate)
	require.NoError(t, err)
	var want bytes.Buffer
	require.NoError(t, page.Execute(&want, map[string]any{"Columns": schema.Schema{Work: true,
		Targets: true}.Columns(), "BatchSize": delivery.BatchSize}))
	if *update {
		require.NoError(t, os.WriteFile(openAPIFile, want.Bytes(), 0o644))
	}
	got, err := os.ReadFile(openAPIFile)
	require.NoError(t, err)
	require.Equal(t, want.String(), string(got), "stale: run go generate ./sink/delivery")
}

// TestOpenAPIFitsRequests holds real requests against the description.
func TestOpenAPIFitsRequests(t *testing.T) {
	text, err := os.ReadFile(openAPIFile)
	require.NoError(t, err)
	var doc map[string]any
	require.NoError(t, yaml.Unmarshal(text, &doc))
	post := at(t, doc, "paths", "/", "post")
	body := at(t, post, "requestBody", "content", "application/json", "schema")

	api := newAPI(t, accept)
	dir := newReport(t, 0)
	strange := "country_merchant,\"'=1+1,\"\"\n\"\"\",00000000-0000-0000-0000-000000000000,'-x" +
		strings.TrimPrefix(row(0), "merchant,,0,")
	writeReport(t, dir, header()+rowsUpTo(20)+strange)
	for _, gzip := range []bool{false, true} {
		opts := quick(api.URL + "/" + strconv.FormatBool(gzip))
		opts.Token = "secret"
		_, err = deliverQuick(t, dir, opts)
		require.NoError(t, err)
	}
	require.Len(t, api.got(), 6)
	for _, r := range api.got() {
		var value any
		require.NoError(t, json.Unmarshal(r.body, &value))
		require.NoError(t, fits(doc, body, value))
		for _, p := range post["parameters"].([]any) {
			p := p.(map[string]any)
			name := p["name"].(string)
			values := r.header.Values(name)
			if len(values) == 0 {
				require.NotEqual(t, true, p["required"], name)
				continue
			}
			require.NoError(t, fits(doc, p["schema"].(map[string]any), values[0]), name)
		}
	}

	// The description refuses what is wrong, or the above says nothing.
	var value []any
	require.NoError(t, json.Unmarshal(api.got()[0].body, &value))
	for name, spoil := range map[string]func(entry map[string]any) any{
		"no entries":   func(map[string]any) any { return []any{} },
		"too many":     func(e map[string]any) any { return make([]any, delivery.BatchSize+1) },
		"no column":    func(e map[string]any) any { delete(e, "turns"); return []any{e} },
		"other column": func(e map[string]any) any { e["body"] = "x"; return []any{e} },
		"no such time": func(e map[string]any) any { e["km_answered_1x"] = 0.5; return []any{e} },
		"no share":     func(e map[string]any) any { e["km_answered_24h"] = "x"; return []any{e} },
		"text":         func(e map[string]any) any { e["dt_mean_s"] = "1"; return []any{e} },
		"no count":     func(e map[string]any) any { e["answered"] = nil; return []any{e} },
		"half a count": func(e map[string]any) any { e["answered"] = 1.5; return []any{e} },
		"number":       func(e map[string]any) any { e["merchant_id"] = 7.0; return []any{e} },
	} {
		entry := make(map[string]any)
		for k, v := range value[0].(map[string]any) {
			entry[k] = v
		}
		require.Error(t, fits(doc, body, spoil(entry)), name)
	}
}

func at(t *testing.T, doc map[string]any, path ...string) map[string]any {
	for _, key := range path {
		next, ok := doc[key].(map[string]any)
		require.True(t, ok, "%s in %v", key, path)
		doc = next
	}
	return doc
}

// fits reports how a JSON value breaks a schema, as far as the description
// uses JSON Schema; a word of it that is not known here is an error.
//
// As in JSON Schema, a word for arrays or objects says nothing of other values.
func fits(doc, schema map[string]any, value any) error {
	items, isArray := value.([]any)
	entry, isObject := value.(map[string]any)
	for word, rule := range schema {
		ok := true
		switch word {
		case "$ref":
			name := strings.TrimPrefix(rule.(string), "#/components/schemas/")
			target := doc["components"].(map[string]any)["schemas"].(map[string]any)[name].(map[string]any)
			if err := fits(doc, target, value); err != nil {
				return err
			}
		case "description", "example":
		case "type":
			kinds, several := rule.([]any)
			if !several {
				kinds = []any{rule}
			}
			ok = false
			for _, kind := range kinds {
				ok = ok || isKind(value, kind.(string))
			}
		case "pattern":
			text, isText := value.(string)
			ok = !isText || regexp.MustCompile(rule.(string)).MatchString(text)
		case "minimum":
			n, isNumber := value.(float64)
			ok = !isNumber || n >= float64(rule.(int))
		case "minItems":
			ok = !isArray || len(items) >= rule.(int)
		case "maxItems":
			ok = !isArray || len(items) <= rule.(int)
		case "items":
			for _, item := range items {
				if err := fits(doc, rule.(map[string]any), item); err != nil {
					return err
				}
			}
		case "required":
			for _, key := range rule.([]any) {
				if _, there := entry[key.(string)]; isObject && !there {
					return fmt.Errorf("%s is missing", key)
				}
			}
		case "additionalProperties":
			properties := schema["properties"].(map[string]any)
			patterns := schema["patternProperties"].(map[string]any)
			for key, v := range entry {
				_, known := properties[key]
				for pattern, property := range patterns {
					if regexp.MustCompile(pattern).MatchString(key) {
						known = true
						if err := fits(doc, property.(map[string]any), v); err != nil {
							return fmt.Errorf("%s: %w", key, err)
						}
					}
				}
				if !known {
					return fmt.Errorf("%s is not described", key)
				}
			}
		case "patternProperties": // beside additionalProperties
		case "properties":
			for key, property := range rule.(map[string]any) {
				if v, there := entry[key]; there {
					if err := fits(doc, property.(map[string]any), v); err != nil {
						return fmt.Errorf("%s: %w", key, err)
					}
				}
			}
		default:
			return fmt.Errorf("the check does not know %q", word)
		}
		if !ok {
			return fmt.Errorf("%v breaks %s %v", value, word, rule)
		}
	}
	return nil
}

func isKind(value any, kind string) bool {
	switch v := value.(type) {
	case nil:
		return kind == "null"
	case string:
		return kind == "string"
	case float64:
		return kind == "number" || kind == "integer" && v == math.Trunc(v)
	case []any:
		return kind == "array"
	case map[string]any:
		return kind == "object"
	}
	return false
}
