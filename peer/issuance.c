/* SPDX-License-Identifier: ISC */
#include "peer/issuance.h"

#include <string.h>

#include "voting/epoch.h"

void issuance_fields(const struct charter *c, const struct issuer *by, const struct issuance *i, struct gmc_fields *out)
{
	int64_t end = i->time + c->membership.life, epoch = epoch_end(c, &c->object.genesis, &i->member, i->time);

	end = epoch < end ? epoch : end;
	memset(out, 0, sizeof(*out));
	profile_serial(&i->cause, &out->serial);
	out->genesis = c->object.genesis;
	out->charter = c->object.digest;
	out->decision = i->decision;
	out->origin = i->origin;
	out->member = i->member;
	out->node = i->node;
	out->name = c->membership.names == NAMES_NAME ? i->name : NULL;
	out->key_name = c->membership.names == NAMES_KEY;
	out->overlay = c->membership.overlay;
	/* who joined before the charter asked for it may have a name that is none there */
	out->reload = c->membership.reload && charter_takes_name(c, i->name);
	out->not_before = i->time - PROFILE_BACKDATE;
	out->not_after = end < by->not_after ? end : by->not_after;
	out->key = i->key;
	out->issuer_alg = by->key.alg;
	profile_ski(&by->key, out->issuer_ski);
}

const struct charter_issuer *issuance_issuer(const struct charter *c, int64_t time)
{
	const struct charter_issuer *best = NULL;

	for (size_t i = 0; i < c->authority.issuing_n; i++) {
		const struct charter_issuer *k = &c->authority.issuing[i];

		if (k->from <= time && time < k->until && (best == NULL || k->from > best->from))
			best = k;
	}
	return best;
}
