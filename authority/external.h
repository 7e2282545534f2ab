/* SPDX-License-Identifier: ISC
 * A provider's word about a token that an applicant's browser won there: the client of the siteverify protocol.
 * Sent are the secret and the token, nothing else. The protocol would also take the applicant's address (remoteip): that would tell a third
 * party who wants to join which group, and would refuse whoever's address changed in between. */
#ifndef AUTHORITY_EXTERNAL_H
#define AUTHORITY_EXTERNAL_H

#include "authority/providers.h"
#include "base/bytes.h"

enum { EXTERNAL_TOKEN_MAX = 2048, EXTERNAL_REPLY_MAX = 16384, EXTERNAL_AGE_MAX = 300, EXTERNAL_SKEW_MAX = 60 };

struct external_word {
	struct digest token; /* of label and token: what is spent */
	int64_t at;          /* when the puzzle was solved, as the provider says */
	bool bound;          /* the provider signed for this key, too */
};

/* 1 to EXTERNAL_TOKEN_MAX printable characters of ASCII, no blank: "bad_value". Its digest is the same for the same token and label,
 * and for no other. */
bool external_token(const struct provider *p, const char *token, struct digest *out, struct err *e);

/* What the provider's answer says; sets out->at and out->bound alone. "provider_away" (it is not as the protocol has it),
 * "provider_refused" (with the provider's own words for it), "provider_mismatch" (of another host, action, key or time), "no_memory". */
bool external_read(
	struct slice reply, const struct provider *p, const struct digest *key, int64_t now, struct external_word *out, struct err *e);

/* Asks the provider; blocks for p->timeout at most. p NULL: "provider_unknown". key: thumbprint of the applicant's key. It fails closed:
 * without a whole answer with status 200 from an address that may be asked it is "provider_away". Errors otherwise external_token's
 * and external_read's. Nothing is remembered: whoever takes the word spends out->token. */
bool external_verify(const struct provider *p, const char *token, const struct digest *key, struct external_word *out, struct err *e);

#endif
