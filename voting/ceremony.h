/* SPDX-License-Identifier: ISC
 * A ceremony: what some members do together over the authority's board, and what each of them has to be sure of before it begins
 * (docs/objects/ceremony.md). The notary opens it; who takes part, and under which number, follows from the log, not from its word. */
#ifndef VOTING_CEREMONY_H
#define VOTING_CEREMONY_H

#include "charter/object.h"
#include "voting/dkg.h"

enum ceremony_purpose {
	CEREMONY_KEY,     /* a key is made */
	CEREMONY_RESHARE, /* its shares are dealt anew */
	CEREMONY_SHARE,   /* somebody gets a share of it */
	CEREMONY_SIGN     /* something is signed with it */
};
enum signing_what { SIGNING_AUTHORITY, SIGNING_CERTIFICATE, SIGNING_LIST, SIGNING_CHARTER };
enum { CEREMONY_MEMBERS_MAX = DKG_MAX, CEREMONY_ITEMS_MAX = 256, CEREMONY_WAIT_MAX = 30 * 86400 };

/* A member's number is the place of its `joined` entry among all of them in the log, from 1: nobody chooses it. */
struct participant {
	share_id number;
	struct id16 member;
	struct sig_pub key; /* the member's, with which it signs what it posts */
};

/* Of a revocation list: its number, the entries of the log that it goes by, its times. */
struct signing_list {
	uint64_t number, size;
	int64_t this_update, next_update;
};
/* One thing to be signed. Whoever signs makes the bytes itself, out of the log; only what the log does not give comes with it. */
struct signing_item {
	enum signing_what what;
	struct digest subject; /* cause of the certificate; digest of the charter; digest of the issuing key of a list */
	struct digest bytes;   /* digest_of("tbs", bytes) */
	struct signing_list list;
};

struct ceremony {
	struct digest digest, genesis, charter;
	uint64_t number;
	enum ceremony_purpose purpose;
	uint32_t epoch;                                   /* of the key's shares: the one that is made, or serves */
	size_t t;                                         /* holders that sign together, in this epoch */
	int64_t opened, wait;                             /* seconds that each phase lasts at most */
	struct participant members[CEREMONY_MEMBERS_MAX]; /* ascending */
	size_t n;
	struct digest from;                     /* the transcript of the epoch before (reshare), or of this one (share, sign) */
	share_id dealers[CEREMONY_MEMBERS_MAX]; /* participants who deal, ascending: with a key all, else as many as the key needs */
	size_t dealers_n;
	share_id receiver;          /* of a share */
	struct signing_item *items; /* owned */
	size_t items_n;
};

/* The notary's signature is the caller's to verify. NULL with e set: "wrong_typ", at_*'s, "bad_value" (numbers that do not ascend, a member
 * twice, a dealer who does not take part, a threshold that nobody reaches). Free with ceremony_free. */
struct ceremony *ceremony_parse(const struct jws *j, struct err *e);
json_t *ceremony_print(const struct ceremony *c); /* its digest is not looked at; NULL when out of memory */
void ceremony_free(struct ceremony *c);

/* The place of a number among the participants, or -1; the same among the dealers. */
int ceremony_place(const struct ceremony *c, share_id number);
int ceremony_dealer(const struct ceremony *c, share_id number);
const char *ceremony_purpose_name(enum ceremony_purpose p); /* "key" ... */
extern const char *const signing_words[];                   /* "authority" ..., NULL */

/* A number among the holders of a key, as JSON has it: 1..65535. */
bool at_share_id(const struct at *at, const char *name, share_id *out);
/* An ascending list of them, min to max. "bad_value" */
bool at_share_ids(const struct at *at, const char *name, size_t min, size_t max, share_id *out, size_t *n);
bool object_set_share_ids(json_t *o, const char *name, const share_id *ids, size_t n);

#endif
