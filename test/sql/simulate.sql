-- Error rates of the analysis, in short: "make simulate" runs it at full size.
\getenv srcdir PG_ABS_SRCDIR
\set simulation :srcdir '/simulate/experiments.sql'
\set experiments 60
\set looks 30
\set units 100
\set whole 40
\set seed 0.5
\o /dev/null
\set ECHO none
\i :simulation
\set ECHO all
\o
SELECT :'always_valid_holds' AS always_valid_holds, :'hybrid_holds' AS hybrid_holds, :'naive_found_out' AS naive_found_out;
SELECT :'hybrid_keeps_power' AS hybrid_keeps_power, :'probabilities_hold' AS probabilities_hold, :'whole_experiments_hold' AS whole_experiments_hold;
