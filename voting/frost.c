/* SPDX-License-Identifier: ISC */
#include <sodium.h>
#include <string.h>

#include "voting/frost.h"

#define CONTEXT "FROST-ED25519-SHA512-v1" /* RFC 9591 6.1 */

/* ---- what all compute of a package */

/* H4 and H5: SHA-512 of the context, a word and the bytes. */
static void hash_begin(crypto_hash_sha512_state *h, const char *word)
{
	crypto_hash_sha512_init(h);
	crypto_hash_sha512_update(h, (const uint8_t *)CONTEXT, strlen(CONTEXT));
	crypto_hash_sha512_update(h, (const uint8_t *)word, strlen(word));
}

/* 4.4: key ‖ H4(message) ‖ H5(commitments); 4.3 has the list's encoding. Signers' inputs differ in the last 32 bytes only. */
static void binding_prefix(const struct frost_package *p, uint8_t out[static FROST_BINDING_INPUT])
{
	crypto_hash_sha512_state h;
	struct scalar id;

	memcpy(out, p->key.b, CURVE_BYTES);
	hash_begin(&h, "msg");
	crypto_hash_sha512_update(&h, p->message.p, p->message.n);
	crypto_hash_sha512_final(&h, out + 32);
	hash_begin(&h, "com");
	for (size_t i = 0; i < p->n; i++) {
		scalar_of(p->list[i].id, &id);
		crypto_hash_sha512_update(&h, id.b, CURVE_BYTES);
		crypto_hash_sha512_update(&h, p->list[i].hiding.b, CURVE_BYTES);
		crypto_hash_sha512_update(&h, p->list[i].binding.b, CURVE_BYTES);
	}
	crypto_hash_sha512_final(&h, out + 96);
}

static void binding_signer(share_id id, uint8_t input[static FROST_BINDING_INPUT])
{
	struct scalar number;

	scalar_of(id, &number);
	memcpy(input + (FROST_BINDING_INPUT - CURVE_BYTES), number.b, CURVE_BYTES);
}

void frost_binding_input(const struct frost_package *p, size_t i, uint8_t out[static FROST_BINDING_INPUT])
{
	binding_prefix(p, out);
	binding_signer(p->list[i].id, out);
}

void frost_binding_factor(const uint8_t input[static FROST_BINDING_INPUT], struct scalar *out)
{
	const struct slice parts[] = { slice_str(CONTEXT "rho"), slice_of(input, FROST_BINDING_INPUT) };

	scalar_hash(parts, 2, out);
}

/* All that follows from a package alone. */
struct session {
	share_id ids[SHARES_MAX];
	struct scalar rho[SHARES_MAX];
	struct point nonces[SHARES_MAX]; /* D + rho E of each */
	struct point r;                  /* their sum, 4.5 */
	struct scalar challenge;         /* 4.6, which is RFC 8032's */
};

static void session_begin(const struct frost_package *p, struct session *s)
{
	uint8_t input[FROST_BINDING_INPUT];

	binding_prefix(p, input);
	point_identity(&s->r);
	for (size_t i = 0; i < p->n; i++) {
		s->ids[i] = p->list[i].id;
		binding_signer(s->ids[i], input);
		frost_binding_factor(input, &s->rho[i]);
		point_mul(&s->rho[i], &p->list[i].binding, &s->nonces[i]);
		point_add(&s->nonces[i], &p->list[i].hiding, &s->nonces[i]);
		point_add(&s->r, &s->nonces[i], &s->r);
	}
	round_challenge(&s->r, &p->key, p->message, &s->challenge);
}

/* ---- round two */

/* z = d + e rho + lambda s c */
static void part_of(
	const struct share *mine, const struct round_nonce *nonce, const struct session *s, size_t n, size_t at, struct scalar *z)
{
	struct scalar share, binding;

	shares_lagrange(s->ids, n, at, 0, &share);
	scalar_mul(&share, &mine->value, &share);
	scalar_mul(&share, &s->challenge, &share);
	scalar_mul(&nonce->binding, &s->rho[at], &binding);
	scalar_add(&nonce->hiding, &binding, z);
	scalar_add(z, &share, z);
	bytes_wipe(&share, sizeof(share));
	bytes_wipe(&binding, sizeof(binding));
}

bool frost_sign(const struct share *mine, struct round_nonce *nonce, const struct frost_package *p, struct round_part *out, struct err *e)
{
	struct round_nonce once;
	struct session s;
	size_t at = 0;
	bool rc = false;

	if (!round_take(nonce, mine->id, &once, e))
		return false;
	if (!round_check(p->list, p->n, p->t, e) || !round_find(p->list, p->n, &once.commitment, &at, e))
		goto out;
	session_begin(p, &s);
	out->id = mine->id;
	out->r = s.r;
	part_of(mine, &once, &s, p->n, at, &out->z);
	rc = true;
out:
	bytes_wipe(&once, sizeof(once));
	return rc;
}

/* ---- the coordinator */

/* 5.4: z B = D + rho E + lambda c Y */
static bool part_holds(const struct session *s, size_t n, size_t i, const struct round_part *part, const struct point *share)
{
	struct scalar factor;
	struct point left, right;

	shares_lagrange(s->ids, n, i, 0, &factor);
	scalar_mul(&factor, &s->challenge, &factor);
	point_mul(&factor, share, &right);
	point_add(&right, &s->nonces[i], &right);
	point_base(&part->z, &left);
	return point_equal(&left, &right);
}

bool frost_combine(struct crypto *c, const struct frost_package *p, const struct round_part *parts, const struct point *shares,
	uint8_t signature[static SIG_BYTES], bool *bad, struct err *e)
{
	struct session s;
	size_t wrong = 0;

	memset(bad, 0, p->n * sizeof(*bad));
	if (round_sum(c, &p->key, p->message, parts, p->n, round_reported(parts, p->n), signature))
		return true;
	session_begin(p, &s);
	for (size_t i = 0; i < p->n; i++)
		bad[i] = !point_equal(&parts[i].r, &s.r);
	if (round_sum(c, &p->key, p->message, parts, p->n, &s.r, signature))
		return true;
	bytes_wipe(signature, SIG_BYTES);
	for (size_t i = 0; i < p->n; i++)
		if (!part_holds(&s, p->n, i, &parts[i], &shares[i])) {
			bad[i] = true;
			wrong++;
		}
	if (wrong == 0)
		return err_set(
			e, "bad_package", "all parts are right and the signature is not: these are not the public shares of this key");
	return err_set(e, "bad_part", "%zu of %zu parts are wrong: sign anew without those who sent them", wrong, p->n);
}
