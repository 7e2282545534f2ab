/* SPDX-License-Identifier: ISC */
#include "charter/charter.h"

#include <stdio.h>
#include <stdlib.h>

void charter_free(struct charter *c)
{
	if (c == NULL)
		return;
	requirement_free(c->admission);
	requirement_free(c->expulsion);
	requirement_free(c->amendment);
	requirement_free(c->renewal);
	requirement_free(c->readmission.requirement);
	if (c->readmission.both != NULL)
		free(c->readmission.both->child);
	free(c->readmission.both);
	requirement_free(c->recovery.member);
	requirement_free(c->voting.human);
	requirement_free(c->vouching.human);
	for (size_t i = 0; i < CHARTER_TESTS_MAX; i++)
		scenario_free(&c->tests[i]);
	object_free(&c->object);
	buf_free(&c->payload);
	buf_free(&c->bytes);
	free(c);
}

/* A setting that the format has room for, and whether a charter makes use of it. */
struct setting {
	bool used;
	const char *pointer;
};

static bool none_used(const struct setting *s, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		if (!s[i].used)
			continue;
		err_set(e, "feature_unsupported", "%s: this is read, but not served yet; leave it out, or use another setting",
			s[i].pointer);
		snprintf(e->pointer, sizeof(e->pointer), "%s", s[i].pointer);
		return false;
	}
	return true;
}

/* What would decide otherwise than this program does. A row leaves with the feature's arrival. */
static bool decisions_followed(const struct charter *c, struct err *e)
{
	const struct setting unknown[] = {
		{ c->voting.scheme == SCHEME_MULTISIGNATURE, "/voting/scheme" },
		{ c->witnesses.n > 0, "/witnesses" },
	};

	return none_used(unknown, sizeof(unknown) / sizeof(unknown[0]), e);
}

static bool invitations_followed(const struct charter *c, struct err *e)
{
	if (charter_invitation_whole(c))
		return true;
	err_set(e, "bad_charter", "/admission: candidates are measured or drawn, and nothing says how: \"inviting\" is missing");
	snprintf(e->pointer, sizeof(e->pointer), "/admission");
	return false;
}

/* What changes no decision, and no part of this program serves yet. */
static bool settings_served(const struct charter *c, struct err *e)
{
	const struct setting reserved[] = { { c->visible != VISIBLE_EVERYONE, "/records/visible" } };
	char pointer[48];

	for (size_t i = 0; i < c->authority.issuing_n; i++) {
		struct setting held = { c->authority.issuing[i].by_members && c->voting.scheme != SCHEME_THRESHOLD, pointer };

		snprintf(pointer, sizeof(pointer), "/authority/issuing/%zu/held_by", i);
		if (!none_used(&held, 1, e))
			return false;
	}
	return none_used(reserved, sizeof(reserved) / sizeof(reserved[0]), e);
}

/* Shows the place that *own points to, and passes it on. */
static bool refused(const struct charter *c, struct err *own, struct err *e)
{
	if (!json_locate(buf_slice(&c->payload), own->pointer, &own->line, &own->column))
		own->line = own->column = 0;
	if (e != NULL && err_ok(e))
		*e = *own;
	return false;
}

bool charter_followed(const struct charter *c, struct err *e)
{
	struct err own = { 0 };

	return (decisions_followed(c, &own) && invitations_followed(c, &own)) || refused(c, &own, e);
}

bool charter_supported(const struct charter *c, struct err *e)
{
	struct err own = { 0 };

	return charter_followed(c, e) && (settings_served(c, &own) || refused(c, &own, e));
}

static const struct charter_key *find_key(const struct charter_key *keys, size_t n, const struct digest *thumb, int64_t at)
{
	for (size_t i = 0; i < n; i++)
		if (digest_compare(&keys[i].thumb, thumb) == 0)
			return keys[i].from <= at && at < keys[i].until ? &keys[i] : NULL;
	return NULL;
}

static const struct charter_person *find_person(const struct charter_person *persons, size_t n, const struct digest *thumb)
{
	for (size_t i = 0; i < n; i++)
		if (digest_compare(&persons[i].thumb, thumb) == 0)
			return &persons[i];
	return NULL;
}

const struct charter_key *charter_notary(const struct charter *c, const struct digest *thumb, int64_t at)
{
	return find_key(c->authority.notaries, c->authority.notaries_n, thumb, at);
}

const struct charter_key *charter_revocation_key(const struct charter *c, const struct digest *thumb, int64_t at)
{
	return find_key(c->authority.revocation, c->authority.revocation_n, thumb, at);
}

bool charter_issuer_equal(const struct charter_issuer *a, const struct charter_issuer *b)
{
	return digest_compare(&a->spki, &b->spki) == 0 && a->alg == b->alg && a->from == b->from && a->until == b->until &&
		a->by_members == b->by_members;
}

const struct charter_issuer *charter_issuer(const struct charter *c, const struct digest *spki)
{
	for (size_t i = 0; i < c->authority.issuing_n; i++)
		if (digest_compare(&c->authority.issuing[i].spki, spki) == 0)
			return &c->authority.issuing[i];
	return NULL;
}

const struct charter_person *charter_operator(const struct charter *c, const struct digest *thumb)
{
	return find_person(c->authority.operators, c->authority.operators_n, thumb);
}

const struct charter_person *charter_administrator(const struct charter *c, const struct digest *thumb)
{
	return find_person(c->administrators.keys, c->administrators.n, thumb);
}

const struct charter_person *charter_recoverer(const struct charter *c, const struct digest *thumb)
{
	return find_person(c->recovery.keys, c->recovery.n, thumb);
}

const struct charter_founder *charter_founder(const struct charter *c, const struct id16 *member)
{
	for (size_t i = 0; i < c->founders_n; i++)
		if (id16_compare(&c->founders[i].member, member) == 0)
			return &c->founders[i];
	return NULL;
}

int64_t charter_suspension(const struct charter *c)
{
	return c->membership.suspension > 0 ? c->membership.suspension : 2 * c->voting.term;
}

bool charter_suspends(const struct charter *c)
{
	return c->membership.removal == REMOVAL_EMERGENCY || c->vouching.cascade == CASCADE_SUSPEND;
}

static const struct requirement *first_vouches(const struct requirement *r)
{
	const struct requirement *found = r != NULL && r->type == REQ_VOUCHES ? r : NULL;

	for (uint32_t i = 0; r != NULL && i < r->n && found == NULL; i++)
		found = first_vouches(&r->child[i]);
	return found;
}

const struct requirement *charter_vouch_rule(const struct charter *c)
{
	return first_vouches(c->admission);
}

const struct requirement *charter_recovery_vouches(const struct charter *c)
{
	return first_vouches(c->recovery.member);
}

static void widen_ring(const struct requirement *r, uint32_t *nearest, uint32_t *opposite)
{
	if (r->votes.nearest > *nearest)
		*nearest = r->votes.nearest;
	if (r->votes.opposite > *opposite)
		*opposite = r->votes.opposite;
	for (uint32_t i = 0; i < r->n; i++)
		widen_ring(&r->child[i], nearest, opposite);
}

bool charter_ring(const struct charter *c, uint32_t *nearest, uint32_t *opposite)
{
	*nearest = *opposite = 0;
	if (c->admission != NULL)
		widen_ring(c->admission, nearest, opposite);
	return *nearest > 0 || *opposite > 0;
}
