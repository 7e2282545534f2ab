/* SPDX-License-Identifier: ISC
 * What a charter says of invitations. */
#include "charter/charter.h"

static const struct requirement *first_invitation(const struct requirement *r)
{
	const struct requirement *found = r->type == REQ_INVITATION ? r : NULL;

	for (uint32_t i = 0; i < r->n && found == NULL; i++)
		found = first_invitation(&r->child[i]);
	return found;
}

const struct requirement *charter_invitation_rule(const struct charter *c)
{
	return c->admission != NULL ? first_invitation(c->admission) : NULL;
}

/* Can it never be met without an invitation? */
static bool needs(const struct requirement *r)
{
	uint32_t without = 0;

	if (r->type == REQ_INVITATION)
		return true;
	if (r->child == NULL)
		return false;
	for (uint32_t i = 0; i < r->n; i++)
		without += !needs(&r->child[i]);
	if (r->type == REQ_ANY)
		return without == 0;
	return without < (r->type == REQ_ALL ? r->n : r->k);
}

bool charter_invitation_needed(const struct charter *c)
{
	return c->admission != NULL && needs(c->admission);
}

bool charter_measures(const struct charter *c)
{
	return c->inviting.measures.uptime > 0 || c->inviting.measures.activity > 0 || c->inviting.measures.history > 0;
}

int64_t charter_candidacy_life(const struct charter *c)
{
	const struct requirement *rule = charter_invitation_rule(c);

	if (c->inviting.present)
		return c->inviting.window;
	return rule != NULL ? rule->invitation.life : 0;
}

bool charter_invitation_whole(const struct charter *c)
{
	const struct requirement *rule = charter_invitation_rule(c);

	return rule == NULL || c->inviting.present || (rule->invitation.draw == 0 && rule->invitation.observers == 0);
}
