/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/trusts.h"

static void seal(const struct world *w, struct buf *tbs, struct buf *out)
{
	uint8_t sig[SIG_BYTES];

	assert_true(sig_sign(w->c, w->issuing, buf_slice(tbs), sig, NULL));
	assert_true(profile_seal(buf_slice(tbs), sig_key_pub(w->issuing)->alg, sig, out));
	buf_free(tbs);
}

void world_ca(const struct world *w, struct buf *out)
{
	struct buf tbs = { 0 };

	assert_true(profile_ca(&w->genesis, &w->issuer.key, w->issuer.not_before, w->issuer.not_after, &tbs));
	seal(w, &tbs, out);
}

void world_gmc(const struct world *w, size_t i, struct buf *out)
{
	struct buf tbs = { 0 };

	world_tbs(w, i, &tbs);
	seal(w, &tbs, out);
}

void world_seal(const struct world *w, const struct gmc_fields *f, struct buf *out)
{
	struct buf tbs = { 0 };

	assert_true(profile_gmc(f, &tbs));
	seal(w, &tbs, out);
}

struct revocations world_revocations(const struct world *w)
{
	return (struct revocations){ .genesis = w->genesis,
		.charter = w->charter->object.digest,
		.number = 1,
		.this_update = w->now,
		.next_update = w->now + 2 * w->charter->freshness.update,
		.version = w->charter->version,
		.log_size = w->log_n,
		.log_root = world_root(w, w->log_n) };
}

json_t *world_list(const struct world *w, struct revocations *l, const struct sig_key *k)
{
	struct jws j;
	json_t *o;

	revocations_sort(l->r, l->n);
	j = envelope(w->c, KIND_REVOCATIONS, revocations_print(l), k);
	o = envelope_json(&j);
	jws_free(&j);
	return o;
}

json_t *world_trust(const struct world *w, json_t *list)
{
	struct revocations empty = world_revocations(w);
	json_t *charters = json_array(), *authorities = json_array(), *wrap = json_object(), *head = world_head(w), *doc;
	struct buf ca = { 0 };

	if (list == NULL)
		list = world_list(w, &empty, w->keys->revocation);
	world_ca(w, &ca);
	assert_true(object_set_base64(wrap, "der", buf_slice(&ca)));
	assert_int_equal(json_array_append(authorities, json_object_get(wrap, "der")), 0);
	assert_int_equal(json_array_append(charters, w->log[0].object), 0);
	doc = trust_print(&w->genesis, w->charter->group, charters, authorities, head, list);
	assert_non_null(doc);
	json_decref(charters);
	json_decref(authorities);
	json_decref(wrap);
	json_decref(head);
	json_decref(list);
	buf_free(&ca);
	return doc;
}

struct trust *trust_of(struct crypto *c, json_t *doc, const struct digest *genesis, struct err *e)
{
	struct buf text = { 0 };
	struct trust *t;

	assert_true(json_write(doc, &text, NULL));
	json_decref(doc);
	t = trust_parse(c, buf_slice(&text), genesis, e);
	buf_free(&text);
	return t;
}
