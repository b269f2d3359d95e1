from plateward.alerts.verifying.asking.listening import fetch_answers
from plateward.jobs.job import Job

JOBS = (
    Job("Fetching answers to hit confirmation requests", fetch_answers, every=5.0),
)  # an agency has ten minutes to answer
