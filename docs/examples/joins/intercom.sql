-- The first message stands in the conversation itself, the others are its parts. Of
-- these, comments are what somebody said; a bot's are automatic.
WITH messages AS (
    SELECT id AS conversation_id, id || '-0' AS message_id, created_at, source.author AS author
    FROM 'docs/examples/joins/intercom.jsonl'
    UNION ALL
    SELECT id, part.id, part.created_at, part.author
    FROM (SELECT id, unnest(conversation_parts.conversation_parts) AS part FROM 'docs/examples/joins/intercom.jsonl')
    WHERE part.part_type = 'comment'
)
SELECT message_id, conversation_id, created_at, author.type = 'bot' AS is_automatic,
       CASE WHEN author.type IN ('user', 'lead', 'contact') THEN 'client' ELSE 'merchant' END AS sender_role
FROM messages
ORDER BY created_at, message_id
