package exports

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Shape is how a tool exports its messages.
type Shape struct {
	Name  string // of the file, with the ending that it would have
	Kinds Kinds
	// Merchants says that the rows tell which merchant a message is of.
	Merchants bool
	// Precision is that of the times; 0 is a second.
	Precision time.Duration
	Write     func(messages []Message) []byte
}

// Shapes are those of many tools, by their documented formats.
var Shapes = []Shape{
	{"django.csv", Kinds{Shops: 4, Notes: true, OnePerson: true}, true, 0, func(messages []Message) []byte {
		t := table{}
		t.add("id", "sav_id", "date_creation", "author_user_id", "client_user_id", "merchant_user_id", "merchant_id",
			"country", "is_public", "body")
		for _, m := range messages {
			c := m.Conversation
			t.add(m.ID, c.ID, m.At.Format("2006-01-02 15:04:05.000000-07:00"), m.Sender.ID, c.Client.ID,
				c.Shop.People[0].ID, c.Shop.ID, c.Country,
				choose(m.By == Note, "False", "True"), m.Body)
		}
		return t.bytes()
	}},
	{"zendesk_comments.csv", Kinds{Notes: true}, false, 0, func(messages []Message) []byte {
		t := table{}
		t.add("Ticket ID", "Comment ID", "Author ID", "Author role", "Created at", "Public", "Via channel", "Body")
		for _, m := range messages {
			t.add(m.Conversation.ID, m.ID, m.Sender.ID, choose(m.By == Client, "end-user", choose(m.ID%7 == 0, "admin",
				"agent")), iso(m.At),
				m.By != Note, m.Conversation.Channel, m.Body)
		}
		return t.bytes()
	}},
	{"zendesk_requester.csv", Kinds{OnePerson: true, Notes: true}, false, 0, func(messages []Message) []byte {
		t := table{}
		t.add("id", "ticket_id", "author_id", "requester_id", "assignee_id", "created_at", "public",
			"ticket_created_at", "plain_body")
		for _, m := range messages {
			t.add(m.ID, m.Conversation.ID, m.Sender.ID, m.Conversation.Client.ID, m.Conversation.Shop.People[0].ID,
				m.At.Format("2006-01-02 15:04:05 UTC"),
				m.By != Note, m.Conversation.Opened.Format("2006-01-02 15:04:05 UTC"), m.Body)
		}
		return t.bytes()
	}},
	{"intercom_parts.jsonl", Kinds{Bots: true}, false, 0, func(messages []Message) []byte {
		var objects []map[string]any
		for _, m := range messages {
			author := map[string]any{"type": [...]string{"user", "admin", "admin", "bot", "bot"}[m.By],
				"id": fmt.Sprintf("%x", m.Sender.ID), "name": m.Sender.Name}
			objects = append(objects, map[string]any{"type": "conversation_part", "id": fmt.Sprint(m.ID),
				"conversation_id": fmt.Sprint(m.Conversation.ID),
				"part_type":       "comment", "created_at": m.At.Unix(), "updated_at": m.At.Unix() + 5,
				"author": author, "body": "<p>" + m.Body + "</p>", "attachments": []any{}})
		}
		return lines(objects)
	}},
	{"chatwoot_messages.csv", Kinds{Notes: true, System: true}, false, 0, func(messages []Message) []byte {
		t := table{}
		t.add("id", "content", "account_id", "inbox_id", "conversation_id", "message_type", "created_at", "updated_at",
			"private", "status", "content_type", "sender_type", "sender_id")
		for _, m := range messages {
			sender := [...]string{"Contact", "User", "User", "AgentBot", ""}[m.By]
			var id any = m.Sender.ID
			if m.By == System {
				id = ""
			}
			at := m.At.Format("2006-01-02 15:04:05.000000")
			t.add(m.ID, m.Body, 3, 12, m.Conversation.ID, [...]int{0, 1, 1, 3, 2}[m.By], at, at,
				choose(m.By == Note, "t", "f"), 0, 0, sender, id)
		}
		return t.bytes()
	}},
	{"freshdesk_conversations.json", Kinds{Notes: true}, false, 0, func(messages []Message) []byte {
		var objects []map[string]any
		for _, m := range messages {
			objects = append(objects, map[string]any{"id": m.ID, "ticket_id": m.Conversation.ID, "user_id": m.Sender.ID,
				"incoming": m.By == Client,
				"private":  m.By == Note, "source": choose(m.By == Note, 2, 0), "support_email": nil,
				"created_at": iso(m.At), "updated_at": iso(m.At.Add(time.Hour)),
				"body_text": m.Body, "to_emails": []string{"help@shop.example"}})
		}
		return array(objects)
	}},
	{"gorgias_messages.csv", Kinds{Notes: true}, false, 0, func(messages []Message) []byte {
		t := table{}
		t.add("Ticket id", "Message id", "Created datetime", "Sent datetime", "Channel", "From agent", "Is public",
			"Sender email", "Receiver email", "Subject", "Body text")
		for _, m := range messages {
			from, to := m.Conversation.Client.Email, "help@shop.example"
			if m.By != Client {
				from, to = m.Sender.Email, from
			}
			t.add(m.Conversation.ID, m.ID, m.At.Format("2006-01-02T15:04:05.000000"),
				m.At.Format("2006-01-02T15:04:05.000000"), m.Conversation.Channel,
				choose(m.By == Client, "False", "True"), choose(m.By == Note, "False", "True"), from, to, "Order",
				m.Body)
		}
		return t.bytes()
	}},
	{"helpscout_threads.csv", Kinds{Notes: true, System: true}, false, 0, func(messages []Message) []byte {
		t := table{}
		t.add("Conversation Number", "Thread ID", "Type", "Created At", "Created By", "Created By Email", "Assigned To",
			"Status", "Body")
		for _, m := range messages {
			t.add(m.Conversation.ID, m.ID, [...]string{"customer", "message", "note", "message", "lineitem"}[m.By],
				iso(m.At), m.Sender.Name, m.Sender.Email,
				m.Conversation.Shop.People[0].Name, "active", m.Body)
		}
		return t.bytes()
	}},
	{"mirakl_messages.csv", Kinds{Shops: 5, Bots: true}, true, 0, func(messages []Message) []byte {
		t := table{delimiter: ';'}
		t.add("thread-id", "message-id", "order-id", "shop-id", "shop-name", "date-created", "from-type",
			"from-display-name", "to-type", "subject", "body")
		for _, m := range messages {
			from := [...]string{"CUSTOMER_USER", "SHOP_USER", "SHOP_USER", "OPERATOR_USER", "OPERATOR_USER"}[m.By]
			t.add(fmt.Sprintf("7f3c9a%06x", m.Conversation.ID), fmt.Sprintf("%08x-aa", m.ID), fmt.Sprintf("ORD-%d-A",
				m.Conversation.ID), m.Conversation.Shop.ID, m.Conversation.Shop.Name,
				iso(m.At), from, m.Sender.Name, choose(m.By == Client, "SHOP_USER", "CUSTOMER_USER"), "Question",
				m.Body)
		}
		return t.bytes()
	}},
	{"amazon_messages.txt", Kinds{}, false, 0, func(messages []Message) []byte {
		t := table{delimiter: '\t', crlf: true}
		t.add("Order ID", "Thread ID", "Message ID", "Date/Time", "Direction", "ASIN", "Marketplace", "Message")
		for _, m := range messages {
			t.add(fmt.Sprintf("402-%07d-1234567", m.Conversation.ID), m.Conversation.ID, m.ID,
				m.At.Format("01/02/2006 03:04:05 PM"), choose(m.By == Client, "Inbound", "Outbound"),
				"B00TEST", "amazon.fr", m.Body)
		}
		return t.bytes()
	}},
	{"whatsapp_business.csv", Kinds{}, false, 0, func(messages []Message) []byte {
		t := table{}
		t.add("message_id", "remote_jid", "push_name", "from_me", "timestamp", "message_type", "text")
		for _, m := range messages {
			t.add(fmt.Sprintf("3EB0%010X", m.ID), fmt.Sprintf("336%08d@s.whatsapp.net", m.Conversation.ID),
				m.Conversation.Client.Name, choose(m.By == Merchant, 1, 0),
				m.At.UnixMilli(), "conversation", m.Body)
		}
		return t.bytes()
	}},
	{"excel_fr.csv", Kinds{Shops: 3}, true, 0, func(messages []Message) []byte {
		t := table{delimiter: ';', crlf: true}
		t.add("N° conversation", "Date d'envoi", "Expéditeur", "Id vendeur", "Pays", "Message")
		for _, m := range messages {
			t.add(m.Conversation.ID, m.At.Format("02/01/2006 15:04:05"), choose(m.By == Client, "Client", "Vendeur"),
				m.Conversation.Shop.ID, m.Conversation.Country, m.Body)
		}
		return latin1(t.bytes())
	}},
	{"excel_fr_preamble.csv", Kinds{}, false, 0, func(messages []Message) []byte {
		t := table{delimiter: ';', crlf: true}
		t.add("Date", "Conversation", "Auteur", "Rôle", "Texte")
		for _, m := range messages {
			t.add(m.At.Format("02/01/2006 15:04:05"), m.Conversation.ID, m.Sender.Name, choose(m.By == Client,
				"acheteur", "service client"), m.Body)
		}
		return append([]byte("\xef\xbb\xbfExport des messages;;;;\r\nDu 29/01/2024 au 30/03/2024;;;;\r\n\r\n"),
			t.bytes()...)
	}},
	{"kaggle_dialogues.csv", Kinds{}, false, 0, func(messages []Message) []byte {
		t := table{}
		t.add("", "dialogue_id", "turn", "speaker", "utterance", "datetime", "sentiment")
		turns := make(map[int]int)
		for i, m := range messages {
			turns[m.Conversation.ID]++
			t.add(i, fmt.Sprintf("dlg-%d", m.Conversation.ID), turns[m.Conversation.ID], choose(m.By == Client,
				"customer", "agent"), m.Body,
				m.At.Format("2006-01-02 15:04:05"), "neutral")
		}
		return t.bytes()
	}},
	{"osticket_thread_entry.tsv", Kinds{Notes: true}, false, 0, func(messages []Message) []byte {
		t := table{delimiter: '\t'}
		t.add("id", "pid", "thread_id", "staff_id", "user_id", "type", "flags", "poster", "source", "title", "body",
			"created", "updated")
		for _, m := range messages {
			staff, user := m.Sender.ID, 0
			if m.By == Client {
				staff, user = 0, m.Sender.ID
			}
			t.add(m.ID, 0, m.Conversation.ID, staff, user, [...]string{"M", "R", "N", "R", "N"}[m.By], 65,
				m.Sender.Name, "Email", "NULL", m.Body,
				m.At.Format("2006-01-02 15:04:05"), "0000-00-00 00:00:00")
		}
		return t.bytes()
	}},
	{"zammad_articles.csv", Kinds{Notes: true, System: true}, false, 0, func(messages []Message) []byte {
		t := table{}
		t.add("id", "ticket_id", "type", "sender", "from", "to", "internal", "content_type", "body", "created_by",
			"created_at", "updated_at")
		for _, m := range messages {
			t.add(m.ID, m.Conversation.ID, choose(m.By == Note, "note", "email"), [...]string{"Customer", "Agent",
				"Agent", "System", "System"}[m.By], m.Sender.Email, "",
				m.By == Note, "text/html", m.Body, m.Sender.Email, m.At.Format("2006-01-02T15:04:05.000Z"),
				m.At.Format("2006-01-02T15:04:05.000Z"))
		}
		return t.bytes()
	}},
	{"front_messages.csv", Kinds{}, false, 0, func(messages []Message) []byte {
		t := table{}
		t.add("Message ID", "Conversation ID", "Segment", "Direction", "Status", "Inbox", "Message date", "Author",
			"Contact handle", "Tags", "Subject", "Extract")
		for _, m := range messages {
			t.add(fmt.Sprintf("msg_%x", m.ID), fmt.Sprintf("cnv_%x", m.Conversation.ID), 1, choose(m.By == Client,
				"Inbound", "Outbound"), "Archived", "Support",
				m.At.Format("2006-01-02 15:04:05 -0700"), choose(m.By == Client, "", m.Sender.Email),
				m.Conversation.Client.Email, "", "Order", m.Body)
		}
		return t.bytes()
	}},
	{"reamaze_messages.jsonl", Kinds{Shops: 3}, true, 0, func(messages []Message) []byte {
		var objects []map[string]any
		for _, m := range messages {
			objects = append(objects, map[string]any{"body": m.Body,
				"created_at": m.At.Format("2006-01-02T15:04:05.000Z"), "visibility": 0, "origin_id": fmt.Sprint(m.ID),
				"brand": m.Conversation.Shop.Name,
				"conversation": map[string]any{"slug": fmt.Sprintf("where-is-my-order-%d", m.Conversation.ID),
					"created_at": iso(m.Conversation.Opened)},
				"user": map[string]any{"name": m.Sender.Name, "email": m.Sender.Email, "type": choose(m.By == Client,
					"Customer", "Staff")}})
		}
		return lines(objects)
	}},
	{"salesforce_email_message.csv", Kinds{}, false, 0, func(messages []Message) []byte {
		t := table{}
		t.add("Id", "ParentId", "CreatedById", "CreatedDate", "MessageDate", "FromAddress", "ToAddress", "Incoming",
			"Status", "IsDeleted", "Subject", "TextBody")
		for _, m := range messages {
			t.add(fmt.Sprintf("02s5e%010d", m.ID), fmt.Sprintf("5005e%010d", m.Conversation.ID), "0055e000001",
				m.At.Format("2006-01-02T15:04:05.000-0700"),
				m.At.Format("2006-01-02T15:04:05.000-0700"), m.Sender.Email, "", m.By == Client, 1, false, "Order",
				m.Body)
		}
		return t.bytes()
	}},
	{"hubspot_messages.jsonl", Kinds{Bots: true}, false, 0, func(messages []Message) []byte {
		var objects []map[string]any
		for _, m := range messages {
			objects = append(objects, map[string]any{"id": fmt.Sprintf("%x", m.ID),
				"conversationsThreadId": fmt.Sprint(m.Conversation.ID), "createdAt": iso(m.At),
				"createdBy":  [...]string{"V-", "A-", "A-", "B-", "S-"}[m.By] + fmt.Sprint(m.Sender.ID),
				"senderType": [...]string{"VISITOR", "AGENT", "AGENT", "BOT", "SYSTEM"}[m.By],
				"type":       "MESSAGE", "channelId": "1000", "text": m.Body})
		}
		return lines(objects)
	}},
	{"odoo_mail_message.csv", Kinds{OnePerson: true}, false, 0, func(messages []Message) []byte {
		t := table{}
		t.add("id", "date", "model", "res_id", "author_id", "partner_id", "user_partner_id", "message_type", "subtype",
			"body")
		for _, m := range messages {
			t.add(m.ID, m.At.Format("2006-01-02 15:04:05"), "helpdesk.ticket", m.Conversation.ID, m.Sender.ID,
				m.Conversation.Client.ID, m.Conversation.Shop.People[0].ID,
				"comment", "Discussions", "<p>"+m.Body+"</p>")
		}
		return t.bytes()
	}},
	{"crisp_messages.jsonl", Kinds{Shops: 2}, true, 0, func(messages []Message) []byte {
		var objects []map[string]any
		for _, m := range messages {
			objects = append(objects, map[string]any{"session_id": fmt.Sprintf("session_%08x", m.Conversation.ID),
				"website_id":  fmt.Sprintf("site-%d", m.Conversation.Shop.ID),
				"fingerprint": int64(16800000000000) + int64(m.ID), "type": "text", "from": choose(m.By == Client,
					"user", "operator"), "origin": "chat",
				"content": m.Body, "timestamp": m.At.UnixMilli(), "user": map[string]any{"nickname": m.Sender.Name,
					"user_id": fmt.Sprint(m.Sender.ID)}})
		}
		return lines(objects)
	}},
	{"shopify_inbox.csv", Kinds{}, false, 0, func(messages []Message) []byte {
		t := table{}
		t.add("conversation_id", "customer_email", "sent_by", "sent_at", "message")
		for _, m := range messages {
			t.add(m.Conversation.ID, m.Conversation.Client.Email, choose(m.By == Client, "Customer", m.Sender.Name),
				m.At.Format("Jan 2, 2006 03:04:05 PM"), m.Body)
		}
		return t.bytes()
	}},
	{"mysql_outfile.tsv", Kinds{Shops: 3, Notes: true}, true, 0, func(messages []Message) []byte {
		var b strings.Builder
		b.WriteString("id\tconversation_id\tmerchant_id\tsender_role\tis_public\tcreated_at\tbody\n")
		for _, m := range messages {
			fmt.Fprintf(&b, "%d\t%d\t%d\t%s\t%d\t%s\t%s\n", m.ID, m.Conversation.ID, m.Conversation.Shop.ID,
				choose(m.By == Client, "customer", "merchant"),
				choose(m.By == Note, 0, 1), m.At.Format("2006-01-02 15:04:05"), mysqlEscaped(m.Body))
		}
		return []byte(b.String())
	}},
	{"zoho_desk_threads.csv", Kinds{}, false, 0, func(messages []Message) []byte {
		t := table{}
		t.add("Thread Id", "Request Id", "Direction", "Channel", "From", "Created Time (Conversation)", "Content")
		for _, m := range messages {
			t.add(m.ID, m.Conversation.ID, choose(m.By == Client, "in", "out"), "EMAIL", m.Sender.Email,
				m.At.Format("02 Jan 2006 15:04:05"), m.Body)
		}
		return t.bytes()
	}},
	{"livechat_newest_first.csv", Kinds{}, false, time.Minute, func(messages []Message) []byte {
		t := table{}
		t.add("chat_id", "date", "author_type", "author", "text")
		for _, m := range slices.Backward(messages) {
			at := m.At.Truncate(time.Minute)
			t.add(m.Conversation.ID, at.Format("2006-01-02 15:04"), choose(m.By == Client, "visitor", "operator"),
				m.Sender.Name, m.Body)
		}
		return t.bytes()
	}},
	{"dynamics_emails.csv", Kinds{Shops: 2}, true, 0, func(messages []Message) []byte {
		t := table{}
		t.add("activityid", "regardingobjectid", "directioncode", "createdon", "senton", "sender", "new_store",
			"description")
		for _, m := range messages {
			t.add(fmt.Sprintf("%08x-0000-4000-8000-%012x", m.ID, m.ID), fmt.Sprintf("%08x-1111-4000-8000-000000000000",
				m.Conversation.ID), m.By == Merchant,
				m.At.Format("1/2/2006 3:04:05 PM"), m.At.Format("1/2/2006 3:04:05 PM"), m.Sender.Email,
				m.Conversation.Shop.Name, m.Body)
		}
		return t.bytes()
	}},
	{"german_shop.csv", Kinds{}, false, 0, func(messages []Message) []byte {
		t := table{delimiter: ';'}
		t.add("Vorgang", "Nachricht-Nr.", "Absender", "Gesendet am", "Land", "Text")
		for _, m := range messages {
			t.add(m.Conversation.ID, m.ID, choose(m.By == Client, "Kunde", "Händler"),
				m.At.Format("02.01.2006 15:04:05"), m.Conversation.Country, m.Body)
		}
		return latin1(t.bytes())
	}},
	{"spanish_shop.csv", Kinds{}, false, 0, func(messages []Message) []byte {
		t := table{delimiter: '|'}
		t.add("conversación", "fecha y hora", "remitente", "mensaje")
		for _, m := range messages {
			t.add(m.Conversation.ID, m.At.Format("2/1/06 15:04:05"), choose(m.By == Client, "cliente", "vendedor"),
				m.Body)
		}
		return t.bytes()
	}},
}
