-- As sorted.sql, for message ids that do not ascend: duplicates are found before the sort.
CREATE TEMP TABLE sorted AS
FROM messages
ORDER BY conversation_id, t, message_id;
