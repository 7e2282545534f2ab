/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "charter/lint_rules.h"

#define YEARS_10 (10 * 365 * (int64_t)LINT_DAY)

/* A list of windows of the charter's authority. */
struct windows {
	const char *list;
	struct {
		int64_t from, until;
	} at[CHARTER_NOTARIES_MAX + CHARTER_ISSUING_MAX + CHARTER_REVOCATION_MAX];
	size_t n;
	int64_t last; /* until then there is one in force, gaps aside */
};

static void lint_administrators(struct findings *f)
{
	const struct charter *c = f->c;
	bool passkeys = false;

	for (size_t i = 0; i < c->administrators.n; i++)
		passkeys = passkeys || c->administrators.keys[i].passkey.rp != NULL;
	if (c->administrators.n == 1)
		finding(f, LINT_WARNING, "one_administrator", "/administrators/keys",
			"there is one administrator: when its key is lost, this charter can never change, and when it is stolen, the thief owns it");
	else if (c->administrators.threshold == 1)
		finding(f, LINT_WARNING, "one_approval", "/administrators/threshold",
			"any one administrator can change the charter alone; ask for two");
	else if (c->administrators.threshold == c->administrators.n)
		finding(f, LINT_WARNING, "all_administrators", "/administrators/threshold",
			"all administrators are needed: when one key is lost, this charter can never change; name one more");
	if (passkeys && c->administrators.offline == 0)
		finding(f, LINT_WARNING, "no_offline_approval", "/administrators/offline",
			"passkeys alone can approve: a page that lies could get the approvals; ask for one that is made offline");
}

/* Whoever runs the server has the notary's key, and the revocation key is the signer's. */
static void lint_held_online(struct findings *f)
{
	const struct charter *c = f->c;
	char pointer[64];

	for (size_t i = 0; i < c->administrators.n; i++) {
		const struct digest *thumb = &c->administrators.keys[i].thumb;
		bool held = false;

		for (size_t k = 0; k < c->authority.notaries_n; k++)
			held = held || digest_compare(&c->authority.notaries[k].thumb, thumb) == 0;
		for (size_t k = 0; k < c->authority.revocation_n; k++)
			held = held || digest_compare(&c->authority.revocation[k].thumb, thumb) == 0;
		snprintf(pointer, sizeof(pointer), "/administrators/keys/%zu", i);
		if (held)
			finding(f, LINT_WARNING, "administrator_online", pointer,
				"this administrator's key is one of the authority's: who runs the server approves charters; use a key of its own");
	}
}

static void lint_recovery(struct findings *f)
{
	const struct charter *c = f->c;
	size_t offline = 0, spare = c->administrators.n - c->administrators.threshold;

	for (size_t i = 0; i < c->administrators.n; i++)
		offline += c->administrators.keys[i].passkey.rp == NULL;
	if (c->administrators.offline > 0 && offline - c->administrators.offline < spare)
		spare = offline - c->administrators.offline;
	if (spare == 0 && !c->recovery.administrators)
		finding(f, LINT_WARNING, "no_recovery", "/administrators",
			"there is no way back from one lost key: name an administrator more than the threshold asks for, and an offline key more "
			"than \"offline\" does");
}

/* Recovery keys are for the day on which administrators lost theirs, or fell out with the members. */
static void lint_recovery_keys(struct findings *f)
{
	const struct charter *c = f->c;
	char pointer[64];

	if (!c->recovery.administrators)
		return;
	for (size_t i = 0; i < c->recovery.n; i++) {
		snprintf(pointer, sizeof(pointer), "/recovery/administrators/keys/%zu", i);
		if (charter_administrator(c, &c->recovery.keys[i].thumb) != NULL)
			finding(f, LINT_WARNING, "recovery_key_shared", pointer,
				"this recovery key is an administrator's too, and is lost or stolen with it; use a key of its own");
	}
	if (c->recovery.veto == 0 && c->recovery.notice == 0 && c->amending.notice == 0)
		finding(f, LINT_WARNING, "recovery_at_once", "/recovery/administrators/notice",
			"who steals these keys is the administrator at once: nobody has time to notice, or can say no; ask for a notice, or a veto");
	if (c->recovery.veto == 0 && c->amendment != NULL)
		finding(f, LINT_WARNING, "recovery_unvoted", "/recovery/administrators/veto",
			"members vote on every new charter but this one: recovery keys replace the administrators unasked; let some members stop it");
}

/* The second seed is there so that the notary alone chooses no place. */
static void lint_seeder(struct findings *f)
{
	const struct charter *c = f->c;
	bool same = false;

	for (size_t i = 0; i < c->authority.notaries_n; i++)
		same = same || sig_pub_equal(&c->authority.notaries[i].key, &c->membership.seeder);
	if (c->membership.has_seeder && same)
		finding(f, LINT_WARNING, "seeder_is_notary", "/membership/seeder",
			"the seeder's key is a notary's, who then knows both seeds and can choose node IDs; let somebody else be the seeder");
}

static void add_window(struct windows *w, int64_t from, int64_t until)
{
	w->at[w->n].from = from;
	w->at[w->n++].until = until;
	w->last = until > w->last ? until : w->last;
}

static bool covered(const struct windows *w, int64_t at)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->at[i].from <= at && at < w->at[i].until)
			return true;
	return false;
}

static void lint_window(struct findings *f, const struct windows *w, size_t i)
{
	int64_t left = w->at[i].until - f->c->effective;
	char pointer[64];

	snprintf(pointer, sizeof(pointer), "/authority/%s/%zu/until", w->list, i);
	if (left < 30 * (int64_t)LINT_DAY)
		finding(f, LINT_WARNING, "window_ends_soon", pointer,
			"this ends within 30 days of the day on which the charter takes effect; a new version must come before that");
	if (left > YEARS_10)
		finding(f, LINT_WARNING, "window_without_end", pointer,
			"this ends in more than ten years: a stolen key, or a lost address, would be good for as long; a few years are usual");
	if (left > 0 && w->at[i].until < w->last && !covered(w, w->at[i].until))
		finding(f, LINT_WARNING, "window_gap", pointer,
			"when this ends, the next of its kind has not begun yet: the group would stand still between them; begin it earlier");
}

static void lint_windows(struct findings *f, const struct windows *w, int64_t last)
{
	char pointer[64];

	snprintf(pointer, sizeof(pointer), "/authority/%s", w->list);
	for (size_t i = 0; i < w->n; i++)
		lint_window(f, w, i);
	if (w->n > 0 && !covered(w, f->c->effective))
		finding(f, LINT_ERROR, "none_in_force", pointer,
			"none of these is valid on the day on which the charter takes effect: the group would stand still; begin one earlier");
	if (w->n > 0 && w->last < last - LINT_DAY)
		finding(f, LINT_WARNING, "ends_before_others", pointer,
			"the last of these ends %lld days before other keys do, which are of no use from then on; let them end together",
			(long long)((last - w->last) / LINT_DAY));
}

static void lint_authority(struct findings *f)
{
	const struct charter *c = f->c;
	struct windows all[] = { { .list = "notaries" }, { .list = "issuing" }, { .list = "revocation" } },
		       addresses = { .list = "addresses" };
	int64_t last = 0;

	for (size_t i = 0; i < c->authority.notaries_n; i++)
		add_window(&all[0], c->authority.notaries[i].from, c->authority.notaries[i].until);
	for (size_t i = 0; i < c->authority.issuing_n; i++)
		add_window(&all[1], c->authority.issuing[i].from, c->authority.issuing[i].until);
	for (size_t i = 0; i < c->authority.revocation_n; i++)
		add_window(&all[2], c->authority.revocation[i].from, c->authority.revocation[i].until);
	for (size_t i = 0; i < 3; i++)
		last = all[i].last > last ? all[i].last : last;
	for (size_t i = 0; i < 3; i++)
		lint_windows(f, &all[i], last);
	for (size_t i = 0; i < c->authority.addresses_n; i++)
		add_window(&addresses, c->authority.addresses[i].from, c->authority.addresses[i].until);
	for (size_t i = 0; i < addresses.n; i++)
		lint_window(f, &addresses, i);
	if (addresses.n == 0)
		finding(f, LINT_WARNING, "no_address", "/authority/addresses",
			"the charter says nowhere where the authority is found; members of a lost address cannot find a new one");
}

void lint_keys(struct findings *f)
{
	lint_administrators(f);
	lint_held_online(f);
	lint_recovery(f);
	lint_recovery_keys(f);
	lint_seeder(f);
	lint_authority(f);
}
