/* SPDX-License-Identifier: ISC
 * Work as version 2 of ALTCHA has it, in its deterministic mode, so that the stock widget solves it in a browser: the challenge made of
 * work whose key is known beforehand, and the solution checked with two HMACs, without deriving anything. docs/challenges.md.
 *
 * ALTCHA's own `keySignature` is of the key alone: whoever found the key could claim another counter beside it, and the record says the
 * counter. So `data` holds a MAC of nonce, salt, counter and key as well, and that is the one checked here. To the widget `data` means
 * nothing, and a stock server, which checks keySignature, takes our challenges too. */
#ifndef AUTHORITY_ALTCHA_H
#define AUTHORITY_ALTCHA_H

#include "authority/terms.h"
#include "charter/work.h"

enum { ALTCHA_KEY = 32, ALTCHA_MAC = 32, ALTCHA_SOLUTION_MAX = 4096 };

/* Borrowed, ALTCHA_KEY bytes each: one signs the parameters, the other what solves them. */
struct altcha_keys {
	const uint8_t *signature, *key;
};

/* What came back; only altcha_verify says whether any of it is ours. */
struct altcha_solution {
	struct work_done work;
	char terms[TERMS_TEXT]; /* that the challenge says it is bound to */
	int64_t until;          /* seconds */
	struct id16 prefix;     /* WORK_PREFIX bytes of the key, as the challenge tells the solver */
	uint8_t key_mac[ALTCHA_MAC], counter_mac[ALTCHA_MAC], signature[ALTCHA_MAC];
};

/* {"parameters", "signature"} of work that is kept secret: new, for json_decref. terms: terms_write's; until: seconds, for the widget to
 * show, since the terms say when they run out. "no_memory" */
bool altcha_print(
	const struct work_done *secret, const char *terms, int64_t until, const struct altcha_keys *k, json_t **out, struct err *e);
/* Reads what the widget puts into its form field: base64 (either alphabet, padding or none) of {"challenge", "solution"}. Parameters other
 * than those that altcha_print writes are refused. "too_large" (above ALTCHA_SOLUTION_MAX), json_read's, at_*'s. */
bool altcha_read(struct slice text, struct altcha_solution *out, struct err *e);
/* Is the challenge ours, of these terms, and solved? Then out is the evidence. Whether the terms have run out, and were used before, is the
 * caller's to see. "challenge_forged" (we did not sign it), "challenge_foreign" (of other terms), "answer_wrong", "no_memory". */
bool altcha_verify(const struct altcha_solution *s, const struct altcha_keys *k, const char *terms, struct work_done *out, struct err *e);

#endif
