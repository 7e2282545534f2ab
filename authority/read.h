/* SPDX-License-Identifier: ISC
 * What the store shows to whoever asks: documents as the API gives them out (docs/api.md). Nothing here writes.
 * A document that several statements make up is of one state of the store (db_snapshot_begin); such a one is asked for in no transaction.
 * Documents are new; NULL means that e is set, by db_run's names, "no_memory", or as each says. */
#ifndef AUTHORITY_READ_H
#define AUTHORITY_READ_H

#include <jansson.h>

#include "authority/authority.h"
#include "voting/decision.h"

enum { READ_PAGE = 50, READ_PAGE_MAX = 200, READ_GROUPS_MAX = 1000, READ_ENTRIES_MAX = 256, READ_ENTRIES_BYTES = 1024 * 1024 };

/* One page of a list: what comes behind `after` (0: from the beginning), at most `limit`. The answer's "next" is the following page's
 * `after`. */
struct page {
	int64_t after;
	int limit;
};

/* ---- read_group.c */

/* {"groups":[{"group","genesis","url","members","open"}]}, those that are founded. */
json_t *read_groups(struct worker *w, struct err *e);
/* A group for a newcomer, also one that is only drafted; with "purpose", "open" (proposals) and "term". "not_found" */
json_t *read_group(struct worker *w, const char *name, struct err *e);
/* The charter in force now, borrowed from the worker's cache. */
bool read_charter_now(struct worker *w, const struct group *g, const struct charter **out, struct err *e);
/* How many members the group has now. */
bool read_members_count(struct worker *w, const struct group *g, uint32_t *out, struct err *e);
/* {"authorities"} as an array of base64url DER. */
json_t *read_authorities(struct worker *w, const struct group *g, struct err *e);
/* Appends them as PEM, one after the other. */
bool read_authorities_pem(struct worker *w, const struct group *g, struct buf *out, struct err *e);

/* ---- read_charter.c */

json_t *read_charters(struct worker *w, const struct group *g, struct err *e);
/* The signed charter of a version, 0: the newest. "not_found" */
json_t *read_charter(struct worker *w, const struct group *g, uint32_t version, struct err *e);
/* A draft with the approvals so far. "not_found" */
json_t *read_draft(struct worker *w, const struct group *g, const struct digest *draft, struct err *e);

/* ---- read_application.c */

/* state NULL: all. "bad_value" (no such state). */
json_t *read_applications(struct worker *w, const struct group *g, const char *state, const struct page *p, struct err *e);
/* One, with what is met and what is missing. *waits: something is still to come. "not_found" */
json_t *read_application(struct worker *w, const struct group *g, const struct digest *application, bool *waits, struct err *e);

/* ---- read_vouch.c */

/* {"vouches":[{"vouch", "member", "name", "time", "age", "live", "reason"?}]} in the order of the log. "not_found" */
json_t *read_vouches(struct worker *w, const struct group *g, const struct digest *application, struct err *e);
/* {"challenges":[{"challenge", "met", "iat", "until"}]}: those of the applicant. "not_found" */
json_t *read_challenges(struct worker *w, const struct group *g, const struct digest *application, struct err *e);

/* ---- ticket_state.c */

/* What the holder of a ticket is to see, in words and with a challenge of each kind that is still wanted, none of whose pictures anybody
 * has seen: {"group", "asked", "solved", "wanted", "until", "spent", "sponsor", "optional", "challenges": [ticket_challenge's, or {"kind"}
 * alone where there are no more]}. text, origin: as ticket_brought has them. Also its errors. */
json_t *read_ticket(struct worker *w, const char *group, const char *text, const char *origin, struct err *e);

/* ---- read_complaint.c */

/* {"complaints":[{"complaint", "member", "by", "name", "votes", "stored", "document", "reason"?}]} about this member, or (NULL) about all;
 * the newest first, at most 256. */
json_t *read_complaints(struct worker *w, const struct group *g, const struct id16 *about, struct err *e);
/* {"contradictions":[{"member", "name", "votes":[JWS, JWS], "keys":[JWK, JWK]}]} on a proposal: what members signed
 * against their own votes, as complaints take it. "not_found", "undecided" (while the charter does not show who votes how). */
json_t *read_contradictions(struct worker *w, const struct group *g, uint64_t number, struct err *e);

/* ---- read_candidate.c */

/* {"candidates":[{"candidacy", "name", "key", "time", "last", "observers", "state", "until"?, "application"?}]} in the order of the log;
 * state: "candidate", "invited" (until), "enrolling", "member" or "over". */
json_t *read_candidates(struct worker *w, const struct group *g, const struct page *p, struct err *e);

/* ---- read_proposal.c */

json_t *read_proposals(struct worker *w, const struct group *g, bool open, const struct page *p, struct err *e);
json_t *read_proposal(struct worker *w, const struct group *g, uint64_t number, struct err *e);
/* {"number", "opened", "closes", "electors", counts as the charter shows them} of an application's proposal. When there is none yet *number
 * is 0, and NULL is given without e. */
json_t *read_proposal_of(struct worker *w, const struct group *g, const struct digest *application, uint64_t *number, struct err *e);

/* ---- read_asks.c */

/* The requirement of a proposal, leaf by leaf: [{"what", "met", "needed", "seen", "missing"}], as far as the charter shows what came. */
json_t *read_asks(struct worker *w, const struct group *g, uint64_t number, struct err *e);
/* The same of an application that is not put to the group yet, by its digest and its key. */
json_t *read_asks_of(struct worker *w, const struct group *g, const struct charter *c, const struct digest *application,
	const struct digest *key, struct err *e);

/* ---- read_member.c */

json_t *read_members(struct worker *w, const struct group *g, const struct page *p, struct err *e);
json_t *read_member(struct worker *w, const struct group *g, const struct id16 *member, struct err *e);

/* ---- read_certificate.c */

/* Appends a published certificate's DER. "not_found" */
bool read_certificate(struct worker *w, const struct group *g, const struct id16 *serial, struct buf *der, struct err *e);
/* The newest lists. */
struct read_lists {
	uint64_t number;
	int64_t this_update;
	struct buf crl; /* DER, owned */
	struct buf doc; /* the signed list as text, owned */
};
/* "not_found" while none has been made. Free with read_lists_free. */
bool read_lists(struct worker *w, const struct group *g, struct read_lists *out, struct err *e);
void read_lists_free(struct read_lists *l);

/* ---- read_log.c */

json_t *read_head(struct worker *w, const struct group *g, struct err *e);
/* {"entries", "size"}: at most n from index `from`, and no more than READ_ENTRIES_BYTES unless the first alone is larger. */
json_t *read_entries(struct worker *w, const struct group *g, uint64_t from, uint32_t n, struct err *e);
/* {"path"}. "out_of_range" (index below size, size at most the log's; 0 < from <= to). */
json_t *read_inclusion(struct worker *w, const struct group *g, uint64_t index, uint64_t size, struct err *e);
json_t *read_consistency(struct worker *w, const struct group *g, uint64_t from, uint64_t to, struct err *e);
/* The record of a decided proposal. "not_found", "undecided", "record_too_large". */
json_t *read_record(struct worker *w, const struct group *g, uint64_t number, struct err *e);

/* ---- read_numbers.c: for metrics */

struct read_numbers {
	int64_t groups, members, open, waiting; /* waiting: applications that are not decided */
	int64_t list_age;                       /* seconds since the list of the group whose list is oldest was made; 0 without groups */
};
bool read_numbers(struct worker *w, struct read_numbers *out, struct err *e);

/* ---- read_ceremony.c */

/* {"ceremonies":[{"number","ceremony","purpose","epoch","opened","phase","until","size","outcome"?,"faults"?}],"next"?}, newest first. */
json_t *read_ceremonies(struct worker *w, const struct group *g, bool running, const struct page *p, struct err *e);
/* One: the same members, "document" (its envelope), "transcript" once there is one, "base", the one
 * that it goes on from, and "posts" from a place on, some at a time. */
json_t *read_ceremony(struct worker *w, const struct group *g, uint64_t number, uint32_t from, struct err *e);

#endif
