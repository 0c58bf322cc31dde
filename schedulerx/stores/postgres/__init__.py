"""PostgreSQL: profiles, the embedded server, migrations, and the evidence store."""
