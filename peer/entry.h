/* SPDX-License-Identifier: ISC
 * Entries of the group log (docs/objects/log.md). */
#ifndef PEER_ENTRY_H
#define PEER_ENTRY_H

#include "charter/object.h"

enum event {
	EVENT_CHARTER,
	EVENT_SEEDS,
	EVENT_APPLICATION,
	EVENT_PROPOSAL,
	EVENT_DECISION,
	EVENT_JOINED,
	EVENT_LEFT,
	EVENT_EXPELLED,
	EVENT_SUSPENDED,
	EVENT_RESTORED,
	EVENT_LAPSED,
	EVENT_REKEYED,
	EVENT_ISSUED,
	EVENT_REVOKED,
	EVENT_VOUCHED,
	EVENT_FROZEN,
	EVENT_REJOINED,
	EVENT_CANDIDATE,
	EVENT_MEASURED,
	EVENT_DRAWN,
	EVENT_INVITED,
	EVENTS
};
enum cause {
	CAUSE_UNSPECIFIED,
	CAUSE_KEY_COMPROMISE,
	CAUSE_AFFILIATION,
	CAUSE_SUPERSEDED,
	CAUSE_CESSATION,
	CAUSE_PRIVILEGE,
	CAUSE_HOLD,
	CAUSES
};

struct entry {
	struct digest genesis;
	uint64_t index;
	int64_t time;
	enum event event;
	struct digest object;
	/* by event; zero elsewhere */
	uint32_t version;        /* charter */
	struct digest approvals; /* charter */
	bool has_decision;
	struct digest decision; /* charter */
	struct id16 member; /* joined left expelled suspended restored lapsed rekeyed rejoined issued revoked; vouched measured: by whom */
	struct digest key;  /* joined rekeyed issued candidate invited; revoked when has_key */
	struct digest old_key;     /* rekeyed */
	struct id16 node;          /* joined rejoined */
	struct id16 serial;        /* issued; revoked when has_serial */
	bool has_key, has_serial;  /* revoked */
	struct digest tbs;         /* issued */
	int64_t until;             /* issued suspended frozen invited */
	enum cause cause;          /* left expelled suspended restored lapsed revoked */
	struct digest application; /* vouched */
	int64_t age;               /* vouched: seconds since the voucher joined */
	uint32_t live;             /* vouched: its live vouches then, this one included */
	bool has_candidate;        /* measured: about a candidate, not the member's own load */
	struct digest candidate;   /* measured when has_candidate, invited: the candidacy */
};

/* Reads the bytes of an entry. Errors: object_read's and at_*'s; "bad_value" also for a revocation of both or neither of key and serial,
 * and for a decision beside version 1. Whether the entry may stand where it stands is not asked here. */
bool entry_parse(struct slice bytes, struct entry *out, struct err *e);
/* Appends the bytes of an entry: what its event says, in a fixed order. "no_memory" */
bool entry_print(const struct entry *en, struct buf *out, struct err *e);
const char *event_name(enum event v);   /* "joined" ... */
const char *cause_name(enum cause c);   /* "superseded" ... */
uint8_t cause_reason(enum cause c);     /* CRLReason, RFC 5280 section 5.3.1 */
extern const char *const cause_words[]; /* for at_word, NULL-terminated */

#endif
