/* SPDX-License-Identifier: ISC
 * A scenario told as facts, and decided. */
#ifndef CHARTER_STORY_H
#define CHARTER_STORY_H

#include "charter/decide.h"

/* Far more than any group that a plain charter serves, so that a charter cannot ask for a gigabyte. */
enum { TEST_MEMBERS_MAX = 100000 };

/* What a charter says of a scenario of its own. Where it has no rule for the question the trace is empty: "no" to an expulsion, "yes" to
 * an amendment. out may be NULL; otherwise it must be passed to decision_trace_free. "test_failed" for a story that cannot happen, or
 * that is too large; "no_memory". */
bool story_decide(const struct charter *c, const struct scenario *s, enum verdict *verdict, struct decision_trace *out, struct err *e);
/* How many of its acts count for nothing: they lie behind the instant that is decided for, or the term was over. */
size_t story_unheard(const struct charter *c, const struct scenario *s);

#endif
