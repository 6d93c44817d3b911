package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestByteSize(t *testing.T) {
	for text, want := range map[string]byteSize{
		"1": 1, "17B": 17, "512MiB": 512 << 20, "2GiB": 2 << 30, "2 GiB": 2 << 30, "2GB": 2e9, "3kB": 3000,
		"1KiB": 1024, "1TiB": 1 << 40,
		"9223372036854775807": 1<<63 - 1,
	} {
		var got byteSize
		require.NoError(t, got.UnmarshalText([]byte(text)), text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "0", "-1", "GiB", "1.5GiB", "2Gi", "2gib", "9223372036854775808", "8388608TiB",
		"1 1", "one"} {
		require.Error(t, new(byteSize).UnmarshalText([]byte(text)), text)
	}
}
