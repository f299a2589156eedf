"""Data in partitions, which need not stand in memory at once, and large arrays by rows."""
