from plateward.core.jobs.job import Job
from plateward.oversight.transparency.recording import record_and_publish
from plateward.oversight.transparency.yearly import count_asked

JOBS = (
    Job("Recording the counts of a day", record_and_publish, every=300.0),
    Job("Counting yearly reports", count_asked, every=5.0),
)
