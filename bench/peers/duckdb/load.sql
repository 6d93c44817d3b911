-- The rows by a client or a merchant, without duplicates: table messages.
--
-- The types are given, so nothing is sniffed; ids are integers here, where sav takes any text.
-- t is in microseconds. pos is the input order.
CREATE TEMP TABLE loaded AS
SELECT conversation_id,
       message_id,
       epoch_us(created_at) AS t,
       sender_user_id = client_user_id AS is_client,
       merchant_id,
       coalesce(country, 'unknown') AS country
FROM read_csv(getvariable('input'), auto_detect = false, header = true, parallel = true,
              delim = ',', quote = '"', escape = '"',
              columns = {
                  'message_id': 'BIGINT', 'conversation_id': 'BIGINT', 'created_at': 'TIMESTAMP',
                  'sender_user_id': 'BIGINT', 'client_user_id': 'BIGINT',
                  'merchant_user_id': 'BIGINT', 'merchant_id': 'BIGINT', 'country': 'VARCHAR'})
WHERE sender_user_id = client_user_id OR sender_user_id = merchant_user_id;

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
