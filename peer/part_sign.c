/* SPDX-License-Identifier: ISC
 * A member's part in a signing: the bytes are made here, out of the log, and signed when this member may sign them. */
#include "peer/part_state.h"

#include <stdlib.h>

#include "base/time.h"
#include "voting/cosign.h"

/* A list may be dated so many seconds ahead of us: clocks differ. */
enum { CLOCKS_DIFFER = 300 };

/* ---- what is signed */

/* The key that the ceremony signs with. */
static void our_key(const struct part *p, struct sig_pub *out)
{
	transcript_key(p->base, out);
}

static bool same_key(const struct part *p, const struct sig_pub *issuer, size_t i, struct err *e)
{
	struct sig_pub key;

	our_key(p, &key);
	return sig_pub_equal(issuer, &key) || err_set(e, "wrong_key", "item %zu is to be signed with another key than this ceremony's", i);
}

/* Its subject is the key's digest. */
static bool of_key(const struct part *p, size_t i, struct sig_pub *key, struct err *e)
{
	struct digest spki;

	our_key(p, key);
	if (!profile_spki_digest(key, &spki))
		return err_memory(e);
	return digest_compare(&spki, &p->ceremony->items[i].subject) == 0 ||
		err_set(e, "wrong_key", "item %zu is about another key than this ceremony's", i);
}

static bool authority(const struct part *p, size_t i, struct buf *out, struct err *e)
{
	struct sig_pub key;

	return of_key(p, i, &key, e) && ledger_ca(p->a.ledger, &key, out, e);
}

/* One that rests on a vote is for those to sign who voted for it. */
static bool certificate(const struct part *p, size_t i, struct buf *out, struct err *e)
{
	const struct digest *cause = &p->ceremony->items[i].subject;
	struct digest proposal;
	struct sig_pub issuer;

	if (!ledger_tbs(p->a.ledger, cause, &issuer, out, e) || !same_key(p, &issuer, i, e))
		return false;
	return !ledger_voted(p->a.ledger, cause, &proposal) || (p->a.agrees != NULL && p->a.agrees(p->a.arg, &proposal)) ||
		err_set(e, "not_agreed", "item %zu rests on a vote in which this member did not say yes", i);
}

/* The times are what the authority may choose, within the charter. */
static bool list(const struct part *p, size_t i, struct buf *out, struct err *e)
{
	const struct signing_list *of = &p->ceremony->items[i].list;
	const struct charter *c = ledger_charter(p->a.ledger, of->size, of->this_update);
	struct sig_pub key;

	if (c == NULL || of->next_update != of->this_update + 2 * c->freshness.update || of->this_update > p->a.now + CLOCKS_DIFFER)
		return err_set(e, "out_of_range", "item %zu is a list of times that the charter does not give", i);
	return of_key(p, i, &key, e) && ledger_crl(p->a.ledger, of, &key, out, e);
}

static bool from_log(const struct part *p, size_t i, struct buf *out, struct err *e)
{
	static bool (*const make[])(const struct part *p, size_t i, struct buf *out, struct err *e) = {
		[SIGNING_AUTHORITY] = authority,
		[SIGNING_CERTIFICATE] = certificate,
		[SIGNING_LIST] = list,
	};
	const enum signing_what what = p->ceremony->items[i].what;

	if (what == SIGNING_CHARTER)
		return err_set(e, "feature_unsupported", "charters are not signed this way yet");
	return make[what](p, i, out, e);
}

static bool from_server(const struct at *items, size_t i, struct buf *out)
{
	struct at one;

	return at_element(items, i, &one) && at_base64(&one, NULL, 1, OBJECT_MAX * 16, out);
}

bool part_messages(struct part *p, const struct at *items, struct err *e)
{
	const size_t n = p->ceremony->items_n;
	size_t got = 0;

	if (p->ceremony->purpose != CEREMONY_SIGN)
		return true;
	p->bytes = calloc(n, sizeof(*p->bytes));
	p->messages = calloc(n, sizeof(*p->messages));
	if (p->bytes == NULL || p->messages == NULL)
		return err_memory(e);
	if (p->number == 0 && (items == NULL || items->v == NULL || !at_array(items, n, n, &got)))
		return err_ok(e) ? err_set(e, "missing_member", "what is to be signed did not come") : false;
	for (size_t i = 0; i < n; i++) {
		if (p->number != 0 ? !from_log(p, i, &p->bytes[i], e) : !from_server(items, i, &p->bytes[i]))
			return false;
		p->messages[i] = buf_slice(&p->bytes[i]);
	}
	return true;
}

/* ---- what we say */

static bool commit(struct part *p, uint32_t turn, struct buf *out, struct err *e)
{
	const struct digest *ceremony = &p->ceremony->digest;
	const char *said = vault_post(p->a.vault, ceremony, PHASE_COMMIT, turn);
	uint8_t seed[SEED_BYTES];
	struct buf text = { 0 };
	json_t *body;
	bool rc;

	if (said != NULL) {
		buf_add_str(out, said);
		return !out->failed || err_memory(e);
	}
	if (!vault_nonce_draw(p->a.vault, ceremony, turn, seed, e))
		return false;
	body = cosign_commit(part_share(p), seed, p->ceremony->items_n, e);
	bytes_wipe(seed, sizeof(seed));
	rc = body != NULL && part_sign_post(p, PHASE_COMMIT, turn, body, &text, e) &&
		vault_keep_post(p->a.vault, ceremony, PHASE_COMMIT, turn, buf_cstr(&text), e);
	if (rc)
		buf_add_slice(out, buf_slice(&text));
	buf_free(&text);
	return rc && (!out->failed || err_memory(e));
}

/* The seed is gone, on disk, before the answer leaves (invariant 10). */
static bool answer(struct part *p, const struct cosigner *of, const uint8_t used[static SEED_BYTES], struct buf *out, struct err *e)
{
	const struct digest *ceremony = &p->ceremony->digest;
	const uint32_t package = (uint32_t)of->package;
	uint8_t next[SEED_BYTES];
	struct buf text = { 0 };
	json_t *body;
	bool rc;

	if (!vault_nonce_draw(p->a.vault, ceremony, of->turns, next, e))
		return false;
	body = cosign_sign(p->course.signing, part_share(p), used, next, e);
	bytes_wipe(next, sizeof(next));
	rc = body != NULL && part_sign_post(p, PHASE_SIGN, package, body, &text, e) && buf_cstr(&text) != NULL &&
		vault_nonce_spend(p->a.vault, ceremony, of->used, package, buf_cstr(&text), e);
	if (rc)
		buf_add_slice(out, buf_slice(&text));
	buf_free(&text);
	return rc && (!out->failed || err_memory(e));
}

/* Nonces that are lost, or are not those that the board has from us, are given up: we give others. */
static bool sign(struct part *p, const struct cosigner *of, struct buf *out, struct err *e)
{
	const char *said = vault_post(p->a.vault, &p->ceremony->digest, PHASE_SIGN, (uint32_t)of->package);
	uint8_t used[SEED_BYTES];
	struct err why = { 0 };
	bool rc;

	if (said != NULL) {
		buf_add_str(out, said);
		return !out->failed || err_memory(e);
	}
	rc = vault_nonce(p->a.vault, &p->ceremony->digest, of->used, used, &why) && answer(p, of, used, out, &why);
	bytes_wipe(used, sizeof(used));
	if (rc)
		return true;
	if (err_is(&why, "nonce_used") || err_is(&why, "bad_package"))
		return commit(p, of->turns, out, e);
	return err_set(e, why.name, "%s", why.text);
}

bool part_says_signing(struct part *p, struct buf *out, struct err *e)
{
	const int place = ceremony_place(p->ceremony, p->number);
	const struct cosigner *of = &p->course.signing->of[place];

	return of->package >= 0 ? sign(p, of, out, e) : commit(p, of->turns, out, e);
}
