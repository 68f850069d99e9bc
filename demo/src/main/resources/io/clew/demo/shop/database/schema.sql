-- The tea shop's tables and what is in them when the demo starts.
CREATE TABLE product (id INT PRIMARY KEY, name VARCHAR(40), cents INT, on_hand INT);
INSERT INTO product VALUES
    (1, 'Longjing', 3800, 500), (2, 'Tieguanyin', 2900, 500), (3, 'Dahongpao', 5200, 500), (4, 'Pu''er 2016', 7600, 500),
    (5, 'Baihao Yinzhen', 6400, 500), (6, 'Qimen black', 2400, 500), (7, 'Jasmine pearls', 2100, 500), (8, 'Gaiwan', 4500, 500);

CREATE TABLE customer (name VARCHAR(40) PRIMARY KEY, discount INT);
INSERT INTO customer VALUES ('Lin', 10), ('Zhao', 0), ('Okafor', 5), ('Meier', 0), ('Sato', 15);

CREATE TABLE carrier (city VARCHAR(40) PRIMARY KEY, days INT);
INSERT INTO carrier VALUES ('Hangzhou', 1), ('Shanghai', 1), ('Beijing', 2), ('Lagos', 6), ('Bremen', 5), ('Kyoto', 3);

CREATE TABLE merchant (terminal VARCHAR(20));
INSERT INTO merchant VALUES ('T-17');

CREATE TABLE purchase (number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer VARCHAR(40), cents BIGINT, payment VARCHAR(40));
CREATE TABLE outbox (number BIGINT, recipient VARCHAR(40));
