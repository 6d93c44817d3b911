package generate_test

import (
	"context"
	"fmt"
	"os"

	"github.com/sav-analytics/sav/source/generate"
)

func ExampleWrite() {
	truth, err := generate.Write(context.Background(), os.Stdout, generate.Options{Messages: 5, Seed: 5})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(truth.Conversations, "conversations,", truth.Answered, "answered")
	// Output:
}
