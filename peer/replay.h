/* SPDX-License-Identifier: ISC
 * Replay: a past or open application decided again under another charter, a draft above all, with the votes, vouches, words and challenges
 * that there were, and their times (docs/DESIGN.md tells what that can and cannot know). Nothing of it binds anybody. */
#ifndef PEER_REPLAY_H
#define PEER_REPLAY_H

#include "peer/record.h"

enum replay_answer { REPLAY_YES, REPLAY_NO, REPLAY_EXPIRED, REPLAY_VOID, REPLAY_WAITS, REPLAY_UNKNOWN };

/* One vote, whatever became of it. */
struct replay_vote {
	struct id16 member;
	enum choice choice;
	int64_t iat;
	enum vote_status status; /* as then */
};
/* What is known of one application. All pointers are borrowed. */
struct replay_case {
	const struct charter *charter; /* that it was put under */
	const struct proposal *proposal;
	enum replay_answer then; /* REPLAY_WAITS: it is open */
	int64_t now;             /* the decision's time; for an open one the present */
	const struct replay_vote *votes;
	size_t votes_n;
	/* Approvals, vouches and challenges; nothing else of it is looked at. Vouches have lasted until `at`. */
	const struct facts *facts;
	int64_t at;
	const int64_t *met;      /* when each of the challenges was met */
	bool votes_shown, shown; /* votes; all else: a server need not show it before the decision */
};
struct replay {
	uint64_t number;
	char name[65]; /* "" where it is not known; from elsewhere */
	enum replay_answer then, under;
	bool differs;        /* who was admitted would not be, or the other way round; never where the answer is not known */
	const char *refusal; /* charter_decide's, NULL with a yes. Static text. */
	char why[320];
};

/* Decides a case under a draft, at the case's `now`. Votes, vouches and challenges later than the draft's term, where that is shorter than
 * the term was, never count; of a member's votes the last one counts where the draft lets voters change their minds, else the first. Who
 * was on probation, gone, or without a key stays so, and nobody is asked anew whether he is human. A *void* one stays so. "cannot tell"
 * (REPLAY_UNKNOWN) where the answer hangs on what nobody wrote down: neighbours whom the proposal does not name, an invitation, what a
 * server does not show. out->name is the caller's. "no_memory" */
bool replay_decide(const struct replay_case *k, const struct charter *draft, struct replay *out, struct err *e);
/* Audits a record and decides it under the draft. Errors: record_audit's; "bad_record" also where it is not about an application. */
bool replay_record(
	struct crypto *c, struct slice text, const struct trust *pin, const struct charter *draft, struct replay *out, struct err *e);
/* Signatures that verified lately, for a handle that audits many records: those of one group share the approvals of their charters, their
 * CA, and often their head. It forgets; what it knows did verify. */
enum { REPLAY_MEMORY = 1024 };
struct replay_memory {
	struct digest known[REPLAY_MEMORY]; /* each has one place, by its first bytes */
	struct sig_memory memory;
};
/* Gives a handle an empty memory, which is borrowed until the handle is freed or has another. */
void replay_remember(struct crypto *c, struct replay_memory *m);
/* "admitted", "refused", "expired", "void", "open", "cannot tell" of then; "would be admitted", ... under the draft. */
const char *replay_then(enum replay_answer a);
const char *replay_under(enum replay_answer a);

#endif
