-- "make simulate": the simulation of experiments at full size.
\set experiments 2000
\set looks 30
\set units 100
\set whole 1000
\set seed 0.25
\ir ../simulate/experiments.sql
