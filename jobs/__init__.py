"""When and where work runs: the only code that knows dramatiq and APScheduler.

The rows of the database are the truth; what is here only rings the bell.
"""
