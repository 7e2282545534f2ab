/* SPDX-License-Identifier: ISC
 * What members of a world say against each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/worlds.h"

struct digest world_complaint_digest(const json_t *envelope)
{
	struct at at = at_root(envelope, NULL);
	struct digest d;
	struct jws j;

	assert_true(jws_read(&at, &j));
	jws_digest(&j, KIND_COMPLAINT, &d);
	jws_free(&j);
	return d;
}

/* Into its place among those that there are. */
static void add_complaint(struct world *w, struct complaint *x, const struct sig_key *k)
{
	struct jws j = envelope(w->c, KIND_COMPLAINT, complaint_print(x), k);
	json_t *doc = envelope_json(&j);
	struct digest d = world_complaint_digest(doc), other;
	size_t at = 0;

	jws_free(&j);
	if (w->complaints == NULL)
		w->complaints = json_array();
	for (; at < json_array_size(w->complaints); at++) {
		other = world_complaint_digest(json_array_get(w->complaints, at));
		if (digest_compare(&other, &d) > 0)
			break;
	}
	assert_int_equal(json_array_insert_new(w->complaints, at, doc), 0);
}

static struct complaint complaint_of(const struct world *w, size_t by, size_t about)
{
	return (struct complaint){ .genesis = w->genesis,
		.charter = w->charter->object.digest,
		.member = w->members[about].member,
		.by = w->members[by].member,
		.iat = w->now,
		.about = COMPLAINT_OBSERVED,
		.what = OBSERVED_FLOODED,
		.when = w->now };
}

void world_complain(struct world *w, size_t by, size_t about, void (*change)(struct complaint *x))
{
	struct complaint x = complaint_of(w, by, about);

	if (change != NULL)
		change(&x);
	add_complaint(w, &x, w->members[by].key);
}

void world_complain_votes(
	struct world *w, size_t by, size_t about, const struct vote votes[static 2], const struct sig_key *const keys[static 2])
{
	struct complaint x = complaint_of(w, by, about);

	x.about = COMPLAINT_VOTES;
	x.envelopes = json_array();
	for (size_t i = 0; i < 2; i++) {
		struct jws j = envelope(w->c, KIND_VOTE, vote_print(&votes[i]), keys[i]);

		json_array_append_new(x.envelopes, envelope_json(&j));
		x.votes[i].key = *sig_key_pub(keys[i]);
		jws_free(&j);
	}
	add_complaint(w, &x, w->members[by].key);
	json_decref(x.envelopes);
}
