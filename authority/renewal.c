/* SPDX-License-Identifier: ISC */
#include "authority/renewal.h"

#include "authority/intend.h"
#include "authority/put.h"

/* It was admitted under an earlier charter, and the one in force has it meet the present admission. */
static bool again(const struct charter *c, const struct stored_member *m)
{
	return c->membership.earlier_again && m->version < c->version;
}

bool renewal_asked(const struct charter *c, const struct stored_member *m)
{
	return c->renewal != NULL || again(c, m);
}

bool renewal_put(struct log_writer *lw, const struct stored_member *m, const struct digest *renewal, uint64_t *number, struct err *e)
{
	struct proposal p = {
		.question = Q_RENEW, .subject = *renewal, .member = m->member, .key = m->key, .again = again(lw->charter, m)
	};

	if (!proposal_put(lw, &p, e))
		return false;
	*number = p.number;
	return true;
}

bool renewal_granted(struct log_writer *lw, const struct outcome_of *o, struct err *e)
{
	const struct proposal *p = &o->proposal->p;
	struct stored_member m;
	struct issuance i = { .origin = ORIGIN_RENEWAL, .cause = p->subject, .member = p->member, .name = m.name };

	if (!store_member_load(lw->w, lw->group.g, &p->member, STORE_READ, &m, e))
		return false;
	i.decision = m.decision;
	i.node = m.node;
	i.key = m.pub;
	return intend(lw, o->charter, &i, o->proposal->number, e) &&
		(!p->again || store_member_readmit(lw->w, lw->group.g, &p->member, o->charter->version, e));
}
