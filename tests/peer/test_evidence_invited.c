/* SPDX-License-Identifier: ISC
 * Invitations as evidence of an admission. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "tests/lib/envelopes.h"
#include "tests/lib/hall.h"
#include "voting/candidacy.h"
#include "voting/draw.h"
#include "voting/invitation.h"

static void asking(json_t *charter)
{
	charters_set(charter, "/admission", "{\"all\":[{\"invitation\":{\"life\":1000}},{\"votes\":{\"count\":1}}]}");
	charters_set(charter, "/tests", "[]");
}

static void drawing(json_t *charter)
{
	charters_set(charter, "/admission", "{\"all\":[{\"invitation\":{\"life\":1000,\"draw\":1}},{\"votes\":{\"count\":1}}]}");
	charters_set(charter, "/inviting", "{\"measures\":{},\"window\":10000,\"every\":5000}");
	charters_set(charter, "/tests", "[]");
}

static void say(struct hall *h, const char *kind, json_t *payload, const struct sig_key *k)
{
	hall_say(h, (struct evidence_object){ .jws = envelope(h->w->c, kind, payload, k), .key = *sig_key_pub(k) });
}

/* By the applicant's key, unless another one is given. */
static struct digest stand(struct hall *h, const struct sig_key *k)
{
	struct candidacy v = { .genesis = h->w->genesis, .charter = h->w->charter->object.digest, .name = "Ned", .iat = h->w->now };
	static const uint8_t nonce[CANDIDACY_NONCE];
	struct digest d;

	v.key = *sig_key_pub(k);
	say(h, KIND_CANDIDACY, candidacy_print(&v, nonce), k);
	jws_digest(&h->objects[h->ev.objects_n - 1].jws, KIND_CANDIDACY, &d);
	return d;
}

static void invite(struct hall *h, const struct digest *candidacy, size_t i, int64_t iat)
{
	struct invitation v = { .genesis = h->w->genesis,
		.charter = h->w->charter->object.digest,
		.candidate = *candidacy,
		.has_member = true,
		.member = h->w->members[i].member,
		.iat = iat,
		.until = iat + 100 };

	say(h, KIND_INVITATION, invitation_print(&v), h->w->members[i].key);
}

static void draw(struct hall *h, const struct digest *candidacy, const struct sig_key *k)
{
	struct draw d = {
		.genesis = h->w->genesis, .charter = h->w->charter->object.digest, .eligible = 1, .drawn_n = 1, .iat = h->w->proposal.opened
	};

	d.drawn[0] = *candidacy;
	say(h, KIND_DRAW, draw_print(&d), k);
}

static void members_invite(void **state)
{
	struct hall *h = hall_open(asking);
	int64_t opened = h->w->proposal.opened;
	struct verified v;
	struct digest c;

	(void)state;
	v = hall_good(h);
	assert_false(v.facts.invited);
	verified_free(&v);
	c = stand(h, h->w->applicant);
	invite(h, &c, 0, opened);
	v = hall_good(h);
	assert_true(v.facts.invited);
	assert_memory_equal(&v.candidacy, &c, sizeof(c));
	verified_free(&v);
	hall_clear(h);
	stand(h, h->w->applicant);
	hall_refused(h, "evidence_unasked"); /* nobody invited it */
	invite(h, &c, 0, opened);
	hall_refused(h, "evidence_unasked");
	stand(h, h->w->applicant);
	invite(h, &c, 0, opened);
	invite(h, &c, 1, opened);
	hall_refused(h, "evidence_unasked"); /* once is enough */
	stand(h, h->w->applicant);
	invite(h, &h->w->genesis, 0, opened);
	hall_refused(h, "not_invited");
	stand(h, h->w->members[0].key);
	hall_refused(h, "wrong_context");
	stand(h, h->w->applicant);
	invite(h, &c, 0, opened + EVIDENCE_SLACK + 1);
	hall_refused(h, "invitation_late");
	stand(h, h->w->applicant);
	draw(h, &c, h->w->keys->notary);
	hall_refused(h, "not_allowed");
	h->w->members[0].standing.gone = true;
	stand(h, h->w->applicant);
	invite(h, &c, 0, opened);
	hall_refused(h, "vouch_void");
	hall_close(h);
}

static void notaries_draw(void **state)
{
	struct hall *h = hall_open(drawing);
	struct verified v;
	struct digest c = stand(h, h->w->applicant);

	(void)state;
	draw(h, &c, h->w->keys->notary);
	v = hall_good(h);
	assert_true(v.facts.invited);
	verified_free(&v);
	hall_clear(h);
	stand(h, h->w->applicant);
	draw(h, &c, h->w->members[0].key);
	hall_refused(h, "not_a_notary");
	stand(h, h->w->applicant);
	draw(h, &h->w->genesis, h->w->keys->notary);
	hall_refused(h, "not_invited");
	stand(h, h->w->applicant);
	invite(h, &c, 0, h->w->proposal.opened);
	hall_refused(h, "not_allowed");
	hall_close(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_invite),
		cmocka_unit_test(notaries_draw),
	};

	return cmocka_run_group_tests_name("evidence_invited", tests, NULL, NULL);
}
