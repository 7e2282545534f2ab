/* SPDX-License-Identifier: ISC
 * Votes, operators' words, vouches and challenges on one proposal, as the signer gets them. Facts come out of true signatures alone. */
#include "peer/evidence.h"
#include "tests/fuzz/fixed.h"
#include "tests/fuzz/fuzz.h"

struct hall {
	struct charter *charter;
	struct proposal proposal;
	struct voter voters[8];
	size_t n;
};

/* The fixed charter's founders, with the keys of their requests. */
static bool look_up(void *arg, const struct id16 *member, struct voter *out)
{
	const struct hall *h = arg;

	for (size_t i = 0; i < h->charter->founders_n; i++) {
		if (id16_compare(&h->charter->founders[i].member, member) != 0)
			continue;
		*out = h->voters[i];
		return true;
	}
	return false;
}

/* Any vouch is in the log, by whom it says. */
static bool look_up_vouch(void *arg, const struct digest *vouch, struct vouched *out)
{
	const struct hall *h = arg;

	*out = (struct vouched){ h->charter->founders[vouch->b[0] % 2].member, h->proposal.subject, h->proposal.opened, 1, 1 };
	return true;
}

static const struct hall *hall(void)
{
	static struct hall h;
	struct jws j;

	if (h.charter != NULL)
		return &h;
	h.charter = charter_parse(slice_str(fixed_charter), NULL);
	CHECK(h.charter != NULL);
	j = around(KIND_PROPOSAL, slice_str(fixed_proposal));
	CHECK(proposal_parse(&j, &h.proposal, NULL));
	jws_free(&j);
	for (size_t i = 0; i < h.charter->founders_n && i < 8; i++) {
		h.voters[i] = (struct voter){ .elector = true, .keys_n = 1 };
		CHECK(thumb_parse(fixed_thumbs[i], &h.voters[i].keys[0]));
	}
	return &h;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const struct hall *h = hall();
	struct err e = { 0 };
	json_t *doc = json_read(slice_of(p, n), 1 << 20, &e);
	struct at at = at_root(doc, &e);
	struct evidence ev;
	struct verified v;
	struct hall copy = *h;
	const struct evidence_view view = { look_up, look_up_vouch, &copy };

	if (doc == NULL || !evidence_read(&at, &ev)) {
		refused(&e);
		json_decref(doc);
		return 0;
	}
	if (evidence_verify(handles(), h->charter, &h->proposal, &ev, &view, proposal_closes(&h->proposal), false, &v, &e)) {
		CHECK(v.facts.votes_n <= h->charter->founders_n && v.facts.approvals_n <= ev.objects_n);
		CHECK(v.facts.approvals_n + v.facts.vouches_n + v.facts.challenges_n <= ev.objects_n);
		verified_free(&v);
	} else {
		refused(&e);
	}
	err_clear(&e);
	if (!evidence_settle(h->charter, &h->proposal, &ev, &view, &e))
		refused(&e);
	evidence_free(&ev);
	json_decref(doc);
	return 0;
}
