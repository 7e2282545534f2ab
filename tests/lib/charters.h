/* SPDX-License-Identifier: ISC
 * Charters made in memory, for tests: keys, payloads that can be changed at any place, approvals and signed charters.
 * Whatever cannot be made ends the program: a test cannot go on without it. */
#ifndef TESTS_LIB_CHARTERS_H
#define TESTS_LIB_CHARTERS_H

#include "charter/chain.h"

enum { CHARTERS_ADMINS = 3, CHARTERS_FOUNDERS = 3, CHARTERS_OPERATORS = 2 };
#define CHARTERS_EFFECTIVE INT64_C(1800000000) /* of version 1; each later version a day more */
#define CHARTERS_UNTIL INT64_C(2000000000)     /* of all windows; they begin at 0 */

/* Keys of one group. */
struct charters {
	struct crypto *crypto;
	struct sig_key *notary, *revocation;
	struct sig_pub revocation_pub; /* of `revocation`; put another one here when somebody else holds it */
	struct sig_key *operators[CHARTERS_OPERATORS];
	struct sig_key *admins[CHARTERS_ADMINS]; /* "Ada", "Ben", "Cyd" */
	struct sig_key *passkey;                 /* P-256; the fourth administrator, "Dee", at https://charter.example */
	struct digest issuing_spki;              /* made up; put the right one here before the payload is made */
	enum sig_alg issuing_alg;
	struct buf csr[CHARTERS_FOUNDERS]; /* made up, likewise */
	struct id16 member[CHARTERS_FOUNDERS];
};

struct charters *charters_new(void);
void charters_free(struct charters *t);

/* The payload of a version 1 that is valid and supported: 2 of 4 administrators, one of them offline; admission by 2 yes votes.
 * A new document. */
json_t *charters_first(const struct charters *t);
/* The payload of a valid next version. */
json_t *charters_next(const struct charters *t, const struct charter *previous);
/* Sets the value at a pointer to that of a JSON text (any value), or, after '@', to a copy of that at another pointer; NULL removes it.
 * An index at an array's end appends. */
void charters_set(json_t *doc, const char *pointer, const char *json);
/* The payload's bytes; frees doc. */
void charters_payload(json_t *doc, struct buf *out);
/* Parses a payload document; frees doc. NULL with e set. */
struct charter *charters_parse(json_t *doc, struct err *e);

/* The first n of Ada, Ben and Cyd approve, a second before `effective`: a new array. */
json_t *charters_approvals(const struct charters *t, const struct charter *c, size_t n);
/* A signed charter of a payload document, approved by n. Frees doc. The result must be passed to signed_charter_free. */
struct signed_charter charters_signed(const struct charters *t, json_t *doc, size_t n);
/* An assertion by a passkey, and what may be wrong with it. */
struct charters_assertion {
	const struct sig_key *key;
	const char *type, *origin, *rp, *id;
	struct digest challenge;
	uint8_t flags;
	const char *more; /* JSON text of further members of the client data, after a comma */
};
/* A good one, by Dee. */
struct charters_assertion charters_assertion(const struct charters *t, const struct charter *c);
/* The approval that it makes. */
json_t *charters_passkey(const struct charters *t, const struct charters_assertion *a);

#endif
