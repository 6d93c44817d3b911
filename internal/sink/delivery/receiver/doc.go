// Package receiver is an API to try deliveries against: it takes batches as
// docs/openapi.yaml describes them, gives each Idempotency-Key one effect, and
// fails on request.
//
// It stands behind the end of the flow, on the other side of the network:
// source → frame → analysis → sink → delivery → receiver.
//
//	api, err := receiver.Open("received.jsonl", receiver.Options{Token: token})
//	defer api.Close()
//	server := httptest.NewServer(api)
package receiver
