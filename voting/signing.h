/* SPDX-License-Identifier: ISC
 * A signing: the ceremony in which holders of a key sign one or several messages, as everybody sees it who reads the board and can make the
 * messages. It is FROST (RFC 9591) in the order of ROAST (Ruffing and others, ePrint 2022/550), so that who is slow or cheats holds up
 * nobody for long:
 *
 *   commit    every participant: nonce commitments, one for each message, when it has none that waits for a package
 *   package   the notary: t of those who have commitments are to sign with them
 *   sign      each of these: its parts, and commitments for the next package
 *
 * Several packages may be open at once. The first whose parts add up to signatures on all messages ends the ceremony. Commitments serve in
 * one package; whoever answered with a wrong part is named and asked for nothing more. */
#ifndef VOTING_SIGNING_H
#define VOTING_SIGNING_H

#include "voting/frost.h"
#include "voting/post.h"
#include "voting/transcript.h"

enum { SIGNING_PACKAGES_MAX = 1024 };

/* What one participant posted. */
struct cosigner {
	struct round_commitment *free; /* by item, owned: those that wait for a package; NULL: none */
	uint32_t turns;                /* commitments that it has given so far */
	int32_t package;               /* the one that waits for its parts, or -1 */
	uint32_t used;                 /* the turn of the commitments that are in it */
	const char *fault;             /* a name, or NULL */
};

struct package {
	size_t places[CEREMONY_MEMBERS_MAX]; /* t participants, ascending */
	struct round_commitment *list;       /* of item i: t from i * t on; owned */
	struct round_part *parts;            /* likewise */
	bool answered[CEREMONY_MEMBERS_MAX]; /* by index in places */
	size_t left;                         /* who have not */
	uint32_t size;                       /* of the board behind it */
	bool over;                           /* it added up to nothing, or somebody gave other commitments instead of its part */
};

struct signing {
	const struct ceremony *ceremony;     /* borrowed */
	const struct transcript *transcript; /* borrowed */
	const struct slice *messages;        /* by item; borrowed */
	struct crypto *crypto;               /* borrowed */
	struct board board;
	bool done, failed;
	struct cosigner of[CEREMONY_MEMBERS_MAX];
	struct package *packages; /* owned */
	uint32_t packages_n, cap;
	uint8_t (*signatures)[SIG_BYTES]; /* by item, once it is done; owned */
};

/* The ceremony's participants hold shares by this transcript ("not_taking_part"), whose digest, epoch and threshold it names
 * ("wrong_context"); messages[i] has the digest that item i names ("tbs_differs"). NULL with e set. Free with signing_free. */
struct signing *signing_new(
	const struct ceremony *c, const struct transcript *t, const struct slice *messages, struct crypto *crypto, struct err *e);
void signing_free(struct signing *s);

/* Takes the board's next post; its signature is the caller's to verify. On refusal nothing changes: board_fits's, "ceremony_over",
 * "not_asked", "wrong_phase", "already_posted" (another commitment or part of this turn came), "stale_board", "bad_package" (of others than
 * t participants, or not of the commitments that they have free), and of bodies at_*'s, "bad_point", "bad_scalar". */
bool signing_take(struct signing *s, const struct post *p, struct err *e);
/* Is something of this place wanted now; and what: PHASE_COMMIT or PHASE_SIGN, in which turn. */
bool signing_waits(const struct signing *s, size_t place);
enum phase signing_wants(const struct signing *s, size_t place, uint32_t *turn);
/* PHASE_COMMIT before the first package, PHASE_SIGN afterwards, PHASE_END. */
enum phase signing_phase(const struct signing *s);

/* The body of the package that can be opened now, new: the first t that have commitments. NULL: fewer have. */
json_t *signing_package(const struct signing *s);
/* How many packages still may add up. */
size_t signing_pending(const struct signing *s);

/* Points of commitments as bodies carry them: by item, hiding and binding. NULL when out of memory. */
json_t *signing_commit_body(const struct round_commitment *list, size_t items);
/* And a signer's parts (z and R, by item) with its next commitments. */
json_t *signing_sign_body(const struct round_part *parts, const struct round_commitment *next, size_t items);

#endif
