"""The command line and Hydra: settings, the grammar of overrides, paths, differences."""
