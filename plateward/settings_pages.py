"""Settings of the people's listener: requests reuse pooled connections (docs/decisions/0024)."""

from plateward.settings import *  # noqa: F403
from plateward.settings import DATABASE_KIND, DATABASES

POOL_SIZE = 32  # connections; on PostgreSQL further requests wait for one

if DATABASE_KIND == "PostgreSQL":
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # the server may have restarted
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 2,
        "max_size": POOL_SIZE,
        "timeout": 5,
        "reconnect_timeout": 5,  # keeps retries frequent, so that it notices soon when the server is back
    }
else:
    DATABASES["default"]["OPTIONS"]["pool"] = POOL_SIZE
