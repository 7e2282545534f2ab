/* SPDX-License-Identifier: ISC */
#include "charter/explain.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"

/* NAMES_TEXT: all names that one list of a charter can have, with what stands between them. */
enum { COLUMNS = 78, INDENT = 2, NAMES_TEXT = CHARTER_FOUNDERS_MAX * (CHARTER_NAME_MAX + 16) };

/* Characters, not bytes: continuation bytes of UTF-8 take no column. */
static size_t columns(const char *s, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += ((uint8_t)s[i] & 0xc0) != 0x80;
	return count;
}

/* A sentence, indented, broken between words. A word that is longer than a line stands alone. */
static void wrap(const char *s, struct buf *out)
{
	size_t at = 0;

	while (*s != '\0') {
		size_t n = strcspn(s, " "), wide = columns(s, n);

		if (at > 0 && at + 1 + wide > COLUMNS) {
			buf_add_str(out, "\n");
			at = 0;
		}
		buf_add_str(out, at == 0 ? "  " : " ");
		at += at == 0 ? INDENT : 1;
		buf_add(out, s, n);
		at += wide;
		s += n + strspn(s + n, " ");
	}
	buf_add_str(out, "\n");
}

static void head(struct buf *out, const char *title)
{
	buf_printf(out, "%s%s\n", out->n > 0 ? "\n" : "", title);
}

static void tell(struct buf *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void tell(struct buf *out, const char *fmt, ...)
{
	char text[NAMES_TEXT + 256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	wrap(text, out);
}

/* A sentence that may be long. */
static void tell_long(struct buf *sentence, struct buf *out)
{
	const char *text = buf_cstr(sentence);

	if (text == NULL)
		out->failed = true;
	else
		wrap(text, out);
	buf_free(sentence);
}

/* A paragraph of its own, where there is something to say. */
static void tell_words(void (*say)(const struct charter *, uint32_t, struct buf *), const struct charter *c, uint32_t n, struct buf *out)
{
	struct buf sentence = { 0 };

	say(c, n, &sentence);
	if (sentence.n > 0 || sentence.failed)
		tell_long(&sentence, out);
}

/* "BEGINNING requirement." However long it is. */
static void tell_rule(const struct charter *c, const char *beginning, const struct requirement *r, uint32_t n, struct buf *out)
{
	struct buf sentence = { 0 };

	buf_add_str(&sentence, beginning);
	explain_requirement(c, r, n, &sentence);
	buf_add_str(&sentence, ".");
	tell_long(&sentence, out);
}

/* "BEGINNING the voter solves ...". Nothing where nothing is asked. */
static void tell_human(const struct charter *c, const char *beginning, const struct requirement *r, const char *who, struct buf *out)
{
	struct buf sentence = { 0 };

	if (r == NULL)
		return;
	buf_add_str(&sentence, beginning);
	explain_human(c, r, who, &sentence);
	buf_add_str(&sentence, ".");
	tell_long(&sentence, out);
}

/* Appends name i of n at `at`: "A", ", B", " and C". Returns where the text ends. */
static size_t name_add(char to[static NAMES_TEXT], size_t at, size_t i, size_t n, const char *name, const char *remark)
{
	const char *between = ", ";

	if (i == 0)
		between = "";
	else if (i + 1 == n)
		between = " and ";
	return at + (size_t)snprintf(to + at, NAMES_TEXT - at, "%s%s%s", between, name, remark);
}

static void persons(const struct charter_person *p, size_t n, char to[static NAMES_TEXT])
{
	size_t at = 0;

	to[0] = '\0';
	for (size_t i = 0; i < n; i++)
		at = name_add(to, at, i, n, p[i].name, p[i].passkey.rp != NULL ? " (passkey)" : "");
}

static void tell_group(const struct charter *c, struct buf *out)
{
	char when[TIME_TEXT];

	buf_printf(out, "Group %s, charter version %u\n", c->group, (unsigned)c->version);
	if (c->purpose[0] != '\0')
		tell(out, "%s", c->purpose);
	time_text(c->effective, when);
	tell(out, "This version is in force from %s.", when);
}

static void tell_administrators(const struct charter *c, struct buf *out)
{
	char names[NAMES_TEXT];

	head(out, "Administrators");
	persons(c->administrators.keys, c->administrators.n, names);
	tell(out, "%s: %s.", c->administrators.n == 1 ? "There is one" : "They are", names);
	tell(out,
		"At least %u of %zu must approve a version of this charter, and at least %u of these with a key of their own, not a passkey.",
		(unsigned)c->administrators.threshold, c->administrators.n, (unsigned)c->administrators.offline);
	if (c->authority.operators_n == 0)
		return;
	persons(c->authority.operators, c->authority.operators_n, names);
	tell(out, "Operators, whose word counts where the rules below ask for it: %s.", names);
}

static void tell_founders(const struct charter *c, struct buf *out)
{
	char names[NAMES_TEXT];
	size_t at = 0;

	if (c->founders_n == 0)
		return;
	head(out, "Founders");
	for (size_t i = 0; i < c->founders_n; i++)
		at = name_add(names, at, i, c->founders_n, c->founders[i].name, "");
	tell(out, "%s.", names);
}

static void tell_voting(const struct charter *c, struct buf *out)
{
	static const char *const shows[] = { "who voted how", "how many voted how", "nothing but the outcome" };
	char words[TIME_WORDS];

	head(out, "Voting");
	time_words(c->voting.term, words);
	tell(out, "A proposal stays open for %s at most.", words);
	if (c->voting.change)
		tell(out, "Voters may change their minds until then, so no vote is decided before.");
	else
		tell(out,
			"A vote cannot be changed, and a proposal is decided as soon as nothing that may still come could change the outcome.");
	if (c->voting.probation > 0) {
		time_words(c->voting.probation, words);
		tell(out, "A member votes on what is proposed %s after it joined, or later; founders vote from the beginning.", words);
	}
	tell_human(c, "A vote is taken when ", c->voting.human, "the voter", out);
	tell(out, "While it is open, the group is shown %s.", shows[c->voting.show]);
}

/* What vouchers answer for. */
static void tell_answering(const struct charter *c, struct buf *out)
{
	char words[TIME_WORDS];

	if (c->vouching.penalty > 0) {
		time_words(c->vouching.penalty, words);
		tell(out, "When a member is expelled, those who had vouched for it cannot vouch for %s.", words);
	}
	if (c->membership.sponsor.per == 0)
		return;
	time_words(c->membership.sponsor.window, words);
	if (c->membership.sponsor.depth == 1)
		tell(out, "Within %s at most %u join by the vouches of any one member.", words, (unsigned)c->membership.sponsor.per);
	else
		tell(out,
			"Within %s at most %u join by the vouches of any one member and of those whom it brought in, up to %u steps down.",
			words, (unsigned)c->membership.sponsor.per, (unsigned)c->membership.sponsor.depth);
}

static void tell_vouching(const struct charter *c, struct buf *out)
{
	char words[TIME_WORDS];

	if (charter_vouch_rule(c) == NULL)
		return;
	head(out, "Vouching");
	tell(out, "A member vouches for an applicant once, and cannot take it back.");
	if (c->vouching.probation > 0) {
		time_words(c->vouching.probation, words);
		tell(out, "It may when it has been a member for at least %s; founders may from the beginning.", words);
	}
	if (c->vouching.cascade == CASCADE_FLAG)
		tell(out, "When a member is expelled, those whom it vouched in are shown with a flag.");
	if (c->vouching.cascade == CASCADE_SUSPEND) {
		time_words(charter_suspension(c), words);
		tell(out, "When a member is expelled, those whom it vouched in are suspended for %s.", words);
	}
	tell_human(c, "A vouch is taken when ", c->vouching.human, "the member", out);
	tell_answering(c, out);
}

static void tell_readmission(const struct charter *c, uint32_t n, struct buf *out)
{
	char words[TIME_WORDS];

	if (!c->readmission.present)
		return;
	time_words(c->readmission.wait, words);
	tell(out, "Who was turned away%s waits for %s before it applies again.",
		c->membership.names == NAMES_NAME ? ", and who was expelled, by key or name," : "", words);
	if (c->readmission.requirement != NULL)
		tell_rule(c, "It is then admitted when that is met and also ", c->readmission.requirement, n, out);
}

static void tell_joining(const struct charter *c, uint32_t n, struct buf *out)
{
	uint32_t nearest, opposite;

	head(out, "Joining");
	if (c->admission != NULL)
		tell_rule(c, "Somebody is admitted when ", c->admission, n, out);
	tell_readmission(c, n, out);
	if (c->membership.client)
		tell(out, "Members are clients of the overlay: they use it, and do not store or route for others.");
	if (c->membership.limit > 0)
		tell(out, "The group has %u members at most.", (unsigned)c->membership.limit);
	if (c->membership.per_day > 0)
		tell(out, "At most %u join within any 24 hours, founders not counted; others who were admitted wait.",
			(unsigned)c->membership.per_day);
	if (c->membership.nodes_by_key)
		tell(out, "A member's place in the overlay follows from the key that it applied with.");
	else if (charter_ring(c, &nearest, &opposite))
		tell(out, "An applicant's place is drawn by lot.");
	tell_words(explain_places, c, n, out);
}

/* The subject does not vote on itself, so there is one voter less. */
static void tell_expulsion(const struct charter *c, uint32_t n, struct buf *out)
{
	char words[TIME_WORDS], again[TIME_WORDS];

	head(out, "Leaving and expulsion");
	tell(out, "Everybody may leave at any time.");
	if (c->expulsion != NULL)
		tell_rule(c, "A member, who has no vote on it, is expelled when ", c->expulsion, n > 0 ? n - 1 : 0, out);
	else
		tell(out, "Nobody can be expelled by vote.");
	if (c->expelling.movers > 1)
		tell(out, "The group is asked when %u members move for it together.", (unsigned)c->expelling.movers);
	if (c->expelling.complaint)
		tell(out, "It is asked only where a member's signed complaint stands behind it.");
	if (c->membership.removal == REMOVAL_OPERATORS)
		tell(out, "An operator or administrator alone can expel a member.");
	if (c->membership.removal == REMOVAL_EMERGENCY) {
		time_words(charter_suspension(c), words);
		time_words(2 * charter_suspension(c), again);
		tell(out, "An operator or administrator alone can suspend a member for %s; unless the group expels it, it is back then.",
			words);
		tell(out, "Operators cannot suspend it again within %s after that.", again);
	}
}

static void tell_amendment(const struct charter *c, uint32_t n, struct buf *out)
{
	char words[TIME_WORDS];

	head(out, "Changing this charter");
	tell(out, "A new version takes the approvals of %u of the %zu administrators named above.", (unsigned)c->administrators.threshold,
		c->administrators.n);
	if (c->amendment != NULL)
		tell_rule(c, "It also takes a vote: ", c->amendment, n, out);
	else
		tell(out, "The members are not asked.");
	if (c->amending.notice > 0) {
		time_words(c->amending.notice, words);
		tell(out, "It takes effect %s after it stands in the log%s, or later.", words,
			c->amendment != NULL ? ", which is after the vote" : "");
	}
	if (c->amending.freeze > 0)
		tell(out, "%u of the administrators can stop all admissions for up to 30 days, with a day between two such times.",
			(unsigned)c->amending.freeze);
	tell_words(explain_recovery_keys, c, n, out);
}

static void tell_certificates(const struct charter *c, uint32_t n, struct buf *out)
{
	static const char *const names[] = { "no name", "the member's name", "the key's thumbprint" };
	char words[TIME_WORDS], grace[TIME_WORDS];

	head(out, "Certificates");
	time_words(c->membership.life, words);
	tell(out, "A certificate lives %s and is renewed with its own key; it carries %s.", words, names[c->membership.names]);
	tell(out, "Node IDs stand under the overlay's name, %s.", c->membership.overlay);
	tell_words(explain_renewal, c, n, out);
	tell_words(explain_lost_key, c, n, out);
	if (c->membership.reload)
		tell(out, "It also names its holder as a user of RELOAD: a name, @ and the overlay.");
	tell(out, "Members' keys: %s%s%s.", c->membership.ed25519 ? "Ed25519" : "",
		c->membership.ed25519 && c->membership.p256 ? " or " : "", c->membership.p256 ? "P-256" : "");
	time_words(c->freshness.update, words);
	time_words(c->freshness.grace, grace);
	tell(out, "A new list of revocations comes at least every %s; a peer trusts the last one for twice as long%s%s.", words,
		c->freshness.grace > 0 ? ", and then for another " : "", c->freshness.grace > 0 ? grace : "");
	tell(out, "A peer that cannot tell whether a certificate was revoked %s.",
		c->freshness.allow_unknown ? "lets its holder in" : "refuses its holder");
}

static void tell_authority(const struct charter *c, uint32_t n, struct buf *out)
{
	head(out, "The authority");
	tell_words(explain_authority, c, n, out);
}

static void tell_shown(const struct charter *c, struct buf *out)
{
	static const char *const who[] = { "everyone", "members", "those whom they concern" };

	head(out, "What is shown");
	tell(out, "Records of decisions are shown to %s.", who[c->visible]);
	if (c->tests_n > 0)
		tell(out, "The charter carries %zu test%s of its own.", c->tests_n, c->tests_n == 1 ? "" : "s");
}

/* A section of lines that were said already. */
static void tell_lines(struct buf *lines, const char *title, struct buf *out)
{
	char *rest, *line;

	if (lines->n > 0)
		head(out, title);
	out->failed |= buf_cstr(lines) == NULL;
	for (rest = (char *)lines->p; !lines->failed && (line = strsep(&rest, "\n")) != NULL && *line != '\0';)
		wrap(line, out);
	buf_free(lines);
}

static void tell_prices(const struct charter *c, uint32_t n, struct buf *out)
{
	struct buf cost = { 0 }, capture = { 0 };

	explain_cost(c, &cost);
	tell_lines(&cost, "What one more identity costs", out);
	if (n == 0)
		return;
	explain_capture(c, n, &capture);
	tell_lines(&capture, "What it takes to capture the group", out);
}

static void tell_inviting(const struct charter *c, struct buf *out)
{
	const struct requirement *rule = charter_invitation_rule(c);
	char window[TIME_WORDS], every[TIME_WORDS];

	if (rule == NULL)
		return;
	head(out, "Candidates");
	if (!c->inviting.present) {
		tell(out, "Nobody is measured%s. An invitation serves one application.",
			charter_invitation_whole(c) ? "" : ", though the rule asks for it: \"inviting\" is missing");
		return;
	}
	time_words(c->inviting.window, window);
	time_words(c->inviting.every, every);
	tell(out, "Whoever offers itself is measured by members; what they saw counts for %s.", window);
	if (rule->invitation.draw > 0)
		tell(out, "Two draws are at least %s apart.", every);
	if (rule->invitation.draw > 0 && c->inviting.load.q > 0)
		tell(out, "A draw waits until %u/%u of those who told their load are loaded.", (unsigned)c->inviting.load.p,
			(unsigned)c->inviting.load.q);
	tell(out, "An invitation serves one application.");
}

static void tell_unsupported(const struct charter *c, struct buf *out)
{
	struct err e = { 0 };

	if (charter_supported(c, &e))
		return;
	head(out, "Not decided by this program yet");
	tell(out, "The first such thing stands at %s.", e.pointer);
	tell(out, "%s.", e.text);
}

bool explain_charter(const struct charter *c, uint32_t n, struct buf *out)
{
	tell_group(c, out);
	tell_administrators(c, out);
	tell_founders(c, out);
	tell_joining(c, n, out);
	tell_expulsion(c, n, out);
	tell_amendment(c, n, out);
	tell_prices(c, n, out);
	tell_voting(c, out);
	tell_vouching(c, out);
	tell_inviting(c, out);
	tell_certificates(c, n, out);
	tell_authority(c, n, out);
	tell_shown(c, out);
	tell_unsupported(c, out);
	return !out->failed;
}
