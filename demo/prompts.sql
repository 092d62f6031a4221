-- Saves every prompt of a JSON file, renders it and compares the result with
-- what the file expects.  Variables of psql: file, origin.

CREATE TABLE demo.corpus AS
SELECT n, p ->> 'name' AS name, p ->> 'content' AS content, p -> 'variables' AS variables,
	p ->> 'expected_unescaped' AS expected, NULL::int AS version, NULL::text AS rendered
FROM jsonb_array_elements(convert_from(pg_read_binary_file(:'file'), 'UTF8')::jsonb) WITH ORDINALITY AS c (p, n);

-- In the order of the file: a name that comes again is the next version.
DO $$
DECLARE
	entry record;
	saved integer;
BEGIN
	FOR entry IN SELECT * FROM demo.corpus ORDER BY n
	LOOP
		saved := prompt_mgr.save_prompt(entry.name, entry.content, labels => '{production}');
		UPDATE demo.corpus
		SET version = saved, rendered = prompt_mgr.render_prompt(entry.name, entry.variables)
		WHERE n = entry.n;
	END LOOP;
END
$$;

SELECT count(*) AS saved, count(DISTINCT name) AS names,
	count(*) FILTER (WHERE variables <> '{}') AS with_variables,
	count(*) FILTER (WHERE rendered = expected) AS equal,
	sum(length(rendered)) AS characters
FROM demo.corpus \gset

\echo '' :saved prompts saved from :origin,
\echo '' under :names names; :with_variables of them have variables.
\echo '' :saved rendered where label production points: :equal of :saved equal the expected text.
\echo
SELECT left(name, 30) AS prompt, version, (SELECT count(*) FROM jsonb_object_keys(variables)) AS variables,
	length(rendered) AS characters,
	left(regexp_replace(rendered, '\s+', ' ', 'g'), CASE WHEN octet_length(rendered) > 2 * length(rendered) THEN 18 ELSE 38 END) || '...' AS "begins with"
FROM demo.corpus WHERE variables <> '{}'
ORDER BY length(content), n LIMIT 6;

\echo ' One of them, its variables and the result:'
\echo
\t on
\pset format unaligned
SELECT format(E'%s\n\n with %s\n\n%s',
	regexp_replace(content, '(.{1,88})( +|\n|$)', E'     \\1\n', 'g'), variables,
	regexp_replace(rendered, '(.{1,88})( +|\n|$)', E'     \\1\n', 'g'))
FROM demo.corpus WHERE variables <> '{}' AND length(content) > 60 AND octet_length(content) < 1.2 * length(content)
ORDER BY length(content), n LIMIT 1;
\pset format aligned
\t off

SELECT CASE WHEN :equal = :saved THEN 1 ELSE 1 / 0 END AS proof \gset
