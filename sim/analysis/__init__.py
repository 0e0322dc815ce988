"""What the worlds say: tables in, tables out; works with Mesa uninstalled."""
