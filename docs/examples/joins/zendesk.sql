-- A comment says who wrote it, a ticket who asked, and a user's role which side that is.
-- An agent who opens a ticket for a client is the merchant still: the role decides.
SELECT c.id AS message_id, c.ticket_id AS conversation_id, c.created_at, t.requester_id AS client_user_id,
       CASE u.role WHEN 'end-user' THEN 'client' ELSE 'merchant' END AS sender_role, c.public AS is_public
FROM 'docs/examples/joins/zendesk_comments.jsonl' c
JOIN 'docs/examples/joins/zendesk_tickets.jsonl' t ON t.id = c.ticket_id
JOIN 'docs/examples/joins/zendesk_users.jsonl' u ON u.id = c.author_id
ORDER BY c.id
