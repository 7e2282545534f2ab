/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "charter/explain.h"
#include "tests/charter/trees.h"

/* A charter by hand; admission is the caller's. free() suffices. */
static struct charter *make(struct requirement *admission)
{
	struct charter *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	c->group = "demo";
	c->version = 1;
	c->purpose = "Friends of the old mill.";
	c->effective = 1800000000;
	c->administrators.threshold = 2;
	c->administrators.offline = 1;
	c->administrators.n = 3;
	c->administrators.keys[0].name = "Ada";
	c->administrators.keys[1].name = "Bob";
	c->administrators.keys[2].name = "Cleo";
	c->administrators.keys[2].passkey.rp = "example.org";
	c->authority.operators_n = 1;
	c->authority.operators[0].name = "Olga";
	c->founders_n = 2;
	c->founders[0].name = "Ada";
	c->founders[1].name = "Dora";
	c->admission = admission;
	c->voting.term = 86400;
	c->voting.show = SHOW_COUNTS;
	c->membership.life = 604800;
	c->membership.overlay = "mill.example";
	c->authority.addresses_n = c->authority.issuing_n = c->authority.revocation_n = 1;
	c->authority.notaries_n = 2;
	c->authority.addresses[0].url = "https://mill.example";
	c->authority.notaries[0].until = 1900000000;
	c->authority.notaries[1].until = 1890000000;
	c->membership.ed25519 = c->membership.p256 = true;
	c->freshness.update = 3600;
	c->freshness.grace = 60;
	c->visible = VISIBLE_EVERYONE;
	return c;
}

static void a_whole_charter(void **state)
{
	struct requirement r = fraction(1, 2, 2, VOTES_OF_MEMBERS);
	struct charter *c = make(&r);
	struct buf out = { 0 };

	(void)state;
	assert_true(explain_charter(c, 3, &out));
	assert_string_equal(buf_cstr(&out),
		"Group demo, charter version 1\n"
		"  Friends of the old mill.\n"
		"  This version is in force from 2027-01-15T08:00:00Z.\n"
		"\n"
		"Administrators\n"
		"  They are: Ada, Bob and Cleo (passkey).\n"
		"  At least 2 of 3 must approve a version of this charter, and at least 1 of\n"
		"  these with a key of their own, not a passkey.\n"
		"  Operators, whose word counts where the rules below ask for it: Olga.\n"
		"\n"
		"Founders\n"
		"  Ada and Dora.\n"
		"\n"
		"Joining\n"
		"  Somebody is admitted when at least half of the members, and at least 2, say\n"
		"  yes (now 2 of 3).\n"
		"\n"
		"Leaving and expulsion\n"
		"  Everybody may leave at any time.\n"
		"  Nobody can be expelled by vote.\n"
		"\n"
		"Changing this charter\n"
		"  A new version takes the approvals of 2 of the 3 administrators named above.\n"
		"  The members are not asked.\n"
		"\n"
		"What one more identity costs\n"
		"  One more identity costs an attacker, by the cheapest way in, a vote of\n"
		"  members.\n"
		"  What people decide has no price here; it is what bounds the number of\n"
		"  identities.\n"
		"  Puzzles and work bound the rate at which they come; votes, quotas and\n"
		"  sponsors bound their count.\n"
		"\n"
		"What it takes to capture the group\n"
		"  Admitting anybody, whatever the others say, takes 2 members.\n"
		"  Keeping everybody out, though all others say yes, takes 2 members.\n"
		"  Changing these rules takes 2 administrators.\n"
		"\n"
		"Voting\n"
		"  A proposal stays open for 1 day at most.\n"
		"  A vote cannot be changed, and a proposal is decided as soon as nothing that\n"
		"  may still come could change the outcome.\n"
		"  While it is open, the group is shown how many voted how.\n"
		"\n"
		"Certificates\n"
		"  A certificate lives 7 days and is renewed with its own key; it carries no\n"
		"  name.\n"
		"  Node IDs stand under the overlay's name, mill.example.\n"
		"  Members' keys: Ed25519 or P-256.\n"
		"  A new list of revocations comes at least every 1 hour; a peer trusts the\n"
		"  last one for twice as long, and then for another 1 minute.\n"
		"  A peer that cannot tell whether a certificate was revoked refuses its\n"
		"  holder.\n"
		"\n"
		"The authority\n"
		"  It is found at https://mill.example. It has 2 notary keys, the last until\n"
		"  2030-03-17T17:46:40Z; 1 issuing key, until 1970-01-01T00:00:00Z; 1\n"
		"  revocation key, until 1970-01-01T00:00:00Z.\n"
		"\n"
		"What is shown\n"
		"  Records of decisions are shown to everyone.\n");
	buf_free(&out);
	free(c);
}

static bool says(const struct charter *c, uint32_t n, const char *words)
{
	struct buf out = { 0 };
	bool found;

	assert_true(explain_charter(c, n, &out));
	found = strstr(buf_cstr(&out), words) != NULL;
	buf_free(&out);
	return found;
}

static void what_differs_is_said(void **state)
{
	struct requirement r = count(2, 0), invitation = { .type = REQ_INVITATION, .invitation = { .life = 60 } };
	struct charter *c = make(&r);

	(void)state;
	assert_false(says(c, 3, "Not decided by this program yet"));
	c->expulsion = &r;
	assert_true(says(c, 3, "no vote on it, is expelled when at least 2 members say yes\n  (now 2 of 2)."));
	c->amendment = &r;
	assert_true(says(c, 3, "It also takes a vote: at least 2 members say yes (now 2 of 3)."));
	assert_false(says(c, 3, "The members are not asked."));
	c->membership.removal = REMOVAL_OPERATORS;
	assert_true(says(c, 3, "An operator or administrator alone can expel a member."));
	c->membership.removal = REMOVAL_EMERGENCY;
	c->membership.suspension = 3600;
	assert_false(says(c, 3, "alone can expel a member."));
	assert_true(says(c, 3, "An operator or administrator alone can suspend a member for 1 hour;"));
	assert_true(says(c, 3, "Operators cannot suspend it again within 2 hours after that."));
	assert_false(says(c, 3, "move for it together."));
	c->expelling.movers = 2;
	c->expelling.complaint = true;
	assert_true(says(
		c, 3, "The group is asked when 2 members move for it together.\n  It is asked only where a member's signed complaint"));
	c->voting.change = true;
	assert_true(says(c, 3, "Voters may change their minds until then"));
	c->freshness.allow_unknown = true;
	assert_true(says(c, 3, "certificate was revoked lets its"));
	c->membership.limit = 9;
	assert_true(says(c, 3, "The group has 9 members at most."));
	invitation.invitation.draw = 3;
	c->admission = &invitation;
	assert_true(says(c, 3, "Not decided by this program yet\n  The first such thing stands at /admission."));
	assert_true(says(c, 3, "  Nobody is measured, though the rule asks for it: \"inviting\" is missing. An"));
	c->inviting.present = true;
	c->inviting.window = c->inviting.every = 86400;
	assert_true(says(c, 3, "  Whoever offers itself is measured by members;"));
	assert_true(says(c, 3, "  Two draws are at least 1 day apart.\n"));
	assert_false(says(c, 3, "Not decided by this program yet"));
	assert_false(says(c, 3, "is granted when"));
	c->renewal = c->recovery.member = &r;
	c->recovery.administrators = c->membership.has_seeder = true;
	assert_true(says(c, 3, "  A renewal is also decided by the group"));
	assert_true(says(c, 3, "  A member that lost its key keeps its place"));
	assert_true(says(c, 3, "recovery keys can replace the administrators"));
	assert_true(says(c, 3, "  Places in the overlay are drawn from two seeds"));
	c->amending.notice = 86400;
	c->amendment = NULL;
	assert_true(says(c, 3, "  It takes effect 1 day after it stands in the log, or later.\n"));
	c->amendment = &r;
	assert_true(says(c, 3, "  It takes effect 1 day after it stands in the log, which is after the vote,\n  or later.\n"));
	free(c);
}

static void new_members_are_told_of(void **state)
{
	struct requirement r = count(2, 0), work = { .type = REQ_WORK, .effort = 7 };
	struct requirement vouches = { .type = REQ_VOUCHES, .vouches = { .count = 2 } };
	struct charter *c = make(&r);

	(void)state;
	assert_false(says(c, 3, "after it joined"));
	assert_false(says(c, 3, "A vote is taken when"));
	assert_false(says(c, 3, "Vouching\n"));
	assert_false(says(c, 3, "place"));
	c->voting.probation = 86400;
	c->voting.human = &work;
	assert_true(
		says(c, 3, "  A member votes on what is proposed 1 day after it joined, or later; founders\n  vote from the beginning.\n"));
	assert_true(says(c, 3, "  A vote is taken when the voter's computer does work of effort 7.\n"));
	c->membership.per_day = 4;
	assert_true(says(c, 3, "  At most 4 join within any 24 hours, founders not counted;"));
	r.votes.nearest = 3;
	assert_true(says(c, 3, "  An applicant's place is drawn by lot.\n"));
	c->membership.nodes_by_key = true;
	assert_true(says(c, 3, "  A member's place in the overlay follows from the key that it applied with.\n"));
	c->membership.names = NAMES_KEY;
	assert_true(says(c, 3, "it carries the\n  key's thumbprint."));
	c->authority.addresses_n = 0;
	assert_true(says(c, 3, "  The charter says nowhere where the authority is found. It has 2"));
	c->authority.addresses_n = 2;
	c->authority.addresses[1].url = "https://b.example";
	assert_true(says(c, 3, "  It is found at https://mill.example and https://b.example. It has 2"));
	assert_false(says(c, 3, "of its own.\n"));
	c->tests_n = 2;
	assert_true(says(c, 3, "  The charter carries 2 tests of its own.\n"));
	c->admission = &vouches;
	assert_true(says(c, 3, "Vouching\n  A member vouches for an applicant once, and cannot take it back.\n"));
	assert_false(says(c, 3, "It may when"));
	c->vouching.present = true;
	c->vouching.probation = 7200;
	c->vouching.human = &work;
	assert_true(says(c, 3, "  It may when it has been a member for at least 2 hours; founders may from the\n  beginning.\n"));
	assert_true(says(c, 3, "  A vouch is taken when the member's computer does work of effort 7.\n"));
	assert_false(says(c, 3, "When a member is expelled"));
	c->vouching.cascade = CASCADE_FLAG;
	assert_true(says(c, 3, "  When a member is expelled, those whom it vouched in are shown with a flag.\n"));
	c->vouching.cascade = CASCADE_SUSPEND;
	c->membership.suspension = 86400;
	assert_true(says(c, 3, "  When a member is expelled, those whom it vouched in are suspended for 1 day.\n"));
	free(c);
}

static void capture_is_told_of(void **state)
{
	struct requirement veto = count(2, 3), parts[] = { fraction(1, 2, 2, VOTES_OF_MEMBERS), authority(1) },
			   any = inner(REQ_ANY, 0, parts, 2);
	struct charter *c = make(&veto);

	(void)state;
	c->expulsion = &any;
	assert_true(says(c, 9, "What it takes to capture the group\n  Admitting anybody, while all others are silent, takes 2 members.\n"));
	assert_true(says(c, 9, "takes 5\n  members and 1 operator.\n"));
	assert_false(says(c, 0, "Admitting"));
	assert_true(says(c, 1, "Admitting"));
	free(c);
}

static void lines_fit_the_screen(void **state)
{
	struct requirement leaves[20], r = inner(REQ_ANY, 0, leaves, 20);
	struct charter *c = make(&r);
	struct buf out = { 0 };
	size_t wide = 0, widest = 0;
	char word[200], umlauts[161];

	(void)state;
	for (size_t i = 0; i < 20; i++)
		leaves[i] = fraction(1, 2, 2, VOTES_CAST);
	memset(word, 'w', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	for (size_t i = 0; i < 160; i += 2)
		memcpy(umlauts + i, i % 12 == 10 ? "- " : "\xc3\xbc", 2);
	umlauts[160] = '\0';
	c->purpose = umlauts;
	assert_true(explain_charter(c, 3, &out));
	for (size_t i = 0; i < out.n; i++) {
		wide = out.p[i] == '\n' ? 0 : wide + ((out.p[i] & 0xc0) != 0x80);
		widest = wide > widest ? wide : widest;
		assert_false(out.p[i] == '\n' && i > 0 && out.p[i - 1] == ' ');
	}
	assert_in_range(widest, 75, 78);
	buf_free(&out);
	c->purpose = word;
	assert_true(says(c, 3, "\n  www"));
	assert_true(says(c, 3, "www\n  This version"));
	free(c);
}

static void fullest_lists_are_not_cut(void **state)
{
	struct requirement r = count(2, 0);
	struct charter *c = make(&r);
	char name[CHARTER_NAME_MAX + 1];

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	c->founders_n = CHARTER_FOUNDERS_MAX;
	for (size_t i = 0; i + 1 < c->founders_n; i++)
		c->founders[i].name = name;
	c->founders[CHARTER_FOUNDERS_MAX - 1].name = "Zoe";
	assert_true(says(c, 3, "and Zoe.\n"));
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_charter),
		cmocka_unit_test(what_differs_is_said),
		cmocka_unit_test(new_members_are_told_of),
		cmocka_unit_test(capture_is_told_of),
		cmocka_unit_test(lines_fit_the_screen),
		cmocka_unit_test(fullest_lists_are_not_cut),
	};

	return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
