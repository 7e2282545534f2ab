/* SPDX-License-Identifier: ISC */
#include "voting/cosign.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

/* Both halves of ROUND_RANDOM: SHA-256("gmc-nonce/1" ‖ 0 ‖ seed ‖ item (u32) ‖ half (u8)). */
static void nonce_of(const struct share *mine, const uint8_t seed[static SEED_BYTES], size_t item, struct round_nonce *out)
{
	uint8_t at[] = { (uint8_t)(item >> 24), (uint8_t)(item >> 16), (uint8_t)(item >> 8), (uint8_t)item, 0 };
	const struct slice parts[] = { slice_of(seed, SEED_BYTES), slice_of(at, sizeof(at)) };
	uint8_t random[ROUND_RANDOM];
	struct digest d;

	for (uint8_t half = 0; half < 2; half++) {
		at[4] = half;
		digest_labelled("gmc-nonce/1", parts, 2, &d);
		memcpy(random + half * sizeof(d.b), d.b, sizeof(d.b));
	}
	round_commit(mine, random, out);
	bytes_wipe(random, sizeof(random));
	bytes_wipe(&d, sizeof(d));
}

/* A new array; NULL: "no_memory". */
static struct round_commitment *commitments(const struct share *mine, const uint8_t seed[static SEED_BYTES], size_t items, struct err *e)
{
	struct round_commitment *list = calloc(items, sizeof(*list));
	struct round_nonce nonce;

	for (size_t i = 0; list != NULL && i < items; i++) {
		nonce_of(mine, seed, i, &nonce);
		list[i] = nonce.commitment;
	}
	bytes_wipe(&nonce, sizeof(nonce));
	if (list == NULL)
		err_memory(e);
	return list;
}

json_t *cosign_commit(const struct share *mine, const uint8_t seed[static SEED_BYTES], size_t items, struct err *e)
{
	struct round_commitment *list = commitments(mine, seed, items, e);
	json_t *body = list == NULL ? NULL : signing_commit_body(list, items);

	if (list != NULL && body == NULL)
		err_memory(e);
	free(list);
	return body;
}

static bool sign_all(const struct signing *s, const struct package *p, const struct share *mine, const uint8_t used[static SEED_BYTES],
	struct round_part *parts, struct err *e)
{
	const size_t t = s->ceremony->t;
	struct round_nonce nonce;
	bool rc = true;

	for (size_t i = 0; rc && i < s->ceremony->items_n; i++) {
		const struct frost_package fp = {
			.key = s->transcript->commitment[0], .message = s->messages[i], .t = t, .list = p->list + i * t, .n = t
		};

		nonce_of(mine, used, i, &nonce);
		rc = frost_sign(mine, &nonce, &fp, &parts[i], e);
	}
	bytes_wipe(&nonce, sizeof(nonce));
	return rc;
}

json_t *cosign_sign(const struct signing *s, const struct share *mine, const uint8_t used[static SEED_BYTES],
	const uint8_t next[static SEED_BYTES], struct err *e)
{
	const int place = ceremony_place(s->ceremony, mine->id);
	const size_t n = s->ceremony->items_n;
	struct round_commitment *list = NULL;
	struct round_part *parts = NULL;
	json_t *body = NULL;

	if (place < 0 || s->of[place].package < 0) {
		err_set(e, "not_asked", "no package waits for number %u", mine->id);
		return NULL;
	}
	parts = calloc(n, sizeof(*parts));
	if (parts == NULL)
		err_memory(e);
	else if (sign_all(s, &s->packages[s->of[place].package], mine, used, parts, e) && (list = commitments(mine, next, n, e)) != NULL &&
		(body = signing_sign_body(parts, list, n)) == NULL)
		err_memory(e);
	free(parts);
	free(list);
	return body;
}
