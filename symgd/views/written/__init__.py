"""Problems written as YAML, in a fence or a file: read as data, nothing of them is ever executed."""
