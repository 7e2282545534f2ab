/* SPDX-License-Identifier: ISC */
#include "authority/purpose.h"

#include "authority/charters.h"
#include "authority/in_force.h"
#include "authority/store_application.h"
#include "authority/store_key.h"
#include "authority/store_proposal.h"

struct search {
	struct worker *w;
	const struct group *group;
	const struct digest *subject, *key;
	struct purpose *out;
};

static bool by_proposal(const struct search *s, const struct stored_proposal *p, struct err *e)
{
	return charters_by_version(s->w, s->group->g, p->version, &s->out->charter, e);
}

/* Whether who applies returns is not known before the application is put: what both ask for is not refused. */
static bool by_charter_in_force(const struct search *s, struct err *e)
{
	int64_t now;

	if (!db_now(s->w->db, &now, e) || !in_force_at(s->w, s->group->g, now, &s->out->charter, e))
		return false;
	s->out->asked = charter_requirement(s->out->charter, Q_ADMIT, true);
	return true;
}

static bool find_vote(const struct search *s, bool *found, struct err *e)
{
	struct stored_proposal p;

	if (!store_proposal_by_digest(s->w, s->group->g, s->subject, &s->out->number, e))
		return false;
	*found = s->out->number > 0;
	if (!*found)
		return true;
	if (!store_proposal_load(s->w, s->group->g, s->out->number, STORE_READ, &p, e) || !by_proposal(s, &p, e))
		return false;
	s->out->vote = true;
	s->out->asked = s->out->charter->voting.human;
	return true;
}

/* A renewal or recovery is put to the group as soon as it comes; an application may have to wait. */
static bool find_put(const struct search *s, bool *found, struct err *e)
{
	struct stored_proposal p;

	if (!store_proposal_about(s->w, s->group->g, s->subject, &s->out->number, e))
		return false;
	*found = s->out->number > 0;
	if (!*found)
		return true;
	if (!store_proposal_load(s->w, s->group->g, s->out->number, STORE_READ, &p, e) || !by_proposal(s, &p, e))
		return false;
	if (p.question == Q_EXPEL || p.question == Q_AMEND)
		return err_set(e, "not_found", "challenges are for applications, renewals and recoveries, for votes and for vouches");
	s->out->applicants = digest_compare(&p.p.key, s->key) == 0;
	s->out->asked = s->out->applicants ? charter_requirement(s->out->charter, p.question, p.p.again) : s->out->charter->vouching.human;
	return true;
}

static bool find_application(const struct search *s, struct err *e)
{
	struct stored_application a;

	if (!store_application_load(s->w, s->group->g, s->subject, STORE_READ, &a, e) || !by_charter_in_force(s, e))
		return false;
	s->out->applicants = digest_compare(&a.key, s->key) == 0;
	if (!s->out->applicants)
		s->out->asked = s->out->charter->vouching.human;
	return true;
}

static bool find(const struct search *s, struct err *e)
{
	static const struct digest none;
	bool found;

	if (digest_compare(s->subject, &none) == 0) {
		s->out->applicants = true;
		return by_charter_in_force(s, e);
	}
	if (!find_vote(s, &found, e) || (!found && !find_put(s, &found, e)))
		return false;
	return found || find_application(s, e);
}

static bool is_member(const struct search *s, struct err *e)
{
	struct stored_key k;
	bool found;

	if (!store_key_find(s->w, s->group->g, s->key, &found, &k, e))
		return false;
	return found || err_set(e, "not_a_member", "challenges for a vote or a vouch are for members, and no member has this key");
}

static bool asks_anything(const struct requirement *r)
{
	return requirement_has(r, REQ_CAPTCHA) || requirement_has(r, REQ_WORK) || requirement_has(r, REQ_EXTERNAL);
}

bool purpose_find(struct worker *w, const struct group *group, const struct digest *subject, const struct digest *key, struct purpose *out,
	struct err *e)
{
	struct purpose p = { 0 };
	const struct search s = { w, group, subject, key, &p };

	if (!find(&s, e))
		return false;
	if (!asks_anything(p.asked))
		return err_set(e, "not_allowed", "the charter asks nobody for a challenge here whose key this one's is");
	if (!p.applicants && !is_member(&s, e))
		return false;
	*out = p;
	return true;
}

bool purpose_asks(const struct purpose *p, enum challenge_type type, struct err *e)
{
	static const enum requirement_type leaves[] = {
		[CHALLENGE_CAPTCHA] = REQ_CAPTCHA, [CHALLENGE_WORK] = REQ_WORK, [CHALLENGE_EXTERNAL] = REQ_EXTERNAL
	};

	return requirement_has(p->asked, leaves[type]) || err_set(e, "not_allowed", "the charter asks for no such challenge here");
}

bool purpose_open(
	struct worker *w, const struct group *group, const struct purpose *p, const struct digest *subject, int64_t now, struct err *e)
{
	struct stored_application a;
	struct stored_proposal stored;

	if (p->number > 0) {
		if (!store_proposal_load(w, group->g, p->number, STORE_SHARE, &stored, e))
			return false;
		return (!stored.decided && now < stored.closes) ||
			err_set(e, "closed", "proposal %llu is decided, or past its term", (unsigned long long)p->number);
	}
	if (!store_application_load(w, group->g, subject, STORE_SHARE, &a, e))
		return false;
	return a.state < APPLICATION_REFUSED || err_set(e, "closed", "the application has ended");
}
