/* SPDX-License-Identifier: ISC */
#include "authority/template.h"

#include <stdio.h>
#include <string.h>

#include "base/jwk.h"
#include "peer/profile.h"

enum {
	YEARS_5 = 5 * 365 * 86400,
	WEEK = 7 * 86400,
	MONTH = 30 * 86400,
	CLOCKS = 3600,
	FRESH = 3600,
	PER_DAY = 24,
	EFFORT = 1 << 20,
	NAMES_TEXT = 160
};

/* ---- the templates: what admission takes */

/* Of a single founder two votes can never be had. */
static int two(const struct template_input *in)
{
	return in->founders_n < 2 ? 1 : 2;
}

static json_t *admit_vote(const struct template_input *in)
{
	return json_pack("{s:{s:s,s:i}}", "votes", "fraction", "1/2", "minimum", two(in));
}

/* Two at least, so that of two members neither can throw the other out. */
static json_t *expel(void)
{
	return json_pack("{s:{s:s,s:i}}", "votes", "fraction", "2/3", "minimum", 2);
}

static json_t *amend(const struct template_input *in)
{
	return json_pack("{s:{s:s,s:i}}", "votes", "fraction", "2/3", "minimum", two(in));
}

/* Two ways, since nobody must have to solve a puzzle (WCAG 2.2, 3.3.8). */
static json_t *admit_open(const struct template_input *in)
{
	(void)in;
	return json_pack(
		"{s:[{s:{s:[s,s,s]}},{s:{s:i}}]}", "any", "captcha", "kinds", "graphic", "logic", "audio", "work", "effort", EFFORT);
}

static json_t *admit_list(const struct template_input *in)
{
	json_t *keys = json_array();
	char text[THUMB_TEXT];
	struct digest thumb;

	for (size_t i = 0; i < in->allowed_n; i++) {
		jwk_thumbprint(&in->allowed[i].key, &thumb);
		thumb_text(&thumb, text);
		if (json_array_append_new(keys, json_string(text)) != 0) {
			json_decref(keys);
			return NULL;
		}
	}
	return json_pack("{s:{s:o}}", "list", "keys", keys);
}

static json_t *admit_operator(const struct template_input *in)
{
	(void)in;
	return json_pack("{s:{s:i}}", "authority", "k", 1);
}

/* The budget lets three founders vouch for seven applicants a month. */
static json_t *vouches(int count)
{
	return json_pack("{s:{s:i,s:i,s:i}}", "vouches", "count", count, "budget", 5, "window", MONTH);
}

static json_t *admit_vouch(const struct template_input *in)
{
	return vouches(two(in));
}

static json_t *admit_hybrid(const struct template_input *in)
{
	return json_pack("{s:[o,o]}", "all", vouches(1), admit_vote(in));
}

/* An invitation shows that somebody was seen; whether the group wants it is asked as well. */
static json_t *admit_invitation(const struct template_input *in)
{
	return json_pack("{s:[{s:{s:i,s:i,s:s}},o]}", "all", "invitation", "life", WEEK, "observers", two(in), "inviters", "members",
		admit_vote(in));
}

/* ---- what each charter promises: a test of what comes in, and one of what does not */

static json_t *test_vote(void)
{
	return json_pack("[{s:s,s:i,s:i,s:s},{s:s,s:i,s:i,s:s}]", "name", "two of three admit", "members", 3, "yes", 2, "expect", "yes",
		"name", "one of three does not", "members", 3, "yes", 1, "expect", "not yet");
}

static json_t *test_open(void)
{
	return json_pack("[{s:s,s:[{s:s}],s:s},{s:s,s:[{s:i}],s:s},{s:s,s:i,s:i,s:b,s:s}]", "name", "a puzzle admits", "challenges",
		"captcha", "audio", "expect", "yes", "name", "work admits", "challenges", "work", EFFORT, "expect", "yes", "name",
		"votes alone do not", "members", 3, "yes", 3, "closed", 1, "expect", "no");
}

static json_t *test_list(void)
{
	return json_pack("[{s:s,s:b,s:s},{s:s,s:i,s:i,s:s}]", "name", "a key on the list is admitted", "listed", 1, "expect", "yes", "name",
		"no other key is", "members", 3, "yes", 3, "expect", "no");
}

static json_t *test_operator(void)
{
	return json_pack("[{s:s,s:i,s:s},{s:s,s:i,s:i,s:s}]", "name", "an operator admits", "approvals", 1, "expect", "yes", "name",
		"members alone do not", "members", 3, "yes", 3, "expect", "not yet");
}

static json_t *test_vouch(void)
{
	return json_pack("[{s:s,s:i,s:i,s:s},{s:s,s:i,s:i,s:s}]", "name", "two of three vouch", "members", 3, "vouches", 2, "expect", "yes",
		"name", "one does not suffice", "members", 3, "vouches", 1, "expect", "not yet");
}

static json_t *test_hybrid(void)
{
	return json_pack("[{s:s,s:i,s:i,s:i,s:s},{s:s,s:i,s:i,s:s},{s:s,s:i,s:i,s:s}]", "name", "a vouch and two of three", "members", 3,
		"vouches", 1, "yes", 2, "expect", "yes", "name", "votes alone do not", "members", 3, "yes", 3, "expect", "not yet", "name",
		"vouches alone do not", "members", 3, "vouches", 3, "expect", "not yet");
}

static json_t *test_invitation(void)
{
	return json_pack("[{s:s,s:i,s:i,s:b,s:s},{s:s,s:i,s:i,s:b,s:s}]", "name", "invited, and two of three agree", "members", 3, "yes", 2,
		"invited", 1, "expect", "yes", "name", "nobody comes by asking", "members", 3, "yes", 3, "closed", 1, "expect", "no");
}

enum trait {
	OPERATORS = 1, /* they approve, and they remove */
	ALONE = 2,     /* the tests hold for a group of one founder too */
	AMENDS = 4,    /* the members vote on a new charter beside the administrators */
	INVITES = 16,  /* candidates are measured */
	NEWCOMERS = 8  /* wait for their vote, since anybody may be one; and few come a day */
};
static const struct row {
	struct template t;
	json_t *(*admission)(const struct template_input *in);
	json_t *(*tests)(void);
	unsigned traits;
} rows[] = {
	{ { "vote", "at least half of the members, and at least 2, say yes" }, admit_vote, test_vote, 0 },
	{ { "open", "who solves a puzzle, or has a computer that works for it" }, admit_open, test_open, ALONE | NEWCOMERS },
	{ { "list", "the keys that are named are let in (--allow)" }, admit_list, test_list, ALONE | AMENDS },
	{ { "operator", "an operator approves, and may remove members" }, admit_operator, test_operator, OPERATORS | ALONE },
	{ { "vouch", "two members vouch for the applicant" }, admit_vouch, test_vouch, AMENDS },
	{ { "hybrid", "one member vouches, and then as vote" }, admit_hybrid, test_hybrid, AMENDS },
	{ { "invitation", "members invite whom they have watched, and then as vote" }, admit_invitation, test_invitation,
		AMENDS | INVITES },
};

const struct template *template_at(size_t i)
{
	return i < sizeof(rows) / sizeof(rows[0]) ? &rows[i].t : NULL;
}

static const struct row *find(const char *name)
{
	for (size_t i = 0; template_at(i) != NULL; i++)
		if (strcmp(rows[i].t.name, name) == 0)
			return &rows[i];
	return NULL;
}

/* ---- the parts that all have */

static bool has(const struct row *row, enum trait t)
{
	return (row->traits & t) != 0;
}

static bool put(json_t *o, const char *name, json_t *v)
{
	return json_object_set_new(o, name, v) == 0;
}

static json_t *key_window(const struct template_input *in, const struct sig_pub *key)
{
	return json_pack(
		"[{s:o,s:I,s:I}]", "key", jwk_print(key), "from", (json_int_t)(in->now - CLOCKS), "until", (json_int_t)(in->now + YEARS_5));
}

static json_t *persons(const struct template_person *list, size_t n)
{
	json_t *all = json_array();

	for (size_t i = 0; i < n; i++)
		if (json_array_append_new(all, json_pack("{s:s,s:o}", "name", list[i].name, "key", jwk_print(&list[i].key))) != 0) {
			json_decref(all);
			return NULL;
		}
	return all;
}

static json_t *addresses(const struct template_input *in)
{
	if (in->url[0] == '\0')
		return json_array();
	return json_pack(
		"[{s:s,s:I,s:I}]", "url", in->url, "from", (json_int_t)(in->now - CLOCKS), "until", (json_int_t)(in->now + YEARS_5));
}

/* Where the members hold it together, a later version names it. */
static json_t *issuing(const struct template_input *in)
{
	char text[DIGEST_TEXT];
	struct digest spki;

	if (in->signers > 0)
		return json_array();
	if (!profile_spki_digest(&in->issuing, &spki))
		return NULL;
	digest_text(&spki, text);
	return json_pack("[{s:s,s:s,s:I,s:I}]", "spki", text, "alg", sig_alg_name(in->issuing.alg), "from", (json_int_t)(in->now - CLOCKS),
		"until", (json_int_t)(in->now + YEARS_5));
}

static json_t *authority(const struct template_input *in, const struct row *row)
{
	const bool lend = has(row, OPERATORS) && in->operators_n == 0;

	return json_pack("{s:o,s:o,s:o,s:o,s:o}", "notaries", key_window(in, &in->notary), "issuing", issuing(in), "revocation",
		key_window(in, &in->revocation), "addresses", addresses(in), "operators",
		lend ? persons(in->administrators,
			       in->administrators_n < CHARTER_OPERATORS_MAX ? in->administrators_n : CHARTER_OPERATORS_MAX)
		     : persons(in->operators, in->operators_n));
}

static json_t *administrators(const struct template_input *in)
{
	const uint32_t half = (uint32_t)in->administrators_n / 2 + 1;

	return json_pack("{s:i,s:o}", "threshold", (int)(in->threshold == 0 ? half : in->threshold), "keys",
		persons(in->administrators, in->administrators_n));
}

static json_t *founders(const struct template_input *in)
{
	json_t *all = json_array();

	for (size_t i = 0; i < in->founders_n; i++) {
		const struct template_founder *f = &in->founders[i];
		json_t *one = json_pack("{s:s}", "name", f->name);
		struct id16 member;

		bytes_random(member.b, sizeof(member.b));
		if (!object_set_base64(one, "csr", buf_slice(&f->csr)) || !object_set_id16(one, "member", &member) ||
			json_array_append(all, one) != 0) {
			json_decref(one);
			json_decref(all);
			return NULL;
		}
		json_decref(one);
	}
	return all;
}

static json_t *membership(const struct template_input *in, const struct row *row)
{
	json_t *o = json_pack("{s:I,s:[s,s],s:s,s:s}", "life", (json_int_t)in->life, "keys", "Ed25519", "P-256", "names",
		in->names ? "name" : "none", "overlay", in->overlay);

	if (o == NULL ||
		((!has(row, OPERATORS) || object_set_string(o, "removal", "operators")) &&
			(!has(row, NEWCOMERS) || object_set_int(o, "per_day", PER_DAY))))
		return o;
	json_decref(o);
	return NULL;
}

static json_t *voting(const struct template_input *in, const struct row *row)
{
	json_t *o = json_pack("{s:s,s:I,s:b,s:s}", "scheme", in->signers > 0 ? "threshold" : "plain", "term", (json_int_t)in->term,
		"change", 0, "show", "votes");

	if (o == NULL ||
		((in->signers == 0 || object_set_int(o, "threshold", in->signers)) &&
			(!has(row, NEWCOMERS) || object_set_int(o, "probation", MONTH))))
		return o;
	json_decref(o);
	return NULL;
}

/* Two have to have looked; what they saw is theirs to judge. */
static json_t *inviting(void)
{
	return json_pack("{s:{},s:i,s:i}", "measures", "window", MONTH, "every", WEEK);
}

/* What the rule means, held by the charter itself. */
static json_t *tests(const struct template_input *in, const struct row *row)
{
	return has(row, ALONE) || in->founders_n > 1 ? row->tests() : json_array();
}

/* "vote, open and list" */
static void name_all(char out[static NAMES_TEXT])
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; template_at(i) != NULL && n < NAMES_TEXT; i++)
		n += (size_t)snprintf(out + n, NAMES_TEXT - n, "%s%s",
			i == 0                               ? ""
				: template_at(i + 1) == NULL ? " and "
							     : ", ",
			template_at(i)->name);
}

json_t *template_charter(const struct template_input *in, struct err *e)
{
	const struct row *row = find(in->template);
	char names[NAMES_TEXT];
	json_t *o;

	if (row == NULL) {
		name_all(names);
		err_set(e, "unknown_template", "there is no template %s: %s are there", in->template, names);
		return NULL;
	}
	o = object_begin(KIND_CHARTER, NULL);
	if (object_set_string(o, "group", in->group) && object_set_int(o, "version", 1) && object_set_int(o, "effective", in->now) &&
		object_set_string(o, "purpose", in->purpose) && put(o, "authority", authority(in, row)) &&
		put(o, "administrators", administrators(in)) && put(o, "founders", founders(in)) &&
		put(o, "admission", row->admission(in)) && (has(row, OPERATORS) || put(o, "expulsion", expel())) &&
		(!has(row, AMENDS) || put(o, "amendment", amend(in))) && (!has(row, INVITES) || put(o, "inviting", inviting())) &&
		put(o, "voting", voting(in, row)) && put(o, "membership", membership(in, row)) &&
		put(o, "freshness", json_pack("{s:i,s:i,s:s}", "update", FRESH, "grace", FRESH, "unknown", "refuse")) &&
		put(o, "records", json_pack("{s:s}", "visible", "everyone")) && put(o, "tests", tests(in, row)))
		return o;
	json_decref(o);
	err_memory(e);
	return NULL;
}
