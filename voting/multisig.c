/* SPDX-License-Identifier: ISC */
#include "voting/multisig.h"

#include <string.h>

#include "base/digest.h"

/* ---- the list, and who of it signs */

bool multisig_list_make(const struct point *keys, size_t n, struct multisig_list *out, struct err *e)
{
	if (n == 0 || n > MULTISIG_MAX)
		return err_set(e, "bad_list", "a list has 1 to %d keys, not %zu", MULTISIG_MAX, n);
	out->keys = keys;
	out->n = n;
	digest_of("gmc-multisig-list/1", slice_of(keys, n * sizeof(*keys)), &out->digest);
	return true;
}

size_t multisig_bitmap_bytes(const struct multisig_list *list)
{
	return (list->n + 7) / 8;
}

bool multisig_signed(const struct multisig_signers *s, share_id id)
{
	return id > 0 && id <= MULTISIG_MAX && (s->bits[(id - 1) / 8] >> ((id - 1) % 8) & 1) != 0;
}

void multisig_message(const struct multisig_list *list, const struct multisig_signers *s, struct slice message, struct digest *out)
{
	const struct slice parts[] = { slice_of(list->digest.b, sizeof(list->digest.b)), slice_of(s->bits, multisig_bitmap_bytes(list)),
		message };

	digest_labelled("gmc-multisig/1", parts, 3, out);
}

/* The sum of the signers' keys; how many they are. */
static size_t sum_keys(const struct multisig_list *list, const struct multisig_signers *s, struct point *out)
{
	size_t n = 0;

	point_identity(out);
	for (size_t i = 0; i < list->n; i++) {
		if (!multisig_signed(s, (share_id)(i + 1)))
			continue;
		point_add(out, &list->keys[i], out);
		n++;
	}
	return n;
}

/* ---- that a member holds its key */

static bool proof_text(struct slice bound, struct buf *out, struct err *e)
{
	static const char label[] = "gmc-multisig-key/1";

	buf_add(out, label, sizeof(label)); /* with its NUL */
	buf_add_slice(out, bound);
	return !out->failed || err_memory(e);
}

bool multisig_prove(
	const struct scalar *key, struct slice bound, const struct scalar *nonce, uint8_t proof[static SIG_BYTES], struct err *e)
{
	struct buf text = { 0 };
	struct point a, r;
	struct scalar s;
	bool rc = false;

	if (!proof_text(bound, &text, e))
		goto out;
	point_base(key, &a);
	point_base(nonce, &r);
	round_challenge(&r, &a, buf_slice(&text), &s);
	scalar_mul(&s, key, &s);
	scalar_add(&s, nonce, &s);
	memcpy(proof, r.b, CURVE_BYTES);
	memcpy(proof + CURVE_BYTES, s.b, CURVE_BYTES);
	rc = true;
out:
	buf_free(&text);
	return rc;
}

bool multisig_proof_verify(
	struct crypto *c, const struct point *key, struct slice bound, const uint8_t proof[static SIG_BYTES], struct err *e)
{
	struct sig_pub pub = { .alg = SIG_ED25519 };
	struct buf text = { 0 };
	bool rc = false;

	memcpy(pub.b, key->b, CURVE_BYTES);
	if (!proof_text(bound, &text, e))
		goto out;
	rc = sig_verify(c, &pub, buf_slice(&text), proof, NULL);
	if (!rc)
		err_set(e, "bad_proof", "this does not show that the member holds the key: it may be made of others' keys");
out:
	buf_free(&text);
	return rc;
}

/* ---- signing */

/* All that follows from a package alone. */
struct session {
	struct multisig_signers signers;
	struct digest message;
	struct point key; /* of all signers */
	struct scalar b;  /* binds the second nonces to all of it */
	struct point r;   /* sum of D + b E */
	struct scalar challenge;
};

static bool session_begin(const struct multisig_package *p, struct session *s, struct err *e)
{
	memset(s, 0, sizeof(*s));
	if (!round_check(p->commitments, p->n, 1, e))
		return false;
	for (size_t i = 0; i < p->n; i++) {
		size_t at = p->commitments[i].id - 1U;

		if (at >= p->list->n)
			return err_set(e, "bad_identifiers", "number %u is beyond the list of %zu", p->commitments[i].id, p->list->n);
		s->signers.bits[at / 8] |= (uint8_t)(1U << (at % 8));
	}
	multisig_message(p->list, &s->signers, p->message, &s->message);
	sum_keys(p->list, &s->signers, &s->key);
	return true;
}

/* One factor for all: SHA-512("gmc-multisig-nonce/1" ‖ the key ‖ the message ‖ {D, E} of each), the message naming list and signers. */
static void bind_nonces(const struct multisig_package *p, struct session *s)
{
	struct slice parts[3 + 2 * SHARES_MAX] = { slice_str("gmc-multisig-nonce/1"), slice_of(s->key.b, CURVE_BYTES),
		slice_of(s->message.b, sizeof(s->message.b)) };

	for (size_t i = 0; i < p->n; i++) {
		parts[3 + 2 * i] = slice_of(p->commitments[i].hiding.b, CURVE_BYTES);
		parts[4 + 2 * i] = slice_of(p->commitments[i].binding.b, CURVE_BYTES);
	}
	scalar_hash(parts, 3 + 2 * p->n, &s->b);
}

static struct slice said(const struct session *s)
{
	return slice_of(s->message.b, sizeof(s->message.b));
}

static void session_compute(const struct multisig_package *p, struct session *s)
{
	struct point d, e;

	bind_nonces(p, s);
	point_identity(&d);
	point_identity(&e);
	for (size_t i = 0; i < p->n; i++) {
		point_add(&d, &p->commitments[i].hiding, &d);
		point_add(&e, &p->commitments[i].binding, &e);
	}
	point_mul(&s->b, &e, &e);
	point_add(&d, &e, &s->r);
	round_challenge(&s->r, &s->key, said(s), &s->challenge);
}

static bool is_own_key(const struct share *mine, const struct multisig_list *list, struct err *e)
{
	struct point key;

	point_base(&mine->value, &key);
	return point_equal(&key, &list->keys[mine->id - 1]) || err_set(e, "wrong_key", "the list has another key for number %u", mine->id);
}

/* z = d + b e + c a */
static void part_of(const struct share *mine, const struct round_nonce *nonce, const struct session *s, struct scalar *z)
{
	struct scalar key, binding;

	scalar_mul(&s->challenge, &mine->value, &key);
	scalar_mul(&s->b, &nonce->binding, &binding);
	scalar_add(&nonce->hiding, &binding, z);
	scalar_add(z, &key, z);
	bytes_wipe(&key, sizeof(key));
	bytes_wipe(&binding, sizeof(binding));
}

bool multisig_sign(
	const struct share *mine, struct round_nonce *nonce, const struct multisig_package *p, struct round_part *out, struct err *e)
{
	struct round_nonce once;
	struct session s;
	size_t at = 0;
	bool rc = false;

	if (!round_take(nonce, mine->id, &once, e))
		return false;
	if (!session_begin(p, &s, e) || !round_find(p->commitments, p->n, &once.commitment, &at, e) || !is_own_key(mine, p->list, e))
		goto out;
	session_compute(p, &s);
	out->id = mine->id;
	out->r = s.r;
	part_of(mine, &once, &s, &out->z);
	rc = true;
out:
	bytes_wipe(&once, sizeof(once));
	return rc;
}

/* z B = D + b E + c A */
static bool part_holds(const struct multisig_package *p, const struct session *s, size_t i, const struct scalar *z)
{
	const struct round_commitment *own = &p->commitments[i];
	struct point left, right, nonce;

	point_mul(&s->challenge, &p->list->keys[own->id - 1], &right);
	point_mul(&s->b, &own->binding, &nonce);
	point_add(&right, &nonce, &right);
	point_add(&right, &own->hiding, &right);
	point_base(z, &left);
	return point_equal(&left, &right);
}

/* The signature that the sum under R did not give: R is computed, then each part is looked at. */
static bool find_wrong(const struct multisig_package *p, struct session *s, const struct round_part *parts, bool *bad, struct err *e)
{
	size_t wrong = 0;

	for (size_t i = 0; i < p->n; i++)
		if (!part_holds(p, s, i, &parts[i].z)) {
			bad[i] = true;
			wrong++;
		}
	return err_set(e, "bad_part", "%zu of %zu parts are wrong: sign anew without those who sent them", wrong, p->n);
}

bool multisig_combine(struct crypto *c, const struct multisig_package *p, const struct round_part *parts,
	uint8_t signature[static SIG_BYTES], struct multisig_signers *signers, bool *bad, struct err *e)
{
	struct session s;

	memset(bad, 0, p->n * sizeof(*bad));
	if (!session_begin(p, &s, e))
		return false;
	*signers = s.signers;
	if (round_sum(c, &s.key, said(&s), parts, p->n, round_reported(parts, p->n), signature))
		return true;
	session_compute(p, &s);
	for (size_t i = 0; i < p->n; i++)
		bad[i] = !point_equal(&parts[i].r, &s.r);
	if (round_sum(c, &s.key, said(&s), parts, p->n, &s.r, signature))
		return true;
	bytes_wipe(signature, SIG_BYTES);
	return find_wrong(p, &s, parts, bad, e);
}

/* ---- verifying */

static bool nobody_beyond(const struct multisig_list *list, const struct multisig_signers *s)
{
	for (size_t i = list->n; i < MULTISIG_MAX; i++)
		if (multisig_signed(s, (share_id)(i + 1)))
			return false;
	return true;
}

bool multisig_verify(struct crypto *c, const struct multisig_list *list, const struct multisig_signers *signers, struct slice message,
	const uint8_t signature[static SIG_BYTES], struct err *e)
{
	struct sig_pub pub = { .alg = SIG_ED25519 };
	struct digest said_to_be;
	struct point key;

	if (!nobody_beyond(list, signers) || sum_keys(list, signers, &key) == 0)
		return err_set(e, "bad_bitmap", "the bitmap names nobody, or somebody beyond the list of %zu", list->n);
	multisig_message(list, signers, message, &said_to_be);
	memcpy(pub.b, key.b, CURVE_BYTES);
	return sig_verify(c, &pub, slice_of(said_to_be.b, sizeof(said_to_be.b)), signature, e);
}
