"""PostgreSQL: connection profiles, migrations, repositories, the embedded server."""
