-- Who sees which variant: computed from the unit's name, stored nowhere.

CREATE TABLE demo.assigned AS
SELECT unit, prompt_mgr.pick_variant(unit, 'greeting-test', array[50, 30, 20]) AS variant
FROM (SELECT 'user-' || g AS unit FROM generate_series(1, 10000) AS g) AS u;

SELECT (array['1 (control)', '2', '3'])[variant] AS variant, (array[50, 30, 20])[variant] || ' %' AS wanted,
	to_char(100.0 * count(*) / sum(count(*)) OVER (), 'FM990.0') || ' %' AS got, count(*) AS users,
	(array_agg(unit ORDER BY length(unit), unit))[1:3]::text AS "for example"
FROM demo.assigned GROUP BY variant ORDER BY variant;

SELECT variant AS again FROM demo.assigned WHERE unit = 'user-42' \gset
SELECT prompt_mgr.pick_variant('user-42', 'greeting-test', array[50, 30, 20]) = :again AS same \gset
SELECT CASE WHEN :'same' THEN 'gets variant ' || :again || ' each time, on every server' ELSE 'CHANGES' END AS stability \gset
\echo ' user-42' :stability', and no table is asked.'
