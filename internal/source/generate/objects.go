package generate

import (
	"encoding/json"
	"strings"
)

// objects write rows as JSON.
type objects struct {
	begin, between, end string // of the file; "" between: a line break
	rows                int
}

// An object is a row as JSON.
type object struct {
	ID           json.Number `json:"id"`
	Conversation struct {
		ID json.Number `json:"id"`
	} `json:"conversation"`
	SentAt string  `json:"sentAt"`
	Sender *userID `json:"sender"`
	Client userID  `json:"client"`
	Shop   struct {
		userID
		ID json.Number `json:"id"`
	} `json:"merchant"`
	Country string  `json:"country"`
	Public  *bool   `json:"public,omitempty"`
	Body    *string `json:"body,omitempty"`
}

type userID struct {
	UserID json.Number `json:"user_id"`
}

func (f *objects) header(*printer) string { return f.begin }

func (f *objects) row(c *cells) string {
	o := object{ID: json.Number(c.message), Client: userID{json.Number(c.client)}, Country: c.country, Body: c.body}
	o.SentAt = strings.Replace(c.at, " ", "T", 1) + "Z"
	o.Conversation.ID = json.Number(c.conversation)
	o.Shop.UserID, o.Shop.ID = json.Number(c.merchantUser), json.Number(c.merchant)
	if c.sender != "" {
		o.Sender = &userID{json.Number(c.sender)}
	}
	if c.public != "" {
		public := c.public == "true"
		o.Public = &public
	}
	text, _ := json.Marshal(o) // of texts and numbers, which cannot fail
	f.rows++
	switch {
	case f.between == "":
		return string(text) + "\n"
	case f.rows > 1:
		return f.between + string(text)
	}
	return string(text)
}

func (f *objects) footer() string { return f.end }
