-- A thread is a tweet and all that answers it, however deep. Its client is who began it;
-- what others say in it is nobody's. The shop is whoever answers in it.
WITH RECURSIVE thread AS (
    SELECT tweet_id, tweet_id AS root FROM 'docs/examples/joins/twitter.csv' WHERE in_response_to_tweet_id IS NULL
    UNION ALL
    SELECT t.tweet_id, thread.root FROM 'docs/examples/joins/twitter.csv' t
    JOIN thread ON t.in_response_to_tweet_id = thread.tweet_id
), tweets AS (
    SELECT t.*, thread.root, first(t.author_id) OVER (PARTITION BY root ORDER BY t.tweet_id) AS client,
           max(CASE WHEN NOT inbound THEN author_id END) OVER (PARTITION BY root) AS shop
    FROM thread JOIN 'docs/examples/joins/twitter.csv' t USING (tweet_id)
)
SELECT tweet_id AS message_id, root AS conversation_id, created_at, client AS client_user_id,
       coalesce(shop, 'nobody yet') AS merchant_id,
       CASE WHEN author_id = client THEN 'client' WHEN NOT inbound THEN 'merchant' ELSE 'other' END AS sender_role
FROM tweets
ORDER BY tweet_id
