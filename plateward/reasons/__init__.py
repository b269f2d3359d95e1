"""The judge of search reasons: `rules.judge_reason` says whether a reason is good, and why; `rules.may_search_for`
decides."""
