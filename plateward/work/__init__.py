"""What people do with a hit: alerts, dispatch, searches, evidence, and how long anything is kept."""
