-- A chat that was exported from a phone: a line begins with its time, or goes on with the
-- message above it. Whoever is not the shop is the client; lines without a name are WhatsApp's.
SELECT 'Ana Lima' AS conversation_id, strftime(strptime(found.at, '%d/%m/%Y, %H:%M:%S'), '%Y-%m-%d %H:%M:%S') AS created_at,
       CASE found.name WHEN 'Corner Shop' THEN 'merchant' ELSE 'client' END AS sender_role
FROM (SELECT line, regexp_extract(line, '^\[([^\]]+)\] ([^:]+): ', ['at', 'name']) AS found
      FROM read_csv('docs/examples/joins/whatsapp.txt', columns = {'line': 'VARCHAR'}, header = false, quote = '', delim = '\0'))
WHERE found.name <> ''
