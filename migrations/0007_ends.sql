-- What ends by itself, in order of when, for the timer that records it.

CREATE INDEX object_references_by_end ON object_references (until) WHERE until IS NOT NULL;
CREATE INDEX anonymous_attempts_to_fold ON anonymous_attempts (minute) WHERE NOT folded;
