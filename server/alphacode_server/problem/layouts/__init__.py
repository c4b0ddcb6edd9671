"""Where contest tools keep the cases and the data of a problem, one tool's habits a file. Nothing here writes."""
