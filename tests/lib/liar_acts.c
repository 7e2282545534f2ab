/* SPDX-License-Identifier: ISC
 * What tests that lie to the signer have in common: the truth, and lies told in a usual way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/liar.h"

struct world *liar_founded(struct liar *l, void (*change)(json_t *charter))
{
	struct world *w = liar_world(l, SIG_ED25519, change);

	liar_accepted(l, w);
	return w;
}

struct world *liar_asked(struct liar *l, void (*change)(json_t *charter))
{
	struct world *w = liar_founded(l, change);

	world_apply(w);
	world_propose_admission(w);
	liar_accepted(l, w);
	return w;
}

void liar_decide_by(struct world *w, const char *choices, bool closed, enum outcome outcome)
{
	struct evidence ev = liar_votes(w, choices);

	liar_decide(w, &ev, closed, outcome);
	liar_votes_free(&ev);
}

void liar_signs(struct liar *l, const struct world *w, const struct digest *cause)
{
	struct buf der = { 0 };
	struct err e = { 0 };

	if (!liar_certify(l, w, cause, &der, &e))
		fail_msg("%s: %s", e.name, e.text);
	buf_free(&der);
}

void liar_welcome(struct liar *l, struct world *w)
{
	liar_decide_by(w, "yy", false, OUTCOME_YES);
	liar_accepted(l, w);
	liar_signs(l, w, &w->decision.digest);
}

void liar_twisted(struct liar *l, struct world *w, void (*twist)(const struct world *w, struct proposal *p), const char *name)
{
	struct world_mark m = world_mark(w);

	w->twist_proposal = twist;
	world_propose_admission(w);
	liar_refused(l, w, name);
	w->twist_proposal = NULL;
	world_back(w, &m);
}
