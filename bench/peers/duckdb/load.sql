-- The rows of the source without duplicates: view messages. pos is the input order.
CREATE TEMP TABLE loaded AS FROM source;

-- Few message ids occur twice. To find those first is faster than to number all rows by
-- (conversation, message_id).
CREATE TEMP TABLE duplicates AS
SELECT pos
FROM (SELECT rowid AS pos,
             row_number() OVER (PARTITION BY conversation_id, message_id ORDER BY t, rowid) AS n
      FROM loaded
      WHERE message_id IN (SELECT message_id FROM loaded
                           WHERE message_id IS NOT NULL
                           GROUP BY message_id HAVING count(*) > 1))
WHERE n > 1;

CREATE TEMP VIEW messages AS
SELECT *, rowid AS pos FROM loaded WHERE rowid NOT IN (FROM duplicates);
