/* SPDX-License-Identifier: ISC
 * The transcript of a key's making, or of its shares being dealt anew: the key, what is public of every share, and who holds them. All
 * holders sign the same bytes, each once it has its share (docs/objects/transcript.md). */
#ifndef VOTING_TRANSCRIPT_H
#define VOTING_TRANSCRIPT_H

#include "voting/ceremony.h"

struct keyholder {
	share_id number;
	struct id16 member;
	struct sig_pub key; /* the member's, which signs the transcript */
};

struct transcript {
	struct digest digest, genesis, ceremony;
	uint32_t epoch;
	size_t t;
	struct point commitment[DKG_MAX];               /* t points; the first is the key */
	struct keyholder holders[CEREMONY_MEMBERS_MAX]; /* ascending */
	size_t n;
	struct {
		uint32_t size;
		struct digest head;
	} board; /* before the first confirmation */
};

/* Reads the payload of an envelope; its signatures are not looked at. "wrong_typ", at_*'s, "bad_point", "bad_value". */
bool transcript_parse(const struct jws *j, struct transcript *out, struct err *e);
/* The one payload that follows from these values, as compact JSON in the order of docs/objects/transcript.md: what each holder signs.
 * Appends. "no_memory". */
bool transcript_payload(const struct transcript *t, struct buf *out, struct err *e);
json_t *transcript_print(const struct transcript *t); /* NULL when out of memory */

/* The key, as certificates have it. */
void transcript_key(const struct transcript *t, struct sig_pub *out);
/* What is public of a number's share. */
void transcript_share(const struct transcript *t, share_id number, struct point *out);
const struct keyholder *transcript_holder(const struct transcript *t, share_id number); /* NULL: none of them */

/* From the envelopes that the holders made one by one, all with one payload: as few as carry all signatures. A new array; NULL with e set
 * ("no_memory"). */
json_t *transcript_gather(json_t *const *envelopes, size_t n, struct err *e);
/* Reads such an array, and verifies it: every holder's signature is there, once, and no other. Whether the holders are members is the
 * caller's to ask. "transcript_differs" (two payloads), "transcript_unsigned", jws_verify's. */
bool transcript_verify(struct crypto *c, const struct at *list, struct transcript *out);

#endif
