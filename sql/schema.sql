-- The tables of the three questions, for MySQL 8 and MariaDB 10.11.

CREATE TABLE USERS (
    USER_ID                BIGINT        NOT NULL,
    USER_EMAIL             VARCHAR(254)  NOT NULL,
    DATE_CREATION_PROFILE  DATETIME      NOT NULL,
    DATE_LAST_VISIT        DATETIME      NULL,
    NUMBER_OF_VISITS       INT           NOT NULL DEFAULT 0,
    PRIMARY KEY (USER_ID)
);

-- A row is one unit sold. A price that is not known is NULL.
CREATE TABLE SALES (
    TRANSACTION_ID  BIGINT         NOT NULL,
    PRODUCT_ID      BIGINT         NOT NULL,
    USER_ID         BIGINT         NOT NULL,
    MERCHANT_ID     BIGINT         NOT NULL,
    DATE_SALES      DATETIME       NOT NULL,
    PRICE           DECIMAL(12,2)  NULL,
    PRIMARY KEY (TRANSACTION_ID),
    CONSTRAINT SALES_USER FOREIGN KEY (USER_ID) REFERENCES USERS (USER_ID)
);

-- Each index holds all that its question reads, so that the rows themselves are
-- not touched: of the merchants' months, of the users' months, of the last days.
CREATE INDEX SALES_MERCHANT ON SALES (MERCHANT_ID, DATE_SALES, PRICE);      -- monthly_sales
CREATE INDEX SALES_BUYER    ON SALES (USER_ID, DATE_SALES, PRICE);          -- top_users
CREATE INDEX SALES_DAY      ON SALES (DATE_SALES, PRODUCT_ID, MERCHANT_ID); -- attractive_products
