"""Customer analytics that run where the data live: tables, cohorts, audiences.

No Jupyter, no charts: importable in a batch job. The modules are imported one by one,
``from custintel_analytics import datasets, tables``, so that each job loads only what it uses.
"""
