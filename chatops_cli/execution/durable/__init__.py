"""Executions that outlive the process that runs them: on DBOS, in SQLite or PostgreSQL."""
