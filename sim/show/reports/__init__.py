"""Reports, by what they are of: tables and plain data in, a report out."""
