"""What people see: words, tables and figures."""
