-- Runs the SQL of the markdown file :guide, below the project's root, as it
-- stands; what it says goes nowhere, an error stops the test.
\set path :srcdir '/../' :guide
\setenv GUIDE :path
\set sql `awk -f "$AWK" "$GUIDE"`
\o /dev/null
:sql
\o
SELECT :'guide' AS guide, count(*) > 2 AS has_statements FROM regexp_matches(:'sql', ';\s*(\n|$)', 'g');
