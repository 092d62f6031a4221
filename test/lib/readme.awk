# The SQL of a markdown file: its fenced blocks of language sql.
/^```sql/ { inside = 1; next }
/^```/ { inside = 0 }
inside
