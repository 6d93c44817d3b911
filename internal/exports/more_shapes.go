package exports

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// columns writes CSV whose cells are made from each message.
func columns(t table, messages []Message, header []string, cells func(m Message) []any) []byte {
	names := make([]any, len(header))
	for i, name := range header {
		names[i] = name
	}
	t.add(names...)
	for _, m := range messages {
		t.add(cells(m)...)
	}
	return t.bytes()
}

// byAuthor returns the word of who wrote a message: a client's, a merchant's, a note's,
// a bot's, the system's.
func byAuthor(m Message, words ...string) string { return words[min(int(m.By), len(words)-1)] }

func init() {
	Shapes = append(Shapes, moreShapes...)
}

var moreShapes = []Shape{
	{"kustomer.csv", Kinds{}, false, 0, func(messages []Message) []byte {
		return columns(table{}, messages, []string{"id", "conversation", "direction", "channel", "sentAt", "createdAt",
			"app", "preview"}, func(m Message) []any {
			return []any{fmt.Sprintf("65b7%x", m.ID), fmt.Sprintf("65aa%x", m.Conversation.ID),
				byAuthor(m, "in", "out"), "email", m.At.Format("2006-01-02T15:04:05.000Z"),
				m.At.Format("2006-01-02T15:04:05.000Z"), "postmark", m.Body}
		})
	}},
	{"trengo.csv", Kinds{Notes: true}, false, 0, func(messages []Message) []byte {
		return columns(table{}, messages, []string{"Ticket ID", "Message ID", "Type", "Agent", "Contact", "Date",
			"Message"}, func(m Message) []any {
			return []any{m.Conversation.ID, m.ID, byAuthor(m, "INBOUND", "OUTBOUND", "NOTE"), choose(m.By == Client, "",
				m.Sender.Name), m.Conversation.Client.Name,
				m.At.Format("02-01-2006 15:04:05"), m.Body}
		})
	}},
	{"tidio.jsonl", Kinds{Bots: true, System: true}, false, 0, func(messages []Message) []byte {
		var objects []map[string]any
		for _, m := range messages {
			objects = append(objects, map[string]any{"conversationId": fmt.Sprint(m.Conversation.ID),
				"messageId": fmt.Sprint(m.ID), "senderType": byAuthor(m, "visitor", "operator", "operator", "bot",
					"system"),
				"date": m.At.Format("2006-01-02T15:04:05+00:00"), "message": m.Body,
				"metadata": map[string]any{"page": "https://shop.example/"}})
		}
		return lines(objects)
	}},
	{"kayako.csv", Kinds{}, false, 0, func(messages []Message) []byte {
		return columns(table{}, messages, []string{"case_id", "post_id", "creator_role", "creator_id", "created_at",
			"source", "contents"}, func(m Message) []any {
			return []any{m.Conversation.ID, m.ID, byAuthor(m, "CUSTOMER", "AGENT"), m.Sender.ID,
				m.At.Format(time.RFC1123Z), "MAIL", m.Body}
		})
	}},
	{"jira_comments.csv", Kinds{}, false, 0, func(messages []Message) []byte {
		return columns(table{}, messages, []string{"Issue key", "Issue id", "Status", "Comment id", "Author",
			"Author type", "Created", "Comment"}, func(m Message) []any {
			return []any{fmt.Sprintf("SUP-%d", m.Conversation.ID), 10000 + m.Conversation.ID, "Done", m.ID,
				m.Sender.Name, byAuthor(m, "Customer", "Agent"), m.At.Format("02/Jan/06 3:04:05 PM"), m.Body}
		})
	}},
	{"otrs_article.csv", Kinds{Notes: true, System: true}, false, 0, func(messages []Message) []byte {
		return columns(table{delimiter: ';'}, messages, []string{"id", "ticket_id", "article_sender_type",
			"communication_channel_id", "is_visible_for_customer", "create_time", "create_by", "a_body"},
			func(m Message) []any {
				return []any{m.ID, m.Conversation.ID, byAuthor(m, "customer", "agent", "agent", "system"), 1,
					choose(m.By == Note, 0, 1), m.At.Format("2006-01-02 15:04:05"), m.Sender.ID, m.Body}
			})
	}},
	{"freshchat.csv", Kinds{System: true}, false, 0, func(messages []Message) []byte {
		return columns(table{}, messages, []string{"app_id", "conversation_id", "id", "message_type", "actor_type",
			"actor_id", "created_time", "channel_id", "message_parts"}, func(m Message) []any {
			return []any{"a1b2", fmt.Sprintf("c-%d", m.Conversation.ID), fmt.Sprintf("m-%d", m.ID), "normal",
				byAuthor(m, "user", "agent", "agent", "system"), fmt.Sprintf("u-%d", m.Sender.ID),
				m.At.Format("2006-01-02T15:04:05.000Z"), "ch-1", m.Body}
		})
	}},
	{"drift.jsonl", Kinds{Bots: true}, false, 0, func(messages []Message) []byte {
		var objects []map[string]any
		for _, m := range messages {
			objects = append(objects, map[string]any{"conversationId": m.Conversation.ID, "id": fmt.Sprint(m.ID),
				"createdAt": m.At.UnixMilli(), "type": "chat", "body": m.Body,
				"author": map[string]any{"id": m.Sender.ID, "type": byAuthor(m, "contact", "user"),
					"bot": m.By == Bot}})
		}
		return lines(objects)
	}},
	{"edesk.csv", Kinds{Shops: 3}, true, 0, func(messages []Message) []byte {
		return columns(table{}, messages, []string{"Ticket", "Message", "Sender Type", "Sales Channel", "Store ID",
			"Date (UTC)", "Order", "Text"}, func(m Message) []any {
			return []any{m.Conversation.ID, m.ID, byAuthor(m, "Buyer", "Seller"), "Amazon FR", m.Conversation.Shop.ID,
				m.At.Format("2006-01-02 15:04:05"), "402-" + fmt.Sprint(m.Conversation.ID), m.Body}
		})
	}},
	{"richpanel.csv", Kinds{}, false, 0, func(messages []Message) []byte {
		return columns(table{}, messages, []string{"conversation_no", "message_no", "is_operator", "created", "body"},
			func(m Message) []any {
				return []any{m.Conversation.ID, m.ID, choose(m.By == Client, "No", "Yes"), m.At.Unix(), m.Body}
			})
	}},
	{"french_mail.csv", Kinds{}, false, 0, func(messages []Message) []byte {
		return columns(table{delimiter: ';'}, messages, []string{"Réf. dossier", "Sens", "Date et heure", "Objet",
			"Texte"}, func(m Message) []any {
			return []any{fmt.Sprintf("D%06d", m.Conversation.ID), byAuthor(m, "Reçu", "Envoyé"),
				m.At.Format("02/01/2006 15:04:05"), "Commande", m.Body}
		})
	}},
	{"german_mail.csv", Kinds{}, false, 0, func(messages []Message) []byte {
		return columns(table{delimiter: ';'}, messages, []string{"Ticketnummer", "Richtung", "Zeitpunkt", "Text"},
			func(m Message) []any {
				return []any{m.Conversation.ID, byAuthor(m, "Eingang", "Ausgang"), m.At.Format("02.01.2006 15:04:05"),
					m.Body}
			})
	}},
	{"from_customer.csv", Kinds{}, false, 0, func(messages []Message) []byte {
		return columns(table{}, messages, []string{"ref", "from_customer", "unix", "text"}, func(m Message) []any {
			return []any{m.Conversation.ID, choose(m.By == Client, 1, 0), fmt.Sprintf("%d.25", m.At.Unix()), m.Body}
		})
	}},
	{"nested_array.json", Kinds{Shops: 3, Notes: true}, true, 0, func(messages []Message) []byte {
		var objects []map[string]any
		for _, m := range messages {
			objects = append(objects, map[string]any{"uuid": fmt.Sprintf("%08x-aaaa", m.ID),
				"conversation": map[string]any{"id": m.Conversation.ID, "subject": "Order"},
				"merchant":     map[string]any{"id": m.Conversation.Shop.ID},
				"sender":       map[string]any{"role": byAuthor(m, "customer", "merchant"), "id": m.Sender.ID},
				"internal":     m.By == Note, "sentAt": iso(m.At), "country": m.Conversation.Country, "text": m.Body})
		}
		return array(objects)
	}},
	{"who_wrote.csv", Kinds{}, false, 0, func(messages []Message) []byte {
		return columns(table{}, messages, []string{"Ticket #", "Created", "Who", "Text"}, func(m Message) []any {
			return []any{m.Conversation.ID, m.At.Format("Monday, January 2, 2006 3:04:05 PM"),
				byAuthor(m, "Client", "Support"), m.Body}
		})
	}},
	{"constants.csv", Kinds{Bots: true}, false, 0, func(messages []Message) []byte {
		return columns(table{}, messages, []string{"THREAD_KEY", "MSG_KEY", "AUTHOR_KIND", "CREATED_TS", "BODY"},
			func(m Message) []any {
				return []any{fmt.Sprintf("TH%d", m.Conversation.ID), m.ID, byAuthor(m, "END_USER", "SUPPORT_AGENT",
					"SUPPORT_AGENT", "AUTO_RESPONDER"), m.At.Format("20060102 15:04:05"), m.Body}
			})
	}},
	{"emails.csv", Kinds{OnePerson: true}, false, 0, func(messages []Message) []byte {
		return columns(table{}, messages, []string{"conversation_id", "sender_email", "customer_email", "agent_email",
			"date_sent", "body"}, func(m Message) []any {
			return []any{m.Conversation.ID, m.Sender.Email, m.Conversation.Client.Email,
				m.Conversation.Shop.People[0].Email, m.At.Format("2006/01/02 15:04:05"), m.Body}
		})
	}},
	{"emails_one_address.csv", Kinds{OnePerson: true}, false, 0, func(messages []Message) []byte {
		return columns(table{}, messages, []string{"Conversation ID", "From", "Customer email", "Sent", "Body"},
			func(m Message) []any {
				return []any{m.Conversation.ID, m.Sender.Email, m.Conversation.Client.Email,
					m.At.Format("2006-01-02 15:04:05"), m.Body}
			})
	}},
	{"id_is_ticket.csv", Kinds{}, false, 0, func(messages []Message) []byte {
		return columns(table{}, messages, []string{"id", "subject", "ticket_created_at", "comment_created_at",
			"comment_author_type", "comment"}, func(m Message) []any {
			return []any{m.Conversation.ID, "Order", m.Conversation.Opened.Format("2006-01-02 15:04:05"),
				m.At.Format("2006-01-02 15:04:05"), byAuthor(m, "customer", "staff"), m.Body}
		})
	}},
	{"us_dates.csv", Kinds{Shops: 2}, true, 0, func(messages []Message) []byte {
		return columns(table{}, messages, []string{"Conversation Id", "Message Id", "Vendor Id", "Sent Date", "Sender",
			"Message"}, func(m Message) []any {
			return []any{m.Conversation.ID, m.ID, m.Conversation.Shop.ID, m.At.Format("01/02/2006 15:04:05"),
				byAuthor(m, "Customer", "Vendor"), m.Body}
		})
	}},
	{"questions_answers.csv", Kinds{}, false, 0, func(messages []Message) []byte {
		return columns(table{}, messages, []string{"inquiry_id", "kind", "posted_at", "text"}, func(m Message) []any {
			return []any{m.Conversation.ID, byAuthor(m, "question", "answer"), m.At.Format("2006-01-02 15:04:05"),
				m.Body}
		})
	}},
	{"client_only.csv", Kinds{}, false, 0, func(messages []Message) []byte {
		// One thread a client: conversations are pairs of a client and a merchant.
		return columns(table{}, messages, []string{"phone", "direction", "received_at", "text"}, func(m Message) []any {
			return []any{fmt.Sprintf("+336%08d", m.Conversation.ID), byAuthor(m, "incoming", "outgoing"),
				m.At.Format("2006-01-02 15:04:05"), m.Body}
		})
	}},
	{"zone_name.csv", Kinds{}, false, 0, func(messages []Message) []byte {
		return columns(table{}, messages, []string{"ConversationID", "MessageID", "ParticipantType", "Timestamp",
			"Text"}, func(m Message) []any {
			return []any{m.Conversation.ID, m.ID, byAuthor(m, "Customer", "Agent"), m.At.Format("2006-01-02 15:04:05") +
				" EST", m.Body}
		})
	}},
	{"reverse_us.csv", Kinds{}, false, 0, func(messages []Message) []byte {
		reversed := slices.Clone(messages)
		slices.Reverse(reversed)
		return columns(table{delimiter: '\t'}, reversed, []string{"Case Number", "Email Message ID", "Is Incoming",
			"Message Date", "Text Body"}, func(m Message) []any {
			return []any{fmt.Sprintf("%08d", m.Conversation.ID), m.ID, choose(m.By == Client, "TRUE", "FALSE"),
				m.At.Format("1/2/2006, 3:04:05 PM"), m.Body}
		})
	}},
	{"agent_names.csv", Kinds{}, false, 0, func(messages []Message) []byte {
		return columns(table{}, messages, []string{"chat id", "timestamp", "sender name", "message"},
			func(m Message) []any {
				return []any{m.Conversation.ID, m.At.Format("2006-01-02 15:04:05"), byAuthor(m, "Visitor",
					m.Sender.Name), m.Body}
			})
	}},
	{"user_vs_customer.csv", Kinds{}, false, 0, func(messages []Message) []byte {
		return columns(table{}, messages, []string{"conversation_uuid", "message_uuid", "author_type", "occurred_at",
			"content"}, func(m Message) []any {
			return []any{fmt.Sprintf("c%x", m.Conversation.ID), fmt.Sprintf("m%x", m.ID), byAuthor(m, "customer",
				"user"), iso(m.At), m.Body}
		})
	}},
	{"quoted_values.csv", Kinds{Shops: 3, Notes: true}, true, 0, func(messages []Message) []byte {
		var b strings.Builder
		b.WriteString(`"conversation_id","message_id","merchant_id","role","private","created_at","body"` + "\n")
		for _, m := range messages {
			body := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(m.Body)
			fmt.Fprintf(&b, "\"%d\",\"%d\",\"%d\",\"%s\",\"%d\",\"%s\",\"%s\"\n", m.Conversation.ID, m.ID,
				m.Conversation.Shop.ID, byAuthor(m, "customer", "merchant"),
				choose(m.By == Note, 1, 0), m.At.Format("2006-01-02 15:04:05"), body)
		}
		return []byte(b.String())
	}},
}
