"""Read queries: what messages, pages, reports and operators' commands load from the database."""
