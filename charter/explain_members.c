/* SPDX-License-Identifier: ISC
 * What a charter says of members' places, of their own requests, and of keys that were lost: a paragraph for each. */
#include "base/time.h"
#include "charter/explain.h"

/* The member itself has no vote on it. */
static void say_decided(const struct charter *c, const char *beginning, const struct requirement *r, uint32_t n, struct buf *out)
{
	buf_add_str(out, beginning);
	explain_of_member(c, r, n > 0 ? n - 1 : 0, out);
	buf_add_str(out, ".");
}

void explain_places(const struct charter *c, uint32_t n, struct buf *out)
{
	char words[TIME_WORDS];

	(void)n;
	if (c->membership.has_seeder)
		buf_printf(out, "%s drawn from two seeds, the notary's and one of a second contributor, so that neither chooses %s alone.",
			c->membership.nodes_by_key ? "The number of a member is" : "Places in the overlay are",
			c->membership.nodes_by_key ? "it" : "them");
	if (c->membership.rejoin == 0 || c->membership.nodes_by_key)
		return;
	time_words(c->membership.rejoin, words);
	buf_printf(out, "%sA member takes another place every %s, when it renews.", out->n > 0 ? " " : "", words);
}

void explain_renewal(const struct charter *c, uint32_t n, struct buf *out)
{
	if (c->renewal != NULL)
		say_decided(c, "A renewal is also decided by the group, without the vote of the member: it is granted when ", c->renewal, n,
			out);
	if (c->membership.earlier_again)
		buf_printf(out,
			"%sWho was admitted under an earlier version is decided at its next renewal as if it were to be admitted now.",
			out->n > 0 ? " " : "");
}

void explain_lost_key(const struct charter *c, uint32_t n, struct buf *out)
{
	if (c->recovery.member == NULL)
		return;
	say_decided(c, "A member that lost its key keeps its place with a new one when ", c->recovery.member, n, out);
	buf_add_str(out, " The old key, if it is not lost, can stop that.");
}

/* The notice for all versions holds here too. */
void explain_recovery_keys(const struct charter *c, uint32_t n, struct buf *out)
{
	int64_t notice = c->recovery.notice > c->amending.notice ? c->recovery.notice : c->amending.notice;
	char words[TIME_WORDS];

	if (!c->recovery.administrators)
		return;
	time_words(notice, words);
	buf_printf(out, "%u of %zu recovery keys can replace the administrators, and change nothing else", (unsigned)c->recovery.threshold,
		c->recovery.n);
	if (notice > 0)
		buf_printf(out, ", %s after that stands in the log", words);
	buf_add_str(out, c->recovery.veto > 0 ? ". Before, the group is asked, and that passes when " : ". Nobody else is asked");
	if (c->recovery.veto > 0)
		explain_requirement(c, &c->recovery.vetoed, n, out);
	buf_add_str(out, ".");
}
