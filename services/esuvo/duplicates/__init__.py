"""The public service "duplicates of documents on higher education", as ЕСУВО carries it."""
