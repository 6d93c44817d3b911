-- @sales rows of SALES, for MariaDB (its SEQUENCE engine), in the tables of
-- schema.sql. Hashes draw, so that the same @sales gives the same rows.
--
-- Three years up to 2024-05-30; one user for 20 rows, few of them buying most;
-- orders of two or three units. A tenth of the units are of 30 best-sellers,
-- each sold by one merchant, the others of 200,000 products sold by one to three
-- of 5,000 merchants. 1 % of the prices are NULL.

SET @users = @sales DIV 20;

INSERT INTO USERS
SELECT seq, CONCAT('user', seq, '@example.org'), '2021-01-01' + INTERVAL seq % 150 DAY, '2024-05-30', seq % 100
FROM seq_1_to_100000000
WHERE seq <= @users;

INSERT INTO SALES
SELECT
    seq,
    product,
    1 + FLOOR(@users * POW(CONV(SUBSTR(of_order, 1, 8), 16, 10) / 4294967296, 2)),
    IF(product <= 30, product, 1 + (product * 31 + CONV(SUBSTR(of_unit, 1, 8), 16, 10) % (1 + product % 3) * 977) % 5000),
    TIMESTAMP('2024-05-30 23:59:59') - INTERVAL CONV(SUBSTR(of_order, 9, 8), 16, 10) % (3 * 365 * 86400) SECOND,
    IF(seq % 97 = 0, NULL, (100 + CONV(SUBSTR(of_unit, 9, 4), 16, 10) % 200 * (CONV(SUBSTR(of_unit, 13, 4), 16, 10) % 150)) / 100)
FROM (
    SELECT
        seq,
        MD5(CONCAT('order', seq DIV 5 * 2 + (seq % 5 > 1)))  AS of_order,
        MD5(CONCAT('unit', seq))                             AS of_unit,
        IF(seq % 10 = 0, 1 + CONV(LEFT(MD5(seq), 8), 16, 10) % 30, 31 + CONV(LEFT(MD5(seq), 8), 16, 10) % 200000)  AS product
    FROM seq_1_to_100000000
    WHERE seq <= @sales
) AS drawn;
