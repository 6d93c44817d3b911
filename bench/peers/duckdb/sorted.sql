-- Pairs by one sort of the whole table: the message before is then the row before, and a window
-- without partition streams.
CREATE TEMP TABLE sorted AS
FROM source
ORDER BY conversation_id, t, message_id;

-- Where message ids ascend within a conversation there is no duplicate; only the other
-- conversations are searched for them.
CREATE TEMP TABLE suspects AS
SELECT DISTINCT conversation_id
FROM (SELECT conversation_id,
             lag(conversation_id) OVER () = conversation_id
                 AND (message_id > lag(message_id) OVER ()) IS NOT TRUE AS suspect
      FROM sorted)
WHERE suspect;

DELETE FROM sorted
WHERE rowid IN (
    SELECT pos
    FROM (SELECT rowid AS pos,
                 row_number() OVER (PARTITION BY conversation_id, message_id ORDER BY rowid) AS n
          FROM sorted
          WHERE message_id IS NOT NULL AND conversation_id IN (FROM suspects))
    WHERE n > 1);
